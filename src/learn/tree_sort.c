#include "learn/tree_sort.h"

#include <string.h>

static void swap_items(quoth_tree_item *a, quoth_tree_item *b) {
  quoth_tree_item item = *a;
  *a = *b;
  *b = item;
}

static float median_of_three(const quoth_tree_item *items, size_t n) {
  float a = items[0].value, b = items[n / 2].value, c = items[n - 1].value;
  if (a < b) return b < c ? b : a < c ? c : a;
  return b >= c ? b : a < c ? a : c;
}

static void sift_down(quoth_tree_item *items, size_t root, size_t n) {
  for (;;) {
    size_t child = root * 2 + 1, largest = root;
    if (child < n && items[largest].value < items[child].value) largest = child;
    if (child + 1 < n && items[largest].value < items[child + 1].value) largest = child + 1;
    if (largest == root) return;
    swap_items(&items[root], &items[largest]);
    root = largest;
  }
}

static void heapsort_items(quoth_tree_item *items, size_t n) {
  for (size_t start = (n - 2) / 2 + 1; start-- > 0;) sift_down(items, start, n);
  for (size_t end = n - 1; end > 0; end--) {
    swap_items(&items[0], &items[end]);
    sift_down(items, 0, end);
  }
}

/* Quicksort with three-way partition, heapsort after `depth_left` unlucky pivots: D. R. Musser,
 * "Introspective sorting and selection algorithms", 1997. */
static void introsort(quoth_tree_item *items, size_t n, int depth_left) {
  while (n > 1) {
    if (depth_left-- <= 0) {
      heapsort_items(items, n);
      return;
    }
    float pivot = median_of_three(items, n);
    size_t i = 0, n_less = 0, more = n;
    while (i < more) {
      if (items[i].value < pivot)
        swap_items(&items[i++], &items[n_less++]);
      else if (items[i].value > pivot)
        swap_items(&items[i], &items[--more]);
      else
        i++;
    }
    introsort(items, n_less, depth_left);
    items += more;
    n -= more;
  }
}

void quoth_tree_sort(quoth_tree_item *items, size_t n) {
  if (n < 2) return;
  int log2_n = 63 - __builtin_clzll(n);
  introsort(items, n, 2 * log2_n);
}

/* Floats as integers of the same order; both zeros are one value. */
static uint32_t ordered_bits(float value) {
  value += 0.0f; /* -0 becomes 0 */
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits & 0x80000000u ? ~bits : bits | 0x80000000u;
}

/* Radix sort, lowest digit first, each pass stable. */
void quoth_tree_presort(quoth_tree_item *items, quoth_tree_item *spare, size_t n) {
  enum { DIGIT_BITS = 8, N_DIGITS = 1 << DIGIT_BITS, N_PASSES = 4 };
  for (int pass = 0; pass < N_PASSES; pass++) {
    size_t begin[N_DIGITS + 1] = {0};
    int shift = pass * DIGIT_BITS;
    for (size_t i = 0; i < n; i++)
      begin[(ordered_bits(items[i].value) >> shift & (N_DIGITS - 1)) + 1]++;
    for (int d = 0; d < N_DIGITS; d++) begin[d + 1] += begin[d];
    for (size_t i = 0; i < n; i++)
      spare[begin[ordered_bits(items[i].value) >> shift & (N_DIGITS - 1)]++] = items[i];
    quoth_tree_item *sorted = spare;
    spare = items;
    items = sorted;
  }
}
