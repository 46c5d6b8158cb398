#include "testing.h"

#include "data/split.h"

static const quoth_amount HALF = {.kind = QUOTH_AMOUNT_SHARE, .share = .5};

static quoth_amount rows(uint64_t count) {
  return (quoth_amount){.kind = QUOTH_AMOUNT_COUNT, .count = count};
}

static quoth_amount share(double value) {
  return (quoth_amount){.kind = QUOTH_AMOUNT_SHARE, .share = value};
}

static void check(quoth_split_params params, size_t n_rows, const uint32_t *labels,
                  const uint32_t *train, size_t n_train, const uint32_t *test, size_t n_test) {
  quoth_split split;
  assert_done(quoth_split_rows(&params, n_rows, labels, 8, &split, err));
  assert_int_equal(split.n_train, n_train);
  assert_int_equal(split.n_test, n_test);
  assert_memory_equal(split.train, train, n_train * sizeof *train);
  assert_memory_equal(split.test, test, n_test * sizeof *test);
  quoth_split_clear(&split);
}

/* Printed by train_test_split(range(10), random_state=0, ...) of scikit-learn 1.2.1. */
static void test_plain(void **state) {
  (void)state;
  check((quoth_split_params){0}, 10, NULL, (const uint32_t[]){9, 1, 6, 7, 3, 0, 5}, 7,
        (const uint32_t[]){2, 8, 4}, 3);
  check((quoth_split_params){.train_size = share(.25)}, 10, NULL, (const uint32_t[]){0, 5}, 2,
        (const uint32_t[]){2, 8, 4, 9, 1, 6, 7, 3}, 8);
  check((quoth_split_params){.train_size = rows(2), .test_size = rows(3)}, 10, NULL,
        (const uint32_t[]){9, 1}, 2, (const uint32_t[]){2, 8, 4}, 3);
}

/* Labels leave out some of the classes. The same with random_state=3, stratify=[0, 3, 0, 3, 5, 5,
 * 0, 3, 5, 0]. */
static void test_stratified(void **state) {
  (void)state;
  static const uint32_t LABELS[] = {0, 3, 0, 3, 5, 5, 0, 3, 5, 0};
  check((quoth_split_params){.stratify = true, .random_state = 3}, 10, LABELS,
        (const uint32_t[]){9, 7, 2, 5, 0, 3, 8}, 7, (const uint32_t[]){6, 1, 4}, 3);
  check((quoth_split_params){.stratify = true, .random_state = 3, .train_size = HALF}, 10, LABELS,
        (const uint32_t[]){9, 5, 6, 3, 8}, 5, (const uint32_t[]){1, 2, 4, 0, 7}, 5);
  check(
      (quoth_split_params){
          .stratify = true, .random_state = 3, .train_size = rows(4), .test_size = rows(4)},
      10, LABELS, (const uint32_t[]){9, 4, 6, 7}, 4, (const uint32_t[]){0, 8, 3, 1}, 4);
}

static void check_refused(quoth_split_params params, size_t n_rows, const uint32_t *labels,
                          quoth_status status, const char *message) {
  quoth_split split;
  quoth_error err = {0};
  assert_int_equal(quoth_split_rows(&params, n_rows, labels, 8, &split, &err), status);
  assert_string_equal(err.message, message);
  assert_int_equal(split.n_train, 0);
  assert_int_equal(split.n_test, 0);
  quoth_split_clear(&split);
}

static void test_refused_sizes(void **state) {
  (void)state;
  const quoth_status status = QUOTH_ERR_ARG;
  check_refused((quoth_split_params){.train_size = share(1.5)}, 10, NULL, status,
                "train_size is 1.5; a share lies between 0 and 1");
  check_refused((quoth_split_params){.test_size = share(0)}, 10, NULL, status,
                "test_size is 0; a share lies between 0 and 1");
  check_refused((quoth_split_params){.test_size = share(__builtin_nan(""))}, 10, NULL, status,
                "test_size is nan; a share lies between 0 and 1");
  check_refused((quoth_split_params){.test_size = rows(10)}, 10, NULL, status,
                "test_size is 10 rows; there are 10, and each side needs some");
  check_refused((quoth_split_params){.train_size = rows(0)}, 10, NULL, status,
                "train_size is 0 rows; there are 10, and each side needs some");
  check_refused((quoth_split_params){.train_size = HALF, .test_size = share(.75)}, 10, NULL, status,
                "train_size 0.5 and test_size 0.75 add up to more than 1");
  check_refused((quoth_split_params){.train_size = rows(6), .test_size = HALF}, 10, NULL, status,
                "train_size and test_size ask for 11 rows; there are 10");
  check_refused((quoth_split_params){.train_size = share(.05)}, 10, NULL, status,
                "of 10 rows none is left to train on; change train_size or test_size, or give "
                "more rows");
  check_refused((quoth_split_params){0}, 1, NULL, status,
                "of 1 rows none is left to train on; change train_size or test_size, or give more "
                "rows");
  check_refused((quoth_split_params){0}, 0, NULL, status,
                "of 0 rows none is left to train on; change train_size or test_size, or give more "
                "rows");
}

static void test_refused_classes(void **state) {
  (void)state;
  check_refused((quoth_split_params){.stratify = true}, 5, (const uint32_t[]){1, 1, 2, 2, 4},
                QUOTH_ERR_DATA,
                "the least populated class has only 1 row; stratify needs at least 2 of each "
                "class");
  static const uint32_t THREE[] = {0, 0, 1, 1, 2, 2};
  check_refused((quoth_split_params){.stratify = true}, 6, THREE, QUOTH_ERR_ARG,
                "2 test rows are fewer than the 3 classes; stratify needs one of each");
  check_refused((quoth_split_params){.stratify = true, .train_size = rows(1)}, 6, THREE,
                QUOTH_ERR_ARG,
                "1 train rows are fewer than the 3 classes; stratify needs one of each");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_plain),
      cmocka_unit_test(test_stratified),
      cmocka_unit_test(test_refused_sizes),
      cmocka_unit_test(test_refused_classes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
