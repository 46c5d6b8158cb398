/* Levels: what levels.h promises, against a search of all of them. */
#include "testing.h"

#include <math.h>
#include <stdlib.h>

#include "base/random.h"
#include "learn/levels.h"

static double distance_to_nearest(const double *levels, double value) {
  double least = INFINITY;
  for (int i = 0; i < QUOTH_N_LEVELS; i++) least = fmin(least, fabs(levels[i] - value));
  return least;
}

/* Levels ascend, the ends are levels, each value gets the nearest. Returns the mean square of the
 * errors. */
static double check_levels(const double *values, size_t n, double *levels) {
  assert_done(quoth_levels_fit(values, n, levels, err));
  double lowest = INFINITY, highest = -INFINITY, sum = 0;
  for (int i = 1; i < QUOTH_N_LEVELS; i++) assert_true(levels[i - 1] <= levels[i]);
  for (size_t i = 0; i < n; i++) {
    double error = fabs(levels[quoth_levels_nearest(levels, values[i])] - values[i]);
    assert_true(error == distance_to_nearest(levels, values[i]));
    lowest = fmin(lowest, values[i]);
    highest = fmax(highest, values[i]);
    sum += error * error;
  }
  assert_true(levels[0] == lowest && levels[QUOTH_N_LEVELS - 1] == highest);
  return sum / (double)n;
}

/* A number of mean 0, with many near it and few far away, as weights are. */
static double draw(quoth_random *random) {
  double product = 1;
  for (int i = 0; i < 3; i++) product *= 2 * quoth_random_unit(random) - 1;
  return product;
}

static void test_many_values(void **state) {
  (void)state;
  enum { N = 20000 };
  double *values = calloc(N, sizeof *values), levels[QUOTH_N_LEVELS];
  assert_non_null(values);
  quoth_random random;
  quoth_random_seed(&random, 3);
  for (size_t i = 0; i < N; i++) values[i] = draw(&random);
  double error = check_levels(values, N, levels);
  /* Levels evenly apart have errors of gap^2 / 12. */
  double gap = (levels[QUOTH_N_LEVELS - 1] - levels[0]) / (QUOTH_N_LEVELS - 1);
  assert_true(error < gap * gap / 12 / 1.5);
  free(values);
}

static void test_few_values(void **state) {
  (void)state;
  double values[1000], levels[QUOTH_N_LEVELS];
  for (int i = 0; i < 1000; i++) values[i] = log(1 + i % QUOTH_N_LEVELS);
  assert_true(check_levels(values, 1000, levels) == 0);
  for (int i = 0; i < 1000; i++) values[i] = -0.5;
  assert_true(check_levels(values, 1000, levels) == 0);
  assert_true(check_levels(values, 1, levels) == 0);
  assert_done(quoth_levels_fit(values, 0, levels, err));
}

/* One value far away does not take the levels from the others. */
static void test_outlier(void **state) {
  (void)state;
  double values[2000], levels[QUOTH_N_LEVELS];
  for (int i = 0; i < 2000; i++) values[i] = sin(i);
  values[7] = 1e6;
  assert_true(check_levels(values, 2000, levels) < 1e-3);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_many_values),
      cmocka_unit_test(test_few_values),
      cmocka_unit_test(test_outlier),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
