/* levels.h - numbers of a byte each: which of 256 levels comes nearest.
 *
 * The lowest and the highest number are levels, so that no number is further from its level than
 * half of the gap that it lies in. Where there are no more than 256 different numbers, these are
 * the levels. Else the levels between lessen the sum of squared errors: Lloyd's iteration, "Least
 * squares quantization in PCM" (1982). Of more than 2^18 numbers, about as many are looked at. */
#ifndef QUOTH_LEARN_LEVELS_H
#define QUOTH_LEARN_LEVELS_H

#include "base/memory.h"

enum { QUOTH_N_LEVELS = 256 };

/* Writes the levels of `values` ([n], finite), ascending, into [QUOTH_N_LEVELS]; where there are
 * fewer, the last is repeated. */
quoth_status quoth_levels_fit(const double *values, size_t n, double *levels, quoth_error *err);

/* The number of the level nearest to `value`; of two, the lower. */
uint8_t quoth_levels_nearest(const double *levels, double value);

#endif
