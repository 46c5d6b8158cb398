/* parity_classifiers.c - tf-idf and linear classifiers for tests/parity/test_classifiers.py. A
 * matrix comes as scipy's csr_matrix has it. */
#include <stdlib.h>
#include <string.h>

#include "learn/logistic_regression.h"
#include "learn/naive_bayes.h"
#include "learn/one_vs_rest.h"
#include "learn/platt.h"
#include "learn/tfidf.h"

#define SHIM __attribute__((visibility("default")))

/* Weights of all entries; idf takes [n_columns]. */
SHIM bool parity_tfidf(const quoth_tfidf_params *params, size_t n_rows, uint32_t n_columns,
                       uint64_t *row_begin, uint32_t *columns, uint32_t *counts, double *idf,
                       double *weights) {
  quoth_sparse matrix = {n_rows, n_columns, row_begin, columns, .counts = counts};
  if (quoth_tfidf_fit(params, &matrix, idf, NULL)) return false;
  for (size_t row = 0; row < n_rows; row++) {
    uint64_t at = row_begin[row];
    quoth_tfidf_transform(params, idf, columns + at, counts + at, row_begin[row + 1] - at,
                          weights + at);
  }
  return true;
}

SHIM bool parity_naive_bayes(bool is_complement, const quoth_naive_bayes_params *params,
                             size_t n_rows, uint32_t n_columns, uint64_t *row_begin,
                             uint32_t *columns, double *weights, const uint32_t *labels,
                             uint32_t n_classes, double *feature_log_prob, double *log_prior) {
  quoth_sparse matrix = {n_rows, n_columns, row_begin, columns, .weights = weights};
  quoth_pool *pool;
  if (quoth_pool_new(2, &pool, NULL)) return false;
  quoth_status status = (is_complement ? quoth_complement_nb_fit : quoth_multinomial_nb_fit)(
      params, &matrix, labels, n_classes, pool, feature_log_prob, log_prior, NULL);
  quoth_pool_free(pool);
  return !status;
}

SHIM bool parity_logistic_regression(const quoth_logistic_params *params, size_t n_rows,
                                     uint32_t n_columns, uint64_t *row_begin, uint32_t *columns,
                                     double *weights, const uint32_t *labels, uint32_t n_classes,
                                     size_t n_threads, double *coef, double *intercept) {
  quoth_sparse matrix = {n_rows, n_columns, row_begin, columns, .weights = weights};
  quoth_pool *pool;
  if (quoth_pool_new(n_threads, &pool, NULL)) return false;
  quoth_status status = quoth_logistic_regression_fit(params, &matrix, labels, n_classes, pool, "",
                                                      NULL, coef, intercept, NULL);
  quoth_pool_free(pool);
  return !status;
}

/* `sigmoid` takes slopes, then offsets. */
SHIM bool parity_one_vs_rest(const quoth_one_vs_rest_params *params, size_t n_rows,
                             uint32_t n_columns, uint64_t *row_begin, uint32_t *columns,
                             double *weights, const uint32_t *labels, uint32_t n_classes,
                             const uint32_t *folds, uint32_t n_folds, size_t n_threads,
                             double *coef, double *intercept, double *sigmoid) {
  quoth_sparse matrix = {n_rows, n_columns, row_begin, columns, .weights = weights};
  double *alphas = calloc(n_rows, n_classes * sizeof *alphas);
  quoth_pool *pool = NULL;
  bool is_done =
      alphas && !quoth_pool_new(n_threads, &pool, NULL) &&
      !quoth_one_vs_rest_fit(
          params, &(quoth_one_vs_rest_data){&matrix, labels, n_classes, folds, n_folds, alphas},
          pool, "", NULL, &(quoth_one_vs_rest){coef, intercept, sigmoid}, NULL);
  quoth_pool_free(pool);
  free(alphas);
  return is_done;
}

SHIM bool parity_platt(const double *decisions, const bool *is_positive, size_t n_rows,
                       double *slope, double *offset) {
  return !quoth_platt_fit(decisions, is_positive, n_rows, slope, offset, NULL);
}
