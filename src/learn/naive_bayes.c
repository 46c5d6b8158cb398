#include "learn/naive_bayes.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/logarithm.h"
#include "math/functions.h"

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

/* ---- What threads share ---------------------------------------------------- */

enum { TERMS_A_RUN = 1024 };

typedef struct naive_bayes {
  const quoth_sparse *rows;
  const uint32_t *labels;
  uint32_t n_classes;
  double alpha;
  double *weights; /* [V][C]: sums first, weights in the end */
  double *totals;  /* [C]: of the weights, over all terms */
  atomic_bool has_negative;
} naive_bayes;

/* N(c, t). */
static void count(void *context, size_t begin, size_t end, size_t worker) {
  (void)worker;
  naive_bayes *nb = context;
  const quoth_sparse *rows = nb->rows;
  size_t n_classes = nb->n_classes;
  bool has_negative = false;
  memset(&nb->weights[begin * n_classes], 0, (end - begin) * n_classes * sizeof *nb->weights);
  for (size_t row = 0; row < rows->n_rows; row++)
    for (uint64_t i = quoth_sparse_find(rows, row, (uint32_t)begin);
         i < rows->row_begin[row + 1] && rows->columns[i] < end; i++) {
      has_negative |= !(rows->weights[i] >= 0);
      nb->weights[rows->columns[i] * n_classes + nb->labels[row]] += rows->weights[i];
    }
  if (has_negative) atomic_store(&nb->has_negative, true);
}

static void add_alpha(void *context, size_t begin, size_t end, size_t worker) {
  (void)worker;
  const naive_bayes *nb = context;
  for (size_t i = begin * nb->n_classes; i < end * nb->n_classes; i++) nb->weights[i] += nb->alpha;
}

/* N(not c, t) + alpha from N(c, t). */
static void complement(void *context, size_t begin, size_t end, size_t worker) {
  (void)worker;
  const naive_bayes *nb = context;
  for (size_t v = begin; v < end; v++) {
    double *row = &nb->weights[v * nb->n_classes], all = 0;
    for (uint32_t c = 0; c < nb->n_classes; c++) all += row[c];
    for (uint32_t c = 0; c < nb->n_classes; c++)
      row[c] = (all - row[c] > 0 ? all - row[c] : 0) + nb->alpha;
  }
}

static void divide(void *context, size_t begin, size_t end, size_t worker) {
  (void)worker;
  const naive_bayes *nb = context;
  for (size_t v = begin; v < end; v++)
    for (uint32_t c = 0; c < nb->n_classes; c++)
      nb->weights[v * nb->n_classes + c] /= nb->totals[c];
}

static void take_logarithms(void *context, size_t begin, size_t end, size_t worker) {
  (void)worker;
  const naive_bayes *nb = context;
  double *weights = &nb->weights[begin * nb->n_classes];
  quoth_log_array(weights, weights, (end - begin) * nb->n_classes);
}

/* log N(c, t) - log of the total. */
static void take_log_shares(void *context, size_t begin, size_t end, size_t worker) {
  const naive_bayes *nb = context;
  take_logarithms(context, begin, end, worker);
  for (size_t v = begin; v < end; v++)
    for (uint32_t c = 0; c < nb->n_classes; c++)
      nb->weights[v * nb->n_classes + c] -= nb->totals[c];
}

/* -log(N(not c, t) / total). */
static void take_negative_log_shares(void *context, size_t begin, size_t end, size_t worker) {
  const naive_bayes *nb = context;
  divide(context, begin, end, worker);
  take_logarithms(context, begin, end, worker);
  for (size_t i = begin * nb->n_classes; i < end * nb->n_classes; i++)
    nb->weights[i] = -nb->weights[i];
}

/* ---- The whole ------------------------------------------------------------- */

static quoth_status check_weights(const quoth_sparse *rows, quoth_error *err) {
  for (size_t row = 0; row < rows->n_rows; row++)
    for (uint64_t i = rows->row_begin[row]; i < rows->row_begin[row + 1]; i++)
      if (!(rows->weights[i] >= 0))
        return quoth_fail(err, QUOTH_ERR_DATA,
                          "naive Bayes takes weights from 0 up; row %zu has %.6g", row,
                          rows->weights[i]);
  return QUOTH_OK;
}

static void run_terms(naive_bayes *nb, quoth_pool *pool, quoth_pool_work work) {
  quoth_pool_run(pool, nb->rows->n_columns, TERMS_A_RUN, work, nb);
}

static void sum_terms(naive_bayes *nb) {
  memset(nb->totals, 0, nb->n_classes * sizeof *nb->totals);
  for (size_t v = 0; v < nb->rows->n_columns; v++)
    for (uint32_t c = 0; c < nb->n_classes; c++)
      nb->totals[c] += nb->weights[v * nb->n_classes + c];
}

static quoth_status check_totals(const naive_bayes *nb, quoth_error *err) {
  for (uint32_t c = 0; c < nb->n_classes; c++)
    if (!isfinite(nb->totals[c]))
      return quoth_fail(err, QUOTH_ERR_ARG,
                        "alpha is too large: the sums of all terms are not finite");
  return QUOTH_OK;
}

static void weigh(naive_bayes *nb, quoth_pool *pool) {
  for (uint32_t c = 0; c < nb->n_classes; c++) nb->totals[c] = quoth_log(nb->totals[c]);
  run_terms(nb, pool, take_log_shares);
}

static void weigh_complements(naive_bayes *nb, bool is_normalised, quoth_pool *pool) {
  run_terms(nb, pool, take_negative_log_shares);
  if (!is_normalised) return;
  sum_terms(nb);
  run_terms(nb, pool, divide);
}

static quoth_status fit(const quoth_naive_bayes_params *params, bool is_complement,
                        const quoth_sparse *rows, const uint32_t *labels, uint32_t n_classes,
                        quoth_pool *pool, double *weights, double *log_prior, quoth_error *err) {
  naive_bayes nb = {.rows = rows,
                    .labels = labels,
                    .n_classes = n_classes,
                    .alpha = params->alpha < LEAST_ALPHA ? LEAST_ALPHA : params->alpha,
                    .weights = weights,
                    .totals = quoth_new_array(n_classes, sizeof *nb.totals, err)};
  if (!nb.totals) return QUOTH_ERR_NOMEM;
  quoth_status status = fit_prior(params, labels, rows->n_rows, n_classes, log_prior, err);
  if (!status) {
    quoth_sparse_run_columns(rows, pool, count, &nb);
    if (atomic_load(&nb.has_negative)) status = check_weights(rows, err);
  }
  if (!status) {
    run_terms(&nb, pool, is_complement ? complement : add_alpha);
    sum_terms(&nb);
    status = check_totals(&nb, err);
  }
  if (!status && is_complement) weigh_complements(&nb, params->norm, pool);
  if (!status && !is_complement) weigh(&nb, pool);
  free(nb.totals);
  return status;
}

quoth_status quoth_multinomial_nb_fit(const quoth_naive_bayes_params *params,
                                      const quoth_sparse *rows, const uint32_t *labels,
                                      uint32_t n_classes, quoth_pool *pool, double *weights,
                                      double *log_prior, quoth_error *err) {
  return fit(params, false, rows, labels, n_classes, pool, weights, log_prior, err);
}

quoth_status quoth_complement_nb_fit(const quoth_naive_bayes_params *params,
                                     const quoth_sparse *rows, const uint32_t *labels,
                                     uint32_t n_classes, quoth_pool *pool, double *weights,
                                     double *log_prior, quoth_error *err) {
  return fit(params, true, rows, labels, n_classes, pool, weights, log_prior, err);
}
