/* forest.h - random forests of classification trees, as scikit-learn's
 * RandomForestClassifier: Breiman, "Random Forests" (2001).
 *
 * n rows, F features, C classes, T trees. */
#ifndef QUOTH_LEARN_FOREST_H
#define QUOTH_LEARN_FOREST_H

#include "base/amount.h"
#include "base/thread_pool.h"
#include "learn/criterion.h"

typedef enum quoth_class_weight {
  QUOTH_CLASS_WEIGHT_NONE,
  QUOTH_CLASS_WEIGHT_BALANCED,          /* n / (C * count of the class) */
  QUOTH_CLASS_WEIGHT_BALANCED_SUBSAMPLE /* the same from each tree's bootstrap */
} quoth_class_weight;

typedef struct quoth_forest_params {
  uint32_t n_estimators; /* T >= 1 */
  quoth_criterion criterion;
  uint32_t max_depth;             /* 0: no limit */
  quoth_amount max_features;      /* ALL, COUNT, SHARE, SQRT, LOG2 */
  quoth_amount min_samples_split; /* COUNT >= 2, or SHARE in (0, 1] */
  quoth_amount min_samples_leaf;  /* COUNT >= 1, or SHARE in (0, 1) */
  bool bootstrap;
  quoth_class_weight class_weight;
  uint32_t random_state;
} quoth_forest_params;

/* Trees lie one behind another; a node's left child is the node behind it, and children come
 * after their parent, so that a walk ends. */
typedef struct quoth_forest {
  uint32_t n_trees, n_features, n_classes;
  const uint32_t *tree_begin; /* [T + 1]: tree t is nodes [tree_begin[t], tree_begin[t + 1]) */
  const int32_t *feature;     /* [n_nodes]; -2 in a leaf */
  const double *threshold;    /* [n_nodes]: left if (double)(float)x <= threshold; -2 in a leaf */
  const uint32_t *right;      /* [n_nodes]: right child's number in its tree; 0 in a leaf */
  const double *value;        /* [n_nodes][C]: weighted rows of each class */
  /* Told to people, not needed to predict; in a forest from a file each may be NULL: */
  const double *impurity;                /* [n_nodes] */
  const uint32_t *n_node_samples;        /* [n_nodes]: distinct rows */
  const double *weighted_n_node_samples; /* [n_nodes] */
} quoth_forest;

/* `features` is [n_rows][n_features], finite; `labels` is [n_rows], each below n_classes. On
 * success the arrays of `out` are the caller's; release them with quoth_forest_clear. Progress
 * is told in trees, as stage "forest". */
quoth_status quoth_forest_fit(const quoth_forest_params *params, const float *features,
                              const uint32_t *labels, size_t n_rows, uint32_t n_features,
                              uint32_t n_classes, quoth_pool *pool, const quoth_progress *progress,
                              quoth_forest *out, quoth_error *err);
void quoth_forest_clear(quoth_forest *forest);

/* Refuses a forest whose indices could lead a walk astray (for forests read from a file). */
quoth_status quoth_forest_check(const quoth_forest *forest, quoth_error *err);

/* A forest laid out for prediction. */
typedef struct quoth_forest_step quoth_forest_step;
typedef struct quoth_forest_cut quoth_forest_cut;
typedef struct quoth_forest_kernels quoth_forest_kernels;
typedef struct quoth_forest_walk {
  uint32_t n_trees, n_classes;
  uint32_t *roots;          /* [T + 8]: each tree's first node; then zeros */
  quoth_forest_step *steps; /* [n_nodes] */
  uint32_t *leaves;         /* [n_nodes]: a leaf's number among the leaves */
  uint32_t *depths;         /* [T / 8 + 1]: of the deepest of eight trees */
  size_t shares_stride;     /* C, padded with zeros */
  double *shares;           /* [n_leaves][shares_stride]: of each class; they add up to 1 */
  /* If all trees are small, for many rows at once; else NULL: */
  quoth_forest_cut *cuts; /* [n_nodes - n_leaves] */
  uint32_t *cut_begin;    /* [T + 1]: each tree's first */
  const quoth_forest_kernels *kernels;
} quoth_forest_walk; /* start from {0} */

/* `forest` is sound (quoth_forest_check) and no longer needed afterwards. */
quoth_status quoth_forest_walk_init(quoth_forest_walk *walk, const quoth_forest *forest,
                                    quoth_error *err);
void quoth_forest_walk_clear(quoth_forest_walk *walk);

/* predict_proba of one row of `features` ([n_features]); `probabilities` is [n_classes]. */
void quoth_forest_predict(const quoth_forest_walk *walk, const float *features,
                          double *probabilities);

/* The same for QUOTH_FOREST_TOGETHER rows, if walk->cuts is there. `columns` is
 * [n_features][QUOTH_FOREST_TOGETHER], aligned to 64 bytes; `sums`, [QUOTH_FOREST_TOGETHER]
 * [walk->shares_stride], becomes the probabilities. */
enum { QUOTH_FOREST_TOGETHER = 8 };
void quoth_forest_predict_together(const quoth_forest_walk *walk, const float *columns,
                                   double *sums);

/* feature_importances_, into [n_features]. */
quoth_status quoth_forest_importances(const quoth_forest *forest, double *importances,
                                      quoth_error *err);

#endif
