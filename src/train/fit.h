/* fit.h - how each type of stage learns. Fitting writes the tensors that the stage is loaded from;
 * the types themselves, in model/stage.h, know nothing of it, so that a program which only applies
 * models is linked without. */
#ifndef QUOTH_TRAIN_FIT_H
#define QUOTH_TRAIN_FIT_H

#include "base/thread_pool.h"
#include "model/pipeline.h"

/* What a stage is fitted from. */
typedef struct quoth_fit {
  const char *name;       /* the stage's path: prefix of its tensors, and of errors */
  const void *params;     /* the type's struct of parameters */
  quoth_stage_spec spec;  /* with the stage's members */
  const quoth_batch *in;  /* the training rows */
  quoth_batch *last_use;  /* the same, if nobody needs them once they are read: may be cleared */
  const uint32_t *labels; /* [in->n_rows], below n_classes */
  uint32_t n_classes;
  quoth_pool *pool;
  const quoth_progress *progress; /* may be NULL */
  size_t features_bytes;          /* memory for features of all rows, at the most */
  struct quoth_corpora *corpora;  /* of the texts that those of `in` were selected from, or NULL */
  struct quoth_starts *starts;    /* of the same texts, or NULL */
  const uint32_t *numbers;        /* [in->n_rows] of the rows among them; NULL: the first ones */
} quoth_fit;

/* Learns from fit->in and adds tensors named NAME.something. May also set *out to the stage's
 * output for the same rows, when that falls out of fitting and, if it is features, takes no more
 * than features_bytes; otherwise leaves it alone. Counts, weights and features learnt from labels
 * always fall out: the latter are not what applying the stage to these rows would give. */
typedef quoth_status quoth_fit_function(const quoth_fit *fit, quoth_tensors *tensors,
                                        quoth_batch *out, quoth_error *err);

/* One file each: fit_NAME.c. */
quoth_fit_function quoth_fit_count_vectorizer, quoth_fit_hashing_vectorizer, quoth_fit_tfidf,
    quoth_fit_lda, quoth_fit_forest, quoth_fit_multinomial_nb, quoth_fit_complement_nb,
    quoth_fit_logistic_regression, quoth_fit_linear_svc, quoth_fit_nb_svm, quoth_fit_ngram_lm,
    quoth_fit_feature_union, quoth_fit_stacking, quoth_fit_conditional_logit;

/* What the stage that is being fitted makes of `in`, from the tensors that it has so far. */
quoth_status quoth_fit_apply(const quoth_fit *fit, const quoth_tensors *tensors,
                             const quoth_batch *in, quoth_batch *out, quoth_error *err);

/* The counts of a count_vectorizer, fitted into `tensors`, for rows of fit->corpora: what applying
 * it to their texts gives. */
quoth_status quoth_count_vectorizer_apply_again(const quoth_fit *fit, const quoth_tensors *tensors,
                                                quoth_batch *out, quoth_error *err);

/* How stages of this type are fitted. */
quoth_fit_function *quoth_fit_function_of(const quoth_stage_type *type);

/* Adds the tensors of a quoth_forest_stage named `name`; takes the forest's arrays over, also on
 * failure. */
typedef struct quoth_forest quoth_forest;
quoth_status quoth_forest_store(const char *name, const quoth_forest *forest,
                                quoth_tensors *tensors, quoth_error *err);

#endif
