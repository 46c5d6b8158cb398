#include "base/sort.h"

#include <string.h>

/* ---- Pairs ----------------------------------------------------------------- */

/* Below these limits insertions take less time than a radix sort, and digits of 6 bits, with few
 * counters to go through, less than digits of 8. */
enum { INSERTION_LIMIT = 20, SHORT_DIGITS_LIMIT = 1024, LARGEST_RADIX = 256 };

static uint32_t high(uint64_t pair) { return (uint32_t)(pair >> 32); }

static void insert_pairs(uint64_t *pairs, size_t n) {
  for (size_t i = 1; i < n; i++) {
    uint64_t pair = pairs[i];
    size_t j = i;
    for (; j > 0 && high(pairs[j - 1]) > high(pair); j--) pairs[j] = pairs[j - 1];
    pairs[j] = pair;
  }
}

/* One pass of a radix sort, by the digit of `bits` bits at `shift`. */
static inline __attribute__((always_inline)) void scatter(const uint64_t *from, uint64_t *to,
                                                          size_t n, int shift, int bits) {
  const size_t radix = (size_t)1 << bits;
  size_t starts[LARGEST_RADIX], at = 0;
  memset(starts, 0, radix * sizeof *starts);
  for (size_t i = 0; i < n; i++) starts[from[i] >> shift & (radix - 1)]++;
  for (size_t digit = 0; digit < radix; digit++) {
    size_t count = starts[digit];
    starts[digit] = at;
    at += count;
  }
  for (size_t i = 0; i < n; i++) to[starts[from[i] >> shift & (radix - 1)]++] = from[i];
}

static inline __attribute__((always_inline)) void sort_by_digits(uint64_t *pairs, uint64_t *spare,
                                                                 size_t n, int bits) {
  uint64_t *from = pairs, *to = spare, differ = 0;
  for (size_t i = 1; i < n; i++) differ |= pairs[i] ^ pairs[0];
  differ >>= 32;
  for (int shift = 32; differ; shift += bits, differ >>= bits) {
    if (!(differ & (((uint64_t)1 << bits) - 1))) continue;
    scatter(from, to, n, shift, bits);
    uint64_t *swapped = from;
    from = to;
    to = swapped;
  }
  if (from != pairs) memcpy(pairs, from, n * sizeof *pairs);
}

void quoth_sort_pairs(uint64_t *pairs, uint64_t *spare, size_t n) {
  if (n <= INSERTION_LIMIT)
    insert_pairs(pairs, n);
  else if (n <= SHORT_DIGITS_LIMIT)
    sort_by_digits(pairs, spare, n, 6);
  else
    sort_by_digits(pairs, spare, n, 8);
}

/* ---- Doubles --------------------------------------------------------------- */

/* The bits of a number that is 0 or more ascend with it; adding 0 makes 0 of -0. */
static uint64_t bits_of(double key) {
  uint64_t bits;
  key += 0.0;
  memcpy(&bits, &key, sizeof bits);
  return bits;
}

/* By the low half first, then, stably, by the high one. */
void quoth_argsort_doubles(const double *keys, uint32_t *order, uint64_t *pairs, size_t n) {
  for (size_t i = 0; i < n; i++) pairs[i] = bits_of(keys[i]) << 32 | i;
  quoth_sort_pairs(pairs, pairs + n, n);
  for (size_t i = 0; i < n; i++) {
    uint32_t index = (uint32_t)pairs[i];
    pairs[i] = (bits_of(keys[index]) >> 32 << 32) | index;
  }
  quoth_sort_pairs(pairs, pairs + n, n);
  for (size_t i = 0; i < n; i++) order[i] = (uint32_t)pairs[i];
}

/* ---- numpy's argsort ------------------------------------------------------- */

enum { SMALL_PARTITION = 15, STACK_SIZE = 128 };

static void swap(uint32_t *a, uint32_t *b) {
  uint32_t kept = *a;
  *a = *b;
  *b = kept;
}

static void sift_down(const int64_t *keys, uint32_t *heap, size_t root, size_t n) {
  uint32_t moved = heap[root];
  for (size_t child; (child = 2 * root + 1) < n; root = child) {
    if (child + 1 < n && keys[heap[child]] < keys[heap[child + 1]]) child++;
    if (keys[moved] >= keys[heap[child]]) break;
    heap[root] = heap[child];
  }
  heap[root] = moved;
}

static void heap_sort(const int64_t *keys, uint32_t *order, size_t n) {
  for (size_t i = n / 2; i-- > 0;) sift_down(keys, order, i, n);
  for (size_t last = n; last-- > 1;) {
    swap(&order[0], &order[last]);
    sift_down(keys, order, 0, last);
  }
}

static void insertion_sort(const int64_t *keys, uint32_t *left, const uint32_t *right) {
  for (uint32_t *p = left + 1; p <= right; p++) {
    uint32_t item = *p, *hole = p;
    for (; hole > left && keys[item] < keys[hole[-1]]; hole--) *hole = hole[-1];
    *hole = item;
  }
}

/* Partitions left..right around the median of three; returns the pivot's place. */
static uint32_t *partition(const int64_t *keys, uint32_t *left, uint32_t *right) {
  uint32_t *middle = left + ((right - left) >> 1);
  if (keys[*middle] < keys[*left]) swap(middle, left);
  if (keys[*right] < keys[*middle]) swap(right, middle);
  if (keys[*middle] < keys[*left]) swap(middle, left);
  int64_t pivot = keys[*middle];
  uint32_t *i = left, *j = right - 1;
  swap(middle, j);
  for (;;) {
    do i++;
    while (keys[*i] < pivot);
    do j--;
    while (pivot < keys[*j]);
    if (i >= j) break;
    swap(i, j);
  }
  swap(i, right - 1);
  return i;
}

void quoth_argsort(const int64_t *keys, uint32_t *order, size_t n) {
  struct {
    uint32_t *left, *right;
    int depth;
  } stack[STACK_SIZE], *top = stack;
  for (size_t i = 0; i < n; i++) order[i] = (uint32_t)i;
  if (n < 2) return;
  uint32_t *left = order, *right = order + n - 1;
  int depth = 2 * (63 - __builtin_clzll(n));
  for (;;) {
    /* As numpy has it, the depth matters only to a side that waited. */
    if (depth < 0) {
      heap_sort(keys, left, (size_t)(right - left) + 1);
    } else {
      for (; right - left > SMALL_PARTITION; depth--) {
        uint32_t *pivot = partition(keys, left, right);
        /* The larger side waits. */
        if (pivot - left < right - pivot) {
          top->left = pivot + 1;
          top->right = right;
          right = pivot - 1;
        } else {
          top->left = left;
          top->right = pivot - 1;
          left = pivot + 1;
        }
        (top++)->depth = depth - 1;
      }
      insertion_sort(keys, left, right);
    }
    if (top == stack) return;
    top--;
    left = top->left;
    right = top->right;
    depth = top->depth;
  }
}
