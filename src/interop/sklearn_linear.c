/* TfidfTransformer, TfidfVectorizer, MultinomialNB, ComplementNB, LogisticRegression. */
#include <stdlib.h>

#include "interop/sklearn_parts.h"

/* ---- tf-idf ---------------------------------------------------------------- */

/* Since scikit-learn 1.5 idf_ is an attribute; before, it was the diagonal of a sparse matrix. */
static quoth_status read_idf(const quoth_import *import, const quoth_estimator *estimator,
                             double **out, quoth_error *err) {
  uint32_t n = import->n_columns;
  const quoth_value *matrix = quoth_estimator_get(estimator, "_idf_diag");
  if (!matrix) return quoth_estimator_reals(estimator, "idf_", n, 0, import->order, out, err);
  quoth_estimator diagonal;
  quoth_status status = quoth_estimator_open(matrix, estimator->file, &diagonal, err);
  return status ? status : quoth_estimator_reals(&diagonal, "data", n, 0, import->order, out, err);
}

static quoth_status new_ones(size_t n, double **out, quoth_error *err) {
  *out = quoth_new_array(n, sizeof **out, err);
  for (size_t i = 0; *out && i < n; i++) (*out)[i] = 1;
  return *out ? QUOTH_OK : QUOTH_ERR_NOMEM;
}

quoth_status quoth_import_tfidf(quoth_import *import, const quoth_estimator *estimator,
                                quoth_error *err) {
  static const quoth_needed needed[] = {
      {"norm", NULL}, {"use_idf", NULL}, {"sublinear_tf", NULL}, {NULL, NULL}};
  json_t *params = NULL;
  double *idf = NULL;
  quoth_status status = quoth_import_needs_input(import, estimator, err);
  if (!status) status = quoth_estimator_params(estimator, &quoth_tfidf_stage, needed, &params, err);
  if (status) return status;
  status = json_is_true(json_object_get(params, "use_idf"))
               ? read_idf(import, estimator, &idf, err)
               : new_ones(import->n_columns, &idf, err);
  quoth_status added = quoth_import_add_stage(import, "tfidf", &quoth_tfidf_stage, params, err);
  if (status || added) {
    free(idf);
    return status ? status : added;
  }
  return quoth_tensors_add(&import->tensors, "tfidf", "idf", QUOTH_F64, import->n_columns, 0, idf,
                           err);
}

quoth_status quoth_import_tfidf_vectorizer(quoth_import *import, const quoth_estimator *estimator,
                                           quoth_error *err) {
  quoth_estimator transformer;
  quoth_status status = quoth_import_count_vectorizer(import, estimator, err);
  if (!status)
    status = quoth_estimator_open(quoth_estimator_get(estimator, "_tfidf"), estimator->file,
                                  &transformer, err);
  return status ? status : quoth_import_tfidf(import, &transformer, err);
}

/* ---- Naive Bayes ----------------------------------------------------------- */

static quoth_status take_bayes(quoth_import *import, const quoth_estimator *estimator,
                               const quoth_stage_type *type, bool has_prior, quoth_error *err) {
  static const quoth_needed needed[] = {{NULL, NULL}};
  json_t *params = NULL;
  double *weights = NULL, *prior = NULL;
  quoth_status status = quoth_import_needs_input(import, estimator, err);
  if (!status) status = quoth_import_set_classifier(import, estimator, err);
  uint64_t n_classes = import->n_classes, n_inputs = import->n_columns;
  if (!status)
    status = quoth_estimator_transposed(estimator, "feature_log_prob_", n_classes, n_inputs,
                                        import->order, &weights, err);
  if (!status)
    status = quoth_tensors_add(&import->tensors, "classifier", "feature_log_prob", QUOTH_F64,
                               n_inputs, n_classes, weights, err);
  if (!status && has_prior)
    status = quoth_estimator_reals(estimator, "class_log_prior_", n_classes, 0, NULL, &prior, err);
  else if (!status && !(prior = quoth_new_array(n_classes, sizeof *prior, err)))
    status = QUOTH_ERR_NOMEM;
  if (!status)
    status = quoth_tensors_add(&import->tensors, "classifier", "class_log_prior", QUOTH_F64,
                               n_classes, 0, prior, err);
  if (!status) status = quoth_estimator_params(estimator, type, needed, &params, err);
  return status ? status : quoth_import_add_stage(import, "classifier", type, params, err);
}

quoth_status quoth_import_multinomial_nb(quoth_import *import, const quoth_estimator *estimator,
                                         quoth_error *err) {
  return take_bayes(import, estimator, &quoth_multinomial_nb_stage, true, err);
}

/* quoth answers the prior of the classes for a text without known terms, scikit-learn that all are
 * alike: so here all have the same prior, which is used for nothing else. */
quoth_status quoth_import_complement_nb(quoth_import *import, const quoth_estimator *estimator,
                                        quoth_error *err) {
  return take_bayes(import, estimator, &quoth_complement_nb_stage, false, err);
}

/* ---- Logistic regression --------------------------------------------------- */

/* Whether probabilities are sigmoids of a class against the rest, as LogisticRegression's
 * predict_proba chooses. */
static bool is_one_vs_rest(const quoth_estimator *estimator, uint32_t n_classes) {
  const quoth_value *way = quoth_estimator_get(estimator, "multi_class");
  if (quoth_value_is_text(way, "ovr") || quoth_value_is_text(way, "warn")) return true;
  if (quoth_value_is_text(way, "multinomial")) return false;
  return n_classes == 2 ||
         quoth_value_is_text(quoth_estimator_get(estimator, "solver"), "liblinear");
}

/* The softmax over -d and d that scikit-learn takes for two classes, if told to take the
 * multinomial way, is the sigmoid of 2 d. */
static void double_all(double *values, size_t n) {
  for (size_t i = 0; i < n; i++) values[i] *= 2;
}

/* What a text without known terms gets: the intercepts, of which the first class of two has none.
 */
static quoth_status add_empty_scores(quoth_tensors *tensors, const double *intercept,
                                     uint32_t n_classes, quoth_error *err) {
  double *scores = quoth_new_array(n_classes, sizeof *scores, err);
  size_t first = n_classes == 2;
  for (size_t c = first; scores && c < n_classes; c++) scores[c] = intercept[c - first];
  return quoth_tensors_add(tensors, "classifier", "class_log_prior", QUOTH_F64, n_classes, 0,
                           scores, err);
}

static quoth_status take_coefficients(quoth_import *import, const quoth_estimator *estimator,
                                      quoth_error *err) {
  uint32_t n_classes = import->n_classes, n_inputs = import->n_columns;
  uint32_t n_columns = n_classes == 2 ? 1 : n_classes;
  bool is_doubled = n_classes == 2 && !is_one_vs_rest(estimator, n_classes);
  double *coef, *intercept;
  quoth_status status = quoth_estimator_transposed(estimator, "coef_", n_columns, n_inputs,
                                                   import->order, &coef, err);
  if (status) return status;
  if (is_doubled) double_all(coef, n_inputs);
  status = quoth_tensors_add(&import->tensors, "classifier", "coef", QUOTH_F64, n_inputs, n_columns,
                             coef, err);
  if (!status) status = quoth_estimator_intercept(estimator, n_columns, &intercept, err);
  if (status) return status;
  if (is_doubled) double_all(intercept, 1);
  status = quoth_tensors_add(&import->tensors, "classifier", "intercept", QUOTH_F64, n_columns, 0,
                             intercept, err);
  return status ? status : add_empty_scores(&import->tensors, intercept, n_classes, err);
}

quoth_status quoth_import_logistic_regression(quoth_import *import,
                                              const quoth_estimator *estimator, quoth_error *err) {
  static const quoth_needed needed[] = {{NULL, NULL}};
  json_t *params = NULL;
  quoth_status status = quoth_import_needs_input(import, estimator, err);
  if (!status) status = quoth_import_set_classifier(import, estimator, err);
  if (!status && import->n_classes > 2 && is_one_vs_rest(estimator, import->n_classes))
    return quoth_import_one_vs_rest(import, estimator, err);
  if (!status) status = take_coefficients(import, estimator, err);
  if (!status)
    status =
        quoth_estimator_params(estimator, &quoth_logistic_regression_stage, needed, &params, err);
  return status ? status
                : quoth_import_add_stage(import, "classifier", &quoth_logistic_regression_stage,
                                         params, err);
}
