#include "testing.h"

#include "base/random.h"

static quoth_random seeded(uint32_t seed) {
  quoth_random random;
  quoth_random_seed(&random, seed);
  return random;
}

/* C++ standard, [rand.predef]: the 10000th draw after the default seed. */
static void test_mt19937(void **state) {
  (void)state;
  quoth_random random = seeded(5489);
  uint32_t last = 0;
  for (int i = 0; i < 10000; i++) last = quoth_random_u32(&random);
  assert_int_equal(last, 4123659995u);
}

/* All values below were printed by numpy 1.24.2's RandomState. */
static void test_u32(void **state) {
  (void)state;
  quoth_random random = seeded(0);
  assert_int_equal(quoth_random_u32(&random), 2357136044u);
  assert_int_equal(quoth_random_u32(&random), 2546248239u);
  assert_int_equal(quoth_random_u32(&random), 3071714933u);
}

static void test_normal(void **state) {
  (void)state;
  static const double EXPECTED[] = {0x1.c398ef3e5cfa5p+0, 0x1.99c2cfacc8953p-2,
                                    0x1.f51d25222c9abp-1};
  quoth_random random = seeded(0);
  for (size_t i = 0; i < 3; i++) assert_true(quoth_random_normal(&random) == EXPECTED[i]);
}

static void test_gamma(void **state) {
  (void)state;
  static const double EXPECTED[] = {0x1.2ef04da7cafdap+0, 0x1.0982c73fb428dp+0,
                                    0x1.31ea1c799bec6p+0, 0x1.cdf3d27ba2ad5p-1,
                                    0x1.f90916e5df1b9p-1, 0x1.09c8f43b7b698p+0};
  quoth_random random = seeded(0);
  for (size_t i = 0; i < 6; i++) assert_true(quoth_random_gamma(&random, 100, .01) == EXPECTED[i]);
}

static void test_randint(void **state) {
  (void)state;
  static const uint32_t SEEDS[] = {209652396, 398764591, 924231285, 1478610112, 441365315};
  static const uint32_t ROWS[] = {2080, 3826, 3823, 2551, 4809, 4657, 1023, 4871};
  quoth_random random = seeded(0);
  for (size_t i = 0; i < 5; i++)
    assert_int_equal(quoth_random_below(&random, 0x7fffffff), SEEDS[i]);
  random = seeded(209652396);
  for (size_t i = 0; i < 8; i++) assert_int_equal(quoth_random_below(&random, 4894), ROWS[i]);
}

static void test_randint_of_one_draws_nothing(void **state) {
  (void)state;
  quoth_random random = seeded(0);
  assert_int_equal(quoth_random_below(&random, 1), 0);
  assert_int_equal(quoth_random_u32(&random), 2357136044u);
}

static void check_permutation(uint32_t seed, const uint32_t *expected, size_t n) {
  uint32_t items[16];
  for (uint32_t i = 0; i < n; i++) items[i] = i;
  quoth_random random = seeded(seed);
  quoth_random_shuffle(&random, items, n);
  assert_memory_equal(items, expected, n * sizeof *items);
}

static void test_permutation(void **state) {
  (void)state;
  check_permutation(0, (const uint32_t[]){2, 8, 4, 9, 1, 6, 7, 3, 0, 5}, 10);
  check_permutation(42, (const uint32_t[]){1, 4, 2, 0, 3}, 5);
}

/* From a tree of scikit-learn 1.2.1 whose random_state is 209652396. */
static void test_xorshift(void **state) {
  (void)state;
  static const uint32_t EXPECTED[] = {562009556, 728431350, 1924947308, 1529191780, 2041318688};
  quoth_random random = seeded(209652396);
  uint32_t tree = quoth_random_below(&random, 0x7fffffff);
  assert_int_equal(tree, 2087557356u);
  for (size_t i = 0; i < 5; i++) assert_int_equal(quoth_xorshift(&tree), EXPECTED[i]);
}

static void test_xorshift_takes_zero_as_one(void **state) {
  (void)state;
  uint32_t zero = 0, one = 1;
  assert_int_equal(quoth_xorshift(&zero), quoth_xorshift(&one));
  assert_int_equal(zero, one);
  assert_int_not_equal(zero, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_mt19937),
      cmocka_unit_test(test_u32),
      cmocka_unit_test(test_normal),
      cmocka_unit_test(test_gamma),
      cmocka_unit_test(test_randint),
      cmocka_unit_test(test_randint_of_one_draws_nothing),
      cmocka_unit_test(test_permutation),
      cmocka_unit_test(test_xorshift),
      cmocka_unit_test(test_xorshift_takes_zero_as_one),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
