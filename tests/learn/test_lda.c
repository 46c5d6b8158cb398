#include "close.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "lda_naive.h"
#include "learn/lda.h"
#include "learn/lda_kernels.h"
#include "math/functions.h"

static quoth_pool *new_pool(size_t threads) {
  quoth_pool *pool;
  assert_done(quoth_pool_new(threads, &pool, err));
  return pool;
}

static quoth_lda_params default_params(uint32_t n_components) {
  return (quoth_lda_params){.n_components = n_components,
                            .max_iter = 2,
                            .learning_method = QUOTH_LDA_ONLINE,
                            .learning_offset = 10,
                            .learning_decay = 0.7,
                            .batch_size = 128,
                            .doc_topic_prior = NAN,
                            .topic_word_prior = NAN,
                            .mean_change_tol = 1e-3,
                            .max_doc_update_iter = 100};
}

/* ---- Matrices --------------------------------------------------------------------- */

static quoth_sparse new_sparse(size_t n_rows, uint32_t n_columns, size_t capacity) {
  quoth_sparse matrix = {.n_rows = n_rows, .n_columns = n_columns};
  matrix.row_begin = quoth_new_array(n_rows + 1, sizeof *matrix.row_begin, NULL);
  matrix.columns = quoth_new_array(capacity, sizeof *matrix.columns, NULL);
  matrix.counts = quoth_new_array(capacity, sizeof *matrix.counts, NULL);
  assert_true(matrix.row_begin && matrix.columns && matrix.counts);
  return matrix;
}

static quoth_sparse from_dense(const uint32_t *dense, size_t n_rows, uint32_t n_columns) {
  quoth_sparse matrix = new_sparse(n_rows, n_columns, n_rows * n_columns);
  uint64_t n = 0;
  for (size_t d = 0; d < n_rows; d++) {
    for (uint32_t v = 0; v < n_columns; v++) {
      uint32_t count = dense[d * n_columns + v];
      if (count == 0) continue;
      matrix.columns[n] = v;
      matrix.counts[n++] = count;
    }
    matrix.row_begin[d + 1] = n;
  }
  return matrix;
}

/* Documents of up to `longest` terms, one in eight empty; early terms are the frequent ones. */
static quoth_sparse random_counts(quoth_random *random, size_t n_rows, uint32_t n_columns,
                                  uint32_t longest) {
  uint32_t *dense = calloc(n_rows * n_columns, sizeof *dense);
  assert_non_null(dense);
  for (size_t d = 0; d < n_rows; d++) {
    uint32_t length = quoth_random_below(random, longest + 1);
    if (quoth_random_below(random, 8) == 0) length = 0;
    for (uint32_t i = 0; i < length; i++) {
      uint32_t below = 1 + quoth_random_below(random, n_columns);
      dense[d * n_columns + quoth_random_below(random, below)] += 1 + quoth_random_below(random, 2);
    }
  }
  quoth_sparse matrix = from_dense(dense, n_rows, n_columns);
  free(dense);
  return matrix;
}

/* ---- Comparing ---------------------------------------------------------------------- */

/* All documents; [D][K], the caller's. */
static double *transform_all(const quoth_lda *lda, quoth_lda_scratch *scratch,
                             const quoth_sparse *counts) {
  double *shares = calloc(counts->n_rows * lda->n_topics, sizeof *shares);
  assert_non_null(shares);
  for (size_t d = 0; d < counts->n_rows; d++) {
    uint64_t first = counts->row_begin[d];
    quoth_lda_terms terms = {counts->columns + first, counts->counts + first,
                             counts->row_begin[d + 1] - first};
    double *row = shares + d * lda->n_topics;
    assert_done(quoth_lda_transform(lda, 1, &terms, &scratch, &row, err));
  }
  return shares;
}

/* The largest relative differences from the naive twin. */
typedef struct differences {
  double components, exp_beta, shares;
} differences;

static void note(double *largest, double difference) {
  if (!(difference <= *largest)) *largest = difference; /* NaN, too */
}

static void compare_with_naive(const quoth_lda_params *params, const quoth_sparse *counts,
                               size_t threads, differences *worst) {
  quoth_pool *pool = new_pool(threads);
  quoth_lda lda;
  assert_done(quoth_lda_fit(params, counts, pool, NULL, &lda, err));
  lda_naive naive;
  lda_naive_fit(&naive, params, counts);
  assert_int_equal(lda.n_topics, params->n_components);
  assert_int_equal(lda.n_terms, counts->n_columns);
  for (size_t v = 0; v < lda.n_terms; v++)
    for (size_t k = 0; k < lda.n_topics; k++) {
      size_t ours = v * lda.n_topics + k, theirs = k * lda.n_terms + v;
      note(&worst->components, relative_difference(lda.components[ours], naive.components[theirs]));
      note(&worst->exp_beta, relative_difference(lda.exp_beta[ours], naive.exp_dirichlet[theirs]));
    }
  quoth_lda_scratch scratch = {0};
  double *shares = transform_all(&lda, &scratch, counts);
  double *expected = calloc(counts->n_rows * lda.n_topics, sizeof *expected);
  assert_non_null(expected);
  lda_naive_transform(&naive, counts, expected);
  for (size_t i = 0; i < counts->n_rows * lda.n_topics; i++)
    note(&worst->shares, relative_difference(shares[i], expected[i]));
  free(expected);
  free(shares);
  quoth_lda_scratch_clear(&scratch);
  lda_naive_clear(&naive);
  quoth_lda_clear(&lda);
  quoth_pool_free(pool);
}

static void assert_like_naive(const quoth_lda_params *params, const quoth_sparse *counts) {
  differences worst = {0};
  compare_with_naive(params, counts, 1, &worst);
  if (!(worst.components < 1e-9 && worst.exp_beta < 1e-9 && worst.shares < 1e-9))
    fail_msg("components %.2g, exp_beta %.2g, shares %.2g apart", worst.components, worst.exp_beta,
             worst.shares);
}

/* ---- Tests ---------------------------------------------------------------------------- */

static const uint32_t TINY_COUNTS[] = {1, 2, 0, 1, 0, 1, 3, 0, 2, 0, 0, 1};

/* `expected` is scikit-learn's components_, [2][4]. */
static void check_tiny(const quoth_lda_params *params, const double *expected,
                       const double *expected_shares) {
  quoth_sparse counts = from_dense(TINY_COUNTS, 3, 4);
  quoth_pool *pool = new_pool(1);
  quoth_lda lda;
  assert_done(quoth_lda_fit(params, &counts, pool, NULL, &lda, err));
  for (size_t v = 0; v < 4; v++)
    for (size_t k = 0; k < 2; k++)
      assert_close(lda.components[v * 2 + k], expected[k * 4 + v], 1e-13);
  quoth_lda_scratch scratch = {0};
  double *shares = transform_all(&lda, &scratch, &counts);
  for (size_t i = 0; expected_shares && i < 6; i++)
    assert_close(shares[i], expected_shares[i], 1e-13);
  free(shares);
  quoth_lda_scratch_clear(&scratch);
  quoth_lda_clear(&lda);
  quoth_pool_free(pool);
  quoth_sparse_clear(&counts);
}

static void test_tiny_online(void **state) {
  (void)state;
  static const double COMPONENTS[] = {
      0x1.0cb5b14de38a4p+0, 0x1.38331dac2ead8p+0, 0x1.d82d0db1a0660p+0, 0x1.97493ab0cd19ap-1,
      0x1.479ab104ae49fp+1, 0x1.671e9b57c026cp+0, 0x1.bd1e5175c0b6ep-1, 0x1.d94328d09e735p+0};
  static const double SHARES[] = {0x1.391612d5f4211p-3, 0x1.b1ba7b4a82f7bp-1, 0x1.c5017a6b04661p-1,
                                  0x1.d7f42ca7dccfep-4, 0x1.287ebc4baeb66p-3, 0x1.b5e050ed14526p-1};
  quoth_lda_params params = default_params(2);
  params.batch_size = 2;
  check_tiny(&params, COMPONENTS, SHARES);
}

static void test_tiny_batch(void **state) {
  (void)state;
  static const double COMPONENTS[] = {
      0x1.a4b7e4e0b0272p+0, 0x1.7e289105124e4p+0, 0x1.b746faf4dc325p+1, 0x1.d3dfafac0d17dp-1,
      0x1.2da40d8fa7ebfp+1, 0x1.40ebb77d76d87p+1, 0x1.22e4142c8f350p-1, 0x1.0b081414fcb9ap+1};
  quoth_lda_params params = default_params(2);
  params.learning_method = QUOTH_LDA_BATCH;
  check_tiny(&params, COMPONENTS, NULL);
}

static quoth_lda_params random_params(quoth_random *random) {
  static const double PRIORS[] = {NAN, NAN, 0.01, 0.3, 1};
  static const double DECAYS[] = {0.7, 0.51, 1, 0.9, 0};
  quoth_lda_params params = default_params(1 + quoth_random_below(random, 40));
  params.max_iter = 1 + quoth_random_below(random, 4);
  params.learning_method = quoth_random_below(random, 3) ? QUOTH_LDA_ONLINE : QUOTH_LDA_BATCH;
  params.learning_offset = 1 + quoth_random_below(random, 60);
  params.learning_decay = DECAYS[quoth_random_below(random, 5)];
  params.batch_size = 1 + quoth_random_below(random, 50);
  params.doc_topic_prior = PRIORS[quoth_random_below(random, 5)];
  params.topic_word_prior = PRIORS[quoth_random_below(random, 5)];
  params.max_doc_update_iter = quoth_random_below(random, 4) ? 100 : quoth_random_below(random, 4);
  params.random_state = quoth_random_u32(random);
  return params;
}

static void test_random_problems(void **state) {
  (void)state;
  differences worst = {0};
  for (uint32_t seed = 0; seed < 60; seed++) {
    quoth_random random;
    quoth_random_seed(&random, seed);
    quoth_lda_params params = random_params(&random);
    uint32_t n_columns = 1 + quoth_random_below(&random, 120);
    uint32_t longest = 1 + quoth_random_below(&random, 30);
    quoth_sparse counts =
        random_counts(&random, 1 + quoth_random_below(&random, 80), n_columns, longest);
    differences one = {0};
    compare_with_naive(&params, &counts, 1 + seed % 3, &one);
    if (!(one.components < 1e-9 && one.exp_beta < 1e-9 && one.shares < 1e-9))
      fail_msg("seed %u: components %.2g, exp_beta %.2g, shares %.2g apart", seed, one.components,
               one.exp_beta, one.shares);
    note(&worst.components, one.components);
    note(&worst.exp_beta, one.exp_beta);
    note(&worst.shares, one.shares);
    quoth_sparse_clear(&counts);
  }
  print_message("# largest relative differences: components %.2g, exp_beta %.2g, shares %.2g\n",
                worst.components, worst.exp_beta, worst.shares);
}

/* More documents than one chunk of lda_fit.c, in both methods. */
static void test_several_chunks(void **state) {
  (void)state;
  quoth_random random;
  quoth_random_seed(&random, 7);
  quoth_sparse counts = random_counts(&random, 2500, 40, 10);
  quoth_lda_params params = default_params(5);
  params.batch_size = 1500;
  assert_like_naive(&params, &counts);
  params.learning_method = QUOTH_LDA_BATCH;
  assert_like_naive(&params, &counts);
  quoth_sparse_clear(&counts);
}

/* The scale of the lazy decay gets small and is taken up again many times. */
static void test_thousands_of_steps(void **state) {
  (void)state;
  quoth_random random;
  quoth_random_seed(&random, 8);
  quoth_sparse counts = random_counts(&random, 500, 60, 8);
  quoth_lda_params params = default_params(6);
  params.batch_size = 1;
  params.max_iter = 10;
  params.learning_decay = 0.2;
  assert_like_naive(&params, &counts);
  quoth_sparse_clear(&counts);
}

static void test_edge_cases(void **state) {
  (void)state;
  static const uint32_t ONE_TERM[] = {3, 0, 1, 7};
  quoth_sparse one_term = from_dense(ONE_TERM, 4, 1);
  quoth_lda_params params = default_params(3);
  assert_like_naive(&params, &one_term);
  params.n_components = 1;
  assert_like_naive(&params, &one_term);

  static const uint32_t LARGE[] = {UINT32_MAX, 1, 0, 0x80000000u, 0, 0, 5, 0, 1};
  quoth_sparse large = from_dense(LARGE, 3, 3);
  params.n_components = 4;
  assert_like_naive(&params, &large);
  params.learning_decay = 0;
  params.batch_size = 2;
  assert_like_naive(&params, &large);

  static const uint32_t NOTHING[] = {0, 0, 0, 0};
  quoth_sparse nothing = from_dense(NOTHING, 2, 2);
  assert_like_naive(&params, &nothing);
  params.max_iter = 0; /* the random start */
  assert_like_naive(&params, &large);
  quoth_sparse_clear(&one_term);
  quoth_sparse_clear(&large);
  quoth_sparse_clear(&nothing);
}

static void test_zero_priors(void **state) {
  (void)state;
  quoth_sparse counts = from_dense(TINY_COUNTS, 3, 4);
  quoth_lda_params params = default_params(3);
  params.topic_word_prior = 0;
  assert_like_naive(&params, &counts);
  params.doc_topic_prior = 0;
  assert_like_naive(&params, &counts);
  params.learning_method = QUOTH_LDA_BATCH;
  params.topic_word_prior = NAN;
  assert_like_naive(&params, &counts);
  params.doc_topic_prior = NAN;
  params.topic_word_prior = 0;
  assert_like_naive(&params, &counts);
  quoth_sparse_clear(&counts);
}

/* scikit-learn gives NaN here, and says nothing. */
static void test_topic_without_words(void **state) {
  (void)state;
  quoth_sparse counts = from_dense(TINY_COUNTS, 3, 4);
  quoth_lda_params params = default_params(3);
  params.learning_method = QUOTH_LDA_BATCH;
  params.doc_topic_prior = params.topic_word_prior = 0;
  quoth_pool *pool = new_pool(1);
  quoth_lda lda;
  quoth_error error = {0};
  assert_int_equal(quoth_lda_fit(&params, &counts, pool, NULL, &lda, &error), QUOTH_ERR_DATA);
  assert_non_null(strstr(error.message, "topic_word_prior"));
  assert_null(lda.exp_beta);
  quoth_pool_free(pool);
  quoth_sparse_clear(&counts);
}

static void test_empty_document_without_prior(void **state) {
  (void)state;
  const double exp_beta[] = {0.5, 0.25, 0.125, 0.5, 0.25, 0.125};
  quoth_lda lda = {.n_topics = 3,
                   .n_terms = 2,
                   .exp_beta = exp_beta,
                   .mean_change_tol = 1e-3,
                   .max_doc_update_iter = 100};
  quoth_lda_scratch scratch = {0};
  double shares[3];
  assert_done(quoth_lda_transform(&lda, 1, &(quoth_lda_terms){0}, &(quoth_lda_scratch *){&scratch},
                                  &(double *){shares}, err));
  for (int k = 0; k < 3; k++) assert_true(shares[k] == 1.0 / 3);
  quoth_lda_scratch_clear(&scratch);
}

static void test_bad_params(void **state) {
  (void)state;
  quoth_sparse counts = from_dense(TINY_COUNTS, 3, 4), none = {0};
  quoth_pool *pool = new_pool(1);
  quoth_lda lda;
  const quoth_lda_params good = default_params(2);
  quoth_lda_params bad[8];
  for (size_t i = 0; i < 8; i++) bad[i] = good;
  bad[0].n_components = 0;
  bad[1].batch_size = 0;
  bad[2].learning_offset = 0.5;
  bad[3].learning_decay = 1.5;
  bad[4].mean_change_tol = NAN;
  bad[5].doc_topic_prior = -1;
  bad[6].topic_word_prior = 2;
  bad[7].learning_offset = INFINITY;
  for (size_t i = 0; i < 8; i++)
    assert_int_equal(quoth_lda_fit(&bad[i], &counts, pool, NULL, &lda, NULL), QUOTH_ERR_ARG);
  assert_int_equal(quoth_lda_fit(&good, &none, pool, NULL, &lda, NULL), QUOTH_ERR_DATA);
  quoth_pool_free(pool);
  quoth_sparse_clear(&counts);
}

static void fit_bytes(quoth_width width, size_t threads, const quoth_lda_params *params,
                      const quoth_sparse *counts, quoth_lda *lda, double **shares) {
  quoth_pool *pool = new_pool(threads);
  assert_done(quoth_lda_fit_at_width(width, params, counts, pool, NULL, lda, err));
  quoth_pool_free(pool);
  quoth_lda_scratch scratch = {.kernels = quoth_lda_kernels_for(width)};
  *shares = transform_all(lda, &scratch, counts);
  quoth_lda_scratch_clear(&scratch);
}

static void check_same_bytes(const quoth_lda_params *params, const quoth_sparse *counts) {
  quoth_lda first, other;
  double *first_shares, *other_shares;
  fit_bytes(QUOTH_WIDTH_BASELINE, 1, params, counts, &first, &first_shares);
  size_t size = (size_t)first.n_terms * first.n_topics * sizeof(double);
  static const size_t THREADS[] = {1, 3, 8};
  for (quoth_width width = 0; width < QUOTH_N_WIDTHS; width++) {
    if (!quoth_width_usable(width)) continue;
    for (size_t t = 0; t < sizeof THREADS / sizeof *THREADS; t++) {
      fit_bytes(width, THREADS[t], params, counts, &other, &other_shares);
      assert_memory_equal(first.components, other.components, size);
      assert_memory_equal(first.exp_beta, other.exp_beta, size);
      assert_memory_equal(first_shares, other_shares,
                          counts->n_rows * first.n_topics * sizeof(double));
      free(other_shares);
      quoth_lda_clear(&other);
    }
  }
  free(first_shares);
  quoth_lda_clear(&first);
}

static void test_same_bytes_always(void **state) {
  (void)state;
  quoth_random random;
  quoth_random_seed(&random, 9);
  quoth_sparse counts = random_counts(&random, 1300, 300, 20);
  static const uint32_t TOPICS[] = {1, 7, 50, 130};
  for (size_t i = 0; i < sizeof TOPICS / sizeof *TOPICS; i++) {
    quoth_lda_params params = default_params(TOPICS[i]);
    params.batch_size = 16;
    check_same_bytes(&params, &counts);
    params.learning_method = QUOTH_LDA_BATCH;
    check_same_bytes(&params, &counts);
  }
  quoth_sparse_clear(&counts);
}

typedef struct log_of_progress {
  size_t n_updates, stop_after;
  uint64_t last, total;
} log_of_progress;

static bool log_progress(void *context, const char *stage, uint64_t done, uint64_t total) {
  log_of_progress *progress = context;
  assert_string_equal(stage, "lda");
  assert_true(done > progress->last && done <= total);
  progress->last = done;
  progress->total = total;
  return ++progress->n_updates != progress->stop_after;
}

static void test_progress_and_stop(void **state) {
  (void)state;
  quoth_random random;
  quoth_random_seed(&random, 10);
  quoth_sparse counts = random_counts(&random, 700, 20, 5);
  quoth_lda_params params = default_params(2);
  params.batch_size = 1;
  quoth_pool *pool = new_pool(2);
  log_of_progress log = {0};
  quoth_progress progress = {&log, log_progress};
  quoth_lda lda;
  assert_done(quoth_lda_fit(&params, &counts, pool, &progress, &lda, err));
  quoth_lda_clear(&lda);
  assert_int_equal(log.last, 1400);
  assert_int_equal(log.total, 1400);
  assert_in_range(log.n_updates, 50, 300);

  log = (log_of_progress){.stop_after = 3};
  assert_int_equal(quoth_lda_fit(&params, &counts, pool, &progress, &lda, NULL), QUOTH_ERR_STOPPED);
  assert_int_equal(log.n_updates, 3);
  assert_null(lda.exp_beta);
  quoth_pool_free(pool);
  quoth_sparse_clear(&counts);
}

static void test_reserved_scratch_stays(void **state) {
  (void)state;
  quoth_sparse counts = from_dense(TINY_COUNTS, 3, 4);
  quoth_lda_params params = default_params(2);
  quoth_pool *pool = new_pool(1);
  quoth_lda lda;
  assert_done(quoth_lda_fit(&params, &counts, pool, NULL, &lda, err));
  quoth_lda_scratch scratch = {0};
  assert_done(quoth_lda_scratch_reserve(&scratch, &lda, 3, err));
  const double *memory = scratch.memory;
  free(transform_all(&lda, &scratch, &counts));
  assert_ptr_equal(scratch.memory, memory);
  quoth_lda_scratch_clear(&scratch);
  quoth_lda_clear(&lda);
  quoth_pool_free(pool);
  quoth_sparse_clear(&counts);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_tiny_online),
      cmocka_unit_test(test_tiny_batch),
      cmocka_unit_test(test_random_problems),
      cmocka_unit_test(test_several_chunks),
      cmocka_unit_test(test_thousands_of_steps),
      cmocka_unit_test(test_edge_cases),
      cmocka_unit_test(test_zero_priors),
      cmocka_unit_test(test_topic_without_words),
      cmocka_unit_test(test_empty_document_without_prior),
      cmocka_unit_test(test_bad_params),
      cmocka_unit_test(test_same_bytes_always),
      cmocka_unit_test(test_progress_and_stop),
      cmocka_unit_test(test_reserved_scratch_stays),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
