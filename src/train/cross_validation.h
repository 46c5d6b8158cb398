/* cross_validation.h - how good a spec is: models that learn from all folds but one are asked about
 * that one. */
#ifndef QUOTH_TRAIN_CROSS_VALIDATION_H
#define QUOTH_TRAIN_CROSS_VALIDATION_H

#include "train/train.h"

typedef struct quoth_fold_scores {
  size_t n_train, n_test;
  double accuracy, macro_f1, log_loss; /* of the fold's test rows */
  double train_seconds;                /* to fit all stages */
  double text_seconds;                 /* for one text, on one thread, by quoth_predict */
  size_t model_bytes;                  /* of the model file */
} quoth_fold_scores;

typedef struct quoth_cross_validation {
  quoth_fold_scores *folds; /* [n_folds] */
  uint32_t n_folds;
  quoth_fold_scores mean; /* n_train, n_test and model_bytes rounded down */
  double accuracy_std;    /* over the folds, ddof 0, as numpy's std */
  /* Of all rows, each told by the model that had not learnt from it. */
  quoth_metrics metrics;
} quoth_cross_validation;

/* Fold folds[row] ([n_rows], below n_folds) tests row `row`. All stages are fitted to a fold's
 * train rows; the spec's evaluation is not looked at. Scores but for times depend on nothing but
 * the spec, the data and the folds. `name` begins what `progress`, which may be NULL, is told. */
quoth_status quoth_cross_validate(const quoth_spec *spec, const quoth_dataset *dataset,
                                  const uint32_t *folds, uint32_t n_folds, quoth_pool *pool,
                                  const char *name, const quoth_progress *progress,
                                  quoth_cross_validation *out, quoth_error *err);
void quoth_cross_validation_clear(quoth_cross_validation *validation);

#endif
