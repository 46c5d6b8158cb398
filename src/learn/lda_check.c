#include "learn/lda_check.h"

#include <math.h>

static quoth_status check_share(const char *name, double value, quoth_error *err) {
  if (isnan(value) || (value >= 0 && value <= 1)) return QUOTH_OK;
  return quoth_fail(err, QUOTH_ERR_ARG, "%s must be in [0, 1], not %g", name, value);
}

static quoth_status check_params(const quoth_lda_params *params, quoth_error *err) {
  if (params->n_components < 1)
    return quoth_fail(err, QUOTH_ERR_ARG, "n_components must be at least 1");
  if (params->batch_size < 1)
    return quoth_fail(err, QUOTH_ERR_ARG, "batch_size must be at least 1");
  if (!(params->learning_offset >= 1 && params->learning_offset < HUGE_VAL))
    return quoth_fail(err, QUOTH_ERR_ARG, "learning_offset must be at least 1, not %g",
                      params->learning_offset);
  if (!(params->learning_decay >= 0 && params->learning_decay <= 1))
    return quoth_fail(err, QUOTH_ERR_ARG, "learning_decay must be in [0, 1], not %g",
                      params->learning_decay);
  if (!(params->mean_change_tol >= 0))
    return quoth_fail(err, QUOTH_ERR_ARG, "mean_change_tol must not be negative");
  quoth_status status = check_share("doc_topic_prior", params->doc_topic_prior, err);
  return status ? status : check_share("topic_word_prior", params->topic_word_prior, err);
}

static quoth_status check_counts(const quoth_sparse *counts, quoth_error *err) {
  if (counts->n_rows == 0) return quoth_fail(err, QUOTH_ERR_DATA, "no documents to learn from");
  if (counts->n_columns == 0) return quoth_fail(err, QUOTH_ERR_DATA, "no terms to learn from");
  return QUOTH_OK;
}

quoth_status quoth_lda_check(const quoth_lda_params *params, const quoth_sparse *counts,
                             quoth_error *err) {
  quoth_status status = check_params(params, err);
  return status ? status : check_counts(counts, err);
}
