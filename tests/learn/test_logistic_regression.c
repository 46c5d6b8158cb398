/* The loss against finite differences, and what must hold of any solution. That solutions are
 * scikit-learn's is for tests/parity/test_classifiers.py. */
#include "testing.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "learn/linear.h"
#include "learn/logistic_loss.h"
#include "learn/logistic_regression.h"
#include "learn/singletons.h"

enum { N_ROWS = 400, N_FEATURES = 300, N_OWN = 100, PER_ROW = 7, MAX_COLUMNS = 7 };

/* Rows of PER_ROW entries. The first N_OWN features are of one row only, two of each. */
typedef struct problem {
  uint64_t row_begin[N_ROWS + 1];
  uint32_t columns[N_ROWS * PER_ROW];
  double weights[N_ROWS * PER_ROW];
  uint32_t labels[N_ROWS];
  double row_weights[N_ROWS];
  quoth_sparse rows;
} problem;

static double uniform(quoth_random *random) { return quoth_random_below(random, 1 << 20) / 0x1p20; }

static void make(problem *p, uint32_t n_classes) {
  quoth_random random;
  quoth_random_seed(&random, 3);
  for (size_t row = 0; row < N_ROWS; row++) {
    p->row_begin[row + 1] = (row + 1) * PER_ROW;
    p->labels[row] = quoth_random_below(&random, n_classes);
    p->row_weights[row] = 0.5 + uniform(&random);
    uint32_t shared = N_OWN - 1; /* features that other rows may have */
    for (size_t i = 0; i < PER_ROW; i++) {
      bool is_own = i < 2 && row < N_OWN / 2;
      if (!is_own) shared += 1 + quoth_random_below(&random, (N_FEATURES - N_OWN) / PER_ROW - 1);
      p->columns[row * PER_ROW + i] = is_own ? (uint32_t)(2 * row + i) : shared;
      p->weights[row * PER_ROW + i] = uniform(&random) * 2 - 0.5;
    }
  }
  p->rows = (quoth_sparse){N_ROWS, N_FEATURES, p->row_begin, p->columns, .weights = p->weights};
}

/* ---- The loss -------------------------------------------------------------- */

static double objective(const quoth_logistic_loss *loss, const double *parameters, double *margins,
                        double *probabilities) {
  quoth_logistic_margins(loss, parameters, margins);
  double value = quoth_logistic_evaluate(loss, margins, probabilities);
  for (size_t i = 0; i < N_FEATURES * loss->n_columns; i++)
    value += loss->l2 / 2 * parameters[i] * parameters[i];
  return value;
}

static void check_derivatives(size_t n_columns) {
  enum { N = (N_FEATURES + 1) * MAX_COLUMNS, N_MARGINS = N_ROWS * MAX_COLUMNS };
  static double w[N], gradient[N], diagonal[N], product[N], other[N], direction[N];
  static double margins[N_MARGINS], probabilities[N_MARGINS], scratch[N_MARGINS];
  static problem p;
  make(&p, n_columns == 1 ? 2 : (uint32_t)n_columns);
  quoth_logistic_loss loss = {.rows = p.rows,
                              .targets = p.labels,
                              .row_weights = p.row_weights,
                              .n_columns = n_columns,
                              .l2 = 0.25,
                              .fit_intercept = true};
  assert_done(quoth_pool_new(2, &loss.pool, err));
  assert_done(quoth_logistic_loss_init(&loss, err));
  size_t n = (N_FEATURES + 1) * n_columns;
  quoth_random random;
  quoth_random_seed(&random, 4);
  for (size_t i = 0; i < n; i++) w[i] = uniform(&random) - 0.5;
  for (size_t i = 0; i < n; i++) direction[i] = uniform(&random) - 0.5;
  objective(&loss, w, margins, probabilities);
  double largest = quoth_logistic_gradient(&loss, w, probabilities, gradient, diagonal);
  double curvature =
      quoth_logistic_curvature(&loss, direction, probabilities, margins, scratch, product);
  const double step = 1e-5;
  double dot = 0, found = 0;
  for (size_t i = 0; i < n; i++) {
    dot += direction[i] * product[i];
    found = fmax(found, fabs(gradient[i]));
    double kept = w[i];
    w[i] = kept + step;
    double above = objective(&loss, w, margins, probabilities);
    w[i] = kept - step;
    double below = objective(&loss, w, margins, probabilities);
    w[i] = kept;
    assert_true(fabs((above - below) / (2 * step) - gradient[i]) < 1e-5 * (1 + fabs(gradient[i])));
  }
  assert_true(found == largest);
  assert_true(fabs(dot - curvature) < 1e-9 * fabs(dot));
  /* H v as the change of the gradient along v. */
  for (size_t i = 0; i < n; i++) w[i] += step * direction[i];
  objective(&loss, w, margins, probabilities);
  quoth_logistic_gradient(&loss, w, probabilities, other, diagonal);
  for (size_t i = 0; i < n; i++)
    assert_true(fabs((other[i] - gradient[i]) / step - product[i]) < 1e-3 * (1 + fabs(product[i])));
  quoth_pool_free(loss.pool);
  quoth_logistic_loss_clear(&loss);
}

static void test_derivatives(void **state) {
  (void)state;
  check_derivatives(1);
  check_derivatives(3);
  check_derivatives(4);
  check_derivatives(MAX_COLUMNS);
}

/* ---- Singletons ------------------------------------------------------------ */

/* Weights spread from the merged ones give the same margins and the same norm. */
static void test_singletons(void **state) {
  (void)state;
  enum { K = 2 };
  static problem p;
  static double merged_weights[N_FEATURES * K], weights[N_FEATURES * K];
  make(&p, 2);
  p.weights[0] = 0; /* an entry that says nothing */
  quoth_singletons s;
  assert_done(quoth_singletons_merge(&p.rows, &s, err));
  assert_in_range(s.merged.n_columns, N_FEATURES - N_OWN / 2 - 9, N_FEATURES - N_OWN / 2);
  quoth_random random;
  quoth_random_seed(&random, 5);
  for (size_t i = 0; i < s.merged.n_columns * K; i++) merged_weights[i] = uniform(&random) - 0.5;
  quoth_singletons_spread(&s, N_FEATURES, merged_weights, K, weights);
  for (size_t row = 0; row < N_ROWS; row++) {
    double margin = 0, merged_margin = 0;
    for (uint64_t i = p.row_begin[row]; i < p.row_begin[row + 1]; i++)
      margin += p.weights[i] * weights[p.columns[i] * K];
    for (uint64_t i = s.merged.row_begin[row]; i < s.merged.row_begin[row + 1]; i++)
      merged_margin += s.merged.weights[i] * merged_weights[s.merged.columns[i] * K];
    assert_true(fabs(margin - merged_margin) < 1e-12);
  }
  static bool is_used[N_FEATURES];
  for (size_t i = 0; i < N_ROWS * PER_ROW; i++) is_used[p.columns[i]] = true;
  double norm = 0, merged_norm = 0;
  for (size_t i = 0; i < N_FEATURES; i++)
    if (is_used[i]) norm += weights[i * K] * weights[i * K];
  static bool is_seen[N_FEATURES];
  for (uint64_t i = 0; i < quoth_sparse_n_entries(&s.merged); i++) {
    uint32_t column = s.merged.columns[i];
    if (!is_seen[column]) merged_norm += merged_weights[column * K] * merged_weights[column * K];
    is_seen[column] = true;
  }
  assert_true(fabs(norm - merged_norm) < 1e-9);
  quoth_singletons_clear(&s);
}

/* ---- Solutions ------------------------------------------------------------- */

static const quoth_logistic_params PLAIN = {
    .C = 1, .fit_intercept = true, .tol = 1e-4, .max_iter = 100};

static void fit(const quoth_logistic_params *params, const quoth_sparse *rows,
                const uint32_t *labels, uint32_t n_classes, double *coef, double *intercept) {
  quoth_pool *pool;
  assert_done(quoth_pool_new(2, &pool, err));
  assert_done(quoth_logistic_regression_fit(params, rows, labels, n_classes, pool, "", NULL, coef,
                                            intercept, err));
  quoth_pool_free(pool);
}

static void predict(const double *coef, const double *intercept, uint32_t n_features,
                    uint32_t n_classes, const double *x, double *probabilities) {
  double sums[MAX_COLUMNS], scores[MAX_COLUMNS];
  quoth_linear model = {.n_features = n_features,
                        .n_classes = n_classes,
                        .n_columns = quoth_linear_n_columns(n_classes),
                        .weights = coef,
                        .bias = intercept};
  quoth_linear_predict(&model, NULL, x, n_features, sums, scores, probabilities);
}

/* A class without rows is impossible; the others are told apart as if there were no more. */
static void test_absent_class(void **state) {
  (void)state;
  static problem p;
  static double two[N_FEATURES], two_intercept[1], four[N_FEATURES * 4], four_intercept[4];
  make(&p, 2);
  fit(&PLAIN, &p.rows, p.labels, 2, two, two_intercept);
  uint32_t moved[N_ROWS]; /* 0 and 1 become 1 and 3 */
  for (size_t row = 0; row < N_ROWS; row++) moved[row] = 2 * p.labels[row] + 1;
  fit(&PLAIN, &p.rows, moved, 4, four, four_intercept);
  double x[N_FEATURES];
  for (size_t i = 0; i < N_FEATURES; i++) x[i] = i % 3;
  double of_two[2], of_four[4];
  predict(two, two_intercept, N_FEATURES, 2, x, of_two);
  predict(four, four_intercept, N_FEATURES, 4, x, of_four);
  assert_true(of_four[0] == 0 && of_four[2] == 0);
  assert_true(fabs(of_four[1] - of_two[0]) < 1e-12 && fabs(of_four[3] - of_two[1]) < 1e-12);
}

static void test_one_class(void **state) {
  (void)state;
  static problem p;
  static double coef[N_FEATURES * 3], intercept[3];
  double x[N_FEATURES] = {1}, probabilities[3];
  make(&p, 2);
  for (uint32_t only = 0; only < 3; only++) {
    for (size_t row = 0; row < N_ROWS; row++) p.labels[row] = only;
    fit(&PLAIN, &p.rows, p.labels, 3, coef, intercept);
    predict(coef, intercept, N_FEATURES, 3, x, probabilities);
    assert_true(probabilities[only] == 1);
    if (only == 2) continue;
    fit(&PLAIN, &p.rows, p.labels, 2, coef, intercept);
    predict(coef, intercept, N_FEATURES, 2, x, probabilities);
    assert_true(probabilities[only] == 1 && probabilities[!only] == 0);
  }
}

/* Rows without features: only intercepts, which give the classes' shares. */
static void test_no_features(void **state) {
  (void)state;
  static uint64_t row_begin[N_ROWS + 1];
  static uint32_t labels[N_ROWS];
  quoth_sparse rows = {N_ROWS, 5, row_begin, (uint32_t[1]){0}, .weights = (double[1]){0}};
  for (size_t row = 0; row < N_ROWS; row++) labels[row] = row % 4 == 0 ? 0 : row % 4 == 1 ? 1 : 2;
  double coef[5 * 3], intercept[3], x[5] = {0}, probabilities[3];
  quoth_logistic_params params = PLAIN;
  params.tol = 1e-9;
  fit(&params, &rows, labels, 3, coef, intercept);
  predict(coef, intercept, 5, 3, x, probabilities);
  assert_true(fabs(probabilities[0] - .25) < 1e-9 && fabs(probabilities[2] - .5) < 1e-9);
  for (size_t i = 0; i < 15; i++) assert_true(coef[i] == 0);
}

/* Columns that are the same get the same weights. */
static void test_duplicate_columns(void **state) {
  (void)state;
  enum { ROWS = 30 };
  uint64_t row_begin[ROWS + 1] = {0};
  uint32_t columns[2 * ROWS], labels[ROWS];
  double weights[2 * ROWS], coef[2], intercept[1];
  for (size_t row = 0; row < ROWS; row++) {
    row_begin[row + 1] = 2 * (row + 1);
    columns[2 * row] = 0;
    columns[2 * row + 1] = 1;
    weights[2 * row] = weights[2 * row + 1] = (double)row;
    labels[row] = row % 7 < 3 || row > 20;
  }
  quoth_sparse rows = {ROWS, 2, row_begin, columns, .weights = weights};
  fit(&PLAIN, &rows, labels, 2, coef, intercept);
  assert_true(coef[0] == coef[1] && coef[0] > 0);
}

static void test_refused(void **state) {
  (void)state;
  static problem p;
  static double coef[N_FEATURES], intercept[1];
  quoth_pool *pool;
  make(&p, 2);
  p.weights[9] = NAN;
  assert_done(quoth_pool_new(1, &pool, err));
  quoth_error err = {0};
  assert_int_equal(quoth_logistic_regression_fit(&PLAIN, &p.rows, p.labels, 2, pool, "", NULL, coef,
                                                 intercept, &err),
                   QUOTH_ERR_DATA);
  assert_string_equal(err.message, "row 1 has a feature that is not finite");
  quoth_pool_free(pool);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_derivatives),  cmocka_unit_test(test_singletons),
      cmocka_unit_test(test_absent_class), cmocka_unit_test(test_one_class),
      cmocka_unit_test(test_no_features),  cmocka_unit_test(test_duplicate_columns),
      cmocka_unit_test(test_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
