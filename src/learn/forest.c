/* What a forest is once it is there; forest_fit.c makes it, forest_walk.c predicts with it. */
#include "learn/forest.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "learn/tree.h"
#include "math/functions.h"

/* The arrays are const to everybody but their owner. */
static void free_array(const void *array) { free((void *)(uintptr_t)array); }

void quoth_forest_clear(quoth_forest *forest) {
  free_array(forest->tree_begin);
  free_array(forest->feature);
  free_array(forest->threshold);
  free_array(forest->right);
  free_array(forest->value);
  free_array(forest->impurity);
  free_array(forest->n_node_samples);
  free_array(forest->weighted_n_node_samples);
  *forest = (quoth_forest){0};
}

/* ---- Checks ------------------------------------------------------------------------ */

/* The node's class weights can be divided by their sum. */
static bool has_sound_values(const double *value, uint32_t n_classes) {
  double sum = 0;
  for (uint32_t c = 0; c < n_classes; c++) {
    if (!(value[c] >= 0)) return false;
    sum += value[c];
  }
  return isfinite(sum) && sum > 0;
}

/* `node` is a number in the whole forest, `number` in its tree of `n_nodes`. */
static const char *fault_of_node(const quoth_forest *forest, uint32_t node, uint32_t number,
                                 uint32_t n_nodes) {
  if (!has_sound_values(forest->value + (size_t)node * forest->n_classes, forest->n_classes))
    return "a class weight is negative or not finite, or all are 0";
  if (!isfinite(forest->threshold[node])) return "the threshold is not finite";
  if (forest->impurity && !isfinite(forest->impurity[node])) return "the impurity is not finite";
  if (forest->weighted_n_node_samples && (!isfinite(forest->weighted_n_node_samples[node]) ||
                                          !(forest->weighted_n_node_samples[node] > 0)))
    return "the weight is not a positive number";
  int32_t feature = forest->feature[node];
  if (feature == QUOTH_TREE_LEAF) return NULL;
  if (feature < 0 || (uint32_t)feature >= forest->n_features) return "there is no such feature";
  /* The left child is number + 1; so the right one is in range only if the left one is. */
  if (forest->right[node] >= n_nodes || forest->right[node] <= number + 1)
    return "the right child is not a later node of the tree";
  return NULL;
}

static quoth_status check_tree(const quoth_forest *forest, uint32_t tree, quoth_error *err) {
  uint32_t begin = forest->tree_begin[tree], end = forest->tree_begin[tree + 1];
  for (uint32_t node = begin; node < end; node++) {
    const char *fault = fault_of_node(forest, node, node - begin, end - begin);
    if (fault)
      return quoth_fail(err, QUOTH_ERR_FORMAT, "forest: tree %u, node %u: %s", tree, node - begin,
                        fault);
  }
  return QUOTH_OK;
}

quoth_status quoth_forest_check(const quoth_forest *forest, quoth_error *err) {
  if (forest->n_trees == 0 || forest->n_features == 0 || forest->n_classes == 0)
    return quoth_fail(err, QUOTH_ERR_FORMAT, "forest: no trees, no features or no classes");
  if (forest->tree_begin[0] != 0)
    return quoth_fail(err, QUOTH_ERR_FORMAT, "forest: the first tree does not begin at node 0");
  /* Only when all begins ascend does none lie behind the last node. */
  for (uint32_t t = 0; t < forest->n_trees; t++)
    if (forest->tree_begin[t + 1] <= forest->tree_begin[t])
      return quoth_fail(err, QUOTH_ERR_FORMAT, "forest: tree %u has no nodes", t);
  for (uint32_t t = 0; t < forest->n_trees; t++) {
    quoth_status status = check_tree(forest, t, err);
    if (status) return status;
  }
  return QUOTH_OK;
}

/* ---- Importances --------------------------------------------------------------------- */

static void divide(double *importances, uint32_t n, double divisor) {
  for (uint32_t f = 0; f < n; f++) importances[f] /= divisor;
}

/* How much impurity the splits of each feature took away. */
static void find_tree_importances(const quoth_forest *forest, uint32_t tree, double *importances) {
  uint32_t root = forest->tree_begin[tree], end = forest->tree_begin[tree + 1];
  const double *impurity = forest->impurity, *weight = forest->weighted_n_node_samples;
  memset(importances, 0, forest->n_features * sizeof *importances);
  for (uint32_t node = root; node < end; node++) {
    if (forest->feature[node] == QUOTH_TREE_LEAF) continue;
    uint32_t left = node + 1, right = root + forest->right[node];
    importances[forest->feature[node]] += weight[node] * impurity[node] -
                                          weight[left] * impurity[left] -
                                          weight[right] * impurity[right];
  }
  divide(importances, forest->n_features, weight[root]);
  double sum = quoth_sum_pairwise(importances, forest->n_features);
  if (sum > 0) divide(importances, forest->n_features, sum);
}

quoth_status quoth_forest_importances(const quoth_forest *forest, double *importances,
                                      quoth_error *err) {
  uint32_t n_features = forest->n_features, n_trees = 0;
  double *of_tree = quoth_new_array(n_features, sizeof *of_tree, err);
  if (!of_tree) return QUOTH_ERR_NOMEM;
  memset(importances, 0, n_features * sizeof *importances);
  for (uint32_t t = 0; t < forest->n_trees; t++) {
    if (forest->tree_begin[t + 1] - forest->tree_begin[t] == 1) continue; /* a lone root */
    n_trees++;
    find_tree_importances(forest, t, of_tree);
    for (uint32_t f = 0; f < n_features; f++) importances[f] += of_tree[f];
  }
  free(of_tree);
  if (n_trees > 0) divide(importances, n_features, n_trees);
  /* Where nothing was gained, 0 is more use than scikit-learn's 0 / 0. */
  double sum = quoth_sum_pairwise(importances, n_features);
  if (sum != 0) divide(importances, n_features, sum);
  return QUOTH_OK;
}
