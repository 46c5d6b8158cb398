/* linear_rows.h - the rows that a linear classifier learns from, in one form. */
#ifndef QUOTH_TRAIN_LINEAR_ROWS_H
#define QUOTH_TRAIN_LINEAR_ROWS_H

#include "model/stage.h"

/* The rows of a batch as weights, whatever its kind; dense ones without their zeros. They are the
 * batch's own if these are weights, or else in `made`, to be cleared behind them. NULL with `err`
 * set on failure. */
const quoth_sparse *quoth_linear_rows(const quoth_batch *batch, quoth_sparse *made,
                                      quoth_error *err);

#endif
