#include "testing.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "math/gamma.h"

enum { MOST = 50000 };

static double expected[MOST], drawn[MOST];

/* The scalar draws, which test_random compares with numpy's. */
static void draw_one_by_one(quoth_random *random, double shape, size_t n) {
  for (size_t i = 0; i < n; i++) expected[i] = quoth_random_gamma(random, shape, 0.01);
}

static void assert_same_stream(quoth_random *a, quoth_random *b) {
  for (int i = 0; i < 3; i++) {
    assert_true(quoth_random_normal(a) == quoth_random_normal(b));
    assert_int_equal(quoth_random_u32(a), quoth_random_u32(b));
  }
}

/* The share of values that are equal to the last bit. */
static double check_draws(quoth_width width, uint32_t seed, double shape, size_t n,
                          size_t n_normals) {
  quoth_random one, many;
  quoth_random_seed(&one, seed);
  for (size_t i = 0; i < n_normals; i++) quoth_random_normal(&one);
  many = one;
  draw_one_by_one(&one, shape, n);
  quoth_gamma_array(width, &many, shape, 0.01, drawn, n);
  size_t n_equal = 0;
  for (size_t i = 0; i < n; i++) {
    if (fabs(drawn[i] - expected[i]) > 3e-15 * expected[i])
      fail_msg("seed %u, draw %zu of %zu: %.17g is not %.17g", seed, i, n, drawn[i], expected[i]);
    n_equal += drawn[i] == expected[i];
  }
  assert_same_stream(&one, &many);
  return n ? (double)n_equal / (double)n : 1;
}

static void test_like_one_by_one(void **state) {
  (void)state;
  for (uint32_t seed = 0; seed < 300; seed++)
    check_draws(QUOTH_WIDTH_BASELINE, seed, 100, seed * 7 % 600, seed % 3);
  double share = check_draws(QUOTH_WIDTH_BASELINE, 1, 100, MOST, 0);
  print_message("# %.2f %% equal to the last bit\n", 100 * share);
  assert_true(share > 0.99);
}

/* A shape near 17 refuses more of what it is offered; below, all is left to the scalar code. */
static void test_other_shapes(void **state) {
  (void)state;
  check_draws(QUOTH_WIDTH_BASELINE, 2, 17, 20001, 1);
  assert_true(check_draws(QUOTH_WIDTH_BASELINE, 3, 2, 1001, 0) == 1);
}

static void test_same_bits_at_every_width(void **state) {
  (void)state;
  static double other[MOST];
  quoth_random random;
  quoth_random_seed(&random, 4);
  quoth_gamma_array(QUOTH_WIDTH_BASELINE, &random, 100, 0.01, drawn, MOST);
  for (quoth_width width = QUOTH_WIDTH_AVX2; width < QUOTH_N_WIDTHS; width++) {
    if (!quoth_width_usable(width)) continue;
    quoth_random_seed(&random, 4);
    quoth_gamma_array(width, &random, 100, 0.01, other, MOST);
    assert_memory_equal(drawn, other, sizeof drawn);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_like_one_by_one),
      cmocka_unit_test(test_other_shapes),
      cmocka_unit_test(test_same_bits_at_every_width),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
