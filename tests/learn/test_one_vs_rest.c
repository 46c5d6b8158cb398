/* What must hold of any one-vs-rest classifier. That solutions are scikit-learn's is for
 * tests/parity/test_one_vs_rest.py. */
#include "testing.h"

#include <math.h>
#include <string.h>

#include "base/random.h"
#include "learn/linear.h"
#include "learn/one_vs_rest.h"

enum { N_ROWS = 60, N_FEATURES = 12, N_FOLDS = 3, MAX_CLASSES = 4 };

typedef struct problem {
  uint64_t row_begin[N_ROWS + 1];
  uint32_t columns[N_ROWS * N_FEATURES], labels[N_ROWS], folds[N_ROWS];
  double weights[N_ROWS * N_FEATURES];
  double alphas[MAX_CLASSES * N_ROWS]; /* where the search begins */
  quoth_sparse rows;
} problem;

/* Features 0 and 1 are the same; rows of class c have more of feature 2 + c; row 7 has none. */
static void make(problem *p, uint32_t n_classes) {
  quoth_random random;
  size_t at = 0;
  quoth_random_seed(&random, 11);
  for (uint32_t row = 0; row < N_ROWS; row++) {
    p->labels[row] = row % n_classes;
    p->folds[row] = row / n_classes % N_FOLDS;
    double same = quoth_random_unit(&random);
    for (uint32_t v = 0; v < N_FEATURES && row != 7; v++) {
      p->columns[at] = v;
      double more = v == 2 + p->labels[row] ? 0.5 : 0;
      p->weights[at++] = v < 2 ? same : quoth_random_unit(&random) + more;
    }
    p->row_begin[row + 1] = at;
  }
  p->rows = (quoth_sparse){N_ROWS, N_FEATURES, p->row_begin, p->columns, .weights = p->weights};
}

static const quoth_one_vs_rest_params PLAIN = {.C = 1,
                                               .fit_intercept = true,
                                               .intercept_scaling = 1,
                                               .tol = 1e-6,
                                               .max_iter = 1000,
                                               .alpha = 1,
                                               .beta = 0.25};

typedef struct solution {
  double coef[N_FEATURES * MAX_CLASSES], intercept[MAX_CLASSES], sigmoid[2 * MAX_CLASSES];
} solution;

static quoth_status try_fit(const quoth_one_vs_rest_params *params, const problem *p,
                            uint32_t n_classes, uint32_t n_folds, const quoth_progress *progress,
                            solution *out, quoth_error *error) {
  double alphas[MAX_CLASSES * N_ROWS];
  quoth_pool *pool;
  memcpy(alphas, p->alphas, sizeof alphas);
  memset(out, 0, sizeof *out);
  assert_done(quoth_pool_new(2, &pool, err));
  quoth_status status = quoth_one_vs_rest_fit(
      params, &(quoth_one_vs_rest_data){&p->rows, p->labels, n_classes, p->folds, n_folds, alphas},
      pool, "svm", progress, &(quoth_one_vs_rest){out->coef, out->intercept, out->sigmoid}, error);
  quoth_pool_free(pool);
  return status;
}

static void fit(const quoth_one_vs_rest_params *params, const problem *p, uint32_t n_classes,
                uint32_t n_folds, solution *out) {
  assert_done(try_fit(params, p, n_classes, n_folds, NULL, out, err));
}

/* Every loss, with NB-SVM and without. */
static quoth_one_vs_rest_params variant(size_t i) {
  quoth_one_vs_rest_params params = PLAIN;
  params.loss = (quoth_margin_loss)(i / 2);
  params.is_nb = i % 2;
  return params;
}
enum { N_VARIANTS = 6 };

static void test_duplicate_columns(void **state) {
  (void)state;
  static problem p;
  static solution s;
  make(&p, 3);
  for (size_t i = 0; i < N_VARIANTS; i++) {
    quoth_one_vs_rest_params params = variant(i);
    fit(&params, &p, 3, N_FOLDS, &s);
    for (size_t k = 0; k < 3; k++) {
      assert_true(fabs(s.coef[k] - s.coef[3 + k]) < 1e-12);
      assert_true(s.coef[(2 + k) * 3 + k] > 0 && s.sigmoid[k] < 0);
    }
  }
}

static double probability(const solution *s, size_t k, size_t n_columns, double decision) {
  return 1 / (1 + exp(s->sigmoid[k] * decision + s->sigmoid[n_columns + k]));
}

/* A class without rows is impossible, and changes nothing for the others. */
static void test_absent_class(void **state) {
  (void)state;
  static problem p;
  static solution three, four;
  make(&p, 3);
  for (size_t i = 0; i < N_VARIANTS; i++) {
    quoth_one_vs_rest_params params = variant(i);
    params.class_weight = QUOTH_CLASSES_BALANCED;
    fit(&params, &p, 3, N_FOLDS, &three);
    fit(&params, &p, 4, N_FOLDS, &four);
    for (size_t k = 0; k < 3; k++) {
      for (size_t v = 0; v < N_FEATURES; v++)
        assert_true(four.coef[v * 4 + k] == three.coef[v * 3 + k]);
      assert_true(four.sigmoid[k] == three.sigmoid[k]);
      assert_true(four.sigmoid[4 + k] == three.sigmoid[3 + k]);
    }
    assert_true(probability(&four, 3, 4, 1e3) == 0 && probability(&four, 3, 4, -1e3) == 0);
  }
}

/* Of two classes without the other, the one that is there is certain. */
static void test_one_class(void **state) {
  (void)state;
  static problem p;
  static solution s;
  make(&p, 2);
  for (uint32_t only = 0; only < 2; only++) {
    for (size_t row = 0; row < N_ROWS; row++) p.labels[row] = only;
    for (size_t i = 0; i < N_VARIANTS; i++) {
      quoth_one_vs_rest_params params = variant(i);
      fit(&params, &p, 2, N_FOLDS, &s);
      assert_true(probability(&s, 0, 1, -3) == only && probability(&s, 0, 1, 3) == only);
    }
  }
}

/* Classes of one row each cannot be split into folds; there are probabilities all the same. */
static void test_without_folds(void **state) {
  (void)state;
  static problem p;
  static solution s;
  make(&p, 3);
  p.rows.n_rows = 3;
  fit(&PLAIN, &p, 3, 0, &s);
  for (size_t k = 0; k < 3; k++) assert_true(isfinite(s.sigmoid[k]) && s.sigmoid[k] < 0);
}

/* There is one minimum, wherever the search begins. F is above it by at most tol F, and
 * |w - w*|^2 / 2 by no more. */
static void test_starts(void **state) {
  (void)state;
  static problem p;
  static solution from_zeros, from_others;
  for (size_t i = 0; i < 4; i++) {
    quoth_one_vs_rest_params params = variant(i);
    params.tol = 1e-12;
    make(&p, MAX_CLASSES);
    fit(&params, &p, MAX_CLASSES, 0, &from_zeros);
    quoth_random random;
    quoth_random_seed(&random, 5);
    for (size_t a = 0; a < MAX_CLASSES * N_ROWS; a++) p.alphas[a] = 2 * quoth_random_unit(&random);
    fit(&params, &p, MAX_CLASSES, 0, &from_others);
    memset(p.alphas, 0, sizeof p.alphas);
    for (size_t v = 0; v < N_FEATURES * MAX_CLASSES; v++)
      assert_true(fabs(from_zeros.coef[v] - from_others.coef[v]) < 1e-4);
  }
}

/* beta 0 leaves weights of one size: the ratios times a number. */
static void test_interpolation(void **state) {
  (void)state;
  static problem p;
  static solution none, half, all;
  make(&p, 2);
  quoth_one_vs_rest_params params = PLAIN;
  params.is_nb = true;
  params.beta = 0;
  fit(&params, &p, 2, N_FOLDS, &none);
  params.beta = 0.5;
  fit(&params, &p, 2, N_FOLDS, &half);
  params.beta = 1;
  fit(&params, &p, 2, N_FOLDS, &all);
  for (size_t v = 0; v < N_FEATURES; v++)
    assert_true(fabs(half.coef[v] - (none.coef[v] + all.coef[v]) / 2) < 1e-12);
  assert_true(none.coef[0] == none.coef[1]);
}

/* Several models: the mean of what each says; where a model says nothing, classes are alike. */
static void test_several_models(void **state) {
  (void)state;
  enum { C = 3, K = 2 * C };
  static const double coef[K] = {1, -2, .5, 3, 0, 1}, intercept[K] = {.1, .2, .3, 0, -1, 2};
  static const double sigmoid[2 * K] = {-1, -2, -.5, -1, -3, -1, .2, 0, -.1, .5, 0, 0};
  quoth_linear model = {.n_features = 1,
                        .n_classes = C,
                        .n_columns = K,
                        .weights = coef,
                        .bias = intercept,
                        .sigmoid = sigmoid};
  double x = .75, sums[K], scores[C], p[C], expected[C] = {0}, s[K];
  for (size_t k = 0; k < K; k++)
    s[k] = 1 / (1 + exp(sigmoid[k] * (coef[k] * x + intercept[k]) + sigmoid[K + k]));
  for (size_t c = 0; c < C; c++)
    expected[c] = (s[c] / (s[0] + s[1] + s[2]) + s[C + c] / (s[3] + s[4] + s[5])) / 2;
  quoth_linear_predict(&model, NULL, &x, 1, sums, scores, p);
  for (size_t c = 0; c < C; c++) assert_true(fabs(p[c] - expected[c]) < 1e-15);
  static const double never[2 * K] = {0, 0, 0, 0, 0, 0, 1e9, 1e9, 1e9, 1e9, 1e9, 1e9};
  model.sigmoid = never;
  quoth_linear_predict(&model, NULL, &x, 1, sums, scores, p);
  for (size_t c = 0; c < C; c++) assert_true(fabs(p[c] - 1.0 / C) < 1e-15);
  model.n_classes = 2; /* of two classes, each column is a model */
  model.sigmoid = sigmoid;
  quoth_linear_predict(&model, NULL, &x, 1, sums, scores, p);
  assert_true(fabs(p[1] - (s[0] + s[1] + s[2] + s[3] + s[4] + s[5]) / K) < 1e-15);
  assert_true(fabs(p[0] + p[1] - 1) < 1e-15);
}

static bool refuse(void *context, const char *stage, uint64_t done, uint64_t total) {
  (void)stage;
  assert_true(done <= total);
  ++*(int *)context;
  return false;
}

static void test_stopped(void **state) {
  (void)state;
  static problem p;
  static solution s;
  int n_calls = 0;
  quoth_progress progress = {.update = refuse, .context = &n_calls};
  make(&p, 3);
  quoth_status status = try_fit(&PLAIN, &p, 3, N_FOLDS, &progress, &s, NULL);
  assert_int_equal(status, QUOTH_ERR_STOPPED);
  assert_int_equal(n_calls, 1);
}

static void test_refused(void **state) {
  (void)state;
  static problem p;
  static solution s;
  quoth_error err = {0};
  quoth_one_vs_rest_params params = PLAIN;
  make(&p, 3);
  p.weights[N_FEATURES] = INFINITY;
  assert_int_equal(try_fit(&params, &p, 3, N_FOLDS, NULL, &s, &err), QUOTH_ERR_DATA);
  assert_string_equal(err.message, "row 1 has a feature that is not finite");
  p.weights[N_FEATURES] = -2;
  fit(&params, &p, 3, N_FOLDS, &s);
  params.is_nb = true;
  assert_int_equal(try_fit(&params, &p, 3, N_FOLDS, NULL, &s, &err), QUOTH_ERR_DATA);
  assert_string_equal(err.message, "NB-SVM takes weights from 0 up; row 1 has -2");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_duplicate_columns),
      cmocka_unit_test(test_absent_class),
      cmocka_unit_test(test_one_class),
      cmocka_unit_test(test_without_folds),
      cmocka_unit_test(test_starts),
      cmocka_unit_test(test_interpolation),
      cmocka_unit_test(test_several_models),
      cmocka_unit_test(test_stopped),
      cmocka_unit_test(test_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
