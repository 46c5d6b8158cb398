/* random.h - numpy's RandomState(seed), draw for draw, and the small generator of
 * scikit-learn's trees. The streams are frozen by numpy's policy. */
#ifndef QUOTH_BASE_RANDOM_H
#define QUOTH_BASE_RANDOM_H

#include "base/memory.h"

typedef struct quoth_random { /* MT19937, seeded as numpy's legacy seeding of an integer */
  uint32_t state[624];
  uint32_t position;
  bool has_normal;    /* the polar method makes deviates in pairs; */
  double next_normal; /* the second waits here */
} quoth_random;

void quoth_random_seed(quoth_random *random, uint32_t seed);
uint32_t quoth_random_u32(quoth_random *random);
/* `n` draws of quoth_random_u32, in less time. */
void quoth_random_u32_array(quoth_random *random, uint32_t *out, size_t n);
/* In [0, 1), 53 bits: random_sample(). */
double quoth_random_unit(quoth_random *random);
double quoth_random_normal(quoth_random *random);
/* shape > 1. */
double quoth_random_gamma(quoth_random *random, double shape, double scale);
/* In [0, bound), bound >= 1: randint(0, bound). */
uint32_t quoth_random_below(quoth_random *random, uint32_t bound);
/* In-place shuffle: shuffle(items); after 0..n-1 it is permutation(n). */
void quoth_random_shuffle(quoth_random *random, uint32_t *items, size_t n);

/* Tree generator: 32-bit xorshift; a state of 0 is taken as 1. Result below 2^31. */
uint32_t quoth_xorshift(uint32_t *state);

#endif
