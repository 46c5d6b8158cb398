#include "learn/tree_sort.h"

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
