/* close.h - numbers that should be nearly the same. */
#ifndef QUOTH_CLOSE_H
#define QUOTH_CLOSE_H

#include "testing.h"

#include <math.h>

/* Numbers nearer to 0 than 1e-150 are compared as if they were it: they are sums or products that
 * lost their digits to underflow, not to us. */
static inline double relative_difference(double a, double b) {
  return fabs(a - b) / fmax(fabs(b), 1e-150);
}

static inline void assert_close(double a, double b, double tolerance) {
  if (!(relative_difference(a, b) <= tolerance)) fail_msg("%.17g is not %.17g", a, b);
}

#endif
