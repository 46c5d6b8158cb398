#include "learn/lda_near_prior.h"

#include "math/functions.h"

enum { N = QUOTH_LDA_NEAR_TERMS };

/* Of d / prior, and of psi(prior + d) - psi(prior). With more, ten coefficients are too few. */
static const double MOST_SHARE = 0.15, MOST_GROWTH = 6.5;

/* Chebyshev's nodes of [0, 1], (1 + cos((2i + 1) pi / 20)) / 2. */
static const double NODES[N] = {0x1.fcd924a17f22ep-1, 0x1.e41900e9e9636p-1, 0x1.b504f333f9de6p-1,
                                0x1.7438b8ad13780p-1, 0x1.280c16cf50a6fp-1, 0x1.afe7d2615eb23p-2,
                                0x1.178e8ea5d9100p-2, 0x1.2bec333018867p-3, 0x1.be6ff16169c9bp-5,
                                0x1.936daf406e919p-8};

/* psi(prior + d) - psi(prior). psi(x) is psi(x + 1) - 1/x; the difference of the two 1/x would
 * lose its digits. */
static double growth(double prior, double d) {
  return d / (prior * (prior + d)) + (quoth_digamma(1 + prior + d) - quoth_digamma(1 + prior));
}

/* Where growth is at most MOST_GROWTH, or would be but for the digammas, which add little. */
static double limit_of(double prior) {
  double most = MOST_SHARE * prior, by_growth = MOST_GROWTH * prior * prior;
  double room = 1 - MOST_GROWTH * prior;
  return room > 0 && by_growth < most * room ? by_growth / room : most;
}

/* The polynomial through points (NODES[i], values[i]), lowest power first: Newton's. */
static void interpolate(double *values, double *coefficients) {
  for (int j = 1; j < N; j++)
    for (int i = N - 1; i >= j; i--)
      values[i] = (values[i] - values[i - 1]) / (NODES[i] - NODES[i - j]);
  for (int i = 0; i < N; i++) coefficients[i] = 0;
  for (int i = N - 1; i >= 0; i--) {
    for (int j = N - 1; j > 0; j--)
      coefficients[j] = coefficients[j - 1] - NODES[i] * coefficients[j];
    coefficients[0] = values[i] - NODES[i] * coefficients[0];
  }
}

/* Not up to 1e-6, where scikit-learn's psi is another formula; nor for large priors: what lambdas
 * near them give is not small beside the rest, and would have other last bits than scikit-learn's.
 */
quoth_lda_near_prior quoth_lda_near_prior_of(double prior) {
  quoth_lda_near_prior near = {0};
  if (!(prior > 1e-6 && prior <= 0.1)) return near;
  near.limit = limit_of(prior);
  double values[N], power = near.limit;
  for (int i = 0; i < N; i++) {
    double root = growth(prior, NODES[i] * near.limit) / (1 << QUOTH_LDA_NEAR_SQUARINGS);
    values[i] = (quoth_exp(root) - 1) / NODES[i];
  }
  interpolate(values, near.coefficients);
  for (int i = 0; i < N; i++) {
    near.coefficients[i] /= power;
    power *= near.limit;
  }
  return near;
}

void quoth_lda_expect_prior(double prior, const double *psi_total, double *out, size_t n) {
  double psi_prior = quoth_digamma(prior);
  for (size_t k = 0; k < n; k++) out[k] = psi_prior - psi_total[k];
  quoth_exp_array(out, out, n);
  for (size_t k = 0; k < n; k++)
    if (out[k] < 1e-304) out[k] = 0;
}
