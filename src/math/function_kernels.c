/* function_kernels.c - functions.h over arrays, at one width. */
#include "math/functions.h"

#include <string.h>

#include "math/vector.h"

extern const quoth_functions QUOTH_FOR_WIDTH(quoth_function_kernels);

typedef enum function { EXP, LOG, DIGAMMA } function;

VECTOR_INLINE vector apply(function which, vector x) {
  return which == EXP ? exp_lanes(x) : which == LOG ? log_lanes(x) : digamma_lanes(x);
}

VECTOR_INLINE void apply_array(function which, const double *x, double *out, size_t n) {
  size_t i = 0;
  for (; i + LANES <= n; i += LANES) store(out + i, apply(which, load(x + i)));
  if (i == n) return;
  double tail[LANES] = {0};
  memcpy(tail, x + i, (n - i) * sizeof *x);
  store(tail, apply(which, load(tail)));
  memcpy(out + i, tail, (n - i) * sizeof *x);
}

static QUOTH_TARGET void exp_array(const double *x, double *out, size_t n) {
  apply_array(EXP, x, out, n);
}

static QUOTH_TARGET void log_array(const double *x, double *out, size_t n) {
  apply_array(LOG, x, out, n);
}

static QUOTH_TARGET void digamma_array(const double *x, double *out, size_t n) {
  apply_array(DIGAMMA, x, out, n);
}

const quoth_functions QUOTH_FOR_WIDTH(quoth_function_kernels) = {exp_array, log_array,
                                                                 digamma_array};
