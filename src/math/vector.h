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
VECTOR_INLINE vector choose(vector_mask mask, vector x, vector otherwise) {
  return _mm512_mask_mov_pd(otherwise, mask, x);
}
#else
typedef vector_bits vector_mask;
VECTOR_INLINE vector_mask less(vector x, double limit) { return (vector_mask)(x < limit); }
VECTOR_INLINE vector choose(vector_mask mask, vector x, vector otherwise) {
  return (vector)((mask & (vector_bits)x) | (~mask & (vector_bits)otherwise));
}
#endif
VECTOR_INLINE bool all_below(vector x, double limit) {
#if QUOTH_LANES == 8
  return less(x, limit) == 0xff;
#elif QUOTH_LANES == 4
  return _mm256_movemask_pd((vector)less(x, limit)) == 0xf;
#else
  return x[0] < limit && x[1] < limit;
#endif
}
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

/* 2^n, where `shifted` is n + ROUND_TO_INTEGER and -1022 <= n <= 1023. */
VECTOR_INLINE vector power_of_two(vector shifted) {
  return (vector)(((vector_bits)shifted + 1023) << 52);
}

/* exp(x) = 2^n e with e in [0.7, 1.42]; gives e, and n + ROUND_TO_INTEGER in `shifted`.
 * e = 1 + (r + r^2 p(r)), where r = x - n log 2 is kept as high - low. */
VECTOR_INLINE vector exp_reduced(vector x, vector *shifted) {
  *shifted = x * LOG2_E + ROUND_TO_INTEGER;
  vector n = *shifted - ROUND_TO_INTEGER;
  vector high = x - n * LN2_HIGH, low = n * LN2_LOW;
  vector r = high - low, r2 = r * r, r4 = r2 * r2;
  vector p =
      (0.5 + r * 0x1.555555555555ap-3) + r2 * (0x1.5555555555518p-5 + r * 0x1.111111110f1bbp-7) +
      r4 * ((0x1.6c16c16c2c44dp-10 + r * 0x1.a01a01b1b9996p-13) +
            r2 * (0x1.a01a0140eac04p-16 + r * 0x1.71ddf3fe13570p-19) +
            r4 * (0x1.27e5a9ab5aff7p-22 + r * 0x1.af65e5cff5cffp-26 + r2 * 0x1.1e42480f47b55p-29));
  return 1 + (high + (r2 * p - low));
}

/* Under 1 ulp, also where the result is subnormal; NaN stays. The power of two is taken in two
 * steps because it can lie beyond what one double holds. */
VECTOR_INLINE vector exp_lanes(vector x) {
  x = choose(less(x, -746), broadcast(-746), x);
  x = -choose(less(-x, -710), broadcast(-710), -x);
  vector shifted;
  vector e = exp_reduced(x, &shifted);
  vector n = shifted - ROUND_TO_INTEGER;
  vector first = n * 0.5 + ROUND_TO_INTEGER;
  vector second = n - (first - ROUND_TO_INTEGER) + ROUND_TO_INTEGER;
  return e * power_of_two(first) * power_of_two(second);
}

/* exp for x < 700; results below 1e-304 are 0. */
VECTOR_INLINE vector exp_or_zero(vector x) {
  vector shifted;
  vector e = exp_reduced(x, &shifted);
  return choose(less(x, -700), (vector){0}, e * power_of_two(shifted));
}

/* log(2^e (1 + f)), where 1 + f is in [sqrt(1/2), sqrt(2)); under 1 ulp. With s = f / (2 + f):
 * log(1 + f) = 2 atanh(s) = f - (f^2/2 - s (f^2/2 + p(s^2))). */
VECTOR_INLINE vector log_reduced(vector f, vector e) {
  vector s = f / (f + 2), z = s * s, z2 = z * z;
  vector p =
      z *
      ((0x1.5555555555564p-1 + z * 0x1.999999998be2fp-2) +
       z2 * ((0x1.249249394411fp-2 + z * 0x1.c71c57fe2c799p-3) +
             z2 * (0x1.74652fa0ab353p-3 + z * 0x1.39b9ea3f2b56fp-3 + z2 * 0x1.2e2a76a34f5d3p-3)));
  vector half_square = 0.5 * f * f;
  return e * LN2_HIGH - ((half_square - (s * (half_square + p) + e * LN2_LOW)) - f);
}

/* For positive normal x. */
VECTOR_INLINE vector log_lanes(vector x) {
  const uint64_t one = 0x3ff0000000000000, root_half = 0x3fe6a09e667f3bcd; /* bits of sqrt(1/2) */
  vector_bits biased = ((vector_bits)x + (one - root_half)) >> 52;         /* e + 1023 */
  vector e = (vector)(biased | 0x4330000000000000) - (0x1p52 + 1023);
  vector f = (vector)((vector_bits)x + one - (biased << 52)) - 1;
  return log_reduced(f, e);
}

/* The same for x in [6, 7], in less time. */
VECTOR_INLINE vector log_of_six(vector x) { return log_reduced(x * 0.125 - 1, broadcast(3)); }

/* ---- Digamma ------------------------------------------------------------------ */

/* scikit-learn's psi is
 *   x <= 1e-6:  -gamma - 1/x
 *   otherwise:  0 - 1/x - 1/(x+1) - ... + (log(y) - 1/(2y)) - (1/(12 y^2) - 1/(120 y^4) + ...)
 * with reciprocals of x, x + 1, ... as long as these are below 6, and y the first that is not.
 * The cut series is off the true digamma by up to 2.5e-9, so the number of steps is part of the
 * result. So is, for small x, the order of the sum: its rounding errors, 2^-53 of 1/x each, are
 * the same for all topics and terms that are at their prior, and grow with the iterations. The
 * reciprocals behind the first are small beside it and can share a division. */
VECTOR_INLINE vector digamma_in_steps(vector x, bool is_below_one) {
  const double euler = 0.57721566490153286;
  vector one = broadcast(1), first = one / x, y = x, step = x, f[6];
  vector_mask below[6];
  for (int i = 0; i < 6; i++) {
    below[i] = less(step, 6);
    f[i] = is_below_one ? step : choose(below[i], step, one);
    step = step + 1;
    y = is_below_one ? step : choose(below[i], step, y);
  }
  vector f12 = f[1] * f[2], f34 = f[3] * f[4], f5y = f[5] * y, f1234 = f12 * f34;
  vector all = one / (f1234 * f5y);
  vector by_f12 = all * f5y * f34, by_f34 = all * f5y * f12, by_f5y = all * f1234;
  vector steps[] = {first, by_f12 * f[2], by_f12 * f[1], by_f34 * f[4], by_f34 * f[3], by_f5y * y};
  vector sum = {0};
  for (int i = 0; i < 6; i++) sum -= is_below_one ? steps[i] : keep(below[i], steps[i]);
  vector r = by_f5y * f[5], r2 = r * r;
  sum += (is_below_one ? log_of_six(y) : log_lanes(y)) - 0.5 * r;
  sum -= r2 * (1.0 / 12 - r2 * (1.0 / 120 - r2 * (1.0 / 252)));
  return choose(less(x, 0x1.0c6f7a0b5ed8ep-20), -euler - first, sum); /* the next above 1e-6 */
}

VECTOR_INLINE vector digamma_lanes(vector x) { return digamma_in_steps(x, false); }

/* The same bits, in less time where all lanes are below 1: no lane then skips a step. */
VECTOR_INLINE vector digamma_of_small(vector x) {
  return all_below(x, 1) ? digamma_in_steps(x, true) : digamma_in_steps(x, false);
}

/* exp(psi(x) - shift), 0 below 1e-304. */
VECTOR_INLINE vector exp_digamma_lanes(vector x, vector shift) {
  return exp_or_zero(digamma_lanes(x) - shift);
}

VECTOR_INLINE vector exp_digamma_of_small(vector x, vector shift) {
  return exp_or_zero(digamma_of_small(x) - shift);
}

#endif
