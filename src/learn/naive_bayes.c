#include "learn/naive_bayes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/logarithm.h"

#define LEAST_ALPHA 1e-10

quoth_status quoth_log_prior(const uint32_t *labels, size_t n_rows, uint32_t n_classes,
                             double *log_prior, quoth_error *err) {
  uint64_t *counts = quoth_new_array(n_classes, sizeof *counts, err);
  if (!counts) return QUOTH_ERR_NOMEM;
  for (size_t row = 0; row < n_rows; row++) counts[labels[row]]++;
  for (uint32_t c = 0; c < n_classes; c++)
    log_prior[c] = counts[c] ? quoth_log((double)counts[c]) - quoth_log((double)n_rows) : -INFINITY;
  free(counts);
  return QUOTH_OK;
}

static quoth_status fit_prior(const quoth_naive_bayes_params *params, const uint32_t *labels,
                              size_t n_rows, uint32_t n_classes, double *log_prior,
                              quoth_error *err) {
  if (params->fit_prior) return quoth_log_prior(labels, n_rows, n_classes, log_prior, err);
  for (uint32_t c = 0; c < n_classes; c++) log_prior[c] = -quoth_log(n_classes);
  return QUOTH_OK;
}

/* N(c, t), into [V][C]. */
static quoth_status count(const quoth_sparse *rows, const uint32_t *labels, uint32_t n_classes,
                          double *sums, quoth_error *err) {
  memset(sums, 0, (size_t)rows->n_columns * n_classes * sizeof *sums);
  for (size_t row = 0; row < rows->n_rows; row++)
    for (uint64_t i = rows->row_begin[row]; i < rows->row_begin[row + 1]; i++) {
      if (!(rows->weights[i] >= 0))
        return quoth_fail(err, QUOTH_ERR_DATA,
                          "naive Bayes takes weights from 0 up; row %zu has %.6g", row,
                          rows->weights[i]);
      sums[(size_t)rows->columns[i] * n_classes + labels[row]] += rows->weights[i];
    }
  return QUOTH_OK;
}

static double alpha_of(const quoth_naive_bayes_params *params) {
  return params->alpha < LEAST_ALPHA ? LEAST_ALPHA : params->alpha;
}

/* Adds alpha to every sum; totals ([C]) takes each class's sum over the terms. */
static void smooth(const quoth_naive_bayes_params *params, size_t n_terms, uint32_t n_classes,
                   double *sums, double *totals) {
  double alpha = alpha_of(params);
  for (size_t v = 0; v < n_terms; v++)
    for (uint32_t c = 0; c < n_classes; c++) {
      sums[v * n_classes + c] += alpha;
      totals[c] += sums[v * n_classes + c];
    }
}

/* N(not c, t) from N(c, t), in place. */
static void complement(size_t n_terms, uint32_t n_classes, double *sums) {
  for (size_t v = 0; v < n_terms; v++) {
    double *row = &sums[v * n_classes], all = 0;
    for (uint32_t c = 0; c < n_classes; c++) all += row[c];
    for (uint32_t c = 0; c < n_classes; c++) row[c] = all - row[c] > 0 ? all - row[c] : 0;
  }
}

/* ---- What threads share ---------------------------------------------------- */

enum { TERMS_A_RUN = 1024 };

/* Sums, or weights, and each class's total of them. */
typedef struct terms {
  uint32_t n_classes;
  double *weights;      /* [V][C] */
  const double *totals; /* [C] */
  double alpha;
} terms;

static void log_shares(void *context, size_t begin, size_t end, size_t worker) {
  (void)worker;
  const terms *at = context;
  for (size_t v = begin; v < end; v++)
    for (uint32_t c = 0; c < at->n_classes; c++) {
      double *weight = &at->weights[v * at->n_classes + c];
      *weight = quoth_log(*weight) - at->totals[c];
    }
}

/* Of a term in one class only, as most are, the others have nothing but alpha. */
static void log_complements(void *context, size_t begin, size_t end, size_t worker) {
  (void)worker;
  const terms *at = context;
  for (uint32_t c = 0; c < at->n_classes; c++) {
    double of_alpha = -quoth_log(at->alpha / at->totals[c]);
    for (size_t v = begin; v < end; v++) {
      double *weight = &at->weights[v * at->n_classes + c];
      *weight = *weight == at->alpha ? of_alpha : -quoth_log(*weight / at->totals[c]);
    }
  }
}

static void divide(void *context, size_t begin, size_t end, size_t worker) {
  (void)worker;
  const terms *at = context;
  for (size_t v = begin; v < end; v++)
    for (uint32_t c = 0; c < at->n_classes; c++)
      at->weights[v * at->n_classes + c] /= at->totals[c];
}

/* ---- The whole ------------------------------------------------------------- */

quoth_status quoth_multinomial_nb_fit(const quoth_naive_bayes_params *params,
                                      const quoth_sparse *rows, const uint32_t *labels,
                                      uint32_t n_classes, quoth_pool *pool, double *weights,
                                      double *log_prior, quoth_error *err) {
  double *totals = quoth_new_array(n_classes, sizeof *totals, err);
  if (!totals) return QUOTH_ERR_NOMEM;
  quoth_status status = fit_prior(params, labels, rows->n_rows, n_classes, log_prior, err);
  if (!status) status = count(rows, labels, n_classes, weights, err);
  smooth(params, rows->n_columns, n_classes, weights, totals);
  for (uint32_t c = 0; c < n_classes; c++) totals[c] = quoth_log(totals[c]);
  terms all = {n_classes, weights, totals};
  quoth_pool_run(pool, rows->n_columns, TERMS_A_RUN, log_shares, &all);
  free(totals);
  return status;
}

/* Divides each class's weights by their sum over the terms. `totals` ([C]) is scratch. */
static void normalise(size_t n_terms, uint32_t n_classes, quoth_pool *pool, double *weights,
                      double *totals) {
  memset(totals, 0, n_classes * sizeof *totals);
  for (size_t v = 0; v < n_terms; v++)
    for (uint32_t c = 0; c < n_classes; c++) totals[c] += weights[v * n_classes + c];
  terms all = {n_classes, weights, totals};
  quoth_pool_run(pool, n_terms, TERMS_A_RUN, divide, &all);
}

quoth_status quoth_complement_nb_fit(const quoth_naive_bayes_params *params,
                                     const quoth_sparse *rows, const uint32_t *labels,
                                     uint32_t n_classes, quoth_pool *pool, double *weights,
                                     double *log_prior, quoth_error *err) {
  size_t n_terms = rows->n_columns;
  double *totals = quoth_new_array(n_classes, sizeof *totals, err);
  if (!totals) return QUOTH_ERR_NOMEM;
  quoth_status status = fit_prior(params, labels, rows->n_rows, n_classes, log_prior, err);
  if (!status) status = count(rows, labels, n_classes, weights, err);
  complement(n_terms, n_classes, weights);
  smooth(params, n_terms, n_classes, weights, totals);
  terms all = {n_classes, weights, totals, alpha_of(params)};
  quoth_pool_run(pool, n_terms, TERMS_A_RUN, log_complements, &all);
  if (params->norm) normalise(n_terms, n_classes, pool, weights, totals);
  free(totals);
  return status;
}
