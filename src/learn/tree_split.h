/* tree_split.h - finding the best split of a tree's node, as scikit-learn's BestSplitter.
 *
 * n rows, F features, C classes. */
#ifndef QUOTH_LEARN_TREE_SPLIT_H
#define QUOTH_LEARN_TREE_SPLIT_H

#include "learn/criterion.h"
#include "learn/tree_columns.h"

/* What all trees of a forest learn from; borrowed. */
typedef struct quoth_tree_data {
  size_t n_rows; /* at most 2^30 */
  uint32_t n_features, n_classes;
  const float *features;             /* [n][F] */
  const uint32_t *labels;            /* [n] */
  const quoth_tree_columns *columns; /* only makes it faster; NULL unless weights are as below */
} quoth_tree_data;

enum { QUOTH_TREE_MAX_EXACT = 1 << 26 };

typedef struct quoth_tree_params {
  quoth_criterion criterion;
  uint32_t max_depth;         /* of a leaf; the root's is 0 */
  uint32_t max_features;      /* features tried in a node, constant ones aside */
  uint32_t min_samples_split; /* rows, not weights */
  uint32_t min_samples_leaf;  /* >= 1 */
} quoth_tree_params;

typedef struct quoth_tree_split {
  uint32_t feature;
  double threshold; /* to the left if (double)value <= threshold */
  size_t position;  /* the left part is items [begin, position) */
  double impurity_left, impurity_right;
  double improvement;  /* of impurity, weighted by the node's share of the tree */
  uint32_t n_constant; /* features known to be constant in both parts */
} quoth_tree_split;

/* Rows of a node that share a cell of the feature looked at. */
typedef struct quoth_tree_run {
  quoth_tree_cell cell;
  uint32_t n_rows, weight;
} quoth_tree_run;

/* One thread's working memory: the tree that it grows, and the node that it looks at. */
typedef struct quoth_splitter {
  const quoth_tree_data *data;
  quoth_tree_params params;

  double *weights; /* [n], set by the caller before quoth_splitter_start. With columns: whole
                      numbers whose sum is at most QUOTH_TREE_MAX_EXACT, so that sums of their
                      products are exact and their order is free */
  double tree_weight;
  quoth_tree_item *items; /* [n]: rows of weight above 0; a node's lie side by side */
  uint32_t *features;     /* [F]: a permutation, constant ones in front */
  uint32_t *constants;    /* [F] */
  uint32_t random;        /* state of the xorshift */

  size_t begin, end;             /* the node's items */
  double weight;                 /* the node's */
  double *totals, *left, *right; /* [C]: weight of the node's classes, and of the parts' */
  size_t position;               /* `left` and `weight_left` are the sums over [begin, position) */
  double weight_left, weight_right;
  double best_score;
  quoth_tree_split best;

  double *best_left; /* [C]: `left` of the best split */

  /* With columns: */
  uint32_t *whole_weights; /* [n]: the weights */
  quoth_tree_item *spare;  /* [n] */
  uint64_t *marks;         /* [ceil(n / 64)]: cells in use; all 0 between uses, as are the bins */
  uint64_t *bins;          /* [n]: of a cell, the number of rows << 32, plus their weight */
  quoth_tree_run *runs;    /* [n] */
} quoth_splitter;

/* Allocates; `data` must outlive the splitter. */
quoth_status quoth_splitter_init(quoth_splitter *splitter, const quoth_tree_params *params,
                                 const quoth_tree_data *data, quoth_error *err);
void quoth_splitter_clear(quoth_splitter *splitter);

/* Begins a tree: all rows of weight above 0 become items, in ascending order. Returns their
 * number. */
size_t quoth_splitter_start(quoth_splitter *splitter, uint32_t seed);

/* Turns to the node of items [begin, end): sets `totals` and `weight`. */
void quoth_splitter_enter(quoth_splitter *splitter, size_t begin, size_t end);

/* Looks for the best split of the node entered last, in which the first `n_constant` features are
 * known to be constant, and divides its items. False if there is none. */
bool quoth_splitter_search(quoth_splitter *splitter, double impurity, uint32_t n_constant,
                           quoth_tree_split *out);

/* ---- Private to tree_split*.c ------------------------------------------------------------ */

/* Values closer than this count as equal. */
#define QUOTH_FEATURE_THRESHOLD 1e-7f

/* Proposes to split `feature` between the values `below` and `above`, `position` being where. The
 * better score wins, of equal ones the first. */
void quoth_splitter_offer(quoth_splitter *splitter, uint32_t feature, size_t position, float below,
                          float above, double score);

/* Divides the items as the best split says, and sums up both parts, by means of its column. */
void quoth_splitter_divide_by_column(quoth_splitter *splitter);

/* Offers the splits of `feature` by means of its column; false if the feature is constant. */
bool quoth_splitter_try_column(quoth_splitter *splitter, uint32_t feature);

#endif
