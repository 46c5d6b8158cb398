/* functions.h - our own exp, log and digamma: the same bits on every machine, compiler and vector
 * width, because they use only IEEE additions, multiplications, divisions and bit operations in
 * a fixed order, and never the C library. */
#ifndef QUOTH_MATH_FUNCTIONS_H
#define QUOTH_MATH_FUNCTIONS_H

#include <stddef.h>

#include "math/width.h"

/* Under 1 ulp; exp(-inf) is 0, exp(inf) is inf. */
double quoth_exp(double x);

/* scikit-learn's approximation of digamma in _online_lda_fast.pyx (not the true digamma: its
 * series is cut at x >= 6, which is part of the numbers to be matched). x finite; 0 gives -inf. */
double quoth_digamma(double x);

/* Elementwise over arrays, same bits as the scalar ones. In place is fine. */
void quoth_exp_array(const double *x, double *out, size_t n);
void quoth_digamma_array(const double *x, double *out, size_t n);

/* Under 1 ulp, for positive and normal x. quoth_log (base/logarithm.h) takes all x and is nearly
 * always rounded right, in many times the time. In place is fine. */
void quoth_log_array(const double *x, double *out, size_t n);

/* numpy's sum() of a contiguous array, bit for bit: pairwise within runs of 8192 elements, which
 * is what its buffer holds, and one run after another. */
double quoth_sum_pairwise(const double *x, size_t n);

/* The array forms at a given width. */
typedef struct quoth_functions {
  void (*exp)(const double *x, double *out, size_t n);
  void (*log)(const double *x, double *out, size_t n);
  void (*digamma)(const double *x, double *out, size_t n);
} quoth_functions;

const quoth_functions *quoth_functions_for(quoth_width width);

#endif
