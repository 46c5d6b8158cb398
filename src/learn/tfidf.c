#include "learn/tfidf.h"

#include <math.h>
#include <stdlib.h>

#include "base/logarithm.h"

static double idf_of(const quoth_tfidf_params *params, size_t n_documents, uint32_t df) {
  double more = params->smooth_idf ? 1 : 0;
  return params->use_idf ? quoth_log(((double)n_documents + more) / (df + more)) + 1 : 1;
}

quoth_status quoth_tfidf_fit(const quoth_tfidf_params *params, const quoth_sparse *counts,
                             double *idf, quoth_error *err) {
  uint32_t *frequency = quoth_new_array(counts->n_columns, sizeof *frequency, err);
  if (!frequency) return QUOTH_ERR_NOMEM;
  for (uint64_t i = 0; i < quoth_sparse_n_entries(counts); i++) frequency[counts->columns[i]]++;
  /* Most terms are in few documents. */
  enum { FEW = 256 };
  double of_few[FEW];
  for (uint32_t df = 0; df < FEW; df++) of_few[df] = idf_of(params, counts->n_rows, df);
  for (uint32_t v = 0; v < counts->n_columns; v++)
    idf[v] =
        frequency[v] < FEW ? of_few[frequency[v]] : idf_of(params, counts->n_rows, frequency[v]);
  free(frequency);
  return QUOTH_OK;
}

static double norm_of(quoth_norm norm, const double *weights, size_t n) {
  double sum = 0;
  for (size_t i = 0; i < n; i++)
    sum += norm == QUOTH_NORM_L2 ? weights[i] * weights[i] : fabs(weights[i]);
  return norm == QUOTH_NORM_L2 ? sqrt(sum) : sum;
}

void quoth_normalise(quoth_norm norm, double *weights, size_t n) {
  double divisor = norm == QUOTH_NORM_NONE ? 1 : norm_of(norm, weights, n);
  if (divisor == 0 || divisor == 1) return;
  for (size_t i = 0; i < n; i++) weights[i] /= divisor;
}

void quoth_tfidf_weigh(const quoth_tfidf_params *params, const uint32_t *counts, size_t n,
                       double *weights) {
  for (size_t i = 0; i < n; i++) {
    double tf = counts[i];
    if (params->sublinear_tf && counts[i] > 1) tf = quoth_log(tf) + 1;
    weights[i] = tf * weights[i];
  }
  quoth_normalise(params->norm, weights, n);
}

void quoth_tfidf_transform(const quoth_tfidf_params *params, const double *idf,
                           const uint32_t *columns, const uint32_t *counts, size_t n,
                           double *weights) {
  for (size_t i = 0; i < n; i++) weights[i] = idf[columns[i]];
  quoth_tfidf_weigh(params, counts, n, weights);
}
