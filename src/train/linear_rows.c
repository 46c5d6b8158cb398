#include "train/linear_rows.h"

#include <string.h>

static quoth_status weigh_counts(const quoth_sparse *from, quoth_sparse *to, quoth_error *err) {
  size_t n_entries = quoth_sparse_n_entries(from);
  to->columns = quoth_new_unset(n_entries, sizeof *to->columns, err);
  to->weights = quoth_new_unset(n_entries, sizeof *to->weights, err);
  if (!to->columns || !to->weights) return QUOTH_ERR_NOMEM;
  memcpy(to->row_begin, from->row_begin, (from->n_rows + 1) * sizeof *to->row_begin);
  memcpy(to->columns, from->columns, n_entries * sizeof *to->columns);
  for (size_t i = 0; i < n_entries; i++) to->weights[i] = from->counts[i];
  return QUOTH_OK;
}

static quoth_status gather_entries(const quoth_batch *batch, quoth_sparse *to, quoth_error *err) {
  size_t n_columns = batch->n_columns, n = batch->n_rows * n_columns, at = 0;
  to->columns = quoth_new_unset(n, sizeof *to->columns, err);
  to->weights = quoth_new_unset(n, sizeof *to->weights, err);
  if (!to->columns || !to->weights) return QUOTH_ERR_NOMEM;
  for (size_t i = 0; i < n; i++) {
    if (batch->dense[i] != 0) {
      to->columns[at] = (uint32_t)(i % n_columns);
      to->weights[at++] = batch->dense[i];
    }
    if ((i + 1) % n_columns == 0) to->row_begin[(i + 1) / n_columns] = at;
  }
  return QUOTH_OK;
}

const quoth_sparse *quoth_linear_rows(const quoth_batch *batch, quoth_sparse *made,
                                      quoth_error *err) {
  *made = (quoth_sparse){0};
  if (batch->sparse.weights) return &batch->sparse;
  *made = (quoth_sparse){.n_rows = batch->n_rows, .n_columns = batch->n_columns};
  made->row_begin = quoth_new_array(batch->n_rows + 1, sizeof *made->row_begin, err);
  quoth_status status = !made->row_begin ? QUOTH_ERR_NOMEM
                        : batch->kind == QUOTH_DATA_FEATURES
                            ? gather_entries(batch, made, err)
                            : weigh_counts(&batch->sparse, made, err);
  if (!status) return made;
  quoth_sparse_clear(made);
  return NULL;
}
