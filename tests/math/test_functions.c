#include "testing.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/random.h"
#include "math/functions.h"

enum { N = 200000 };

static double buffer_x[N], buffer_y[N], buffer_z[N];

/* The error of `value` in units of the last place of `exact`, a long double. */
static double ulps(double value, long double exact) {
  int exponent;
  frexpl(exact, &exponent);
  if (exponent < DBL_MIN_EXP) exponent = DBL_MIN_EXP;
  return (double)fabsl(ldexpl((long double)value - exact, DBL_MANT_DIG - exponent));
}

static void fill_uniform(double low, double high, uint32_t seed) {
  quoth_random random;
  quoth_random_seed(&random, seed);
  for (size_t i = 0; i < N; i++) buffer_x[i] = low + (high - low) * quoth_random_unit(&random);
}

typedef struct function {
  const char *name;
  void (*fast)(const double *x, double *out, size_t n);
  long double (*exact)(long double x);
} function;

static const function EXP = {"exp", quoth_exp_array, expl}, LOG = {"log", quoth_log_array, logl};

static void check_ulps(function f, double low, double high) {
  fill_uniform(low, high, 1);
  f.fast(buffer_x, buffer_y, N);
  double worst = 0;
  for (size_t i = 0; i < N; i++) {
    double error = ulps(buffer_y[i], f.exact(buffer_x[i]));
    if (error > worst) worst = error;
  }
  print_message("# %s in [%g, %g]: largest error %.3f ulp\n", f.name, low, high, worst);
  assert_true(worst < 1);
}

static void test_exp_under_one_ulp(void **state) {
  (void)state;
  if (LDBL_MANT_DIG < 64) skip();
  check_ulps(EXP, -1, 1);
  check_ulps(EXP, -60, 5);
  check_ulps(EXP, -708, 709.7);
  check_ulps(EXP, -745.1, -707);
}

static void test_log_under_one_ulp(void **state) {
  (void)state;
  if (LDBL_MANT_DIG < 64) skip();
  check_ulps(LOG, 0.5, 2);
  check_ulps(LOG, 0.999, 1.001);
  check_ulps(LOG, 2, 1000);
  check_ulps(LOG, 1e-10, 1e-3);
  check_ulps(LOG, 0x1p-1022, 0x1p-1000);
  check_ulps(LOG, 1e300, 1.7e308);
  double one = 1;
  quoth_log_array(&one, &one, 1);
  assert_true(one == 0);
}

static void test_exp_special(void **state) {
  (void)state;
  assert_true(quoth_exp(0) == 1);
  assert_true(quoth_exp(-0.0) == 1);
  assert_true(quoth_exp(INFINITY) == INFINITY);
  assert_true(quoth_exp(-INFINITY) == 0);
  assert_true(quoth_exp(1000) == INFINITY);
  assert_true(quoth_exp(-1000) == 0);
  assert_true(quoth_exp(-745.2) == 0);
  assert_true(quoth_exp(-745.1) == 0x1p-1074);
  assert_true(isnan(quoth_exp(NAN)));
}

/* The recurrence and series of scikit-learn's psi, in long double: what the doubles would be
 * without rounding, but for the number of steps, which double arithmetic decides. */
static long double reference_digamma(double x) {
  const long double euler = 0.57721566490153286L;
  if (x <= 1e-6) return -euler - 1.0L / x;
  long double sum = 0, y = x;
  for (double steps = x; steps < 6; steps += 1) {
    sum -= 1 / y;
    y += 1;
  }
  long double r = 1 / y;
  sum += logl(y) - 0.5L * r;
  r = r * r;
  return sum - r * (1.0L / 12 - r * (1.0L / 120 - r * (1.0L / 252)));
}

/* The largest error in ulps of the largest of 1, 1/x and log(x): near its root at 1.46 digamma
 * is a difference of larger terms. */
static double digamma_error(double low, double high) {
  fill_uniform(low, high, 2);
  quoth_digamma_array(buffer_x, buffer_y, N);
  double worst = 0;
  for (size_t i = 0; i < N; i++) {
    double x = buffer_x[i];
    double largest = fmax(1, fmax(1 / x, log(x)));
    long double error = fabsl(buffer_y[i] - reference_digamma(x));
    double in_ulps = (double)(error / (nextafter(largest, INFINITY) - largest));
    if (in_ulps > worst) worst = in_ulps;
  }
  print_message("# digamma in [%g, %g]: largest error %.3f ulp\n", low, high, worst);
  return worst;
}

static void test_digamma_few_ulps(void **state) {
  (void)state;
  if (LDBL_MANT_DIG < 64) skip();
  assert_true(digamma_error(1e-7, 1e-5) < 4);
  assert_true(digamma_error(1e-5, 0.1) < 7);
  assert_true(digamma_error(0.1, 6) < 7);
  assert_true(digamma_error(6, 1000) < 2);
  assert_true(digamma_error(1000, 1e12) < 1.5);
  assert_true(digamma_error(1e17, 1e18) < 1); /* only the logarithm is left */
  assert_true(digamma_error(1e17, 1e300) < 1);
}

/* _online_lda_fast.pyx's psi. */
static double plain_digamma(double x) {
  if (x <= 1e-6) return -0.57721566490153286 - 1 / x;
  double sum = 0;
  while (x < 6) {
    sum -= 1 / x;
    x += 1;
  }
  double r = 1 / x;
  sum += log(x) - 0.5 * r;
  r = r * r;
  return sum - r * ((1. / 12.) - r * ((1. / 120.) - r * (1. / 252.)));
}

static double share_equal(double low, double high) {
  fill_uniform(low, high, 7);
  quoth_digamma_array(buffer_x, buffer_y, N);
  size_t n_equal = 0;
  for (size_t i = 0; i < N; i++) n_equal += buffer_y[i] == plain_digamma(buffer_x[i]);
  print_message("# digamma in [%g, %g]: %.1f %% as in scikit-learn\n", low, high,
                100.0 * (double)n_equal / N);
  return (double)n_equal / N;
}

/* Rounding errors, too, are mostly scikit-learn's where they are large. */
static void test_digamma_rounds_alike(void **state) {
  (void)state;
  assert_true(share_equal(1e-7, 1e-3) > 0.99);
  assert_true(share_equal(1e-3, 0.02) > 0.97);
  assert_true(share_equal(0.02, 0.1) > 0.9);
}

static void assert_close(double a, double b, double relative) {
  if (!(fabs(a - b) <= relative * fabs(b))) fail_msg("%.17g is not %.17g", a, b);
}

/* Expected values: scikit-learn's _dirichlet_expectation_1d and _2d. */
static void test_dirichlet_expectation(void **state) {
  (void)state;
  const double gamma[] = {0x1.47ae147ae147bp-6, 0x1.051eb851eb852p+0, 0x1.6147ae147ae14p+2,
                          0x1.90147ae147ae1p+6, 0x1.5810624dd2f1bp-6};
  const double theta[] = {0x1.4648a3e80747cp-80, 0x1.663a6fcbbc5f6p-8, 0x1.843a1dee7435fp-5,
                          0x1.e03e373d31cc4p-1, 0x1.b9ced405b5c63p-77};
  double total = 0;
  for (int i = 0; i < 5; i++) total += gamma[i];
  for (int i = 0; i < 5; i++)
    assert_close(quoth_exp(quoth_digamma(gamma[i]) - quoth_digamma(total)), theta[i], 2e-14);

  const double row[] = {0.02, 1, 6, 1e-7};
  const double expected[] = {-0x1.a35d786f97fa5p+5, -0x1.39fe12f390ef8p+1, -0x1.5b9ceaf4cab38p-3,
                             -0x1.312d04e7f84bbp+23};
  double psi_total = quoth_digamma(((row[0] + row[1]) + row[2]) + row[3]);
  for (int i = 0; i < 4; i++) assert_close(quoth_digamma(row[i]) - psi_total, expected[i], 1e-14);
}

static void test_digamma_special(void **state) {
  (void)state;
  assert_true(quoth_digamma(0) == -INFINITY);
  assert_true(isnan(quoth_digamma(NAN)));
  assert_close(quoth_digamma(1e300), 300 * log(10), 1e-15);
}

static void check_same_bits(quoth_width width, bool is_positive) {
  if (!quoth_width_usable(width)) return;
  const quoth_functions *baseline = quoth_functions_for(QUOTH_WIDTH_BASELINE);
  const quoth_functions *functions = quoth_functions_for(width);
  baseline->exp(buffer_x, buffer_y, N);
  functions->exp(buffer_x, buffer_z, N);
  assert_memory_equal(buffer_y, buffer_z, sizeof buffer_y);
  if (is_positive) {
    baseline->log(buffer_x, buffer_y, N);
    functions->log(buffer_x, buffer_z, N);
    assert_memory_equal(buffer_y, buffer_z, sizeof buffer_y);
  }
  baseline->digamma(buffer_x, buffer_y, N);
  functions->digamma(buffer_x, buffer_z, N);
  assert_memory_equal(buffer_y, buffer_z, sizeof buffer_y);
}

static void test_same_bits_at_every_width(void **state) {
  (void)state;
  static const double ranges[][2] = {{-750, 720}, {0, 1e-5}, {0, 8}, {6, 1e6}};
  for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
    fill_uniform(ranges[i][0], ranges[i][1], 3);
    check_same_bits(QUOTH_WIDTH_AVX2, ranges[i][0] >= 0);
    check_same_bits(QUOTH_WIDTH_AVX512, ranges[i][0] >= 0);
  }
}

/* FNV-1a over the bytes: the same on every machine and compiler, or not the same bits. */
static uint64_t hash_of(const double *x, size_t n) {
  uint64_t hash = 0xcbf29ce484222325;
  for (size_t i = 0; i < n; i++) {
    uint64_t bits;
    memcpy(&bits, &x[i], sizeof bits);
    for (int byte = 0; byte < 8; byte++) hash = (hash ^ (bits >> 8 * byte & 255)) * 0x100000001b3;
  }
  return hash;
}

/* Measured, not known from elsewhere: what is right is tested above. Any change of these is a
 * change of numbers. */
static void test_same_bits_on_every_machine(void **state) {
  (void)state;
  fill_uniform(-750, 720, 4);
  quoth_exp_array(buffer_x, buffer_y, N);
  assert_int_equal(hash_of(buffer_y, N), 0x7ca83d91f2458c65);
  fill_uniform(0, 1000, 7);
  quoth_log_array(buffer_x, buffer_y, N);
  assert_int_equal(hash_of(buffer_y, N), 0x201488f77be02471);
  fill_uniform(0, 20, 5);
  quoth_digamma_array(buffer_x, buffer_y, N);
  assert_int_equal(hash_of(buffer_y, N), 0x9b1b7d6654ffb11b);
}

static void test_array_tails(void **state) {
  (void)state;
  fill_uniform(-5, 5, 6);
  for (size_t n = 0; n <= 20; n++) {
    memset(buffer_y, 0, 32 * sizeof *buffer_y);
    quoth_exp_array(buffer_x, buffer_y, n);
    for (size_t i = 0; i < n; i++) assert_true(buffer_y[i] == quoth_exp(buffer_x[i]));
    for (size_t i = n; i < 32; i++) assert_true(buffer_y[i] == 0);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_exp_under_one_ulp),
      cmocka_unit_test(test_log_under_one_ulp),
      cmocka_unit_test(test_exp_special),
      cmocka_unit_test(test_digamma_few_ulps),
      cmocka_unit_test(test_digamma_rounds_alike),
      cmocka_unit_test(test_dirichlet_expectation),
      cmocka_unit_test(test_digamma_special),
      cmocka_unit_test(test_same_bits_at_every_width),
      cmocka_unit_test(test_same_bits_on_every_machine),
      cmocka_unit_test(test_array_tails),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
