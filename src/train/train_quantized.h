/* train_quantized.h - training that ends in a quantized model. */
#ifndef QUOTH_TRAIN_TRAIN_QUANTIZED_H
#define QUOTH_TRAIN_TRAIN_QUANTIZED_H

#include "train/train.h"

typedef struct quoth_quantization {
  size_t bytes_before;     /* of the model's file, not quantized */
  double least_importance; /* of the terms that are left (train/importance.h) */
  size_t n_chosen, n_told; /* test rows that this was chosen by, and the others, by which */
  struct {
    double accuracy, log_loss;
  } before, after; /* of the model of the train rows, on those others */
} quoth_quantization;

/* quoth_train, and the model quantized (train/quantize.h). Terms are left out as log loss of the
 * model of the train rows may rise by at most `max_loss` (train/pruning_search.h) on every other
 * test row; terms of as little importance are left out of the model of all rows. out->train and
 * out->test are what the quantized model of the train rows makes of all train and test rows. */
quoth_status quoth_train_quantized(const quoth_spec *spec, const quoth_dataset *dataset,
                                   double max_loss, quoth_pool *pool,
                                   const quoth_progress *progress, quoth_training *out,
                                   quoth_quantization *quantization, quoth_error *err);

#endif
