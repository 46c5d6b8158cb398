/* The splitter's memory, the node that it looks at, and the best split so far. */
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "learn/tree_split.h"

quoth_status quoth_splitter_init(quoth_splitter *splitter, const quoth_tree_params *params,
                                 const quoth_tree_data *data, quoth_error *err) {
  size_t n = data->n_rows, n_features = data->n_features, n_classes = data->n_classes;
  size_t n_bins = data->columns ? n : 0;
  *splitter = (quoth_splitter){.data = data, .params = *params};
  splitter->weights = quoth_new_array(n, sizeof *splitter->weights, err);
  splitter->items = quoth_new_array(n, sizeof *splitter->items, err);
  splitter->features = quoth_new_array(n_features, sizeof *splitter->features, err);
  splitter->constants = quoth_new_array(n_features, sizeof *splitter->constants, err);
  splitter->totals = quoth_new_array(n_classes, sizeof *splitter->totals, err);
  splitter->left = quoth_new_array(n_classes, sizeof *splitter->left, err);
  splitter->right = quoth_new_array(n_classes, sizeof *splitter->right, err);
  splitter->best_left = quoth_new_array(n_classes, sizeof *splitter->best_left, err);
  splitter->whole_weights = quoth_new_array(n_bins, sizeof *splitter->whole_weights, err);
  splitter->spare = quoth_new_array(n_bins, sizeof *splitter->spare, err);
  splitter->marks = quoth_new_array(n_bins / 64 + 1, sizeof *splitter->marks, err);
  splitter->bins = quoth_new_array(n_bins, sizeof *splitter->bins, err);
  splitter->runs = quoth_new_array(n_bins, sizeof *splitter->runs, err);
  if (splitter->weights && splitter->items && splitter->features && splitter->constants &&
      splitter->totals && splitter->left && splitter->right && splitter->best_left &&
      splitter->whole_weights && splitter->spare && splitter->marks && splitter->bins &&
      splitter->runs)
    return QUOTH_OK;
  quoth_splitter_clear(splitter);
  return QUOTH_ERR_NOMEM;
}

void quoth_splitter_clear(quoth_splitter *splitter) {
  free(splitter->weights);
  free(splitter->items);
  free(splitter->features);
  free(splitter->constants);
  free(splitter->totals);
  free(splitter->left);
  free(splitter->right);
  free(splitter->best_left);
  free(splitter->whole_weights);
  free(splitter->spare);
  free(splitter->marks);
  free(splitter->bins);
  free(splitter->runs);
  *splitter = (quoth_splitter){0};
}

size_t quoth_splitter_start(quoth_splitter *splitter, uint32_t seed) {
  const quoth_tree_data *data = splitter->data;
  size_t n_items = 0;
  splitter->tree_weight = 0;
  for (size_t row = 0; row < data->n_rows; row++) {
    if (splitter->weights[row] == 0) continue;
    splitter->items[n_items++].row = (uint32_t)row;
    if (data->columns) splitter->whole_weights[row] = (uint32_t)splitter->weights[row];
    splitter->tree_weight += splitter->weights[row];
  }
  for (uint32_t f = 0; f < data->n_features; f++) splitter->features[f] = f;
  splitter->random = seed;
  return n_items;
}

void quoth_splitter_enter(quoth_splitter *splitter, size_t begin, size_t end) {
  const quoth_tree_data *data = splitter->data;
  memset(splitter->totals, 0, data->n_classes * sizeof *splitter->totals);
  splitter->begin = begin;
  splitter->end = end;
  splitter->weight = 0;
  for (size_t i = begin; i < end; i++) {
    uint32_t row = splitter->items[i].row;
    splitter->totals[data->labels[row]] += splitter->weights[row];
    splitter->weight += splitter->weights[row];
  }
}

void quoth_splitter_offer(quoth_splitter *splitter, uint32_t feature, size_t position, float below,
                          float above, double score) {
  if (!(score > splitter->best_score)) return;
  splitter->best_score = score;
  splitter->best.feature = feature;
  splitter->best.position = position;
  memcpy(splitter->best_left, splitter->left,
         splitter->data->n_classes * sizeof *splitter->best_left);
  /* Between two floats there is always a double: no need for scikit-learn's guards against a
   * threshold that is `above` or infinite. */
  splitter->best.threshold = below / 2.0 + above / 2.0;
}
