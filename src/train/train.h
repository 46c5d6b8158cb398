/* train.h - from a data set to an evaluated model. */
#ifndef QUOTH_TRAIN_TRAIN_H
#define QUOTH_TRAIN_TRAIN_H

#include "data/dataset.h"
#include "learn/metrics.h"
#include "train/fitting.h"

typedef struct quoth_training {
  char *image; /* the model file's bytes, 64-byte aligned */
  size_t image_size;
  size_t n_terms;     /* the vocabulary */
  uint64_t n_entries; /* of the matrix of counts: distinct terms of each text, added up */
  size_t n_train, n_test;
  quoth_metrics train, test;
  quoth_stage_seconds *seconds; /* [n_stages] */
  size_t n_stages;
  char *tested_image; /* the file's bytes of the model that was tested; only of quoth_train_both */
  size_t tested_size;
} quoth_training;

/* Refuses what nothing can be learnt from: no rows, one class. */
quoth_status quoth_train_check(const quoth_dataset *dataset, quoth_error *err);

/* Fits `spec` to `dataset`, which has labels, and evaluates it. If its evaluation says `refit`, all
 * stages are fitted to the train rows and measured, and then fitted again to all rows. Else the
 * features are fitted to all rows, and the classifier to the train rows, and this is what is kept.
 * The file's bytes depend on the spec, the data and the version of quoth, and on nothing else. */
quoth_status quoth_train(const quoth_spec *spec, const quoth_dataset *dataset, quoth_pool *pool,
                         const quoth_progress *progress, quoth_training *out, quoth_error *err);
/* The same of a spec whose evaluation says `refit`, and what was fitted to the train rows as a file
 * too. */
quoth_status quoth_train_both(const quoth_spec *spec, const quoth_dataset *dataset,
                              quoth_pool *pool, const quoth_progress *progress, quoth_training *out,
                              quoth_error *err);
/* Fits all stages to the rows split->train and measures what comes out on split->test; that is what
 * is kept. The spec's evaluation is not looked at. */
quoth_status quoth_train_on(const quoth_spec *spec, const quoth_dataset *dataset,
                            const quoth_split *split, quoth_pool *pool,
                            const quoth_progress *progress, quoth_training *out, quoth_error *err);
void quoth_training_clear(quoth_training *training);

/* Metrics as JSON, the same in model files and in what programs print:
 *   rows, accuracy, log_loss, confusion_matrix (rows true, columns predicted),
 *   per_class [{class, precision, recall, f1, support, roc_auc}], macro, weighted,
 *   brier_score, top_2_accuracy, top_3_accuracy, calibration_error,
 *   calibration_curve {uniform, quantile: [{rows, mean_probability, accuracy}], bins with rows}
 * What is undefined is null. `classes` is [n_classes]. NULL if out of memory. */
json_t *quoth_metrics_json(const quoth_metrics *metrics, const quoth_bytes *classes);

#endif
