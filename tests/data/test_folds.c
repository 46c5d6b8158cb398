#include "testing.h"

#include "data/folds.h"

enum { N_ROWS = 14, N_CLASSES = 3 };

static uint32_t labels[N_ROWS] = {2, 0, 2, 1, 1, 0, 2, 1, 2, 0, 0, 1, 2, 2};
static uint64_t counts[N_CLASSES] = {4, 4, 6};
static quoth_bytes names[N_CLASSES] = {{"a", 1}, {"b", 1}, {"c", 1}};

static void check(uint32_t n_folds, uint32_t seed, const uint32_t *expected) {
  const quoth_dataset dataset = {.n_rows = N_ROWS,
                                 .n_classes = N_CLASSES,
                                 .classes = names,
                                 .labels = labels,
                                 .class_counts = counts};
  uint32_t folds[N_ROWS];
  assert_done(quoth_stratified_folds(&dataset, n_folds, seed, folds, err));
  assert_memory_equal(folds, expected, sizeof folds);
}

/* Printed by StratifiedKFold(n_folds, shuffle=True, random_state=seed) of scikit-learn 1.2.1. */
static void test_known(void **state) {
  (void)state;
  check(3, 0, (const uint32_t[]){2, 2, 1, 1, 0, 0, 0, 1, 1, 1, 0, 2, 0, 2});
  check(2, 7, (const uint32_t[]){1, 1, 1, 0, 0, 0, 0, 1, 0, 0, 1, 1, 0, 1});
}

/* Printed by StratifiedKFold(5); two classes have four rows. */
static void test_in_order(void **state) {
  (void)state;
  uint32_t folds[N_ROWS];
  static const uint32_t expected[] = {0, 1, 0, 0, 1, 2, 1, 2, 2, 3, 4, 3, 3, 4};
  assert_done(quoth_folds_in_order(labels, N_ROWS, N_CLASSES, 5, folds, err));
  assert_memory_equal(folds, expected, sizeof folds);
}

/* Class 0 ends at fold 1 of 0 to 2, so class 1 goes on at 2, and class 2 where that ends. */
static void test_in_turn(void **state) {
  (void)state;
  static const uint32_t rows[] = {1, 0, 0, 2, 1, 0, 0, 0, 1, 2, 1};
  static const uint32_t expected[] = {2, 0, 1, 0, 0, 2, 0, 1, 1, 1, 2};
  enum { N = sizeof rows / sizeof *rows };
  uint32_t folds[N];
  assert_done(quoth_folds_in_turn(rows, N, N_CLASSES, 3, folds, err));
  assert_memory_equal(folds, expected, sizeof folds);
}

static void test_refused(void **state) {
  (void)state;
  const quoth_dataset dataset = {.n_rows = 1,
                                 .n_classes = 1,
                                 .classes = names,
                                 .labels = labels + 1,
                                 .class_counts = (uint64_t[]){1}};
  uint32_t folds[1];
  quoth_error err;
  assert_int_equal(quoth_stratified_folds(&dataset, 2, 0, folds, &err), QUOTH_ERR_DATA);
  assert_string_equal(err.message, "class \"a\" has 1 row, and 2 folds need one each; add rows, "
                                   "leave the class out, or ask for fewer folds");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_known),
      cmocka_unit_test(test_in_order),
      cmocka_unit_test(test_in_turn),
      cmocka_unit_test(test_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
