/* linear_rows.h - the rows that a linear classifier learns from, in one form. */
#ifndef QUOTH_TRAIN_LINEAR_ROWS_H
#define QUOTH_TRAIN_LINEAR_ROWS_H

#include "model/stage.h"

/* The rows of a batch as weights, whatever its kind; dense ones without their zeros. Owned. */
quoth_status quoth_linear_rows(const quoth_batch *batch, quoth_sparse *out, quoth_error *err);

#endif
