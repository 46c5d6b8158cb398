#include "testing.h"

#include <math.h>

#include "base/logarithm.h"

/* Rounded from 60 digits of Python's decimal.Decimal.ln. */
static void test_known_values(void **state) {
  (void)state;
  static const struct {
    double x, log_x;
  } KNOWN[] = {
      {0x0.0000000000001p-1022, -0x1.74385446d71c3p+9},
      {0x0.fffffffffffffp-1022, -0x1.6232bdd7abcd2p+9},
      {0x1p-1022, -0x1.6232bdd7abcd2p+9},
      {0x1.fffffffffffffp+1023, 0x1.62e42fefa39efp+9},
      {0x1p+1, 0x1.62e42fefa39efp-1},
      {0x1.fffffffffffffp-1, -0x1.0000000000000p-53},
      {0x1.0000000000001p+0, 0x1.fffffffffffffp-53},
      {0x1.8p-1, -0x1.269621134db92p-2},
      {0x1.02p+0, 0x1.fe02a6b106789p-8},
      {0x1.fdfffffffffffp-1, -0x1.0080559588bb6p-8},
      {0x1.6a09e667f3bcdp-1, -0x1.62e42fefa39eep-2},
      {0x1.6a09e667f3bccp-1, -0x1.62e42fefa39f1p-2},
      {0x1.6a09e667f3bcdp+0, 0x1.62e42fefa39f0p-2},
      {0x1.5bf0a8b145769p+1, 0x1.0000000000000p+0},
      {0x1.921fb54442d18p+1, 0x1.250d048e7a1bdp+0},
      {0x1.4p+3, 0x1.26bb1bbb55516p+1},
      {0x1.999999999999ap-4, -0x1.26bb1bbb55515p+1},
      {0x1.5555555555555p-2, -0x1.193ea7aad030bp+0},
      {0x1.8p+2, 0x1.cab0bfa2a2002p+0},
      {0x1.38p+8, 0x1.6f8d5d3e1dca5p+2},
  };
  for (size_t i = 0; i < sizeof KNOWN / sizeof *KNOWN; i++)
    if (quoth_log(KNOWN[i].x) != KNOWN[i].log_x)
      fail_msg("log %a: %a, not %a", KNOWN[i].x, quoth_log(KNOWN[i].x), KNOWN[i].log_x);
}

static void test_special_values(void **state) {
  (void)state;
  assert_true(quoth_log(1) == 0 && !signbit(quoth_log(1)));
  assert_true(quoth_log(0) == -INFINITY && quoth_log(-0.0) == -INFINITY);
  assert_true(quoth_log(INFINITY) == INFINITY);
  assert_true(isnan(quoth_log(NAN)) && isnan(quoth_log(-1)) && isnan(quoth_log(-INFINITY)));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_known_values),
      cmocka_unit_test(test_special_values),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
