/* BernoulliNB: a term counts once, and one that is not there counts too. Its score for a class
 *
 *   log prior + sum over the text's terms of log p + sum over all others of log(1 - p)
 *
 * is the same as that of a multinomial_nb with log(p / (1 - p)) for weights and log prior + sum
 * over all terms of log(1 - p) for a prior, of counts that are 0 and 1. So the stages before it are
 * made to put out these. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/logarithm.h"
#include "interop/sklearn_parts.h"
#include "math/functions.h"

/* ---- Counts of 0 and 1 ----------------------------------------------------- */

static json_t *params_of(json_t *stage) { return json_object_get(stage, "params"); }

static bool is_type(const json_t *stage, const quoth_stage_type *type) {
  return strcmp(json_string_value(json_object_get(stage, "type")), type->name) == 0;
}

/* Whether `binarize` makes 1 of every count, or of every weight above 0. */
static bool makes_ones(const quoth_value *binarize, bool has_weights, bool is_binary) {
  double threshold;
  if (!binarize || binarize->kind == QUOTH_VALUE_NONE) return is_binary && !has_weights;
  if (!quoth_value_real(binarize, &threshold)) return false;
  return has_weights ? threshold == 0 : threshold >= 0 && threshold < 1;
}

/* The weights become the counts. */
static quoth_status ignore_weights(quoth_import *import, json_t *stage, quoth_error *err) {
  const quoth_tensor *idf;
  quoth_status status =
      quoth_tensors_get(&import->tensors, json_string_value(json_object_get(stage, "name")), "idf",
                        QUOTH_F64, 1, &idf, err);
  if (status) return status;
  double *values = (double *)(uintptr_t)idf->data;
  for (uint64_t i = 0; i < idf->shape[0]; i++) values[i] = 1;
  json_t *params = params_of(stage);
  return json_object_set_new(params, "norm", json_null()) == 0 &&
                 json_object_set_new(params, "use_idf", json_false()) == 0 &&
                 json_object_set_new(params, "sublinear_tf", json_false()) == 0
             ? QUOTH_OK
             : quoth_fail_nomem(err, 1);
}

static quoth_status make_binary(quoth_import *import, const quoth_estimator *estimator,
                                quoth_error *err) {
  json_t *counts = json_array_get(import->pipeline, 0);
  json_t *last = json_array_get(import->pipeline, json_array_size(import->pipeline) - 1);
  bool has_weights = is_type(last, &quoth_tfidf_stage);
  if (!is_type(counts, &quoth_count_vectorizer) || (last != counts && !has_weights))
    return quoth_estimator_fail(estimator, "binarize", err,
                                "would make 0 and 1 of what is no count of a term");
  bool is_binary = json_is_true(json_object_get(params_of(counts), "binary"));
  if (!makes_ones(quoth_estimator_get(estimator, "binarize"), has_weights, is_binary))
    return quoth_estimator_fail(estimator, "binarize", err,
                                "does not tell terms that are there from those that are not; quoth "
                                "has 0.0 before counts and weights");
  if (json_object_set_new(params_of(counts), "binary", json_true()) != 0)
    return quoth_fail_nomem(err, 1);
  return has_weights ? ignore_weights(import, last, err) : QUOTH_OK;
}

/* ---- Weights --------------------------------------------------------------- */

/* log p of a class's terms becomes log(p / (1 - p)); returns the sum of log(1 - p). `rest` is
 * scratch. */
static double take_odds(double *log_probability, double *rest, size_t n) {
  quoth_exp_array(log_probability, rest, n);
  for (size_t v = 0; v < n; v++) {
    rest[v] = quoth_log(1 - rest[v]);
    log_probability[v] -= rest[v];
  }
  return quoth_sum_pairwise(rest, n);
}

/* `logs` is [C][V], `weights` [V][C], `prior` [C]. */
static bool convert(double *logs, double *rest, size_t n_terms, uint32_t n_classes, double *weights,
                    double *prior) {
  bool is_finite = true;
  for (uint32_t c = 0; c < n_classes; c++) {
    double *of_class = logs + c * n_terms;
    prior[c] += take_odds(of_class, rest, n_terms);
    for (size_t v = 0; v < n_terms; v++) {
      weights[v * n_classes + c] = of_class[v];
      is_finite = is_finite && isfinite(of_class[v]);
    }
  }
  return is_finite;
}

static quoth_status take_weights(quoth_import *import, const quoth_estimator *estimator,
                                 quoth_error *err) {
  uint32_t n_terms = import->n_columns, n_classes = import->n_classes;
  double *logs = NULL, *prior = NULL;
  quoth_status status = quoth_estimator_reals(estimator, "feature_log_prob_", n_classes, n_terms,
                                              import->order, &logs, err);
  if (!status)
    status = quoth_estimator_reals(estimator, "class_log_prior_", n_classes, 0, NULL, &prior, err);
  if (status) {
    free(logs);
    return status;
  }
  double *weights = quoth_new_array(n_terms, n_classes * sizeof *weights, err);
  double *rest = quoth_new_array(n_terms, sizeof *rest, err);
  if (weights && rest && !convert(logs, rest, n_terms, n_classes, weights, prior))
    status = quoth_estimator_fail(estimator, "feature_log_prob_", err,
                                  "has a term that is certain or impossible in a class");
  quoth_status added[] = {quoth_tensors_add(&import->tensors, "classifier", "feature_log_prob",
                                            QUOTH_F64, n_terms, n_classes, weights, err),
                          quoth_tensors_add(&import->tensors, "classifier", "class_log_prior",
                                            QUOTH_F64, n_classes, 0, prior, err),
                          rest ? QUOTH_OK : QUOTH_ERR_NOMEM};
  for (size_t i = 0; i < 3 && !status; i++) status = added[i];
  free(rest);
  free(logs);
  return status;
}

quoth_status quoth_import_bernoulli_nb(quoth_import *import, const quoth_estimator *estimator,
                                       quoth_error *err) {
  static const quoth_needed needed[] = {{NULL, NULL}};
  json_t *params = NULL;
  quoth_status status = quoth_import_needs_input(import, estimator, err);
  if (!status) status = quoth_import_set_classifier(import, estimator, err);
  if (!status) status = make_binary(import, estimator, err);
  if (!status) status = take_weights(import, estimator, err);
  if (!status)
    status = quoth_estimator_params(estimator, &quoth_multinomial_nb_stage, needed, &params, err);
  return status ? status
                : quoth_import_add_stage(import, "classifier", &quoth_multinomial_nb_stage, params,
                                         err);
}
