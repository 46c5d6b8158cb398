/* gamma_kernels.h - the inner loops of gamma.c, which is their only user. */
#ifndef QUOTH_MATH_GAMMA_KERNELS_H
#define QUOTH_MATH_GAMMA_KERNELS_H

#include "base/random.h"
#include "math/width.h"

/* The polar method's deviates are below sqrt(-2 log(2^-104)). */
#define QUOTH_LARGEST_NORMAL 12.1

typedef struct quoth_gamma_kernel {
  /* Draws n or n - 1 values; returns how many. `random` holds no normal deviate, before and
   * after. b and c are as in quoth_random_gamma; 1 + c x must be positive for all x that the
   * polar method can give. */
  size_t (*draw)(quoth_random *random, double b, double c, double scale, double *out, size_t n);
} quoth_gamma_kernel;

#endif
