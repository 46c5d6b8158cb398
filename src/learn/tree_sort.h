/* tree_sort.h - a node's rows in the order of one feature. */
#ifndef QUOTH_LEARN_TREE_SORT_H
#define QUOTH_LEARN_TREE_SORT_H

#include "base/memory.h"

/* A row and its value of the feature looked at. */
typedef struct quoth_tree_item {
  float value;
  uint32_t row;
} quoth_tree_item;

/* Ascending by value. Not stable: equal values come out exactly as scikit-learn's introsort leaves
 * them, because weighted sums over them depend on it in their last bits. */
void quoth_tree_sort(quoth_tree_item *items, size_t n);

#endif
