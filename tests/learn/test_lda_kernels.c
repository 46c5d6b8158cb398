/* The kernels of lda by themselves: of documents alone and together, near the prior, at every
 * width. */
#include "close.h"

#include <stdlib.h>

#include "base/random.h"
#include "lda_naive.h"
#include "learn/lda_kernels.h"
#include "math/functions.h"

/* Too small to be seen in what comes of them. */
static void test_topics_at_their_prior(void **state) {
  (void)state;
  enum { N_TOPICS = 19, STRIDE = 24 };
  double prior[STRIDE] = {0}, gamma[STRIDE] = {0}, exp_theta[STRIDE], total = 0;
  for (int k = 0; k < N_TOPICS; k++) {
    prior[k] = 0.1;
    gamma[k] = k < 16 ? 0.1 : 0.1 * k;
    total += gamma[k];
  }
  quoth_lda_problem problem = {.n_topics = N_TOPICS,
                               .stride = STRIDE,
                               .doc_prior = prior,
                               .psi_doc_prior = quoth_digamma(0.1)};
  quoth_lda_document document = {.gamma = gamma, .exp_theta = exp_theta};
  for (quoth_width width = 0; width < QUOTH_N_WIDTHS; width++) {
    if (!quoth_width_usable(width)) continue;
    quoth_lda_kernels_for(width)->infer_documents(&problem, &document, 1);
    for (int k = 0; k < N_TOPICS; k++)
      assert_close(exp_theta[k], exp(lda_naive_psi(gamma[k]) - lda_naive_psi(total)), 1e-14);
  }
}

/* Documents of many lengths, one by one and together; more topics than a pack holds at once. */
static void check_together(quoth_width width, size_t n_topics) {
  enum { N_DOCUMENTS = 37, N_TERMS = 30, LONGEST = 12 };
  static uint32_t rows[N_DOCUMENTS][LONGEST], numbers[N_DOCUMENTS][LONGEST];
  static double weights[2][N_DOCUMENTS][LONGEST];
  size_t stride = quoth_lda_stride(n_topics);
  double *exp_beta = calloc(N_TERMS * stride, sizeof *exp_beta);
  double *prior = calloc(stride, sizeof *prior);
  double *gamma = calloc(2 * N_DOCUMENTS * stride, sizeof *gamma);
  double *exp_theta = calloc(2 * N_DOCUMENTS * stride, sizeof *exp_theta);
  assert_true(exp_beta && prior && gamma && exp_theta);
  quoth_random random;
  quoth_random_seed(&random, (uint32_t)n_topics);
  for (size_t k = 0; k < n_topics; k++) {
    prior[k] = 1 / (double)n_topics;
    for (size_t v = 0; v < N_TERMS; v++)
      exp_beta[v * stride + k] = quoth_exp(-20 * quoth_random_unit(&random));
  }
  quoth_lda_document documents[2][N_DOCUMENTS];
  for (size_t d = 0; d < N_DOCUMENTS; d++) {
    size_t n = 1 + quoth_random_below(&random, LONGEST);
    for (size_t j = 0; j < n; j++) {
      rows[d][j] = quoth_random_below(&random, N_TERMS);
      numbers[d][j] = 1 + quoth_random_below(&random, 3);
    }
    for (size_t i = 0; i < 2; i++) {
      size_t at = (i * N_DOCUMENTS + d) * stride;
      for (size_t k = 0; k < n_topics; k++)
        gamma[at + k] =
            i ? gamma[at - N_DOCUMENTS * stride + k] : quoth_random_gamma(&random, 100, 0.01);
      documents[i][d] = (quoth_lda_document){.n_entries = n,
                                             .exp_beta = exp_beta,
                                             .rows = rows[d],
                                             .counts = numbers[d],
                                             .gamma = gamma + at,
                                             .exp_theta = exp_theta + at,
                                             .weights = weights[i][d]};
    }
  }
  quoth_lda_problem problem = {.n_topics = n_topics,
                               .stride = stride,
                               .doc_prior = prior,
                               .psi_doc_prior = quoth_digamma(prior[0]),
                               .mean_change_tol = 1e-3,
                               .max_rounds = 20};
  const quoth_lda_kernels *kernels = quoth_lda_kernels_for(width);
  for (size_t d = 0; d < N_DOCUMENTS; d++) kernels->infer_documents(&problem, &documents[0][d], 1);
  kernels->infer_documents(&problem, documents[1], N_DOCUMENTS);
  assert_memory_equal(gamma, gamma + N_DOCUMENTS * stride, N_DOCUMENTS * stride * sizeof *gamma);
  assert_memory_equal(exp_theta, exp_theta + N_DOCUMENTS * stride,
                      N_DOCUMENTS * stride * sizeof *exp_theta);
  assert_memory_equal(weights[0], weights[1], sizeof weights[0]);
  free(exp_beta);
  free(prior);
  free(gamma);
  free(exp_theta);
}

static void test_documents_together(void **state) {
  (void)state;
  static const size_t TOPICS[] = {1, 9, 50, 64, 75, 300, 1500};
  for (quoth_width width = 0; width < QUOTH_N_WIDTHS; width++)
    for (size_t i = 0; quoth_width_usable(width) && i < sizeof TOPICS / sizeof *TOPICS; i++)
      check_together(width, TOPICS[i]);
}

/* Rows of lambdas whose distance from the prior is of all sizes from 2^-60 to 2^4, in some rows
 * mostly large ones, in others mostly small ones; a few are 0, or below the prior. */
static void check_lambdas(double prior) {
  enum { STRIDE = 56, N_TERMS = 200, N = N_TERMS * STRIDE };
  static double mass[N], expected[N], exp_beta[QUOTH_N_WIDTHS][N];
  double priors[STRIDE], psi_total[STRIDE], at_prior[STRIDE];
  uint32_t terms[N_TERMS];
  quoth_random random;
  quoth_random_seed(&random, 11);
  for (size_t k = 0; k < STRIDE; k++) {
    priors[k] = prior;
    psi_total[k] = 4 + 4 * quoth_random_unit(&random);
  }
  quoth_lda_expect_prior(prior, psi_total, at_prior, STRIDE);
  for (size_t v = 0; v < N_TERMS; v++) {
    terms[v] = (uint32_t)v;
    double range = 64 * quoth_random_unit(&random);
    for (size_t k = 0; k < STRIDE; k++) {
      double d = exp2(4 - range * quoth_random_unit(&random));
      uint32_t kind = quoth_random_below(&random, 20);
      if (kind == 0) d = 0;
      if (kind == 1) d = -d / 17 * prior;
      mass[v * STRIDE + k] = 2 * d;
      expected[v * STRIDE + k] = exp(lda_naive_psi(prior + d) - psi_total[k]);
    }
  }
  quoth_lda_near_prior near = quoth_lda_near_prior_of(prior);
  for (quoth_width width = 0; width < QUOTH_N_WIDTHS; width++) {
    if (!quoth_width_usable(width)) continue;
    quoth_lda_expectation e = {STRIDE,    mass,  0.5,      priors,
                               psi_total, &near, at_prior, exp_beta[width]};
    quoth_lda_kernels_for(width)->expect_terms(&e, terms, N_TERMS);
    for (size_t i = 0; i < N; i++)
      assert_close(exp_beta[width][i], expected[i], 2e-15 * (10 + 1 / (prior + mass[i] / 2)));
    assert_memory_equal(exp_beta[0], exp_beta[width], sizeof exp_beta[0]);
  }
}

static void test_lambdas(void **state) {
  (void)state;
  static const double PRIORS[] = {1e-7, 1e-3, 0.005, 0.02, 0.05, 0.1, 0.11, 0.5, 0.9};
  for (size_t i = 0; i < sizeof PRIORS / sizeof *PRIORS; i++) check_lambdas(PRIORS[i]);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_topics_at_their_prior),
      cmocka_unit_test(test_documents_together),
      cmocka_unit_test(test_lambdas),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
