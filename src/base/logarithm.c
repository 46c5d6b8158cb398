/* x = 2^e * m with m in [sqrt(1/2), sqrt(2)), c = the multiple of 1/64 nearest to m, and then
 *   log x = e log 2 + log c + 2 atanh(s),  s = (m - c) / (m + c),  |s| < 1/179.
 * The first two and the leading 2s are carried as sums of two doubles (T. J. Dekker, "A
 * floating-point technique for extending the available precision", 1971), the rest of the
 * series, at most 2^-16 of 2s, in one: the error before the only rounding that counts is below
 * 2^-68 of the result. No FMA: every processor takes the same steps. */
#include "base/logarithm.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/* A number as the exact sum of two doubles, the second at most half an ulp of the first. */
typedef struct two_doubles {
  double high, low;
} two_doubles;

enum { C_SCALE = 64, FIRST_C = 45, LAST_C = 91 };

static const double LN2_HIGH = 0x1.62e42fefa38p-1; /* 42 bits: exact when multiplied by e */
static const double LN2_LOW = 0x1.ef35793c7673p-45;

/* log(i / 64) for i = FIRST_C to LAST_C, both parts rounded to nearest. */
static const two_doubles LOG_C[LAST_C - FIRST_C + 1] = {
    {-0x1.68ac83e9c6a14p-2, -0x1.a64eadd740178p-58},
    {-0x1.522ae0738a3d8p-2, 0x1.8f7e9b38a6979p-57},
    {-0x1.3c25277333184p-2, 0x1.2ad27e50a8ec6p-56},
    {-0x1.269621134db92p-2, -0x1.e0efadd9db02bp-56},
    {-0x1.1178e8227e47cp-2, 0x1.0e63a5f01c691p-57},
    {-0x1.f991c6cb3b379p-3, -0x1.f665066f980a2p-57},
    {-0x1.d1037f2655e7bp-3, -0x1.60629242471a2p-57},
    {-0x1.a93ed3c8ad9e3p-3, -0x1.bcafa9de97203p-57},
    {-0x1.823c16551a3c2p-3, 0x1.1232ce70be781p-57},
    {-0x1.5bf406b543db2p-3, 0x1.1f5b44c0df7e7p-61},
    {-0x1.365fcb0159016p-3, -0x1.7d411a5b944adp-58},
    {-0x1.1178e8227e47cp-3, 0x1.0e63a5f01c691p-58},
    {-0x1.da727638446a2p-4, -0x1.401fa71733019p-58},
    {-0x1.9335e5d594989p-4, 0x1.478a85704ccb7p-58},
    {-0x1.4d3115d207eacp-4, -0x1.769f42c7842ccp-58},
    {-0x1.08598b59e3a07p-4, 0x1.dd7009902bf32p-58},
    {-0x1.894aa149fb343p-5, -0x1.a8be97660a23dp-60},
    {-0x1.0415d89e74444p-5, -0x1.c05cf1d753622p-59},
    {-0x1.0205658935847p-6, -0x1.27c8e8416e71fp-60},
    {0x0.0p+0, 0x0.0p+0},
    {0x1.fc0a8b0fc03e4p-7, -0x1.83092c59642a1p-62},
    {0x1.f829b0e783300p-6, 0x1.33e3f04f1ef23p-60},
    {0x1.77458f632dcfcp-5, 0x1.18d3ca87b9296p-59},
    {0x1.f0a30c01162a6p-5, 0x1.85f325c5bbacdp-59},
    {0x1.341d7961bd1d1p-4, -0x1.b599f227becbbp-58},
    {0x1.6f0d28ae56b4cp-4, -0x1.906d99184b992p-58},
    {0x1.a926d3a4ad563p-4, 0x1.942f48aa70ea9p-58},
    {0x1.e27076e2af2e6p-4, -0x1.61578001e0162p-60},
    {0x1.0d77e7cd08e59p-3, 0x1.9a5dc5e9030acp-57},
    {0x1.29552f81ff523p-3, 0x1.301771c407dbfp-57},
    {0x1.44d2b6ccb7d1ep-3, 0x1.9f4f6543e1f88p-57},
    {0x1.5ff3070a793d4p-3, -0x1.bc60efafc6f6ep-58},
    {0x1.7ab890210d909p-3, 0x1.be36b2d6a0608p-59},
    {0x1.9525a9cf456b4p-3, 0x1.d904c1d4e2e26p-57},
    {0x1.af3c94e80bff3p-3, -0x1.398cff3641985p-58},
    {0x1.c8ff7c79a9a22p-3, -0x1.4f689f8434012p-57},
    {0x1.e27076e2af2e6p-3, -0x1.61578001e0162p-59},
    {0x1.fb9186d5e3e2bp-3, -0x1.caaae64f21acbp-57},
    {0x1.0a324e27390e3p-2, 0x1.7dcfde8061c03p-56},
    {0x1.1675cababa60ep-2, 0x1.ce63eab883717p-61},
    {0x1.22941fbcf7966p-2, -0x1.76f5eb09628afp-56},
    {0x1.2e8e2bae11d31p-2, -0x1.8f4cdb95ebdf9p-56},
    {0x1.3a64c556945eap-2, -0x1.c68651945f97cp-57},
    {0x1.4618bc21c5ec2p-2, 0x1.f42decdeccf1dp-56},
    {0x1.51aad872df82dp-2, 0x1.3927ac19f55e3p-59},
    {0x1.5d1bdbf5809cap-2, 0x1.4236383dc7fe1p-56},
    {0x1.686c81e9b14afp-2, -0x1.ddea0f7f58e3dp-57},
};

/* a + b exactly (D. Knuth). */
static two_doubles two_sum(double a, double b) {
  double sum = a + b;
  double b_part = sum - a;
  return (two_doubles){sum, (a - (sum - b_part)) + (b - b_part)};
}

/* Dekker's product: the two halves of a double multiply without rounding. */
static two_doubles split(double a) {
  double scaled = 0x1.0000002p27 * a;
  double high = scaled - (scaled - a);
  return (two_doubles){high, a - high};
}

static two_doubles two_product(double a, double b) {
  double product = a * b;
  two_doubles x = split(a), y = split(b);
  double rest = x.high * y.high - product;
  rest = ((rest + x.high * y.low) + x.low * y.high) + x.low * y.low;
  return (two_doubles){product, rest};
}

/* (m - c) / (m + c). The difference is exact because the two are close. */
static two_doubles reduced_argument(double m, double c) {
  double difference = m - c;
  two_doubles sum = two_sum(m, c);
  double quotient = difference / sum.high;
  two_doubles back = two_product(quotient, sum.high);
  double rest = ((difference - back.high) - back.low) - quotient * sum.low;
  return (two_doubles){quotient, rest / sum.high};
}

/* x = 2^e * m for a normal x. The bits of m in [sqrt(1/2), sqrt(2)) and of 1 as integers are
 * ordered like the numbers, so the exponent falls out of one subtraction. */
static double split_exponent(double x, int *e) {
  const uint64_t root_half = 0x3fe6a09e667f3bcd;
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  int64_t exponent = (int64_t)(bits - root_half) >> 52;
  bits -= (uint64_t)exponent << 52;
  *e += (int)exponent;
  memcpy(&x, &bits, sizeof bits);
  return x;
}

double quoth_log(double x) {
  if (!(x > 0)) return x == 0 ? -INFINITY : NAN;
  if (isinf(x)) return x;
  int e = 0;
  if (x < 0x1p-1022) {
    x *= 0x1p52;
    e = -52;
  }
  double m = split_exponent(x, &e);
  int i = (int)(m * C_SCALE + 0.5);
  two_doubles log_c = LOG_C[i - FIRST_C];
  two_doubles s = reduced_argument(m, (double)i / C_SCALE);
  double s2 = s.high * s.high;
  double series = s2 * (1.0 / 3 + s2 * (1.0 / 5 + s2 * (1.0 / 7 + s2 * (1.0 / 9))));
  two_doubles large = two_sum(e * LN2_HIGH, log_c.high);
  two_doubles total = two_sum(large.high, 2 * s.high);
  double low = (large.low + total.low) + (e * LN2_LOW + log_c.low);
  return total.high + (low + 2 * (s.low + s.high * series));
}
