/* RandomForestClassifier: features to class probabilities. Tensors, T trees, N nodes in all, C
 * classes, F features (learn/forest.h says what each holds):
 *   tree_begin U32 [T+1]   feature I32 [N]   threshold F64 [N]   right U32 [N]
 *   value F64 [N][C]       impurity F64 [N]  n_node_samples U32 [N]
 *   weighted_n_node_samples F64 [N]          importances F64 [F] */
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "learn/forest.h"
#include "model/stage.h"

static const char *const criterion_names[] = {"gini", "entropy", "log_loss",
                                              NULL}; /* ORDER quoth_criterion */
static const char *const class_weight_names[] = {"null", "balanced", "balanced_subsample",
                                                 NULL}; /* ORDER quoth_class_weight */
static const char *const feature_words[] = {"sqrt", "log2", "null", NULL};

#define FIELD(name) .offset = offsetof(quoth_forest_params, name)

static const quoth_param params[] = {
    {"n_estimators", "an integer from 1 to 1000000", "number of trees", "100", FIELD(n_estimators),
     quoth_param_read_u32, .min = 1, .max = 1e6},
    {"criterion", "\"gini\", \"entropy\" or \"log_loss\"",
     "the impurity that a split should lower; log_loss is entropy", "\"gini\"", FIELD(criterion),
     quoth_param_read_choice, .choices = criterion_names},
    {"max_depth", "an integer from 1 to 4294967295, or null", "levels of splits; null: no limit",
     "null", FIELD(max_depth), quoth_param_read_u32_or_null, .min = 1, .max = INFINITY},
    {"max_features",
     "\"sqrt\", \"log2\", null, an integer from 1 up, or a share above 0.0 up to 1.0",
     "features that a split may choose from; null: all", "\"sqrt\"", FIELD(max_features),
     quoth_param_read_amount, .min = 0, .max = 1, .min_is_open = true, .min_count = 1,
     .choices = feature_words},
    {"min_samples_split", "an integer from 2 up, or a share above 0.0 up to 1.0",
     "rows that a node needs to be split", "2", FIELD(min_samples_split), quoth_param_read_amount,
     .min = 0, .max = 1, .min_is_open = true, .min_count = 2},
    {"min_samples_leaf", "an integer from 1 up, or a share above 0.0 and below 1.0",
     "rows that each side of a split must keep", "1", FIELD(min_samples_leaf),
     quoth_param_read_amount, .min = 0, .max = 1, .min_is_open = true, .max_is_open = true,
     .min_count = 1},
    {"bootstrap", "true or false", "grow each tree from a sample drawn with replacement", "true",
     FIELD(bootstrap), quoth_param_read_bool},
    {"class_weight", "null, \"balanced\" or \"balanced_subsample\"",
     "make up for classes of different size", "null", FIELD(class_weight), quoth_param_read_choice,
     .choices = class_weight_names},
    {"random_state", "an integer from 0 to 4294967295", "seed of the random numbers", "0",
     FIELD(random_state), quoth_param_read_u32, .min = 0, .max = INFINITY},
};

/* An array with an item for each node. */
static quoth_status get_nodes(const quoth_stage *stage, const quoth_tensors *tensors,
                              const char *name, quoth_dtype dtype, uint64_t n_nodes,
                              const quoth_tensor **tensor, quoth_error *err) {
  quoth_status status = quoth_tensors_get(tensors, stage->name, name, dtype, 1, tensor, err);
  if (status) return status;
  return (*tensor)->shape[0] == n_nodes
             ? QUOTH_OK
             : quoth_fail(err, QUOTH_ERR_FORMAT, "tensor %s should have %llu items",
                          (*tensor)->name, (unsigned long long)n_nodes);
}

/* The same, if it is there; else NULL. */
static quoth_status find_nodes(const quoth_stage *stage, const quoth_tensors *tensors,
                               const char *name, quoth_dtype dtype, uint64_t n_nodes,
                               const void **data, quoth_error *err) {
  *data = NULL;
  if (!quoth_tensors_find(tensors, stage->name, name)) return QUOTH_OK;
  const quoth_tensor *tensor;
  quoth_status status = get_nodes(stage, tensors, name, dtype, n_nodes, &tensor, err);
  if (!status) *data = tensor->data;
  return status;
}

static quoth_status view_forest(const quoth_stage *stage, const quoth_tensors *tensors,
                                quoth_forest *forest, quoth_error *err) {
  const quoth_tensor *begin, *value, *importances, *feature, *threshold, *right;
  const void *impurity, *samples, *weights;
  quoth_status status =
      quoth_tensors_get(tensors, stage->name, "tree_begin", QUOTH_U32, 1, &begin, err);
  if (!status) status = quoth_tensors_get(tensors, stage->name, "value", QUOTH_F64, 2, &value, err);
  if (!status)
    status =
        quoth_tensors_get(tensors, stage->name, "importances", QUOTH_F64, 1, &importances, err);
  if (status) return status;
  uint64_t n_nodes = value->shape[0];
  status = get_nodes(stage, tensors, "feature", QUOTH_I32, n_nodes, &feature, err);
  if (!status) status = get_nodes(stage, tensors, "threshold", QUOTH_F64, n_nodes, &threshold, err);
  if (!status) status = get_nodes(stage, tensors, "right", QUOTH_U32, n_nodes, &right, err);
  if (!status) status = find_nodes(stage, tensors, "impurity", QUOTH_F64, n_nodes, &impurity, err);
  if (!status)
    status = find_nodes(stage, tensors, "n_node_samples", QUOTH_U32, n_nodes, &samples, err);
  if (!status)
    status =
        find_nodes(stage, tensors, "weighted_n_node_samples", QUOTH_F64, n_nodes, &weights, err);
  if (status) return status;
  if (begin->shape[0] < 2 || begin->shape[0] > UINT32_MAX || value->shape[1] > UINT32_MAX ||
      importances->shape[0] > INT32_MAX)
    return quoth_fail(err, QUOTH_ERR_FORMAT, "%s: sizes out of range", stage->name);
  *forest = (quoth_forest){.n_trees = (uint32_t)begin->shape[0] - 1,
                           .n_features = (uint32_t)importances->shape[0],
                           .n_classes = (uint32_t)value->shape[1],
                           .tree_begin = begin->data,
                           .feature = feature->data,
                           .threshold = threshold->data,
                           .right = right->data,
                           .value = value->data,
                           .impurity = impurity,
                           .n_node_samples = samples,
                           .weighted_n_node_samples = weights};
  if (forest->tree_begin[forest->n_trees] != n_nodes)
    return quoth_fail(err, QUOTH_ERR_FORMAT, "%s: its trees and its nodes differ in number",
                      stage->name);
  return quoth_forest_check(forest, err);
}

static quoth_status load(quoth_stage *stage, const quoth_tensors *tensors, const void *params_,
                         quoth_error *err) {
  (void)params_;
  quoth_forest forest;
  quoth_forest_walk *walk = quoth_new_array(1, sizeof *walk, err);
  if (!walk) return QUOTH_ERR_NOMEM;
  stage->state = walk;
  quoth_status status = view_forest(stage, tensors, &forest, err);
  if (status) return status;
  stage->n_inputs = forest.n_features;
  stage->n_outputs = forest.n_classes;
  return quoth_forest_walk_init(walk, &forest, err);
}

static void unload(quoth_stage *stage) {
  if (stage->state) quoth_forest_walk_clear(stage->state);
  free(stage->state);
}

typedef struct forest_memory {
  double *probabilities; /* [n_classes] */
  float *features;       /* [n_features] */
  /* Of documents together, in the first one's memory; NULL before: */
  float *columns; /* [n_features][QUOTH_FOREST_TOGETHER] */
  double *sums;   /* [QUOTH_FOREST_TOGETHER][walk->shares_stride] */
} forest_memory;

static void scratch_free(void *scratch) {
  forest_memory *memory = scratch;
  if (!memory) return;
  free(memory->probabilities);
  free(memory->features);
  free(memory->columns);
  free(memory->sums);
  free(memory);
}

static quoth_status scratch_new(const quoth_stage *stage, void **scratch, quoth_error *err) {
  forest_memory *memory = quoth_new_array(1, sizeof *memory, err);
  if (!memory) return QUOTH_ERR_NOMEM;
  memory->probabilities = quoth_new_array(stage->n_outputs, sizeof(double), err);
  memory->features = quoth_new_array(stage->n_inputs, sizeof(float), err);
  if (memory->probabilities && memory->features) {
    *scratch = memory;
    return QUOTH_OK;
  }
  scratch_free(memory);
  return QUOTH_ERR_NOMEM;
}

static quoth_status apply(const quoth_stage *stage, void *scratch, quoth_document *document,
                          quoth_error *err) {
  (void)err;
  forest_memory *memory = scratch;
  for (uint32_t i = 0; i < stage->n_inputs; i++) memory->features[i] = (float)document->dense[i];
  quoth_forest_predict(stage->state, memory->features, memory->probabilities);
  document->dense = memory->probabilities;
  document->scores = NULL;
  return QUOTH_OK;
}

static quoth_status apply_one_by_one(const quoth_stage *stage, void *const *scratches,
                                     quoth_document *documents, size_t n, quoth_error *err) {
  quoth_status status = QUOTH_OK;
  for (size_t i = 0; i < n && !status; i++) status = apply(stage, scratches[i], &documents[i], err);
  return status;
}

static quoth_status reserve_together(const quoth_stage *stage, forest_memory *memory,
                                     quoth_error *err) {
  const quoth_forest_walk *walk = stage->state;
  enum { ROWS = QUOTH_FOREST_TOGETHER };
  if (!memory->columns)
    memory->columns = quoth_new_aligned(stage->n_inputs, ROWS * sizeof(float), err);
  if (memory->columns && !memory->sums)
    memory->sums = quoth_new_aligned(walk->shares_stride, ROWS * sizeof(double), err);
  return memory->sums ? QUOTH_OK : QUOTH_ERR_NOMEM;
}

static quoth_status apply_together(const quoth_stage *stage, void *const *scratches,
                                   quoth_document *documents, size_t n, quoth_error *err) {
  _Static_assert((int)QUOTH_DOCUMENTS_TOGETHER <= (int)QUOTH_FOREST_TOGETHER, "too many");
  const quoth_forest_walk *walk = stage->state;
  if (!walk->cuts || n == 1) return apply_one_by_one(stage, scratches, documents, n, err);
  forest_memory *first = scratches[0];
  quoth_status status = reserve_together(stage, first, err);
  if (status) return status;
  for (size_t i = 0; i < n; i++)
    for (uint32_t f = 0; f < stage->n_inputs; f++)
      first->columns[f * (size_t)QUOTH_FOREST_TOGETHER + i] = (float)documents[i].dense[f];
  quoth_forest_predict_together(walk, first->columns, first->sums);
  for (size_t i = 0; i < n; i++) {
    forest_memory *memory = scratches[i];
    memcpy(memory->probabilities, first->sums + i * walk->shares_stride,
           walk->n_classes * sizeof *memory->probabilities);
    documents[i].dense = memory->probabilities;
    documents[i].scores = NULL;
  }
  return QUOTH_OK;
}

/* Thresholds stay as they are: features are rounded to float32 before they are compared, and a
 * threshold lies between two of these. Of the importances only their number counts, the features.
 */
static const quoth_applied_tensor applied[] = {
    {"tree_begin", NULL}, {"feature", NULL},     {"threshold", NULL}, {"right", NULL},
    {"value", NULL},      {"importances", NULL}, {NULL, NULL}};

const quoth_stage_type quoth_forest_stage = {
    .name = "random_forest",
    .label = "forest",
    .inputs = QUOTH_KIND(QUOTH_DATA_FEATURES),
    .output = QUOTH_DATA_PROBABILITIES,
    .params = {params, sizeof params / sizeof *params, sizeof(quoth_forest_params)},
    .applied = applied,
    .load = load,
    .unload = unload,
    .scratch_new = scratch_new,
    .scratch_free = scratch_free,
    .apply = apply,
    .apply_together = apply_together,
};
