/* pruning_search.h - how much can be left out of a quantized model. */
#ifndef QUOTH_TRAIN_PRUNING_SEARCH_H
#define QUOTH_TRAIN_PRUNING_SEARCH_H

#include "train/quantize.h"

/* Rows that the model has not learnt from. */
typedef struct quoth_unseen_rows {
  const quoth_bytes *texts; /* [n] */
  const uint32_t *labels;   /* [n] */
  size_t n;
} quoth_unseen_rows;

/* The highest least importance of terms with which log loss is, in 19 of 20 cases, at most
 * `max_loss` above that of the model as it is, to judge by `rows`; 0 if quantizing alone may take
 * more. `pipeline` is that of `spec`, loaded from `tensors`. */
quoth_status quoth_pruning_search(const quoth_spec *spec, const quoth_pipeline *pipeline,
                                  const quoth_tensors *tensors, const quoth_unseen_rows *rows,
                                  double max_loss, quoth_pool *pool, const quoth_progress *progress,
                                  double *least_importance, quoth_error *err);

#endif
