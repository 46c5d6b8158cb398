/* Sums of weights are floating-point sums, so their last bits depend on the order of summation,
 * and near-ties between splits depend on these. Hence each sum here runs in scikit-learn's order,
 * down to the order that its sort leaves equal values in. */
#include "learn/tree_split.h"

#include <math.h>
#include <string.h>

#include "base/random.h"

/* ---- Sums over the left part ----------------------------------------------------------- */

static void put_left_part_empty(quoth_splitter *splitter) {
  memset(splitter->left, 0, splitter->data->n_classes * sizeof *splitter->left);
  splitter->weight_left = 0;
  splitter->position = splitter->begin;
}

static void put_left_part_full(quoth_splitter *splitter) {
  memcpy(splitter->left, splitter->totals, splitter->data->n_classes * sizeof *splitter->left);
  splitter->weight_left = splitter->weight;
  splitter->position = splitter->end;
}

/* By the shorter way: forwards from where the sums stand, or backwards from the node's end. */
static void move_to(quoth_splitter *splitter, size_t position) {
  const uint32_t *labels = splitter->data->labels;
  if (position - splitter->position <= splitter->end - position) {
    while (splitter->position < position) {
      uint32_t row = splitter->items[splitter->position++].row;
      splitter->left[labels[row]] += splitter->weights[row];
      splitter->weight_left += splitter->weights[row];
    }
  } else {
    put_left_part_full(splitter);
    while (splitter->position > position) {
      uint32_t row = splitter->items[--splitter->position].row;
      splitter->left[labels[row]] -= splitter->weights[row];
      splitter->weight_left -= splitter->weights[row];
    }
  }
  splitter->weight_right = splitter->weight - splitter->weight_left;
  for (uint32_t c = 0; c < splitter->data->n_classes; c++)
    splitter->right[c] = splitter->totals[c] - splitter->left[c];
}

static void find_impurities(const quoth_splitter *splitter, double *left, double *right) {
  quoth_criterion criterion = splitter->params.criterion;
  uint32_t n_classes = splitter->data->n_classes;
  *left = quoth_impurity(criterion, splitter->left, n_classes, splitter->weight_left);
  *right = quoth_impurity(criterion, splitter->right, n_classes, splitter->weight_right);
}

/* ---- One feature, by sorting ------------------------------------------------------------ */

static float value_of(const quoth_tree_data *data, uint32_t row, uint32_t feature) {
  return data->features[(size_t)row * data->n_features + feature];
}

static void sort_items(quoth_splitter *splitter, uint32_t feature) {
  quoth_tree_item *items = splitter->items;
  for (size_t i = splitter->begin; i < splitter->end; i++)
    items[i].value = value_of(splitter->data, items[i].row, feature);
  quoth_tree_sort(items + splitter->begin, splitter->end - splitter->begin);
}

/* The first position behind `position` that divides unequal values; the node's end if there is
 * none. */
static size_t next_boundary(const quoth_splitter *splitter, size_t position) {
  const quoth_tree_item *items = splitter->items;
  do position++;
  while (position < splitter->end &&
         items[position].value <= items[position - 1].value + QUOTH_FEATURE_THRESHOLD);
  return position;
}

static bool leaves_are_large_enough(const quoth_splitter *splitter, size_t position) {
  size_t least = splitter->params.min_samples_leaf;
  return position - splitter->begin >= least && splitter->end - position >= least;
}

/* False if the feature is constant. A split's score is the part of the impurity's decrease that
 * differs from split to split. */
static bool try_sorting(quoth_splitter *splitter, uint32_t feature) {
  const quoth_tree_item *items = splitter->items;
  sort_items(splitter, feature);
  if (items[splitter->end - 1].value <= items[splitter->begin].value + QUOTH_FEATURE_THRESHOLD)
    return false;
  put_left_part_empty(splitter);
  for (size_t p = next_boundary(splitter, splitter->begin); p < splitter->end;
       p = next_boundary(splitter, p)) {
    if (!leaves_are_large_enough(splitter, p)) continue;
    double impurity_left, impurity_right;
    move_to(splitter, p);
    find_impurities(splitter, &impurity_left, &impurity_right);
    quoth_splitter_offer(splitter, feature, p, items[p - 1].value, items[p].value,
                         -splitter->weight_right * impurity_right -
                             splitter->weight_left * impurity_left);
  }
  return true;
}

/* ---- The search -------------------------------------------------------------------------- */

/* Reading the marks of all cells pays unless the node is a very small part of all rows. */
static bool try_feature(quoth_splitter *splitter, uint32_t feature) {
  enum { CELLS_A_ROW = 1024 };
  const quoth_tree_columns *columns = splitter->data->columns;
  if (columns && columns->n_cells[feature] / CELLS_A_ROW < splitter->end - splitter->begin)
    return quoth_splitter_try_column(splitter, feature);
  return try_sorting(splitter, feature);
}

static void swap_features(uint32_t *features, size_t i, size_t j) {
  uint32_t feature = features[i];
  features[i] = features[j];
  features[j] = feature;
}

/* Draws features without replacement until max_features have been tried and one of them was not
 * constant. `features` is kept as: [0, n_drawn) known constants drawn here, [.., n_known) other
 * known constants, [n_known, n_known + n_found) constants found here, [.., n_left) not yet drawn,
 * [n_left, F) tried. Returns n_found. */
static uint32_t try_features(quoth_splitter *splitter, uint32_t n_known) {
  uint32_t *features = splitter->features;
  uint32_t n_left = splitter->data->n_features, n_found = 0, n_drawn = 0, n_visited = 0;
  while (n_left > n_known + n_found &&
         (n_visited < splitter->params.max_features || n_visited <= n_found + n_drawn)) {
    n_visited++;
    uint32_t j = n_drawn + quoth_xorshift(&splitter->random) % (n_left - n_found - n_drawn);
    if (j < n_known)
      swap_features(features, n_drawn++, j);
    else if (try_feature(splitter, features[j + n_found]))
      swap_features(features, --n_left, j + n_found);
    else {
      swap_features(features, n_known + n_found, j + n_found);
      n_found++;
    }
  }
  return n_found;
}

/* Puts known constants back to where the node's ancestors left them, and notes the new ones behind
 * them. One array serves all nodes because the tree grows depth first. */
static void remember_constants(quoth_splitter *splitter, uint32_t n_known, uint32_t n_found) {
  uint32_t *features = splitter->features, *constants = splitter->constants;
  memcpy(features, constants, n_known * sizeof *features);
  memcpy(constants + n_known, features + n_known, n_found * sizeof *features);
}

/* Exchanges from both ends; which row lands where matters to weighted sums. */
static void divide_items(quoth_splitter *splitter) {
  quoth_tree_item *items = splitter->items;
  size_t p = splitter->begin, end = splitter->end;
  while (p < end) {
    quoth_tree_item item = items[p];
    float value = value_of(splitter->data, item.row, splitter->best.feature);
    if ((double)value <= splitter->best.threshold) {
      p++;
    } else {
      items[p] = items[--end];
      items[end] = item;
    }
  }
}

/* Divides the items, and sums up both parts. */
static void divide(quoth_splitter *splitter) {
  if (splitter->data->columns) {
    quoth_splitter_divide_by_column(splitter);
    return;
  }
  divide_items(splitter);
  put_left_part_empty(splitter);
  move_to(splitter, splitter->best.position);
}

static void finish_split(quoth_splitter *splitter, double impurity) {
  quoth_tree_split *best = &splitter->best;
  double weight = splitter->weight;
  divide(splitter);
  find_impurities(splitter, &best->impurity_left, &best->impurity_right);
  best->improvement = weight / splitter->tree_weight *
                      (impurity - splitter->weight_right / weight * best->impurity_right -
                       splitter->weight_left / weight * best->impurity_left);
}

bool quoth_splitter_search(quoth_splitter *splitter, double impurity, uint32_t n_constant,
                           quoth_tree_split *out) {
  splitter->best_score = -INFINITY;
  splitter->best = (quoth_tree_split){.position = splitter->end};
  uint32_t n_found = try_features(splitter, n_constant);
  bool is_found = splitter->best.position < splitter->end;
  if (is_found) finish_split(splitter, impurity);
  remember_constants(splitter, n_constant, n_found);
  splitter->best.n_constant = n_constant + n_found;
  *out = splitter->best;
  return is_found;
}
