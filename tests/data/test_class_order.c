#include "testing.h"

#include <string.h>

#include "data/class_order.h"

/* Checks every way round: from the expected order and from its reverse. */
static void check(const char *const *expected, size_t n) {
  quoth_class classes[16];
  for (int reverse = 0; reverse < 2; reverse++) {
    for (uint32_t i = 0; i < n; i++) {
      const char *name = expected[reverse ? n - 1 - i : i];
      classes[i] = (quoth_class){{name, strlen(name)}, i};
    }
    quoth_class_order(classes, n);
    for (size_t i = 0; i < n; i++) {
      assert_string_equal(classes[i].name.data, expected[i]);
      assert_int_equal(classes[i].id, reverse ? n - 1 - i : i);
    }
  }
}

#define CHECK(...)                                                                                 \
  check((const char *const[]){__VA_ARGS__},                                                        \
        sizeof(const char *const[]){__VA_ARGS__} / sizeof(char *))

static void test_words_by_bytes(void **state) {
  (void)state;
  CHECK("", "A", "AA", "B", "a", "\xC3\xA9", "\xEF\xBF\xAE", "\xF0\x9F\x98\x80");
  CHECK("1", "10", "2", "x"); /* one word makes words of all */
  CHECK("-", "1");
  CHECK("1e", "2", "3");
  CHECK("1", "1.2.3", "1e2e3");
  CHECK(".", "0");
  CHECK("10", "2 ");
  CHECK("0x1", "10", "9");
}

static void test_whole_numbers_by_value(void **state) {
  (void)state;
  CHECK("-10", "-9", "0", "2", "10");
  CHECK("-123456789012345678901234567890", "-5", "123456789012345678901234567889",
        "123456789012345678901234567890");
  CHECK("-2", "-1", "-0", "0", "00", "1", "007", "08", "+9");
}

static void test_decimal_numbers_by_value(void **state) {
  (void)state;
  CHECK("-1e3", "-2.5", "-.5", "0.0", "1e-400", "0.05", ".5", "0.51", "1", "1.5", "15e-1", "9.99",
        "1.0E1", "1e400", "1e+401");
  CHECK("1e-99999999999999999999", "0.001", "1e99999999999999999999");
  CHECK("01", "1", "1.", "1.0", "1.00");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_words_by_bytes),
      cmocka_unit_test(test_whole_numbers_by_value),
      cmocka_unit_test(test_decimal_numbers_by_value),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
