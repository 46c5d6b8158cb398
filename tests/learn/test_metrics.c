#include "testing.h"

#include <math.h>

#include "learn/metrics.h"

enum { N_ROWS = 8, N_CLASSES = 4 };

static const uint32_t LABELS[N_ROWS] = {0, 1, 2, 0, 1, 2, 0, 2};
static const double PROBABILITIES[N_ROWS][N_CLASSES] = {
    {.5, .25, .25, 0}, {.2, .5, .3, 0}, {.4, .3, .3, 0},  {.25, .25, .25, .25},
    {0, 0, 0, 1},      {.1, .2, .7, 0}, {.4, .4, .1, .1}, {.3, .3, .4, 0}};

static void check_rates(quoth_class_metrics rates, double precision, double recall, double f1,
                        uint64_t support) {
  assert_true(rates.precision == precision);
  assert_true(rates.recall == recall);
  assert_true(rates.f1 == f1);
  assert_int_equal(rates.support, support);
}

/* Printed by scikit-learn 1.2.1. Class 3 has no rows; rows 3 and 6 are ties. */
static void test_known(void **state) {
  (void)state;
  static const uint64_t CONFUSION[N_CLASSES][N_CLASSES] = {
      {3, 0, 0, 0}, {0, 1, 0, 1}, {1, 0, 2, 0}, {0, 0, 0, 0}};
  quoth_metrics metrics;
  assert_done(quoth_metrics_compute(LABELS, PROBABILITIES[0], N_ROWS, N_CLASSES, &metrics, err));
  assert_int_equal(metrics.n_rows, N_ROWS);
  assert_int_equal(metrics.n_classes, N_CLASSES);
  assert_true(metrics.accuracy == .75);
  assert_true(fabs(metrics.log_loss - 5.27618391542124) < 1e-15);
  assert_memory_equal(metrics.confusion, CONFUSION, sizeof CONFUSION);
  check_rates(metrics.per_class[0], .75, 1, .8571428571428571, 3);
  check_rates(metrics.per_class[1], 1, .5, .6666666666666666, 2);
  check_rates(metrics.per_class[2], 1, .6666666666666666, .8, 3);
  check_rates(metrics.per_class[3], 0, 0, 0, 0);
  check_rates(metrics.macro, .6875, .5416666666666666, .5809523809523809, N_ROWS);
  check_rates(metrics.weighted, .90625, .75, .7880952380952381, N_ROWS);
  assert_true(metrics.top_2_accuracy == .75);
  assert_true(metrics.top_3_accuracy == .875);
  assert_true(metrics.brier_score == .683125);
  assert_true(fabs(metrics.calibration_error - .48125) < 1e-15);
  assert_true(fabs(metrics.per_class[0].roc_auc - .8333333333333333) < 1e-15);
  assert_true(metrics.per_class[1].roc_auc == .5);
  assert_true(fabs(metrics.per_class[2].roc_auc - .9666666666666667) < 1e-15);
  assert_true(isnan(metrics.per_class[3].roc_auc));
  assert_true(isnan(metrics.macro.roc_auc) && isnan(metrics.weighted.roc_auc));
  quoth_metrics_clear(&metrics);
}

/* As a model file made on purpose may give. */
static void test_probabilities_that_are_none(void **state) {
  (void)state;
  static const double NONE[4 * N_CLASSES] = {NAN, 1, NAN, 0, 0, NAN, 0, 1};
  static const uint32_t CHOSEN[] = {0, 1, 0, 1};
  quoth_metrics metrics;
  assert_done(quoth_metrics_compute(CHOSEN, NONE, 4, N_CLASSES, &metrics, err));
  assert_true(isnan(metrics.per_class[0].roc_auc) && isnan(metrics.per_class[1].roc_auc));
  quoth_metrics_clear(&metrics);
}

static void test_no_rows(void **state) {
  (void)state;
  quoth_metrics metrics;
  assert_done(quoth_metrics_compute(NULL, NULL, 0, N_CLASSES, &metrics, err));
  assert_true(isnan(metrics.accuracy));
  assert_true(isnan(metrics.log_loss));
  assert_true(isnan(metrics.brier_score));
  assert_true(isnan(metrics.top_2_accuracy));
  assert_true(isnan(metrics.calibration_error));
  assert_true(isnan(metrics.macro.roc_auc) && isnan(metrics.weighted.roc_auc));
  check_rates(metrics.macro, 0, 0, 0, 0);
  check_rates(metrics.weighted, 0, 0, 0, 0);
  quoth_metrics_clear(&metrics);
}

static void test_refused(void **state) {
  (void)state;
  quoth_metrics metrics;
  quoth_error err;
  assert_int_equal(quoth_metrics_compute(LABELS, PROBABILITIES[0], N_ROWS, 2, &metrics, &err),
                   QUOTH_ERR_DATA);
  assert_string_equal(err.message, "metrics: row 2: label 2 of 2 classes");
  assert_int_equal(quoth_metrics_compute(LABELS, PROBABILITIES[0], N_ROWS, 0, &metrics, &err),
                   QUOTH_ERR_DATA);
  assert_null(metrics.confusion);
}

static void test_most_probable(void **state) {
  (void)state;
  assert_int_equal(quoth_most_probable((const double[]){1}, 1), 0);
  assert_int_equal(quoth_most_probable((const double[]){.2, .4, .4}, 3), 1);
  assert_int_equal(quoth_most_probable((const double[]){.1, .2, .7}, 3), 2);
  assert_int_equal(quoth_most_probable((const double[]){0, 0, 0}, 3), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_known),         cmocka_unit_test(test_probabilities_that_are_none),
      cmocka_unit_test(test_no_rows),       cmocka_unit_test(test_refused),
      cmocka_unit_test(test_most_probable),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
