/* gamma.h - numpy's gamma deviates, many at a time. */
#ifndef QUOTH_MATH_GAMMA_H
#define QUOTH_MATH_GAMMA_H

#include "base/random.h"
#include "math/width.h"

/* The values of n calls of quoth_random_gamma, and `random` as these leave it, four times as
 * fast. The logarithm is the fast one: a few values in a hundred differ in the last bit. */
void quoth_gamma_array(quoth_width width, quoth_random *random, double shape, double scale,
                       double *out, size_t n);

#endif
