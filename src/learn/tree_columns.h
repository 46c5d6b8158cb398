/* tree_columns.h - the training data by columns, compressed, for trees without class weights.
 *
 * A cell is one value of a feature together with one class. A node's rows are counted by cell, and
 * the cells come in the order of the values: that replaces sorting, and when many rows share a
 * value, as the topic shares of short texts do, there are fewer cells than rows.
 *
 * n rows, F features, C classes. */
#ifndef QUOTH_LEARN_TREE_COLUMNS_H
#define QUOTH_LEARN_TREE_COLUMNS_H

#include "learn/tree_sort.h"

typedef struct quoth_tree_cell {
  float value;
  uint32_t label;
} quoth_tree_cell;

/* Start from {0}. */
typedef struct quoth_tree_columns {
  size_t n_rows;
  uint32_t *n_cells;      /* [F] */
  quoth_tree_cell *cells; /* [F][n], of which n_cells are used: by value, then by label */
  uint32_t *cell_of;      /* [F][n]: the number of a row's cell */
  uint32_t *by_label;     /* [n]: rows by label, then by number */
} quoth_tree_columns;

/* Allocates what quoth_tree_columns_fill fills in, each feature on any thread. `labels` is [n],
 * each below n_classes. */
quoth_status quoth_tree_columns_init(quoth_tree_columns *columns, const uint32_t *labels,
                                     size_t n_rows, uint32_t n_features, uint32_t n_classes,
                                     quoth_error *err);
/* `features` is [n][F]. */
quoth_status quoth_tree_columns_fill(quoth_tree_columns *columns, const float *features,
                                     const uint32_t *labels, uint32_t n_features, uint32_t feature,
                                     quoth_error *err);
void quoth_tree_columns_clear(quoth_tree_columns *columns);

#endif
