#include <stdint.h>

#include "learn/lda.h"
#include "train/fit.h"

/* Each topic's share of all words: the documents' shares weighted by their lengths. */
static void sum_shares(const quoth_batch *counts, const quoth_batch *topics, double *shares) {
  uint32_t n_topics = topics->n_columns;
  double n_words = 0;
  for (size_t row = 0; row < counts->n_rows; row++) {
    quoth_document document = quoth_batch_row(counts, row);
    double length = 0;
    for (size_t i = 0; i < document.n_entries; i++) length += document.counts[i];
    for (uint32_t k = 0; k < n_topics; k++) shares[k] += length * topics->dense[row * n_topics + k];
    n_words += length;
  }
  for (uint32_t k = 0; k < n_topics; k++) shares[k] /= n_words;
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

  status = quoth_fit_apply(fit, tensors, fit->in, out, err);
  if (status) return status;
  double *shares = quoth_new_array(lda.n_topics, sizeof *shares, err);
  if (!shares) return QUOTH_ERR_NOMEM;
  sum_shares(fit->in, out, shares);
  return quoth_tensors_add(tensors, fit->name, "shares", QUOTH_F64, lda.n_topics, 0, shares, err);
}
