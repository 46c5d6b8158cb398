/* lda_near_prior.h - exp(psi(x)) for x a little above a prior; private to lda_*.c.
 *
 * After some steps nearly all lambdas are the prior eta and a small rest d of what they once were.
 * For 0 <= d < limit,
 *   exp(psi(eta + d) - psi(eta)) = (1 + c_1 d + ... + c_n d^n)^16
 * to within 1e-14, with a fourth of the arithmetic that psi and exp take. */
#ifndef QUOTH_LEARN_LDA_NEAR_PRIOR_H
#define QUOTH_LEARN_LDA_NEAR_PRIOR_H

#include <stddef.h>

enum { QUOTH_LDA_NEAR_TERMS = 10, QUOTH_LDA_NEAR_SQUARINGS = 4 };

typedef struct quoth_lda_near_prior {
  double limit;                              /* 0 if there is no d to gain from */
  double coefficients[QUOTH_LDA_NEAR_TERMS]; /* c_1, c_2, ... */
} quoth_lda_near_prior;

quoth_lda_near_prior quoth_lda_near_prior_of(double prior);

/* exp(psi(prior) - psi_total) of `n` topics; 0 below 1e-304, as the kernels have it. */
void quoth_lda_expect_prior(double prior, const double *psi_total, double *out, size_t n);

#endif
