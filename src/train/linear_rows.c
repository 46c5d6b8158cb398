#include "train/linear_rows.h"

#include <string.h>

static quoth_status copy_entries(const quoth_sparse *from, quoth_sparse *to, quoth_error *err) {
  size_t n_entries = quoth_sparse_n_entries(from);
  to->columns = quoth_new_array(n_entries, sizeof *to->columns, err);
  to->weights = quoth_new_array(n_entries, sizeof *to->weights, err);
  if (!to->columns || !to->weights) return QUOTH_ERR_NOMEM;
  memcpy(to->row_begin, from->row_begin, (from->n_rows + 1) * sizeof *to->row_begin);
  memcpy(to->columns, from->columns, n_entries * sizeof *to->columns);
  for (size_t i = 0; i < n_entries; i++)
    to->weights[i] = from->weights ? from->weights[i] : from->counts[i];
  return QUOTH_OK;
}

static quoth_status gather_entries(const quoth_batch *batch, quoth_sparse *to, quoth_error *err) {
  size_t n_columns = batch->n_columns, n = batch->n_rows * n_columns, at = 0;
  to->columns = quoth_new_array(n, sizeof *to->columns, err);
  to->weights = quoth_new_array(n, sizeof *to->weights, err);
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

quoth_status quoth_linear_rows(const quoth_batch *batch, quoth_sparse *out, quoth_error *err) {
  *out = (quoth_sparse){.n_rows = batch->n_rows, .n_columns = batch->n_columns};
  out->row_begin = quoth_new_array(batch->n_rows + 1, sizeof *out->row_begin, err);
  quoth_status status = !out->row_begin ? QUOTH_ERR_NOMEM
                        : batch->kind == QUOTH_DATA_FEATURES
                            ? gather_entries(batch, out, err)
                            : copy_entries(&batch->sparse, out, err);
  if (status) quoth_sparse_clear(out);
  return status;
}
