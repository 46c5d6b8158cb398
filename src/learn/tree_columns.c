#include "learn/tree_columns.h"

#include <stdlib.h>
#include <string.h>

#include "base/sort.h"

/* Rows by label: a counting sort. `begin` is [n_classes + 1], all 0. */
static void sort_by_label(const uint32_t *labels, size_t n_rows, uint32_t n_classes,
                          uint32_t *begin, uint32_t *by_label) {
  for (size_t row = 0; row < n_rows; row++) begin[labels[row] + 1]++;
  for (uint32_t c = 0; c < n_classes; c++) begin[c + 1] += begin[c];
  for (size_t row = 0; row < n_rows; row++) by_label[begin[labels[row]]++] = (uint32_t)row;
}

quoth_status quoth_tree_columns_init(quoth_tree_columns *columns, const uint32_t *labels,
                                     size_t n_rows, uint32_t n_features, uint32_t n_classes,
                                     quoth_error *err) {
  size_t n_values = n_rows * n_features;
  *columns = (quoth_tree_columns){.n_rows = n_rows};
  columns->n_cells = quoth_new_array(n_features, sizeof *columns->n_cells, err);
  columns->cells = quoth_new_array(n_values, sizeof *columns->cells, err);
  columns->cell_of = quoth_new_array(n_values, sizeof *columns->cell_of, err);
  columns->by_label = quoth_new_array(n_rows, sizeof *columns->by_label, err);
  uint32_t *begin = quoth_new_array((size_t)n_classes + 1, sizeof *begin, err);
  bool is_done =
      columns->n_cells && columns->cells && columns->cell_of && columns->by_label && begin;
  if (is_done) sort_by_label(labels, n_rows, n_classes, begin, columns->by_label);
  free(begin);
  return is_done ? QUOTH_OK : QUOTH_ERR_NOMEM;
}

void quoth_tree_columns_clear(quoth_tree_columns *columns) {
  free(columns->n_cells);
  free(columns->cells);
  free(columns->cell_of);
  free(columns->by_label);
  *columns = (quoth_tree_columns){0};
}

/* Floats as integers of the same order; both zeros are one value. */
static uint32_t ordered_bits(float value) {
  value += 0.0f; /* -0 becomes 0 */
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits & 0x80000000u ? ~bits : bits | 0x80000000u;
}

/* Gives each run of one value and one label a cell. `pairs` hold the rows in their low halves. */
static uint32_t number_cells(const uint64_t *pairs, const float *features, uint32_t n_features,
                             const uint32_t *labels, size_t n_rows, quoth_tree_cell *cells,
                             uint32_t *cell_of) {
  uint32_t n_cells = 0;
  for (size_t i = 0; i < n_rows; i++) {
    uint32_t row = (uint32_t)pairs[i];
    quoth_tree_cell cell = {features[(size_t)row * n_features], labels[row]};
    if (n_cells == 0 || cell.value != cells[n_cells - 1].value ||
        cell.label != cells[n_cells - 1].label)
      cells[n_cells++] = cell;
    cell_of[row] = n_cells - 1;
  }
  return n_cells;
}

quoth_status quoth_tree_columns_fill(quoth_tree_columns *columns, const float *features,
                                     const uint32_t *labels, uint32_t n_features, uint32_t feature,
                                     quoth_error *err) {
  size_t n = columns->n_rows, begin = feature * n;
  uint64_t *pairs = quoth_new_array(n, 2 * sizeof *pairs, err);
  if (!pairs) return QUOTH_ERR_NOMEM;
  features += feature;
  for (size_t i = 0; i < n; i++) {
    uint32_t row = columns->by_label[i];
    pairs[i] = (uint64_t)ordered_bits(features[(size_t)row * n_features]) << 32 | row;
  }
  quoth_sort_pairs(pairs, pairs + n, n);
  columns->n_cells[feature] = number_cells(pairs, features, n_features, labels, n,
                                           columns->cells + begin, columns->cell_of + begin);
  free(pairs);
  return QUOTH_OK;
}
