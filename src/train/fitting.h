/* fitting.h - a pipeline fitted to texts, stage by stage. */
#ifndef QUOTH_TRAIN_FITTING_H
#define QUOTH_TRAIN_FITTING_H

#include "base/file.h"
#include "corpus/corpora.h"
#include "model/spec.h"
#include "train/fit.h"

typedef struct quoth_stage_seconds {
  const char *label; /* the stage type's: "vectorize", "lda", "forest" */
  double seconds;    /* to fit it, and, unless its output waits, to apply it to the same rows */
} quoth_stage_seconds;

typedef struct quoth_fitting {
  const quoth_spec *spec;
  const quoth_bytes *texts; /* [n_rows] */
  quoth_corpora *corpora;   /* that keep what is read of them for another learning, or NULL */
  const uint32_t *numbers;  /* [n_rows] of the texts in these; NULL: they are the same */
  const quoth_file *file;   /* that most of these lie in, or NULL; rests once they were read */
  const uint32_t *labels;   /* [n_rows], below n_classes */
  size_t n_rows;
  uint32_t n_classes;
  const uint32_t *classifier_rows; /* [n_classifier_rows]; NULL: all */
  size_t n_classifier_rows;
  quoth_pool *pool;
  const quoth_progress *progress; /* may be NULL */
  size_t features_bytes;          /* memory for features of all rows, at the most; 0: 256 MiB */
} quoth_fitting;

typedef struct quoth_fitted {
  quoth_tensors tensors;
  quoth_batch probabilities; /* of all rows, [n_rows][n_classes] */
  size_t n_terms;            /* the vocabulary */
  uint64_t n_entries;        /* of the matrix of counts */
} quoth_fitted;              /* start from {0} */

/* Fits the features to all rows, the last stage to the classifier's. Adds to `seconds`
 * ([n_stages]). `wants_probabilities`: also put out->probabilities there. Features that take more
 * than features_bytes are made for the classifier's rows only, and then again, a row at a time, on
 * the way to probabilities. */
quoth_status quoth_fit_pipeline(const quoth_fitting *fitting, bool wants_probabilities,
                                quoth_stage_seconds *seconds, quoth_fitted *out, quoth_error *err);
void quoth_fitted_clear(quoth_fitted *fitted);

/* What the fitted pipeline says of `texts`, [texts->n_rows][n_classes], which were selected from
 * those of `fitting`. */
quoth_status quoth_fitted_apply(const quoth_fitted *fitted, const quoth_fitting *fitting,
                                const quoth_batch *texts, quoth_batch *out, quoth_error *err);

/* ---- A member's pipeline ---- */

/* Fits all stages of `spec` to the rows and labels of `from`, whose name is the member's path.
 * Unless `out` is NULL, it takes what the last stage makes of the same rows; start from {0}. */
quoth_status quoth_fit_member(quoth_pipeline_spec spec, const quoth_fit *from,
                              quoth_tensors *tensors, quoth_batch *out, quoth_error *err);

#endif
