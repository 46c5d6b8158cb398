#include "math/functions.h"

enum { NUMPY_BUFFER = 8192 }; /* elements */

QUOTH_DECLARE_WIDTHS(quoth_functions, quoth_function_kernels);

const quoth_functions *quoth_functions_for(quoth_width width) {
  return QUOTH_PICK_WIDTH(quoth_function_kernels, width);
}

void quoth_exp_array(const double *x, double *out, size_t n) {
  quoth_functions_for(quoth_width_widest())->exp(x, out, n);
}

void quoth_log_array(const double *x, double *out, size_t n) {
  quoth_functions_for(quoth_width_widest())->log(x, out, n);
}

void quoth_digamma_array(const double *x, double *out, size_t n) {
  quoth_functions_for(quoth_width_widest())->digamma(x, out, n);
}

double quoth_exp(double x) {
  quoth_functions_for(QUOTH_WIDTH_BASELINE)->exp(&x, &x, 1);
  return x;
}

double quoth_digamma(double x) {
  quoth_functions_for(QUOTH_WIDTH_BASELINE)->digamma(&x, &x, 1);
  return x;
}

/* 8 <= n <= 128: eight running sums, then the tail one by one. */
static double sum_block(const double *x, size_t n) {
  double r[8];
  size_t i;
  for (i = 0; i < 8; i++) r[i] = x[i];
  for (; i < n - n % 8; i += 8)
    for (size_t lane = 0; lane < 8; lane++) r[lane] += x[i + lane];
  double sum = ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]));
  for (; i < n; i++) sum += x[i];
  return sum;
}

static double sum_halves(const double *x, size_t n) {
  if (n < 8) {
    double sum = 0;
    for (size_t i = 0; i < n; i++) sum += x[i];
    return sum;
  }
  if (n <= 128) return sum_block(x, n);
  size_t half = n / 2;
  half -= half % 8;
  return sum_halves(x, half) + sum_halves(x + half, n - half);
}

double quoth_sum_pairwise(const double *x, size_t n) {
  double sum = 0;
  for (; n > NUMPY_BUFFER; x += NUMPY_BUFFER, n -= NUMPY_BUFFER) sum += sum_halves(x, NUMPY_BUFFER);
  return sum + sum_halves(x, n);
}
