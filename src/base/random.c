/* MT19937: M. Matsumoto and T. Nishimura, "Mersenne twister", 1998. What is drawn from it, and in
 * which order, is numpy's: numpy/random/src/legacy/legacy-distributions.c. */
#include "base/random.h"

#include <math.h>

#include "base/logarithm.h"

enum { STATE_SIZE = 624, TWIST_DISTANCE = 397 };

void quoth_random_seed(quoth_random *random, uint32_t seed) {
  *random = (quoth_random){.position = STATE_SIZE};
  random->state[0] = seed;
  for (uint32_t i = 1; i < STATE_SIZE; i++) {
    uint32_t previous = random->state[i - 1];
    random->state[i] = 1812433253u * (previous ^ previous >> 30) + i;
  }
}

static uint32_t twist(uint32_t high, uint32_t low) {
  uint32_t joined = (high & 0x80000000u) | (low & 0x7fffffffu);
  return joined >> 1 ^ (low & 1 ? 0x9908b0dfu : 0);
}

/* Three loops, so that no index needs a modulo. */
static void next_state(uint32_t state[static STATE_SIZE]) {
  enum { WRAP = STATE_SIZE - TWIST_DISTANCE };
  for (size_t i = 0; i < WRAP; i++)
    state[i] = state[i + TWIST_DISTANCE] ^ twist(state[i], state[i + 1]);
  for (size_t i = WRAP; i < STATE_SIZE - 1; i++)
    state[i] = state[i - WRAP] ^ twist(state[i], state[i + 1]);
  state[STATE_SIZE - 1] = state[TWIST_DISTANCE - 1] ^ twist(state[STATE_SIZE - 1], state[0]);
}

static uint32_t temper(uint32_t y) {
  y ^= y >> 11;
  y ^= y << 7 & 0x9d2c5680u;
  y ^= y << 15 & 0xefc60000u;
  return y ^ y >> 18;
}

/* How many draws the state still holds, at least 1. */
static size_t draws_left(quoth_random *random) {
  if (random->position == STATE_SIZE) {
    next_state(random->state);
    random->position = 0;
  }
  return STATE_SIZE - random->position;
}

uint32_t quoth_random_u32(quoth_random *random) {
  draws_left(random);
  return temper(random->state[random->position++]);
}

void quoth_random_u32_array(quoth_random *random, uint32_t *out, size_t n) {
  while (n > 0) {
    size_t left = draws_left(random), taken = left < n ? left : n;
    const uint32_t *state = random->state + random->position;
    for (size_t i = 0; i < taken; i++) out[i] = temper(state[i]);
    random->position += (uint32_t)taken;
    out += taken;
    n -= taken;
  }
}

double quoth_random_unit(quoth_random *random) {
  double high = quoth_random_u32(random) >> 5; /* 27 bits, drawn first */
  double low = quoth_random_u32(random) >> 6;  /* 26 bits */
  return (high * 0x1p26 + low) * 0x1p-53;
}

/* G. Marsaglia's polar method. */
double quoth_random_normal(quoth_random *random) {
  if (random->has_normal) {
    random->has_normal = false;
    return random->next_normal;
  }
  double x, y, r2;
  do {
    x = 2 * quoth_random_unit(random) - 1;
    y = 2 * quoth_random_unit(random) - 1;
    r2 = x * x + y * y;
  } while (r2 >= 1 || r2 == 0);
  double factor = sqrt(-2 * quoth_log(r2) / r2);
  random->has_normal = true;
  random->next_normal = factor * x;
  return factor * y;
}

/* G. Marsaglia and W. W. Tsang, "A simple method for generating gamma variables", 2000. */
double quoth_random_gamma(quoth_random *random, double shape, double scale) {
  double b = shape - 1.0 / 3;
  double c = 1 / sqrt(9 * b);
  for (;;) {
    double x, v;
    do {
      x = quoth_random_normal(random);
      v = 1 + c * x;
    } while (v <= 0);
    v = v * v * v;
    double u = quoth_random_unit(random);
    if (u < 1 - 0.0331 * (x * x) * (x * x) ||
        quoth_log(u) < 0.5 * x * x + b * (1 - v + quoth_log(v)))
      return scale * (b * v);
  }
}

/* The smallest 2^k - 1 that is at least `largest`. */
static uint32_t covering_mask(uint32_t largest) {
  return largest ? UINT32_MAX >> __builtin_clz(largest) : 0;
}

uint32_t quoth_random_below(quoth_random *random, uint32_t bound) {
  uint32_t largest = bound - 1;
  if (largest == 0) return 0; /* draws nothing */
  uint32_t mask = covering_mask(largest), drawn;
  do drawn = quoth_random_u32(random) & mask;
  while (drawn > largest);
  return drawn;
}

void quoth_random_shuffle(quoth_random *random, uint32_t *items, size_t n) {
  for (size_t i = n; i > 1; i--) {
    uint32_t j = quoth_random_below(random, (uint32_t)i);
    uint32_t item = items[i - 1];
    items[i - 1] = items[j];
    items[j] = item;
  }
}

uint32_t quoth_xorshift(uint32_t *state) {
  uint32_t s = *state ? *state : 1;
  s ^= s << 13;
  s ^= s >> 17;
  s ^= s << 5;
  *state = s;
  return s & 0x7fffffffu;
}
