/* vector.h - arithmetic on short vectors of doubles, for files of kernels only (see width.h).
 *
 * Elementwise operations have the same bits at any width. Sums over an array always have eight
 * lanes: lane i adds elements i, i + 8, i + 16, ..., and the lanes are then added as
 * ((0+4)+(2+6)) + ((1+5)+(3+7)). Arrays are padded to a multiple of eight. */
#ifndef QUOTH_MATH_VECTOR_H
#define QUOTH_MATH_VECTOR_H

#include <stddef.h>
#include <stdint.h>

#include "math/width.h"
#if QUOTH_LANES > 2
#include <immintrin.h>
#endif

enum { LANES = QUOTH_LANES, SUM_LANES = 8, SUM_PARTS = SUM_LANES / LANES };

#define VECTOR_INLINE static inline __attribute__((always_inline, unused)) QUOTH_TARGET

typedef double vector __attribute__((vector_size(8 * QUOTH_LANES)));
typedef uint64_t vector_bits __attribute__((vector_size(8 * QUOTH_LANES)));
typedef double vector_in_memory
    __attribute__((vector_size(8 * QUOTH_LANES), aligned(8), may_alias));

VECTOR_INLINE vector load(const double *x) { return *(const vector_in_memory *)x; }
VECTOR_INLINE void store(double *x, vector value) { *(vector_in_memory *)x = value; }
VECTOR_INLINE vector broadcast(double x) { return x - (vector){0}; }

/* A mask has a lane on or off. AVX-512 has registers for that; elsewhere a lane is all ones or
 * all zeros, as comparisons give it. */
#if QUOTH_LANES == 8
typedef __mmask8 vector_mask;
VECTOR_INLINE vector_mask less(vector x, double limit) {
  return _mm512_cmp_pd_mask(x, broadcast(limit), _CMP_LT_OQ);
}
VECTOR_INLINE vector_mask not_below(vector x, double limit) {
  return _mm512_cmp_pd_mask(x, broadcast(limit), _CMP_NLT_UQ);
}
VECTOR_INLINE vector choose(vector_mask mask, vector x, vector otherwise) {
  return _mm512_mask_mov_pd(otherwise, mask, x);
}
#else
typedef vector_bits vector_mask;
VECTOR_INLINE vector_mask less(vector x, double limit) { return (vector_mask)(x < limit); }
VECTOR_INLINE vector_mask not_below(vector x, double limit) { return ~(vector_mask)(x < limit); }
VECTOR_INLINE vector choose(vector_mask mask, vector x, vector otherwise) {
  return (vector)((mask & (vector_bits)x) | (~mask & (vector_bits)otherwise));
}
#endif
VECTOR_INLINE vector_mask differ(vector x, vector y) {
#if QUOTH_LANES == 8
  return _mm512_cmp_pd_mask(x, y, _CMP_NEQ_UQ);
#else
  return (vector_mask)(x != y);
#endif
}

#if QUOTH_LANES == 4
/* [mask]: which lane goes where, lanes being pairs of 32-bit numbers. */
#define LANE(i) 2 * (i), 2 * (i) + 1
#define LANES_OF(a, b, c, d)                                                                       \
  { LANE(a), LANE(b), LANE(c), LANE(d) }
static const int32_t LANES_SIDE_BY_SIDE[16][8] __attribute__((aligned(32), unused)) = {
    LANES_OF(0, 0, 0, 0), LANES_OF(0, 0, 0, 0), LANES_OF(1, 0, 0, 0), LANES_OF(0, 1, 0, 0),
    LANES_OF(2, 0, 0, 0), LANES_OF(0, 2, 0, 0), LANES_OF(1, 2, 0, 0), LANES_OF(0, 1, 2, 0),
    LANES_OF(3, 0, 0, 0), LANES_OF(0, 3, 0, 0), LANES_OF(1, 3, 0, 0), LANES_OF(0, 1, 3, 0),
    LANES_OF(2, 3, 0, 0), LANES_OF(0, 2, 3, 0), LANES_OF(1, 2, 3, 0), LANES_OF(0, 1, 2, 3),
};
static const int32_t LANES_APART[16][8] __attribute__((aligned(32), unused)) = {
    LANES_OF(0, 0, 0, 0), LANES_OF(0, 0, 0, 0), LANES_OF(0, 0, 0, 0), LANES_OF(0, 1, 0, 0),
    LANES_OF(0, 0, 0, 0), LANES_OF(0, 0, 1, 0), LANES_OF(0, 0, 1, 0), LANES_OF(0, 1, 2, 0),
    LANES_OF(0, 0, 0, 0), LANES_OF(0, 0, 0, 1), LANES_OF(0, 0, 0, 1), LANES_OF(0, 1, 0, 2),
    LANES_OF(0, 0, 0, 1), LANES_OF(0, 0, 1, 2), LANES_OF(0, 0, 1, 2), LANES_OF(0, 1, 2, 3),
};
VECTOR_INLINE vector move_lanes(vector x, const int32_t *from) {
  __m256i lanes = _mm256_load_si256((const __m256i *)(const void *)from);
  return (vector)_mm256_permutevar8x32_epi32((__m256i)x, lanes);
}
#endif

/* How many lanes are on. */
VECTOR_INLINE size_t count_on(vector_mask mask) {
#if QUOTH_LANES == 8
  return (size_t)__builtin_popcount(mask);
#elif QUOTH_LANES == 4
  return (size_t)__builtin_popcount((unsigned)_mm256_movemask_pd((vector)mask));
#else
  return (mask[0] & 1) + (mask[1] & 1);
#endif
}

/* Puts the lanes of x where the mask is on side by side; returns how many there are. Writes up to
 * LANES doubles. */
VECTOR_INLINE size_t compress(double *out, vector_mask mask, vector x) {
#if QUOTH_LANES == 8
  store(out, _mm512_maskz_compress_pd(mask, x));
  return (size_t)__builtin_popcount(mask);
#elif QUOTH_LANES == 4
  int on = _mm256_movemask_pd((vector)mask);
  store(out, move_lanes(x, LANES_SIDE_BY_SIDE[on]));
  return (size_t)__builtin_popcount((unsigned)on);
#else
  store(out, (vector)(mask[0] ? x : (vector){x[1], x[1]}));
  return (mask[0] & 1) + (mask[1] & 1);
#endif
}

/* Its inverse: lanes where the mask is on come from `in`, one behind another; *n counts them. May
 * read LANES doubles. */
VECTOR_INLINE vector expand(const double *in, vector_mask mask, vector otherwise, size_t *n) {
#if QUOTH_LANES == 8
  *n = (size_t)__builtin_popcount(mask);
  return _mm512_mask_expand_pd(otherwise, mask, load(in));
#elif QUOTH_LANES == 4
  int on = _mm256_movemask_pd((vector)mask);
  *n = (size_t)__builtin_popcount((unsigned)on);
  return choose(mask, move_lanes(load(in), LANES_APART[on]), otherwise);
#else
  *n = (mask[0] & 1) + (mask[1] & 1);
  return choose(mask, (vector){in[0], in[mask[0] & 1]}, otherwise);
#endif
}

/* x where the mask is on, 0 elsewhere. */
VECTOR_INLINE vector keep(vector_mask mask, vector x) { return choose(mask, x, (vector){0}); }

VECTOR_INLINE vector absolute(vector x) { return (vector)((vector_bits)x & (uint64_t)INT64_MAX); }

/* ---- Sums ------------------------------------------------------------------ */

typedef struct eight_lanes {
  vector part[SUM_PARTS];
} eight_lanes;

VECTOR_INLINE double sum_of_lanes(const eight_lanes *lanes) {
  typedef double pair __attribute__((vector_size(16)));
#if QUOTH_LANES == 2
  pair sum = (lanes->part[0] + lanes->part[2]) + (lanes->part[1] + lanes->part[3]);
#else
  typedef double quad __attribute__((vector_size(32)));
#if QUOTH_LANES == 4
  quad half = lanes->part[0] + lanes->part[1];
#else
  vector all = lanes->part[0];
  quad half =
      __builtin_shufflevector(all, all, 0, 1, 2, 3) + __builtin_shufflevector(all, all, 4, 5, 6, 7);
#endif
  pair sum = __builtin_shufflevector(half, half, 0, 1) + __builtin_shufflevector(half, half, 2, 3);
#endif
  return sum[0] + sum[1];
}

/* ---- exp and log ------------------------------------------------------------ */

/* Coefficients: tools/fit_polynomials.py. */
#define LOG2_E 0x1.71547652b82fep+0
#define LN2_HIGH 0x1.62e42fefa38p-1 /* 42 bits: exact when multiplied by an exponent */
#define LN2_LOW 0x1.ef35793c7673p-45
#define ROUND_TO_INTEGER 0x1.8p+52 /* x + this - this is x rounded; the sum's low bits are it */

/* Functions over `n` vectors, at most MOST_VECTORS, that go step by step through all of them: one
 * alone leaves a processor waiting, since each step needs the one before. */
enum { MOST_VECTORS = 4, MOST_LANES = MOST_VECTORS * LANES };
#define EACH for (int j = 0; j < n; j++)
/* Where the numbers of vector j begin. */
#define LANE_OF(j) ((size_t)(j)*LANES)

/* 2^n, where `shifted` is n + ROUND_TO_INTEGER and -1022 <= n <= 1023. */
VECTOR_INLINE vector power_of_two(vector shifted) {
  return (vector)(((vector_bits)shifted + 1023) << 52);
}

/* exp(x) = 2^k e with e in [0.7, 1.42]; gives e, and k + ROUND_TO_INTEGER in `shifted`.
 * e = 1 + (r + r^2 p(r)), where r = x - k log 2 is kept as high - low. */
VECTOR_INLINE void exp_reduced(int n, const vector *x, vector *shifted, vector *e) {
  vector k[MOST_VECTORS], high[MOST_VECTORS], low[MOST_VECTORS], r[MOST_VECTORS], r2[MOST_VECTORS],
      r4[MOST_VECTORS], p[MOST_VECTORS], q[MOST_VECTORS], s[MOST_VECTORS];
  EACH shifted[j] = x[j] * LOG2_E + ROUND_TO_INTEGER;
  EACH k[j] = shifted[j] - ROUND_TO_INTEGER;
  EACH high[j] = x[j] - k[j] * LN2_HIGH;
  EACH low[j] = k[j] * LN2_LOW;
  EACH r[j] = high[j] - low[j];
  EACH r2[j] = r[j] * r[j];
  EACH r4[j] = r2[j] * r2[j];
  EACH p[j] = (0.5 + r[j] * 0x1.555555555555ap-3) +
              r2[j] * (0x1.5555555555518p-5 + r[j] * 0x1.111111110f1bbp-7);
  EACH q[j] = (0x1.6c16c16c2c44dp-10 + r[j] * 0x1.a01a01b1b9996p-13) +
              r2[j] * (0x1.a01a0140eac04p-16 + r[j] * 0x1.71ddf3fe13570p-19);
  EACH s[j] = 0x1.27e5a9ab5aff7p-22 + r[j] * 0x1.af65e5cff5cffp-26 + r2[j] * 0x1.1e42480f47b55p-29;
  EACH p[j] = p[j] + r4[j] * (q[j] + r4[j] * s[j]);
  EACH e[j] = 1 + (high[j] + (r2[j] * p[j] - low[j]));
}

/* Under 1 ulp, also where the result is subnormal; NaN stays. The power of two is taken in two
 * steps because it can lie beyond what one double holds. */
VECTOR_INLINE vector exp_lanes(vector x) {
  x = choose(less(x, -746), broadcast(-746), x);
  x = -choose(less(-x, -710), broadcast(-710), -x);
  vector shifted, e;
  exp_reduced(1, &x, &shifted, &e);
  vector n = shifted - ROUND_TO_INTEGER;
  vector first = n * 0.5 + ROUND_TO_INTEGER;
  vector second = n - (first - ROUND_TO_INTEGER) + ROUND_TO_INTEGER;
  return e * power_of_two(first) * power_of_two(second);
}

/* exp for x < 700; results below 1e-304 are 0. */
VECTOR_INLINE void exp_or_zero(int n, const vector *x, vector *out) {
  vector shifted[MOST_VECTORS], e[MOST_VECTORS];
  exp_reduced(n, x, shifted, e);
  EACH out[j] = choose(less(x[j], -700), (vector){0}, e[j] * power_of_two(shifted[j]));
}

/* log(2^e (1 + f)), where 1 + f is in [sqrt(1/2), sqrt(2)); under 1 ulp. With s = f / (2 + f):
 * log(1 + f) = 2 atanh(s) = f - (f^2/2 - s (f^2/2 + p(s^2))). */
VECTOR_INLINE void log_reduced(int n, const vector *f, const vector *e, vector *out) {
  vector s[MOST_VECTORS], z[MOST_VECTORS], z2[MOST_VECTORS], p[MOST_VECTORS], q[MOST_VECTORS],
      half_square[MOST_VECTORS];
  EACH s[j] = f[j] / (f[j] + 2);
  EACH half_square[j] = 0.5 * f[j] * f[j];
  EACH z[j] = s[j] * s[j];
  EACH z2[j] = z[j] * z[j];
  EACH q[j] = 0x1.74652fa0ab353p-3 + z[j] * 0x1.39b9ea3f2b56fp-3 + z2[j] * 0x1.2e2a76a34f5d3p-3;
  EACH p[j] = 0x1.249249394411fp-2 + z[j] * 0x1.c71c57fe2c799p-3 + z2[j] * q[j];
  EACH p[j] = z[j] * ((0x1.5555555555564p-1 + z[j] * 0x1.999999998be2fp-2) + z2[j] * p[j]);
  EACH p[j] = s[j] * (half_square[j] + p[j]) + e[j] * LN2_LOW;
  EACH out[j] = e[j] * LN2_HIGH - ((half_square[j] - p[j]) - f[j]);
}

/* For positive normal x. */
VECTOR_INLINE void log_vectors(int n, const vector *x, vector *out) {
  const uint64_t one = 0x3ff0000000000000, root_half = 0x3fe6a09e667f3bcd; /* bits of sqrt(1/2) */
  vector_bits biased[MOST_VECTORS];                                        /* e + 1023 */
  vector e[MOST_VECTORS], f[MOST_VECTORS];
  EACH biased[j] = ((vector_bits)x[j] + (one - root_half)) >> 52;
  EACH e[j] = (vector)(biased[j] | 0x4330000000000000) - (0x1p52 + 1023);
  EACH f[j] = (vector)((vector_bits)x[j] + one - (biased[j] << 52)) - 1;
  log_reduced(n, f, e, out);
}

VECTOR_INLINE vector log_lanes(vector x) {
  vector out;
  log_vectors(1, &x, &out);
  return out;
}

/* The same for x in [6, 7]. */
VECTOR_INLINE void log_of_six(int n, const vector *x, vector *out) {
  vector e[MOST_VECTORS], f[MOST_VECTORS];
  EACH e[j] = broadcast(3);
  EACH f[j] = x[j] * 0.125 - 1;
  log_reduced(n, f, e, out);
}

/* ---- Digamma ------------------------------------------------------------------ */

/* scikit-learn's psi is
 *   x <= 1e-6:  -gamma - 1/x
 *   otherwise:  0 - 1/x - 1/(x+1) - ... + (log(y) - 1/(2y)) - (1/(12 y^2) - 1/(120 y^4) + ...)
 * with reciprocals of x, x + 1, ... as long as these are below 6, and y the first that is not.
 * The cut series is off the true digamma by up to 2.5e-9, so the number of steps is part of the
 * result. So is, for small x, the order of the sum: its rounding errors, 2^-53 of 1/x each, are
 * the same for all topics and terms that are at their prior, and grow with the iterations. The
 * reciprocals behind the first are small beside it and can share a division. */
VECTOR_INLINE void digamma_in_steps(int n, const vector *x, bool is_below_one, vector *out) {
  const double euler = 0.57721566490153286;
  const vector one = broadcast(1);
  vector first[MOST_VECTORS], y[MOST_VECTORS], step[MOST_VECTORS], f[6][MOST_VECTORS];
  vector f12[MOST_VECTORS], f34[MOST_VECTORS], f5y[MOST_VECTORS], f1234[MOST_VECTORS];
  vector all[MOST_VECTORS], by_f12[MOST_VECTORS], by_f34[MOST_VECTORS], by_f5y[MOST_VECTORS];
  vector sum[MOST_VECTORS], r[MOST_VECTORS], r2[MOST_VECTORS], log_y[MOST_VECTORS];
  vector_mask below[6][MOST_VECTORS];
  EACH first[j] = one / x[j];
  EACH y[j] = step[j] = x[j];
  for (int i = 0; i < 6; i++) {
    EACH below[i][j] = less(step[j], 6);
    EACH f[i][j] = is_below_one ? step[j] : choose(below[i][j], step[j], one);
    EACH step[j] = step[j] + 1;
    EACH y[j] = is_below_one ? step[j] : choose(below[i][j], step[j], y[j]);
  }
  EACH f12[j] = f[1][j] * f[2][j];
  EACH f34[j] = f[3][j] * f[4][j];
  EACH f5y[j] = f[5][j] * y[j];
  EACH f1234[j] = f12[j] * f34[j];
  EACH all[j] = one / (f1234[j] * f5y[j]);
  if (is_below_one)
    log_of_six(n, y, log_y);
  else
    log_vectors(n, y, log_y);
  EACH by_f12[j] = all[j] * f5y[j] * f34[j];
  EACH by_f34[j] = all[j] * f5y[j] * f12[j];
  EACH by_f5y[j] = all[j] * f1234[j];
  EACH sum[j] = -(is_below_one ? first[j] : keep(below[0][j], first[j]));
#define SUBTRACT(i, value) EACH sum[j] -= is_below_one ? (value) : keep(below[i][j], value)
  SUBTRACT(1, by_f12[j] * f[2][j]);
  SUBTRACT(2, by_f12[j] * f[1][j]);
  SUBTRACT(3, by_f34[j] * f[4][j]);
  SUBTRACT(4, by_f34[j] * f[3][j]);
  SUBTRACT(5, by_f5y[j] * y[j]);
#undef SUBTRACT
  EACH r[j] = by_f5y[j] * f[5][j];
  EACH r2[j] = r[j] * r[j];
  EACH sum[j] += log_y[j] - 0.5 * r[j];
  EACH sum[j] -= r2[j] * (1.0 / 12 - r2[j] * (1.0 / 120 - r2[j] * (1.0 / 252)));
  EACH out[j] =
      choose(less(x[j], 0x1.0c6f7a0b5ed8ep-20), -euler - first[j], /* the next above 1e-6 */
             sum[j]);
}

VECTOR_INLINE vector digamma_lanes(vector x) {
  vector out;
  digamma_in_steps(1, &x, false, &out);
  return out;
}

/* exp(psi(x) - shift), 0 below 1e-304. In place is fine. */
VECTOR_INLINE void exp_digamma(int n, const vector *x, const vector *shift, vector *out) {
  digamma_in_steps(n, x, false, out);
  EACH out[j] -= shift[j];
  exp_or_zero(n, out, out);
}

/* The same, in less time, where x is below 1: no lane then skips a step. */
VECTOR_INLINE void exp_digamma_below_one(int n, const vector *x, const vector *shift, vector *out) {
  digamma_in_steps(n, x, true, out);
  EACH out[j] -= shift[j];
  exp_or_zero(n, out, out);
}

#endif
