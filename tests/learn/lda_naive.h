/* lda_naive.h - scikit-learn 1.2.1's LatentDirichletAllocation line by line, with the C library's
 * exp, log and pow, dense statistics and no thought of speed: the oracle of the tests. */
#ifndef QUOTH_LDA_NAIVE_H
#define QUOTH_LDA_NAIVE_H

#include "learn/lda.h"

typedef struct lda_naive {
  quoth_lda_params params; /* priors filled in */
  size_t n_topics, n_terms;
  double *components;    /* [K][V] */
  double *exp_dirichlet; /* [K][V] */
} lda_naive;

/* Its approximation of digamma. */
double lda_naive_psi(double x);

void lda_naive_fit(lda_naive *lda, const quoth_lda_params *params, const quoth_sparse *counts);
/* `shares` is [D][K]. */
void lda_naive_transform(const lda_naive *lda, const quoth_sparse *counts, double *shares);
void lda_naive_clear(lda_naive *lda);

#endif
