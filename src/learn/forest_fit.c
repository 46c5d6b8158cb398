/* Trees are independent of each other: each has a seed of its own, drawn before any is grown, and
 * they are joined in their order. So the number of threads changes nothing. */
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "learn/forest.h"
#include "learn/tree.h"

enum {
  MAX_ROWS = 1 << 30, /* a tree then has fewer than 2^31 nodes */
  MAX_NODES = INT32_MAX,
  N_UPDATES = 200 /* of progress, at most */
};

/* More than this is not compressed: it would take thrice the memory of the features. */
static const size_t MAX_COLUMNS = 64u << 20; /* values */

typedef struct worker_state {
  quoth_splitter splitter; /* made when the worker first has work */
  quoth_status status;
  quoth_error error;
} worker_state;

typedef struct fit {
  const quoth_forest_params *params;
  quoth_tree_params tree_params;
  quoth_tree_data data;
  quoth_tree_columns columns;
  uint32_t *seeds;       /* [T] */
  quoth_tree *trees;     /* [T] */
  worker_state *workers; /* [threads] */
  size_t n_workers;
  const quoth_progress *progress;
  uint32_t n_told; /* trees done when progress was told last; worker 0's */
  atomic_uint n_done;
  atomic_bool must_end; /* stopped by the caller, or out of memory */
} fit;

/* ---- Parameters ---------------------------------------------------------------------- */

static quoth_status bad_parameter(quoth_error *err, const char *name, const char *allowed) {
  return quoth_fail(err, QUOTH_ERR_ARG, "forest: %s must be %s", name, allowed);
}

/* A number of rows: a count of at least `least`, or a share, rounded up. */
static quoth_status resolve_rows(const quoth_amount *amount, uint64_t least, double most,
                                 size_t n_rows, const char *name, const char *allowed,
                                 uint32_t *out, quoth_error *err) {
  double rows = (double)amount->count;
  bool is_allowed = amount->kind == QUOTH_AMOUNT_COUNT && amount->count >= least;
  if (amount->kind == QUOTH_AMOUNT_SHARE) {
    rows = ceil(amount->share * (double)n_rows);
    is_allowed = amount->share > 0 && amount->share <= most;
  }
  if (!is_allowed) return bad_parameter(err, name, allowed);
  if (rows < (double)least) rows = (double)least;
  *out = rows < UINT32_MAX ? (uint32_t)rows : UINT32_MAX;
  return QUOTH_OK;
}

static quoth_status resolve_features(const quoth_amount *amount, uint32_t n_features, uint32_t *out,
                                     quoth_error *err) {
  double features = n_features;
  bool is_allowed = true;
  switch (amount->kind) {
  case QUOTH_AMOUNT_ALL:
    break;
  case QUOTH_AMOUNT_COUNT:
    is_allowed = amount->count >= 1;
    if (amount->count < n_features) features = (double)amount->count;
    break;
  case QUOTH_AMOUNT_SHARE:
    is_allowed = amount->share > 0 && amount->share <= 1;
    features = is_allowed ? amount->share * n_features : 1;
    break;
  case QUOTH_AMOUNT_SQRT:
    features = sqrt(n_features);
    break;
  case QUOTH_AMOUNT_LOG2:
    features = 31 - __builtin_clz(n_features);
    break;
  default:
    is_allowed = false;
  }
  *out = features < 1 ? 1 : (uint32_t)features;
  return is_allowed ? QUOTH_OK
                    : bad_parameter(err, "max_features",
                                    "\"sqrt\", \"log2\", null, an integer from 1, or a share in "
                                    "(0, 1]");
}

static quoth_status resolve_params(fit *f, quoth_error *err) {
  const quoth_forest_params *params = f->params;
  quoth_tree_params *out = &f->tree_params;
  if (params->n_estimators < 1) return bad_parameter(err, "n_estimators", "at least 1");
  out->criterion = params->criterion;
  out->max_depth = params->max_depth ? params->max_depth : UINT32_MAX;
  quoth_status status =
      resolve_features(&params->max_features, f->data.n_features, &out->max_features, err);
  if (!status)
    status = resolve_rows(&params->min_samples_split, 2, 1, f->data.n_rows, "min_samples_split",
                          "an integer from 2, or a share in (0, 1]", &out->min_samples_split, err);
  if (!status)
    status = resolve_rows(&params->min_samples_leaf, 1, nextafter(1, 0), f->data.n_rows,
                          "min_samples_leaf", "an integer from 1, or a share in (0, 1)",
                          &out->min_samples_leaf, err);
  return status;
}

static quoth_status check_data(const quoth_tree_data *data, quoth_error *err) {
  if (data->n_rows == 0) return quoth_fail(err, QUOTH_ERR_DATA, "forest: no rows to learn from");
  if (data->n_rows > MAX_ROWS)
    return quoth_fail(err, QUOTH_ERR_DATA, "forest: more than %d rows; train on fewer", MAX_ROWS);
  if (data->n_features == 0 || data->n_features > INT32_MAX)
    return quoth_fail(err, QUOTH_ERR_DATA, "forest: %u features", data->n_features);
  for (size_t row = 0; row < data->n_rows; row++) {
    if (data->labels[row] >= data->n_classes)
      return quoth_fail(err, QUOTH_ERR_DATA, "forest: row %zu: label %u of %u classes", row,
                        data->labels[row], data->n_classes);
    for (uint32_t i = 0; i < data->n_features; i++)
      if (!isfinite(data->features[row * data->n_features + i]))
        return quoth_fail(err, QUOTH_ERR_DATA, "forest: row %zu: feature %u is not finite", row, i);
  }
  return QUOTH_OK;
}

/* ---- Workers ------------------------------------------------------------------------- */

/* NULL if there is no memory for it, or if the work is to end anyway. */
static quoth_splitter *splitter_of(fit *f, size_t worker) {
  worker_state *state = &f->workers[worker];
  if (atomic_load(&f->must_end)) return NULL;
  if (state->splitter.data) return &state->splitter;
  state->status = quoth_splitter_init(&state->splitter, &f->tree_params, &f->data, &state->error);
  if (!state->status) return &state->splitter;
  atomic_store(&f->must_end, true);
  return NULL;
}

/* The first worker's failure. */
static quoth_status outcome(const fit *f, quoth_error *err) {
  for (size_t i = 0; i < f->n_workers; i++) {
    if (!f->workers[i].status) continue;
    if (err) *err = f->workers[i].error;
    return f->workers[i].status;
  }
  return QUOTH_OK;
}

static void fill_columns(void *context, size_t begin, size_t end, size_t worker) {
  fit *f = context;
  worker_state *state = &f->workers[worker];
  for (size_t feature = begin; feature < end && !atomic_load(&f->must_end); feature++) {
    state->status = quoth_tree_columns_fill(&f->columns, f->data.features, f->data.labels,
                                            f->data.n_features, (uint32_t)feature, &state->error);
    if (state->status) atomic_store(&f->must_end, true);
  }
}

static quoth_status compress(fit *f, quoth_pool *pool, quoth_error *err) {
  quoth_tree_data *data = &f->data;
  if (f->params->class_weight != QUOTH_CLASS_WEIGHT_NONE || data->n_rows > QUOTH_TREE_MAX_EXACT ||
      data->n_rows * data->n_features > MAX_COLUMNS)
    return QUOTH_OK;
  quoth_status status = quoth_tree_columns_init(&f->columns, data->labels, data->n_rows,
                                                data->n_features, data->n_classes, err);
  if (status) return status;
  quoth_pool_run(pool, data->n_features, 1, fill_columns, f);
  data->columns = &f->columns;
  return outcome(f, err);
}

/* ---- One tree ------------------------------------------------------------------------ */

/* How often each row is in the tree's sample. */
static void draw_sample(const fit *f, uint32_t seed, double *weights) {
  uint32_t n = (uint32_t)f->data.n_rows;
  if (!f->params->bootstrap) {
    for (uint32_t row = 0; row < n; row++) weights[row] = 1;
    return;
  }
  quoth_random random;
  quoth_random_seed(&random, seed);
  memset(weights, 0, n * sizeof *weights);
  for (uint32_t i = 0; i < n; i++) weights[quoth_random_below(&random, n)]++;
}

/* Gives each class n / (number of classes present * count of the class). The counts are the
 * sample's for BALANCED_SUBSAMPLE, else of all rows. `class_weights` ([C]) is scratch. */
static void balance_classes(const fit *f, double *weights, double *class_weights) {
  const quoth_tree_data *data = &f->data;
  bool is_of_sample = f->params->class_weight == QUOTH_CLASS_WEIGHT_BALANCED_SUBSAMPLE;
  double n_present = 0;
  memset(class_weights, 0, data->n_classes * sizeof *class_weights);
  for (size_t row = 0; row < data->n_rows; row++)
    class_weights[data->labels[row]] += is_of_sample ? weights[row] : 1;
  for (uint32_t c = 0; c < data->n_classes; c++) n_present += class_weights[c] > 0;
  for (uint32_t c = 0; c < data->n_classes; c++)
    if (class_weights[c] > 0)
      class_weights[c] = (double)data->n_rows / (n_present * class_weights[c]);
  for (size_t row = 0; row < data->n_rows; row++) weights[row] *= class_weights[data->labels[row]];
}

/* Both streams of a tree start from its seed: the rows' and the one that seeds the features'. */
static quoth_status grow_one(const fit *f, quoth_splitter *splitter, size_t tree,
                             quoth_error *err) {
  quoth_random random;
  draw_sample(f, f->seeds[tree], splitter->weights);
  if (f->params->class_weight != QUOTH_CLASS_WEIGHT_NONE)
    balance_classes(f, splitter->weights, splitter->totals);
  quoth_random_seed(&random, f->seeds[tree]);
  uint32_t feature_seed = quoth_random_below(&random, INT32_MAX);
  return quoth_tree_grow(splitter, feature_seed, &f->trees[tree], err);
}

/* On the caller's thread only. False if the caller wants to stop. */
static bool tell_progress(fit *f) {
  const quoth_progress *progress = f->progress;
  uint32_t n_trees = f->params->n_estimators, n_done = atomic_load(&f->n_done);
  if (!progress || !progress->update) return true;
  if (n_done == f->n_told || (n_done < n_trees && n_done - f->n_told < n_trees / N_UPDATES))
    return true;
  f->n_told = n_done;
  return progress->update(progress->context, "forest", n_done, n_trees);
}

static quoth_status grow_and_tell(fit *f, quoth_splitter *splitter, size_t tree, size_t worker,
                                  quoth_error *err) {
  quoth_status status = grow_one(f, splitter, tree, err);
  atomic_fetch_add(&f->n_done, 1);
  if (!status && worker == 0 && !tell_progress(f))
    status = quoth_fail(err, QUOTH_ERR_STOPPED, "stopped");
  return status;
}

static void grow_trees(void *context, size_t begin, size_t end, size_t worker) {
  fit *f = context;
  worker_state *state = &f->workers[worker];
  for (size_t tree = begin; tree < end; tree++) {
    quoth_splitter *splitter = splitter_of(f, worker);
    if (!splitter) return;
    state->status = grow_and_tell(f, splitter, tree, worker, &state->error);
    if (state->status) atomic_store(&f->must_end, true);
  }
}

static quoth_status grow_all(fit *f, quoth_pool *pool, quoth_error *err) {
  quoth_random random;
  quoth_random_seed(&random, f->params->random_state);
  for (uint32_t t = 0; t < f->params->n_estimators; t++)
    f->seeds[t] = quoth_random_below(&random, INT32_MAX);
  quoth_pool_run(pool, f->params->n_estimators, 1, grow_trees, f);
  quoth_status status = outcome(f, err);
  if (!status && !tell_progress(f)) status = quoth_fail(err, QUOTH_ERR_STOPPED, "stopped");
  return status;
}

/* ---- Joining the trees ------------------------------------------------------------------ */

typedef struct joined {
  uint32_t *tree_begin, *right, *n_node_samples;
  int32_t *feature;
  double *threshold, *value, *impurity, *weight;
} joined;

static void join_tree(const joined *to, size_t begin, const quoth_tree *tree, size_t n_classes) {
  for (size_t i = 0; i < tree->n_nodes; i++) {
    const quoth_tree_node *node = &tree->nodes[i];
    to->feature[begin + i] = node->feature;
    to->right[begin + i] = node->right;
    to->n_node_samples[begin + i] = node->n_samples;
    to->threshold[begin + i] = node->threshold;
    to->impurity[begin + i] = node->impurity;
    to->weight[begin + i] = node->weight;
  }
  memcpy(to->value + begin * n_classes, tree->values,
         tree->n_nodes * n_classes * sizeof *to->value);
}

static quoth_status join_trees(fit *f, quoth_forest *out, quoth_error *err) {
  size_t n_trees = f->params->n_estimators, n_classes = f->data.n_classes, n_nodes = 0, n_values;
  for (size_t t = 0; t < n_trees; t++) n_nodes += f->trees[t].n_nodes;
  if (n_nodes > MAX_NODES || __builtin_mul_overflow(n_nodes, n_classes, &n_values))
    return quoth_fail(err, QUOTH_ERR_DATA,
                      "forest: %zu nodes are too many; use fewer or smaller trees (n_estimators, "
                      "max_depth, min_samples_leaf)",
                      n_nodes);
  joined to = {
      .tree_begin = quoth_new_array(n_trees + 1, sizeof *to.tree_begin, err),
      .feature = quoth_new_array(n_nodes, sizeof *to.feature, err),
      .threshold = quoth_new_array(n_nodes, sizeof *to.threshold, err),
      .right = quoth_new_array(n_nodes, sizeof *to.right, err),
      .value = quoth_new_array(n_values, sizeof *to.value, err),
      .impurity = quoth_new_array(n_nodes, sizeof *to.impurity, err),
      .n_node_samples = quoth_new_array(n_nodes, sizeof *to.n_node_samples, err),
      .weight = quoth_new_array(n_nodes, sizeof *to.weight, err),
  };
  *out = (quoth_forest){
      .n_trees = (uint32_t)n_trees,
      .n_features = f->data.n_features,
      .n_classes = f->data.n_classes,
      .tree_begin = to.tree_begin,
      .feature = to.feature,
      .threshold = to.threshold,
      .right = to.right,
      .value = to.value,
      .impurity = to.impurity,
      .n_node_samples = to.n_node_samples,
      .weighted_n_node_samples = to.weight,
  };
  if (!to.tree_begin || !to.feature || !to.threshold || !to.right || !to.value || !to.impurity ||
      !to.n_node_samples || !to.weight) {
    quoth_forest_clear(out);
    return QUOTH_ERR_NOMEM;
  }
  for (size_t t = 0; t < n_trees; t++) {
    join_tree(&to, to.tree_begin[t], &f->trees[t], n_classes);
    to.tree_begin[t + 1] = to.tree_begin[t] + (uint32_t)f->trees[t].n_nodes;
    quoth_tree_clear(&f->trees[t]);
  }
  return QUOTH_OK;
}

/* ---- The whole ---------------------------------------------------------------------------- */

static quoth_status allocate(fit *f, quoth_error *err) {
  f->seeds = quoth_new_array(f->params->n_estimators, sizeof *f->seeds, err);
  f->trees = quoth_new_array(f->params->n_estimators, sizeof *f->trees, err);
  f->workers = quoth_new_array(f->n_workers, sizeof *f->workers, err);
  return f->seeds && f->trees && f->workers ? QUOTH_OK : QUOTH_ERR_NOMEM;
}

static void release(fit *f) {
  for (size_t t = 0; f->trees && t < f->params->n_estimators; t++) quoth_tree_clear(&f->trees[t]);
  for (size_t i = 0; f->workers && i < f->n_workers; i++)
    quoth_splitter_clear(&f->workers[i].splitter);
  quoth_tree_columns_clear(&f->columns);
  free(f->seeds);
  free(f->trees);
  free(f->workers);
}

quoth_status quoth_forest_fit(const quoth_forest_params *params, const float *features,
                              const uint32_t *labels, size_t n_rows, uint32_t n_features,
                              uint32_t n_classes, quoth_pool *pool, const quoth_progress *progress,
                              quoth_forest *out, quoth_error *err) {
  *out = (quoth_forest){0};
  fit f = {
      .params = params,
      .data = {.n_rows = n_rows,
               .n_features = n_features,
               .n_classes = n_classes,
               .features = features,
               .labels = labels},
      .n_workers = quoth_pool_threads(pool),
      .progress = progress,
  };
  quoth_status status = check_data(&f.data, err);
  if (!status) status = resolve_params(&f, err);
  if (!status) status = allocate(&f, err);
  if (!status) status = compress(&f, pool, err);
  if (!status) status = grow_all(&f, pool, err);
  if (!status) status = join_trees(&f, out, err);
  release(&f);
  return status;
}
