#include <stdint.h>

#include "learn/lda.h"
#include "train/fit.h"

/* Rows [begin, end) of counts, which stay whose they are. */
static quoth_batch view_rows(const quoth_batch *counts, size_t begin, size_t end) {
  quoth_batch rows = *counts;
  rows.n_rows = rows.sparse.n_rows = end - begin;
  rows.sparse.row_begin += begin;
  return rows;
}

/* Adds the documents' shares of the topics, weighted by their lengths, and returns the sum of
 * these. */
static double add_shares(const quoth_batch *counts, const quoth_batch *topics, double n_words,
                         double *shares) {
  uint32_t n_topics = topics->n_columns;
  for (size_t row = 0; row < counts->n_rows; row++) {
    quoth_document document = quoth_batch_row(counts, row);
    double length = 0;
    for (size_t i = 0; i < document.n_entries; i++) length += document.counts[i];
    for (uint32_t k = 0; k < n_topics; k++) shares[k] += length * topics->dense[row * n_topics + k];
    n_words += length;
  }
  return n_words;
}

/* Each topic's share of all words. The rows' topics are left in `out` if they all fit there. */
static quoth_status sum_shares(const quoth_fit *fit, const quoth_tensors *tensors,
                               uint32_t n_topics, double *shares, quoth_batch *out,
                               quoth_error *err) {
  size_t n_rows = fit->in->n_rows, n_at_once = fit->features_bytes / (n_topics * sizeof(double));
  if (n_at_once == 0) n_at_once = 1;
  double n_words = 0;
  quoth_status status = QUOTH_OK;
  for (size_t begin = 0; begin < n_rows && !status; begin += n_at_once) {
    size_t end = n_rows - begin < n_at_once ? n_rows : begin + n_at_once;
    quoth_batch rows = view_rows(fit->in, begin, end);
    status = quoth_fit_apply(fit, tensors, &rows, out, err);
    if (!status) n_words = add_shares(&rows, out, n_words, shares);
    if (n_rows > n_at_once) quoth_batch_clear(out);
  }
  for (uint32_t k = 0; k < n_topics; k++) shares[k] /= n_words;
  return status;
}

quoth_status quoth_fit_lda(const quoth_fit *fit, quoth_tensors *tensors, quoth_batch *out,
                           quoth_error *err) {
  quoth_lda lda;
  quoth_status status =
      quoth_lda_fit(fit->params, &fit->in->sparse, fit->pool, fit->progress, &lda, err);
  if (status) return status;
  quoth_status beta = quoth_tensors_add(tensors, fit->name, "exp_beta", QUOTH_F64, lda.n_terms,
                                        lda.n_topics, (void *)(uintptr_t)lda.exp_beta, err);
  quoth_status components =
      quoth_tensors_add(tensors, fit->name, "components", QUOTH_F64, lda.n_terms, lda.n_topics,
                        (void *)(uintptr_t)lda.components, err);
  if (beta || components) return beta ? beta : components;

  double *shares = quoth_new_array(lda.n_topics, sizeof *shares, err);
  if (!shares) return QUOTH_ERR_NOMEM;
  status = sum_shares(fit, tensors, lda.n_topics, shares, out, err);
  if (status) {
    free(shares);
    return status;
  }
  return quoth_tensors_add(tensors, fit->name, "shares", QUOTH_F64, lda.n_topics, 0, shares, err);
}
