#include "testing.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"

static void check_shortest(double value, const char *expected) {
  char text[QUOTH_NUMBER_SIZE];
  assert_int_equal(quoth_number_shortest(value, text), strlen(expected));
  assert_string_equal(text, expected);
}

/* Expected texts are Python's repr, but for the form of exponents. */
static void test_shortest(void **state) {
  (void)state;
  check_shortest(0.1, "0.1");
  check_shortest(0.95, "0.95");
  check_shortest(0.5061627511065714, "0.5061627511065714");
  check_shortest(0.1 + 0.2, "0.30000000000000004");
  check_shortest(3.0, "3.0");
  check_shortest(-0.0, "-0.0");
  check_shortest(1e300, "1e+300");
  check_shortest(5e-324, "5e-324");
  check_shortest(DBL_MAX, "1.7976931348623157e+308");
  check_shortest(INFINITY, "inf");
}

static void test_shortest_reads_back(void **state) {
  (void)state;
  uint64_t bits = 0x9E3779B97F4A7C15u;
  for (int i = 0; i < 20000; i++) {
    bits = bits * 6364136223846793005u + 1442695040888963407u;
    double value;
    memcpy(&value, &bits, sizeof value);
    if (!isfinite(value)) continue;
    char text[QUOTH_NUMBER_SIZE];
    quoth_number_shortest(value, text);
    assert_true(strtod(text, NULL) == value);
  }
}

static void test_seventeen(void **state) {
  (void)state;
  char text[QUOTH_NUMBER_SIZE];
  quoth_number_17(0.1, text);
  assert_string_equal(text, "0.10000000000000001");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_shortest),
      cmocka_unit_test(test_shortest_reads_back),
      cmocka_unit_test(test_seventeen),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
