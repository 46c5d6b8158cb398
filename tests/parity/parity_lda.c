/* parity_lda.c - learn/lda.h and math/functions.h as flat functions. */
#include <string.h>

#include "learn/lda.h"
#include "math/functions.h"

#define EXPORT __attribute__((visibility("default")))

/* `components` and `exp_beta` are [V][K]. */
EXPORT quoth_status parity_lda_fit(const quoth_lda_params *params, const quoth_sparse *counts,
                                   size_t threads, double *components, double *exp_beta,
                                   quoth_error *err) {
  quoth_pool *pool;
  quoth_status status = quoth_pool_new(threads, &pool, err);
  if (status) return status;
  quoth_lda lda;
  status = quoth_lda_fit(params, counts, pool, NULL, &lda, err);
  if (!status) {
    size_t size = (size_t)lda.n_terms * lda.n_topics * sizeof(double);
    memcpy(components, lda.components, size);
    memcpy(exp_beta, lda.exp_beta, size);
    quoth_lda_clear(&lda);
  }
  quoth_pool_free(pool);
  return status;
}

/* `shares` is [D][K]. */
EXPORT quoth_status parity_lda_transform(const quoth_lda *lda, const quoth_sparse *counts,
                                         double *shares, quoth_error *err) {
  quoth_lda_scratch scratch = {0}, *scratches = &scratch;
  quoth_status status = QUOTH_OK;
  for (size_t d = 0; d < counts->n_rows && !status; d++) {
    uint64_t first = counts->row_begin[d];
    quoth_lda_terms terms = {counts->columns + first, counts->counts + first,
                             counts->row_begin[d + 1] - first};
    double *row = shares + d * lda->n_topics;
    status = quoth_lda_transform(lda, 1, &terms, &scratches, &row, err);
  }
  quoth_lda_scratch_clear(&scratch);
  return status;
}

EXPORT double parity_sum_pairwise(const double *x, size_t n) { return quoth_sum_pairwise(x, n); }
