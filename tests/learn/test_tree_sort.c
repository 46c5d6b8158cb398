#include "testing.h"

#include <stdlib.h>

#include "base/random.h"
#include "learn/tree_sort.h"

enum { MOST = 3000 };

/* Sorted, and a permutation of rows 0..n-1 that still have their values. Which of equal values
 * comes first is held against scikit-learn by tests/parity/test_forest.py. */
static void check_sort(const float *values, size_t n) {
  quoth_tree_item items[MOST];
  bool is_seen[MOST] = {false};
  for (size_t i = 0; i < n; i++) items[i] = (quoth_tree_item){values[i], (uint32_t)i};
  quoth_tree_sort(items, n);
  for (size_t i = 0; i < n; i++) {
    assert_in_range(items[i].row, 0, n - 1);
    assert_false(is_seen[items[i].row]);
    is_seen[items[i].row] = true;
    assert_true(items[i].value == values[items[i].row]);
    assert_true(i == 0 || items[i - 1].value <= items[i].value);
  }
}

static void test_sort(void **state) {
  (void)state;
  float values[MOST];
  quoth_random random;
  quoth_random_seed(&random, 1);
  static const size_t SIZES[] = {0, 1, 2, 3, 4, 5, 17, 64, 1000, MOST};
  for (size_t s = 0; s < sizeof SIZES / sizeof *SIZES; s++) {
    size_t n = SIZES[s];
    for (size_t i = 0; i < n; i++) values[i] = (float)quoth_random_normal(&random);
    check_sort(values, n);
    for (size_t i = 0; i < n; i++) values[i] = (float)quoth_random_below(&random, 3) - 1;
    check_sort(values, n);
    for (size_t i = 0; i < n; i++) values[i] = (float)i;
    check_sort(values, n);
    for (size_t i = 0; i < n; i++) values[i] = -(float)i;
    check_sort(values, n);
    for (size_t i = 0; i < n; i++) values[i] = i % 2 ? -0.0f : 0.0f;
    check_sort(values, n);
    for (size_t i = 0; i < n; i++) values[i] = (float)(i < n / 2 ? i : n - i);
    check_sort(values, n);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_sort)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
