#include "testing.h"

#include <math.h>
#include <string.h>

#include "base/random.h"
#include "learn/naive_bayes.h"

enum { N_ROWS = 400, N_TERMS = 3000, ROW_ENTRIES = 20, N_CLASSES = 3 };

/* Rows of random terms and weights; the last class has none. */
typedef struct problem {
  uint64_t row_begin[N_ROWS + 1];
  uint32_t columns[N_ROWS * ROW_ENTRIES];
  double weights[N_ROWS * ROW_ENTRIES];
  uint32_t labels[N_ROWS];
  double sums[N_TERMS][N_CLASSES]; /* row by row */
  quoth_sparse rows;
} problem;

typedef struct solution {
  double weights[N_TERMS][N_CLASSES], log_prior[N_CLASSES];
} solution;

static problem p;

static int make_problem(void **state) {
  (void)state;
  quoth_random random;
  quoth_random_seed(&random, 1);
  size_t n = 0;
  for (size_t row = 0; row < N_ROWS; row++) {
    p.labels[row] = quoth_random_below(&random, N_CLASSES - 1);
    for (size_t i = 0; i < ROW_ENTRIES; i++, n++) {
      enum { STEP = N_TERMS / ROW_ENTRIES };
      p.columns[n] = (uint32_t)(i * STEP) + quoth_random_below(&random, STEP);
      p.weights[n] = quoth_random_unit(&random);
      p.sums[p.columns[n]][p.labels[row]] += p.weights[n];
    }
    p.row_begin[row + 1] = n;
  }
  p.rows = (quoth_sparse){N_ROWS, N_TERMS, p.row_begin, p.columns, .weights = p.weights};
  return 0;
}

static quoth_status fit(bool is_complement, const quoth_naive_bayes_params *params, size_t threads,
                        solution *out, quoth_error *err) {
  quoth_pool *pool;
  assert_int_equal(quoth_pool_new(threads, &pool, NULL), QUOTH_OK);
  memset(out, 0x7f, sizeof *out); /* what is not written is no number one could miss */
  quoth_status status = (is_complement ? quoth_complement_nb_fit : quoth_multinomial_nb_fit)(
      params, &p.rows, p.labels, N_CLASSES, pool, &out->weights[0][0], out->log_prior, err);
  quoth_pool_free(pool);
  return status;
}

/* The formulas of the header, with the C library's logarithm. */
static double expected(bool is_complement, double alpha, size_t term, uint32_t class_index) {
  double own = 0, total = 0;
  for (size_t v = 0; v < N_TERMS; v++) {
    double sum = 0;
    for (uint32_t c = 0; c < N_CLASSES; c++)
      if ((c == class_index) != is_complement) sum += p.sums[v][c];
    total += sum + alpha;
    if (v == term) own = sum + alpha;
  }
  return is_complement ? -log(own / total) : log(own / total);
}

static void test_formulas(void **state) {
  (void)state;
  static solution s;
  quoth_naive_bayes_params params = {.alpha = 0.3, .fit_prior = true};
  for (int is_complement = 0; is_complement < 2; is_complement++) {
    assert_done(fit(is_complement, &params, 2, &s, err));
    for (size_t v = 0; v < N_TERMS; v += 97)
      for (uint32_t c = 0; c < N_CLASSES; c++)
        assert_true(fabs(s.weights[v][c] - expected(is_complement, 0.3, v, c)) < 1e-11);
    assert_true(s.log_prior[N_CLASSES - 1] == -INFINITY);
  }
}

static void test_threads(void **state) {
  (void)state;
  static solution one, many;
  quoth_naive_bayes_params params = {.alpha = 1, .norm = true};
  for (int is_complement = 0; is_complement < 2; is_complement++) {
    assert_done(fit(is_complement, &params, 1, &one, err));
    for (size_t threads = 2; threads <= 7; threads++) {
      assert_done(fit(is_complement, &params, threads, &many, err));
      assert_memory_equal(&one, &many, sizeof one);
    }
  }
}

static void refuse(double alpha, quoth_status status, const char *message) {
  static solution s;
  quoth_naive_bayes_params params = {.alpha = alpha};
  for (int is_complement = 0; is_complement < 2; is_complement++) {
    quoth_error err = {0};
    assert_int_equal(fit(is_complement, &params, 2, &s, &err), status);
    assert_string_equal(err.message, message);
  }
}

static void test_refused(void **state) {
  (void)state;
  double *weight = &p.weights[p.row_begin[3]], kept = *weight;
  *weight = -0.5;
  refuse(1, QUOTH_ERR_DATA, "naive Bayes takes weights from 0 up; row 3 has -0.5");
  *weight = NAN;
  refuse(1, QUOTH_ERR_DATA, "naive Bayes takes weights from 0 up; row 3 has nan");
  *weight = kept;
  refuse(1e308, QUOTH_ERR_ARG, "alpha is too large: the sums of all terms are not finite");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_formulas),
      cmocka_unit_test(test_threads),
      cmocka_unit_test(test_refused),
  };
  return cmocka_run_group_tests(tests, make_problem, NULL);
}
