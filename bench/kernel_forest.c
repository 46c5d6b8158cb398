/* Forests: fitted beside trees that sort a node's rows by each feature, as scikit-learn does;
 * asked beside a walk through one tree at a time. */
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "inputs.h"
#include "kernel.h"
#include "learn/forest_kernels.h"
#include "learn/tree.h"

enum { N_ROWS = 2000, N_FEATURES = 50, N_CLASSES = 3, N_TREES = 10, N_ASKED = 1000 };

typedef struct forest_work {
  kernel_results results;
  float *features;  /* [N_ROWS][N_FEATURES] */
  uint32_t *labels; /* [N_ROWS] */
  quoth_forest_params params;
  quoth_pool *pool;
  quoth_forest forest;
  quoth_forest_walk walk;
} forest_work;

static forest_work *prepare(quoth_class_weight class_weight) {
  forest_work *work = kernel_memory(1, sizeof *work);
  quoth_error err;
  work->features = kernel_memory((size_t)N_ROWS * N_FEATURES, sizeof *work->features);
  work->labels = kernel_memory(N_ROWS, sizeof *work->labels);
  input_shares(N_ROWS, N_FEATURES, N_CLASSES, work->features, work->labels);
  work->params = (quoth_forest_params){
      .n_estimators = N_TREES,
      .max_features = {.kind = QUOTH_AMOUNT_SQRT},
      .min_samples_split = {.kind = QUOTH_AMOUNT_COUNT, .count = 100},
      .min_samples_leaf = {.kind = QUOTH_AMOUNT_COUNT, .count = 100},
      .bootstrap = true,
      .class_weight = class_weight,
  };
  kernel_require(quoth_pool_new(1, &work->pool, &err), &err);
  return work;
}

static void release(void *work_) {
  forest_work *work = work_;
  kernel_results_clear(&work->results);
  quoth_pool_free(work->pool);
  quoth_forest_clear(&work->forest);
  quoth_forest_walk_clear(&work->walk);
  free(work->features);
  free(work->labels);
  free(work);
}

static void fit(forest_work *work) {
  quoth_error err;
  quoth_forest_clear(&work->forest);
  kernel_require(quoth_forest_fit(&work->params, work->features, work->labels, N_ROWS, N_FEATURES,
                                  N_CLASSES, work->pool, NULL, &work->forest, &err),
                 &err);
}

/* ---- Fitting ---------------------------------------------------------------------------- */

enum { MAX_RESULTS = N_TREES * (2 * N_ROWS / 100 + 1) }; /* a threshold for each node */

static void *prepare_fit(void) {
  forest_work *work = prepare(QUOTH_CLASS_WEIGHT_NONE);
  kernel_results_init(&work->results, MAX_RESULTS);
  return work;
}

static void *prepare_balanced_fit(void) {
  forest_work *work = prepare(QUOTH_CLASS_WEIGHT_BALANCED);
  kernel_results_init(&work->results, MAX_RESULTS);
  return work;
}

static void fast_forest_fit(void *work_, quoth_width width) {
  (void)width;
  forest_work *work = work_;
  fit(work);
  memcpy(work->results.fast, work->forest.threshold,
         work->forest.tree_begin[N_TREES] * sizeof(double));
}

/* numpy's bootstrap, times the class's weight. */
static void draw_weights(const forest_work *work, uint32_t seed, double *weights) {
  double n_of_class[N_CLASSES] = {0};
  quoth_random random;
  quoth_random_seed(&random, seed);
  memset(weights, 0, N_ROWS * sizeof *weights);
  for (size_t i = 0; i < N_ROWS; i++) weights[quoth_random_below(&random, N_ROWS)]++;
  if (work->params.class_weight == QUOTH_CLASS_WEIGHT_NONE) return;
  for (size_t row = 0; row < N_ROWS; row++) n_of_class[work->labels[row]]++;
  for (size_t row = 0; row < N_ROWS; row++)
    weights[row] *= N_ROWS / (N_CLASSES * n_of_class[work->labels[row]]);
}

static void naive_forest_fit(void *work_) {
  forest_work *work = work_;
  quoth_error err;
  quoth_tree_params params = {.max_depth = UINT32_MAX,
                              .max_features = 7, /* of 50: the root */
                              .min_samples_split = 100,
                              .min_samples_leaf = 100};
  quoth_tree_data data = {.n_rows = N_ROWS,
                          .n_features = N_FEATURES,
                          .n_classes = N_CLASSES,
                          .features = work->features,
                          .labels = work->labels};
  quoth_random seeds, random;
  size_t n_nodes = 0;
  quoth_random_seed(&seeds, 0);
  for (size_t t = 0; t < N_TREES; t++) {
    uint32_t seed = quoth_random_below(&seeds, INT32_MAX);
    quoth_splitter splitter;
    quoth_tree tree;
    kernel_require(quoth_splitter_init(&splitter, &params, &data, &err), &err);
    draw_weights(work, seed, splitter.weights);
    quoth_random_seed(&random, seed);
    kernel_require(quoth_tree_grow(&splitter, quoth_random_below(&random, INT32_MAX), &tree, &err),
                   &err);
    for (size_t i = 0; i < tree.n_nodes; i++)
      work->results.naive[n_nodes++] = tree.nodes[i].threshold;
    quoth_tree_clear(&tree);
    quoth_splitter_clear(&splitter);
  }
}

const kernel forest_fit_kernel = {
    "forest_fit", N_TREES,         "tree",           false, 0, prepare_fit,
    release,      fast_forest_fit, naive_forest_fit,
};

const kernel balanced_forest_fit_kernel = {
    "balanced_forest_fit", N_TREES,          "tree", false, 0, prepare_balanced_fit, release,
    fast_forest_fit,       naive_forest_fit,
};

/* ---- Prediction -------------------------------------------------------------------------- */

static void *prepare_predict(void) {
  forest_work *work = prepare(QUOTH_CLASS_WEIGHT_NONE);
  quoth_error err;
  work->params.n_estimators = 100;
  kernel_results_init(&work->results, (size_t)N_ASKED * N_CLASSES);
  fit(work);
  kernel_require(quoth_forest_walk_init(&work->walk, &work->forest, &err), &err);
  return work;
}

static void fast_forest_predict(void *work_, quoth_width width) {
  (void)width;
  forest_work *work = work_;
  for (size_t row = 0; row < N_ASKED; row++)
    quoth_forest_predict(&work->walk, work->features + row * N_FEATURES,
                         work->results.fast + row * N_CLASSES);
}

static void fast_forest_predict_together(void *work_, quoth_width width) {
  enum { ROWS = QUOTH_FOREST_TOGETHER };
  forest_work *work = work_;
  _Alignas(64) float columns[N_FEATURES][ROWS];
  _Alignas(64) double sums[ROWS][QUOTH_FOREST_SHARES_LANES];
  work->walk.kernels = quoth_forest_kernels_for(width);
  for (size_t row = 0; row < N_ASKED; row += ROWS) {
    for (size_t f = 0; f < N_FEATURES; f++)
      for (size_t i = 0; i < ROWS; i++) columns[f][i] = work->features[(row + i) * N_FEATURES + f];
    quoth_forest_predict_together(&work->walk, columns[0], sums[0]);
    for (size_t i = 0; i < ROWS; i++)
      memcpy(work->results.fast + (row + i) * N_CLASSES, sums[i], N_CLASSES * sizeof(double));
  }
}

static const double *walk(const quoth_forest *forest, uint32_t root, const float *features) {
  uint32_t node = root;
  while (forest->feature[node] >= 0)
    node = features[forest->feature[node]] <= forest->threshold[node] ? node + 1
                                                                      : root + forest->right[node];
  return forest->value + (size_t)node * N_CLASSES;
}

static void naive_forest_predict(void *work_) {
  forest_work *work = work_;
  const quoth_forest *forest = &work->forest;
  memset(work->results.naive, 0, work->results.n * sizeof(double));
  for (size_t row = 0; row < N_ASKED; row++) {
    double *shares = work->results.naive + row * N_CLASSES;
    for (uint32_t t = 0; t < forest->n_trees; t++) {
      const double *value = walk(forest, forest->tree_begin[t], work->features + row * N_FEATURES);
      double sum = value[0] + value[1] + value[2];
      for (size_t c = 0; c < N_CLASSES; c++) shares[c] += value[c] / sum;
    }
    for (size_t c = 0; c < N_CLASSES; c++) shares[c] /= forest->n_trees;
  }
}

const kernel forest_predict_kernel = {
    "forest_predict",     N_ASKED, "row", false, 0, prepare_predict, release, fast_forest_predict,
    naive_forest_predict,
};

const kernel forest_predict_together_kernel = {
    "forest_predict_together",
    N_ASKED,
    "row",
    true,
    0,
    prepare_predict,
    release,
    fast_forest_predict_together,
    naive_forest_predict,
};
