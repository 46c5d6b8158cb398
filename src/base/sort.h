/* sort.h - orders that the C library's qsort does not promise: without allocating, or the same
 * among equals as numpy's. */
#ifndef QUOTH_BASE_SORT_H
#define QUOTH_BASE_SORT_H

#include "base/memory.h"

/* Sorts by the high 32 bits; equal ones stay in order. `spare` is room for n more. */
void quoth_sort_pairs(uint64_t *pairs, uint64_t *spare, size_t n);

/* The indices of `keys`, 0 or more, such that these ascend; equal ones by index. `order` is [n], n
 * below 2^32, and is overwritten; `pairs` is room for 2 n. */
void quoth_argsort_doubles(const double *keys, uint32_t *order, uint64_t *pairs, size_t n);

/* numpy.argsort(keys) of numpy 1.24 (kind quicksort, int64), among equals too: introsort with a
 * median of three, partitions of up to 16 items by insertion. `order` is [n] and is overwritten. */
void quoth_argsort(const int64_t *keys, uint32_t *order, size_t n);

#endif
