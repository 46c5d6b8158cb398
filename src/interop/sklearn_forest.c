/* RandomForestClassifier, ExtraTreesClassifier, DecisionTreeClassifier, which is a forest of one
 * tree. Trees' nodes are renumbered so that a left child is right behind its
 * parent, as quoth has them and as scikit-learn nearly always has. */
#include <stdlib.h>
#include <string.h>

#include "interop/sklearn_parts.h"
#include "learn/forest.h"
#include "train/fit.h"

/* The fields of a node, as sklearn/tree/_tree.pxd has them; by name, since their places changed. */
enum { LEFT, RIGHT, FEATURE, THRESHOLD, IMPURITY, N_SAMPLES, WEIGHT, N_FIELDS };
static const char *const field_names[N_FIELDS] = {"left_child",
                                                  "right_child",
                                                  "feature",
                                                  "threshold",
                                                  "impurity",
                                                  "n_node_samples",
                                                  "weighted_n_node_samples"};

enum { LEAF = -2 }; /* the feature and the threshold of a node that has none: learn/forest.h */

typedef struct tree {
  quoth_array fields[N_FIELDS];
  quoth_array values; /* [n_nodes][1][C] */
  size_t n_nodes;
} tree;

/* ---- Trees as they are in the file ------------------------------------------ */

/* A field that is not known may change what a node means, as categories do in later versions. */
static quoth_status check_fields(const quoth_estimator *estimator, const quoth_array *nodes,
                                 quoth_error *err) {
  const quoth_value *fields = nodes->dtype.fields;
  for (size_t i = 0; fields && i + 1 < fields->values.n; i += 2) {
    const quoth_value *name = fields->values.items[i];
    bool is_known = quoth_value_is_text(name, "missing_go_to_left");
    for (size_t f = 0; f < N_FIELDS; f++)
      is_known = is_known || quoth_value_is_text(name, field_names[f]);
    if (!is_known)
      return quoth_estimator_fail(estimator, "tree_", err,
                                  "has nodes with a field %.*s, which quoth does not know",
                                  name->kind == QUOTH_VALUE_TEXT ? (int)name->bytes.size : 0,
                                  name->kind == QUOTH_VALUE_TEXT ? name->bytes.data : "");
  }
  return QUOTH_OK;
}

static quoth_status open_nodes(const quoth_estimator *estimator, const quoth_array *nodes,
                               tree *out, quoth_error *err) {
  quoth_error fault = {0};
  quoth_status status = check_fields(estimator, nodes, err);
  for (size_t f = 0; f < N_FIELDS && !status; f++) {
    if (quoth_numpy_field(nodes, field_names[f], &out->fields[f], &fault))
      status = quoth_estimator_fail(estimator, "tree_", err, "can't be read: %s", fault.message);
    else if (!quoth_array_is_number(&out->fields[f]))
      status = quoth_estimator_fail(estimator, "tree_", err, "has no numbers in its field %s",
                                    field_names[f]);
  }
  return status;
}

static quoth_status open_tree(const quoth_estimator *estimator, uint32_t n_classes, tree *out,
                              quoth_error *err) {
  const quoth_value *value = quoth_estimator_get(estimator, "tree_");
  if (!quoth_value_is_made_by(value, NULL, "Tree"))
    return quoth_estimator_fail(estimator, "tree_", err, "is not there: it was not fitted");
  quoth_array nodes;
  quoth_error fault = {0};
  if (quoth_numpy_array(quoth_value_get(value->record->state, "nodes"), &nodes, &fault) ||
      quoth_numpy_array(quoth_value_get(value->record->state, "values"), &out->values, &fault))
    return quoth_estimator_fail(estimator, "tree_", err, "can't be read: %s", fault.message);
  out->n_nodes = nodes.n_items;
  if (nodes.rank != 1 || nodes.n_items == 0 || nodes.n_items > INT32_MAX || out->values.rank != 3 ||
      out->values.shape[0] != nodes.n_items || out->values.shape[1] != 1 ||
      out->values.shape[2] != n_classes || out->values.dtype.kind != 'f')
    return quoth_estimator_fail(estimator, "tree_", err,
                                "should have values of one output and %u classes for each node",
                                n_classes);
  return open_nodes(estimator, &nodes, out, err);
}

/* ---- Trees as quoth has them ------------------------------------------------- */

typedef struct forest_arrays {
  uint32_t *tree_begin;
  int32_t *feature;
  double *threshold;
  uint32_t *right;
  double *value;
  double *impurity;
  uint32_t *n_node_samples;
  double *weighted_n_node_samples;
} forest_arrays;

static void free_arrays(forest_arrays *arrays) {
  free(arrays->tree_begin);
  free(arrays->feature);
  free(arrays->threshold);
  free(arrays->right);
  free(arrays->value);
  free(arrays->impurity);
  free(arrays->n_node_samples);
  free(arrays->weighted_n_node_samples);
}

static quoth_status new_arrays(size_t n_trees, size_t n, uint32_t n_classes, forest_arrays *out,
                               quoth_error *err) {
  *out = (forest_arrays){.tree_begin = quoth_new_array(n_trees + 1, sizeof(uint32_t), err),
                         .feature = quoth_new_array(n, sizeof(int32_t), err),
                         .threshold = quoth_new_array(n, sizeof(double), err),
                         .right = quoth_new_array(n, sizeof(uint32_t), err),
                         .value = quoth_new_array(n, n_classes * sizeof(double), err),
                         .impurity = quoth_new_array(n, sizeof(double), err),
                         .n_node_samples = quoth_new_array(n, sizeof(uint32_t), err),
                         .weighted_n_node_samples = quoth_new_array(n, sizeof(double), err)};
  return out->tree_begin && out->feature && out->threshold && out->right && out->value &&
                 out->impurity && out->n_node_samples && out->weighted_n_node_samples
             ? QUOTH_OK
             : QUOTH_ERR_NOMEM;
}

static int64_t integer(const tree *from, int field, size_t node) {
  int64_t value;
  return quoth_array_integer(&from->fields[field], node, &value) ? value : INT64_MIN;
}

/* Node `from_node` becomes node `to` of the forest. */
static void copy_node(const tree *from, size_t from_node, bool is_leaf, uint32_t n_classes,
                      const forest_arrays *arrays, size_t to) {
  int64_t feature = integer(from, FEATURE, from_node);
  int64_t n_samples = integer(from, N_SAMPLES, from_node);
  bool is_feature = feature >= 0 && feature <= INT32_MAX;
  arrays->feature[to] = is_leaf ? LEAF : is_feature ? (int32_t)feature : INT32_MAX;
  arrays->threshold[to] = is_leaf ? LEAF : quoth_array_real(&from->fields[THRESHOLD], from_node);
  arrays->impurity[to] = quoth_array_real(&from->fields[IMPURITY], from_node);
  arrays->n_node_samples[to] =
      n_samples >= 0 && n_samples <= UINT32_MAX ? (uint32_t)n_samples : UINT32_MAX;
  arrays->weighted_n_node_samples[to] = quoth_array_real(&from->fields[WEIGHT], from_node);
  for (size_t c = 0; c < n_classes; c++)
    arrays->value[to * n_classes + c] = quoth_array_real(&from->values, from_node * n_classes + c);
}

/* A child that waits: its number in the file, and whose right child it is. */
typedef struct waiting {
  int64_t node;
  size_t parent; /* SIZE_MAX: the root */
} waiting;

/* Copies a tree in preorder to node `begin` and on. A tree that reaches a node twice, or not all of
 * its nodes, is none. */
static bool copy_tree(const tree *from, uint32_t n_classes, const forest_arrays *arrays,
                      size_t begin, waiting *stack) {
  size_t n_waiting = 1, n = 0;
  stack[0] = (waiting){0, SIZE_MAX};
  while (n_waiting > 0) {
    waiting at = stack[--n_waiting];
    for (int64_t node = at.node; node != -1; n++) {
      if (node < 0 || node >= (int64_t)from->n_nodes || n == from->n_nodes) return false;
      int64_t left = integer(from, LEFT, (size_t)node), right = integer(from, RIGHT, (size_t)node);
      copy_node(from, (size_t)node, left == -1, n_classes, arrays, begin + n);
      if (at.parent != SIZE_MAX) arrays->right[at.parent] = (uint32_t)n;
      at.parent = SIZE_MAX;
      if ((left == -1) != (right == -1)) return false;
      if (left != -1) stack[n_waiting++] = (waiting){right, begin + n};
      node = left;
    }
  }
  return n == from->n_nodes;
}

/* ---- The forest -------------------------------------------------------------- */

static quoth_status fill(const quoth_estimator *estimators, const tree *trees, size_t n_trees,
                         uint32_t n_classes, size_t most_nodes, const forest_arrays *arrays,
                         quoth_error *err) {
  waiting *stack = quoth_new_array(most_nodes + 1, sizeof *stack, err);
  if (!stack) return QUOTH_ERR_NOMEM;
  quoth_status status = QUOTH_OK;
  for (size_t t = 0; t < n_trees && !status; t++) {
    size_t begin = arrays->tree_begin[t];
    if (!copy_tree(&trees[t], n_classes, arrays, begin, stack))
      status = quoth_estimator_fail(&estimators[t], "tree_", err,
                                    "of tree %zu has nodes that do not form a tree", t);
    arrays->tree_begin[t + 1] = (uint32_t)(begin + trees[t].n_nodes);
  }
  free(stack);
  return status;
}

/* Hands the arrays over, which must be sound. */
static quoth_status store(quoth_import *import, forest_arrays *arrays, size_t n_trees,
                          quoth_error *err) {
  quoth_forest forest = {.n_trees = (uint32_t)n_trees,
                         .n_features = import->n_columns,
                         .n_classes = import->n_classes,
                         .tree_begin = arrays->tree_begin,
                         .feature = arrays->feature,
                         .threshold = arrays->threshold,
                         .right = arrays->right,
                         .value = arrays->value,
                         .impurity = arrays->impurity,
                         .n_node_samples = arrays->n_node_samples,
                         .weighted_n_node_samples = arrays->weighted_n_node_samples};
  quoth_status status = quoth_forest_check(&forest, err);
  if (status) return status;
  *arrays = (forest_arrays){0};
  return quoth_forest_store("forest", &forest, &import->tensors, err);
}

/* Refuses more nodes than the files have bytes for: trees that are the same one many times. */
static quoth_status check_size(const quoth_import *import, const quoth_estimator *estimator,
                               size_t n_nodes, quoth_error *err) {
  size_t bytes_of_node = 56 + sizeof(double) * (size_t)import->n_classes;
  return n_nodes <= UINT32_MAX && n_nodes <= import->n_bytes / bytes_of_node
             ? QUOTH_OK
             : quoth_estimator_fail(estimator, "estimators_", err,
                                    "has more nodes than there can be in a file of its size");
}

static quoth_status open_trees(const quoth_estimator *estimators, size_t n_trees,
                               uint32_t n_classes, tree *trees, size_t *n_nodes, size_t *most_nodes,
                               quoth_error *err) {
  quoth_status status = QUOTH_OK;
  *n_nodes = *most_nodes = 0;
  for (size_t t = 0; t < n_trees && !status; t++) {
    status = open_tree(&estimators[t], n_classes, &trees[t], err);
    if (status) break;
    *n_nodes += trees[t].n_nodes;
    if (trees[t].n_nodes > *most_nodes) *most_nodes = trees[t].n_nodes;
  }
  return status;
}

static quoth_status take_trees(quoth_import *import, const quoth_estimator *estimator,
                               const quoth_estimator *estimators, size_t n_trees,
                               quoth_error *err) {
  uint32_t n_classes = import->n_classes;
  size_t n_nodes, most_nodes;
  forest_arrays arrays = {0};
  tree *trees = quoth_new_array(n_trees, sizeof *trees, err);
  if (!trees) return QUOTH_ERR_NOMEM;
  quoth_status status =
      open_trees(estimators, n_trees, n_classes, trees, &n_nodes, &most_nodes, err);
  if (!status) status = check_size(import, estimator, n_nodes, err);
  if (!status) status = new_arrays(n_trees, n_nodes, n_classes, &arrays, err);
  if (!status) status = fill(estimators, trees, n_trees, n_classes, most_nodes, &arrays, err);
  if (!status) status = store(import, &arrays, n_trees, err);
  free_arrays(&arrays);
  free(trees);
  return status;
}

static quoth_status take_list(quoth_import *import, const quoth_estimator *estimator,
                              const quoth_values *list, quoth_error *err) {
  /* Each tree has a node. */
  quoth_status status = check_size(import, estimator, list->n, err);
  if (status) return status;
  quoth_estimator *estimators = quoth_new_array(list->n, sizeof *estimators, err);
  if (!estimators) return QUOTH_ERR_NOMEM;
  for (size_t t = 0; t < list->n && !status; t++)
    status = quoth_estimator_open(list->items[t], estimator->file, &estimators[t], err);
  if (!status) status = take_trees(import, estimator, estimators, list->n, err);
  free(estimators);
  return status;
}

static quoth_status begin(quoth_import *import, const quoth_estimator *estimator, json_t **params,
                          quoth_error *err) {
  static const quoth_needed needed[] = {{NULL, NULL}};
  quoth_status status = quoth_import_needs_input(import, estimator, err);
  if (!status) status = quoth_import_set_classifier(import, estimator, err);
  if (!status) status = quoth_estimator_params(estimator, &quoth_forest_stage, needed, params, err);
  return status;
}

quoth_status quoth_import_forest(quoth_import *import, const quoth_estimator *estimator,
                                 quoth_error *err) {
  json_t *params;
  const quoth_value *list = quoth_estimator_get(estimator, "estimators_");
  if (!list || list->kind != QUOTH_VALUE_LIST || list->values.n == 0)
    return quoth_estimator_fail(estimator, "estimators_", err, "is not there: it was not fitted");
  quoth_status status = begin(import, estimator, &params, err);
  if (status) return status;
  status = quoth_import_add_stage(import, "forest", &quoth_forest_stage, params, err);
  return status ? status : take_list(import, estimator, &list->values, err);
}

/* As a forest has it that is one tree of all rows. */
static json_t *params_of_one(json_t *params) {
  bool is_set = json_object_set_new(params, "n_estimators", json_integer(1)) == 0 &&
                json_object_set_new(params, "bootstrap", json_false()) == 0;
  if (is_set) return params;
  json_decref(params);
  return NULL;
}

quoth_status quoth_import_decision_tree(quoth_import *import, const quoth_estimator *estimator,
                                        quoth_error *err) {
  json_t *params;
  quoth_status status = begin(import, estimator, &params, err);
  if (status) return status;
  status =
      quoth_import_add_stage(import, "forest", &quoth_forest_stage, params_of_one(params), err);
  return status ? status : take_trees(import, estimator, estimator, 1, err);
}
