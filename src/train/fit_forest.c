#include <stdlib.h>

#include "learn/forest.h"
#include "train/fit.h"

/* The rows as scikit-learn casts them. */
static float *cast_features(const quoth_batch *in, quoth_error *err) {
  size_t n = in->n_rows * in->n_columns;
  float *features = quoth_new_array(n, sizeof *features, err);
  for (size_t i = 0; features && i < n; i++) features[i] = (float)in->dense[i];
  return features;
}

static void *own(const void *array) { return (void *)(uintptr_t)array; }

/* Hands the forest's arrays over to the tensors. All are added, so that all are freed. */
static quoth_status store_nodes(const char *name, const quoth_forest *forest,
                                quoth_tensors *tensors, quoth_error *err) {
  uint64_t n_nodes = forest->tree_begin[forest->n_trees];
  const struct {
    const char *name;
    quoth_dtype dtype;
    uint64_t rows, columns;
    const void *data;
  } arrays[] = {
      {"tree_begin", QUOTH_U32, forest->n_trees + 1, 0, forest->tree_begin},
      {"feature", QUOTH_I32, n_nodes, 0, forest->feature},
      {"threshold", QUOTH_F64, n_nodes, 0, forest->threshold},
      {"right", QUOTH_U32, n_nodes, 0, forest->right},
      {"value", QUOTH_F64, n_nodes, forest->n_classes, forest->value},
      {"impurity", QUOTH_F64, n_nodes, 0, forest->impurity},
      {"n_node_samples", QUOTH_U32, n_nodes, 0, forest->n_node_samples},
      {"weighted_n_node_samples", QUOTH_F64, n_nodes, 0, forest->weighted_n_node_samples},
  };
  quoth_status first = QUOTH_OK;
  for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) {
    quoth_status status =
        quoth_tensors_add(tensors, name, arrays[i].name, arrays[i].dtype, arrays[i].rows,
                          arrays[i].columns, own(arrays[i].data), err);
    if (!first) first = status;
  }
  return first;
}

static quoth_status store_importances(const char *name, const quoth_forest *forest,
                                      quoth_tensors *tensors, quoth_error *err) {
  double *importances = quoth_new_array(forest->n_features, sizeof *importances, err);
  if (!importances) return QUOTH_ERR_NOMEM;
  quoth_status status = quoth_forest_importances(forest, importances, err);
  if (status) {
    free(importances);
    return status;
  }
  return quoth_tensors_add(tensors, name, "importances", QUOTH_F64, forest->n_features, 0,
                           importances, err);
}

quoth_status quoth_forest_store(const char *name, const quoth_forest *forest,
                                quoth_tensors *tensors, quoth_error *err) {
  quoth_status status = store_importances(name, forest, tensors, err);
  quoth_status stored = store_nodes(name, forest, tensors, err);
  return status ? status : stored;
}

quoth_status quoth_fit_forest(const quoth_fit *fit, quoth_tensors *tensors, quoth_batch *out,
                              quoth_error *err) {
  (void)out;
  size_t n_rows = fit->in->n_rows;
  uint32_t n_features = fit->in->n_columns;
  float *features = cast_features(fit->in, err);
  if (!features) return QUOTH_ERR_NOMEM;
  if (fit->last_use) quoth_batch_clear(fit->last_use);
  quoth_forest forest;
  quoth_status status = quoth_forest_fit(fit->params, features, fit->labels, n_rows, n_features,
                                         fit->n_classes, fit->pool, fit->progress, &forest, err);
  free(features);
  return status ? status : quoth_forest_store(fit->name, &forest, tensors, err);
}
