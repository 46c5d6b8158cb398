/* parity_ngram_lm.c - n-gram language models and calibration for tests/parity/test_ngram_lm.py.
 * Sequences are symbols, one row behind another, with the rows' begins. */
#include <stdlib.h>

#include "learn/ngram_lm.h"
#include "learn/temperature.h"

#define SHIM __attribute__((visibility("default")))

/* Learns from `texts` and scores `queries`: log_likelihoods is [queries][n_classes], n_known
 * [queries]. */
SHIM bool parity_ngram_lm(const quoth_ngram_lm_params *params, const quoth_sequences *texts,
                          const uint32_t *labels, uint32_t n_classes, size_t n_threads,
                          const quoth_sequences *queries, double *log_likelihoods,
                          uint64_t *n_known) {
  quoth_pool *pool = NULL;
  quoth_ngram_lm lm = {0};
  uint32_t *rows = calloc(texts->n_rows + 1, sizeof *rows);
  double *work = calloc(n_classes, 2 * sizeof *work);
  for (uint32_t row = 0; row < texts->n_rows; row++) rows[row] = row;
  bool is_done =
      !quoth_pool_new(n_threads, &pool, NULL) &&
      !quoth_ngram_lm_fit(params, texts, rows, texts->n_rows, labels, n_classes, pool, &lm, NULL) &&
      !quoth_ngram_lm_check(&lm, "lm", NULL);
  for (size_t i = 0; i < queries->n_rows && is_done; i++)
    n_known[i] = quoth_ngram_lm_score(&lm, queries->symbols + queries->row_begin[i],
                                      queries->row_begin[i + 1] - queries->row_begin[i], work,
                                      log_likelihoods + i * n_classes);
  quoth_ngram_lm_free(&lm);
  quoth_pool_free(pool);
  free(work);
  free(rows);
  return is_done;
}

SHIM bool parity_calibrate(const double *scores, const uint32_t *labels, size_t n_rows,
                           uint32_t n_classes, double *slope, double *intercept) {
  return !quoth_temperature_fit(scores, labels, n_rows, n_classes, slope, intercept, NULL);
}
