#include "learn/levels.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_SAMPLE = 1 << 18, N_ITERATIONS = 100, BLOCK = 32 };

static int compare(const void *a_, const void *b_) {
  double a = *(const double *)a_, b = *(const double *)b_;
  return (a > b) - (a < b);
}

/* How many of `sorted` ([n]) are below `value`. */
static size_t count_below(const double *sorted, size_t n, double value) {
  size_t low = 0, high = n;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (sorted[middle] < value)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

uint8_t quoth_levels_nearest(const double *levels, double value) {
  size_t above = count_below(levels, QUOTH_N_LEVELS, value);
  if (above == 0) return 0;
  bool is_below = above == QUOTH_N_LEVELS || value - levels[above - 1] <= levels[above] - value;
  return (uint8_t)(is_below ? above - 1 : above);
}

/* ---- Choosing levels ------------------------------------------------------- */

/* Every few values, sorted, between the lowest and the highest of all. */
static double *take_sample(const double *values, size_t n, size_t *size, quoth_error *err) {
  size_t step = n / MAX_SAMPLE + 1;
  double *sample = quoth_new_array(n / step + 2, sizeof *sample, err);
  if (!sample) return NULL;
  double lowest = values[0], highest = values[0];
  for (size_t i = 1; i < n; i++) {
    if (values[i] < lowest) lowest = values[i];
    if (values[i] > highest) highest = values[i];
  }
  *size = 0;
  sample[(*size)++] = lowest;
  for (size_t i = step - 1; i < n; i += step) sample[(*size)++] = values[i];
  sample[(*size)++] = highest;
  qsort(sample, *size, sizeof *sample, compare);
  return sample;
}

/* The different ones, if they are few enough. */
static bool take_different(const double *sorted, size_t n, double *levels) {
  size_t n_levels = 0;
  for (size_t i = 0; i < n; i++) {
    if (i > 0 && sorted[i] == sorted[i - 1]) continue;
    if (n_levels == QUOTH_N_LEVELS) return false;
    levels[n_levels++] = sorted[i];
  }
  for (size_t i = n_levels; i < QUOTH_N_LEVELS; i++) levels[i] = levels[n_levels - 1];
  return true;
}

/* Where block `i` of the sorted values begins. */
static double begin_of(const double *sorted, size_t n, size_t i) {
  return sorted[i * BLOCK < n ? i * BLOCK : n - 1];
}

/* The levels before they are improved: dealt out to the blocks by the roots of the gaps that these
 * span, an eighth of them evenly, lest one value far away take them all; evenly apart in a block.
 */
static void spread(const double *sorted, size_t n, double *levels) {
  size_t n_blocks = (n - 1 + BLOCK - 1) / BLOCK, filled = 0;
  double total = 0, sum = 0;
  for (size_t i = 0; i < n_blocks; i++)
    total += sqrt(begin_of(sorted, n, i + 1) - begin_of(sorted, n, i));
  for (size_t i = 0; i < n_blocks; i++) {
    double begin = begin_of(sorted, n, i), gap = begin_of(sorted, n, i + 1) - begin;
    double share = (7 * sqrt(gap) / total + 1 / (double)n_blocks) * (QUOTH_N_LEVELS - 1) / 8;
    for (; filled < QUOTH_N_LEVELS && (double)filled <= sum + share; filled++)
      levels[filled] = begin + gap * (((double)filled - sum) / share);
    sum += share;
  }
  for (; filled < QUOTH_N_LEVELS; filled++) levels[filled] = sorted[n - 1];
  levels[0] = sorted[0];
  levels[QUOTH_N_LEVELS - 1] = sorted[n - 1];
}

/* Moves each level but the first and the last to the mean of the values that it is nearest to.
 * `sums` are of the values before, [n + 1]. */
static void improve(const double *sorted, const double *sums, size_t n, double *levels) {
  size_t begin = count_below(sorted, n, (levels[0] + levels[1]) / 2);
  for (size_t i = 1; i + 1 < QUOTH_N_LEVELS; i++) {
    size_t end = count_below(sorted, n, (levels[i] + levels[i + 1]) / 2);
    if (end <= begin) continue;
    double mean = (sums[end] - sums[begin]) / (double)(end - begin);
    levels[i] = fmax(sorted[begin], fmin(mean, sorted[end - 1]));
    begin = end;
  }
}

quoth_status quoth_levels_fit(const double *values, size_t n, double *levels, quoth_error *err) {
  memset(levels, 0, QUOTH_N_LEVELS * sizeof *levels);
  if (n == 0) return QUOTH_OK;
  size_t size;
  double *sample = take_sample(values, n, &size, err);
  if (!sample) return QUOTH_ERR_NOMEM;
  if (take_different(sample, size, levels)) {
    free(sample);
    return QUOTH_OK;
  }
  double *sums = quoth_new_array(size + 1, sizeof *sums, err);
  if (sums) {
    for (size_t i = 0; i < size; i++) sums[i + 1] = sums[i] + sample[i];
    spread(sample, size, levels);
    for (int i = 0; i < N_ITERATIONS; i++) improve(sample, sums, size, levels);
  }
  free(sums);
  free(sample);
  return sums ? QUOTH_OK : QUOTH_ERR_NOMEM;
}
