#include "testing.h"

#include "base/random.h"
#include "base/sort.h"

static void check_pairs(size_t n, uint32_t bound) {
  quoth_random random;
  quoth_random_seed(&random, (uint32_t)n);
  uint64_t pairs[3000], spare[3000];
  for (size_t i = 0; i < n; i++) pairs[i] = (uint64_t)quoth_random_below(&random, bound) << 32 | i;
  quoth_sort_pairs(pairs, spare, n);
  /* Stable means that the whole pairs ascend. */
  for (size_t i = 1; i < n; i++) assert_true(pairs[i - 1] < pairs[i]);
}

static void test_pairs(void **state) {
  (void)state;
  check_pairs(0, 1);
  check_pairs(1, 1);
  check_pairs(20, 7);
  check_pairs(21, 7);
  check_pairs(700, 1 << 18);
  check_pairs(1024, UINT32_MAX);
  check_pairs(1025, UINT32_MAX);
  check_pairs(3000, 1);
  check_pairs(3000, 100);
  check_pairs(3000, UINT32_MAX);
}

/* The order is that of whole pairs of key and index; each key comes many times, -0 is 0. */
static void check_doubles(size_t n) {
  static const double values[] = {0.0, -0.0, 5e-324, 0x1p-32, 0.1, 0.1 + 0x1p-56, 0.5, 1.0, 1e300};
  enum { N_VALUES = sizeof values / sizeof *values };
  quoth_random random;
  quoth_random_seed(&random, (uint32_t)n);
  double keys[1000];
  uint32_t order[1000];
  uint64_t pairs[2000];
  for (size_t i = 0; i < n; i++) keys[i] = values[quoth_random_below(&random, N_VALUES)];
  quoth_argsort_doubles(keys, order, pairs, n);
  for (size_t i = 1; i < n; i++) {
    double before = keys[order[i - 1]], after = keys[order[i]];
    assert_true(before < after || (before == after && order[i - 1] < order[i]));
  }
}

static void test_doubles(void **state) {
  (void)state;
  check_doubles(0);
  check_doubles(1);
  check_doubles(30);
  check_doubles(1000);
}

/* numpy: k = numpy.arange(40) * 7 % 5; numpy.argsort(k) (1.24.2, quicksort). */
static void test_argsort_ties_as_numpy(void **state) {
  (void)state;
  static const uint32_t expected[40] = {0,  20, 15, 30, 10, 25, 35, 5,  23, 8,  33, 28, 13, 3,
                                        38, 18, 6,  21, 1,  36, 16, 26, 11, 31, 34, 29, 19, 14,
                                        9,  4,  24, 39, 27, 22, 17, 12, 32, 7,  2,  37};
  int64_t keys[40];
  uint32_t order[40];
  for (int i = 0; i < 40; i++) keys[i] = i * 7 % 5;
  quoth_argsort(keys, order, 40);
  assert_memory_equal(order, expected, sizeof order);
}

/* The least length that is not sorted by insertion; numpy as above. */
static void test_argsort_seventeen_as_numpy(void **state) {
  (void)state;
  static const uint32_t expected[17] = {0, 10, 15, 5, 13, 8, 3, 6, 11, 1, 16, 9, 14, 4, 7, 2, 12};
  int64_t keys[17];
  uint32_t order[17];
  for (int i = 0; i < 17; i++) keys[i] = i * 7 % 5;
  quoth_argsort(keys, order, 17);
  assert_memory_equal(order, expected, sizeof order);
}

/* A pattern that defeats a median of three must still be sorted, by the heap. */
static void test_argsort_sorts(void **state) {
  (void)state;
  enum { N = 3000 };
  int64_t keys[N];
  uint32_t order[N];
  for (int i = 0; i < N; i++) keys[i] = i % 2 ? i : N - i;
  quoth_argsort(keys, order, N);
  for (int i = 1; i < N; i++) assert_true(keys[order[i - 1]] <= keys[order[i]]);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_pairs),
      cmocka_unit_test(test_doubles),
      cmocka_unit_test(test_argsort_ties_as_numpy),
      cmocka_unit_test(test_argsort_seventeen_as_numpy),
      cmocka_unit_test(test_argsort_sorts),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
