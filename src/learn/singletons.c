#include "learn/singletons.h"

#include <math.h>
#include <stdlib.h>

void quoth_singletons_clear(quoth_singletons *singletons) {
  quoth_sparse_clear(&singletons->merged);
  free(singletons->column);
  free(singletons->share);
  *singletons = (quoth_singletons){0};
}

/* Features of more rows are all alike. */
enum { MOST_ROWS = 4096 };

/* How many rows have each feature. */
static void count_rows(const quoth_sparse *rows, uint32_t *n_rows) {
  for (uint64_t i = 0; i < quoth_sparse_n_entries(rows); i++) n_rows[rows->columns[i]]++;
}

/* Features of many rows have a low rank. */
static uint32_t rank(uint32_t n_rows) { return n_rows < MOST_ROWS ? MOST_ROWS - n_rows : 0; }

/* In place of how many rows it has, each feature gets a number, by rank, so that the weights that
 * are read most lie together; among equals the order stays. Those of one row get UINT32_MAX.
 * Returns how many are numbered. `begins` ([MOST_ROWS + 2]) holds zeros. */
static uint32_t number_shared(uint32_t n_columns, uint32_t *column, uint32_t *begins) {
  for (uint32_t v = 0; v < n_columns; v++)
    if (column[v] != 1) begins[rank(column[v]) + 1]++;
  for (uint32_t i = 0; i <= MOST_ROWS; i++) begins[i + 1] += begins[i];
  for (uint32_t v = 0; v < n_columns; v++)
    column[v] = column[v] == 1 ? UINT32_MAX : begins[rank(column[v])]++;
  return begins[MOST_ROWS + 1];
}

/* Merges a row's singletons, whose norm it finds, into the feature `next`. Returns whether there
 * are any. */
static bool merge_row(const quoth_sparse *rows, size_t row, uint32_t next, quoth_singletons *out) {
  quoth_sparse *merged = &out->merged;
  uint64_t at = merged->row_begin[row];
  double squares = 0;
  for (uint64_t i = rows->row_begin[row]; i < rows->row_begin[row + 1]; i++) {
    uint32_t v = rows->columns[i];
    if (out->column[v] == UINT32_MAX) {
      squares += rows->weights[i] * rows->weights[i];
      out->share[v] = rows->weights[i];
    } else {
      merged->columns[at] = out->column[v];
      merged->weights[at++] = rows->weights[i];
    }
  }
  bool is_any = squares > 0;
  if (is_any) {
    merged->columns[at] = next;
    merged->weights[at++] = sqrt(squares);
  }
  for (uint64_t i = rows->row_begin[row]; i < rows->row_begin[row + 1]; i++) {
    uint32_t v = rows->columns[i];
    if (out->column[v] != UINT32_MAX) continue;
    out->share[v] = is_any ? out->share[v] / sqrt(squares) : 0;
    out->column[v] = is_any ? next : 0;
  }
  merged->row_begin[row + 1] = at;
  return is_any;
}

quoth_status quoth_singletons_merge(const quoth_sparse *rows, quoth_singletons *out,
                                    quoth_error *err) {
  size_t n_entries = quoth_sparse_n_entries(rows);
  *out = (quoth_singletons){.merged = {.n_rows = rows->n_rows}};
  quoth_sparse *merged = &out->merged;
  merged->row_begin = quoth_new_array(rows->n_rows + 1, sizeof *merged->row_begin, err);
  merged->columns = quoth_new_array(n_entries, sizeof *merged->columns, err);
  merged->weights = quoth_new_array(n_entries, sizeof *merged->weights, err);
  out->column = quoth_new_array(rows->n_columns, sizeof *out->column, err);
  out->share = quoth_new_array(rows->n_columns, sizeof *out->share, err);
  uint32_t *begins = quoth_new_array(MOST_ROWS + 2, sizeof *begins, err);
  if (!merged->row_begin || !merged->columns || !merged->weights || !out->column || !out->share ||
      !begins) {
    free(begins);
    quoth_singletons_clear(out);
    return QUOTH_ERR_NOMEM;
  }
  count_rows(rows, out->column);
  merged->n_columns = number_shared(rows->n_columns, out->column, begins);
  free(begins);
  for (uint32_t v = 0; v < rows->n_columns; v++) out->share[v] = 1;
  for (size_t row = 0; row < rows->n_rows; row++)
    if (merge_row(rows, row, merged->n_columns, out)) merged->n_columns++;
  return QUOTH_OK;
}

void quoth_singletons_spread(const quoth_singletons *singletons, uint32_t n_columns,
                             const double *merged_weights, size_t n_outputs, double *weights) {
  for (size_t v = 0; v < n_columns; v++)
    for (size_t k = 0; k < n_outputs; k++)
      weights[v * n_outputs + k] =
          singletons->share[v] * merged_weights[singletons->column[v] * n_outputs + k];
}
