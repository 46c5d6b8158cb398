#include "math/sparse.h"

#include <stdlib.h>
#include <string.h>

void quoth_sparse_clear(quoth_sparse *matrix) {
  free(matrix->row_begin);
  free(matrix->columns);
  free(matrix->counts);
  free(matrix->weights);
  *matrix = (quoth_sparse){0};
}

uint64_t quoth_sparse_find(const quoth_sparse *matrix, size_t row, uint32_t column) {
  uint64_t begin = matrix->row_begin[row], end = matrix->row_begin[row + 1];
  while (begin < end) {
    uint64_t middle = begin + (end - begin) / 2;
    if (matrix->columns[middle] < column)
      begin = middle + 1;
    else
      end = middle;
  }
  return begin;
}

void quoth_sparse_run_columns(const quoth_sparse *matrix, quoth_pool *pool, quoth_pool_work work,
                              void *context) {
  size_t n_runs = quoth_pool_threads(pool); /* more would look for their columns more often */
  quoth_pool_run(pool, matrix->n_columns, matrix->n_columns / n_runs + 1, work, context);
}

/* Entries of each row of `out`, from which its row_begin follows; all but row_begin is there. */
static void place_entries(const quoth_sparse *matrix, quoth_sparse *out) {
  for (uint32_t v = 0; v < matrix->n_columns; v++) out->row_begin[v + 1] += out->row_begin[v];
  for (size_t row = 0; row < matrix->n_rows; row++)
    for (uint64_t i = matrix->row_begin[row]; i < matrix->row_begin[row + 1]; i++) {
      uint64_t at = out->row_begin[matrix->columns[i]]++; /* moves to the next row's begin */
      out->columns[at] = (uint32_t)row;
      out->weights[at] = matrix->weights[i];
    }
  memmove(out->row_begin + 1, out->row_begin, matrix->n_columns * sizeof *out->row_begin);
  out->row_begin[0] = 0;
}

quoth_status quoth_sparse_transpose(const quoth_sparse *matrix, quoth_sparse *out,
                                    quoth_error *err) {
  size_t n_entries = quoth_sparse_n_entries(matrix);
  *out = (quoth_sparse){.n_rows = matrix->n_columns, .n_columns = (uint32_t)matrix->n_rows};
  out->row_begin = quoth_new_array(matrix->n_columns + (size_t)1, sizeof *out->row_begin, err);
  out->columns = quoth_new_array(n_entries, sizeof *out->columns, err);
  out->weights = quoth_new_array(n_entries, sizeof *out->weights, err);
  if (!out->row_begin || !out->columns || !out->weights) {
    quoth_sparse_clear(out);
    return QUOTH_ERR_NOMEM;
  }
  for (size_t i = 0; i < n_entries; i++) out->row_begin[matrix->columns[i] + (size_t)1]++;
  place_entries(matrix, out);
  return QUOTH_OK;
}
