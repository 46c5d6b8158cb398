/* tree.h - growing one classification tree: L. Breiman et al., "Classification and Regression
 * Trees", 1984, as scikit-learn's DecisionTreeClassifier. */
#ifndef QUOTH_LEARN_TREE_H
#define QUOTH_LEARN_TREE_H

#include "learn/tree_split.h"

enum { QUOTH_TREE_LEAF = -2 }; /* feature and threshold of a leaf */

typedef struct quoth_tree_node {
  int32_t feature;
  uint32_t right; /* number of the right child; the left one is the node behind this. 0 in a leaf */
  uint32_t n_samples; /* rows, not weights */
  double threshold, impurity, weight;
} quoth_tree_node;

/* Nodes in pre-order, the left part before the right one. Start from {0}. */
typedef struct quoth_tree {
  quoth_tree_node *nodes; /* [n_nodes] */
  double *values;         /* [n_nodes][C]: weight of each class */
  size_t n_nodes, nodes_capacity, values_capacity;
} quoth_tree;

/* Grows a tree from `splitter->weights`; `seed` draws the features. On failure too, `out` is to be
 * cleared. */
quoth_status quoth_tree_grow(quoth_splitter *splitter, uint32_t seed, quoth_tree *out,
                             quoth_error *err);
void quoth_tree_clear(quoth_tree *tree);

#endif
