#include <stdlib.h>

#include "train/fitting.h"
#include "train/linear_rows.h"

/* The rows of `right` behind those of `left`, in one matrix. */
static quoth_status join(const quoth_sparse *left, const quoth_sparse *right, quoth_sparse *out,
                         quoth_error *err) {
  size_t n_rows = right->n_rows;
  size_t n_entries = quoth_sparse_n_entries(left) + quoth_sparse_n_entries(right);
  if ((uint64_t)left->n_columns + right->n_columns >= UINT32_MAX)
    return quoth_fail(err, QUOTH_ERR_DATA, "more than %u columns in a union", UINT32_MAX);
  *out = (quoth_sparse){.n_rows = n_rows, .n_columns = left->n_columns + right->n_columns};
  out->row_begin = quoth_new_array(n_rows + 1, sizeof *out->row_begin, err);
  out->columns = quoth_new_array(n_entries, sizeof *out->columns, err);
  out->weights = quoth_new_array(n_entries, sizeof *out->weights, err);
  if (!out->row_begin || !out->columns || !out->weights) return QUOTH_ERR_NOMEM;
  uint64_t at = 0;
  for (size_t row = 0; row < n_rows; row++) {
    for (uint64_t i = left->row_begin[row]; i < left->row_begin[row + 1]; i++, at++) {
      out->columns[at] = left->columns[i];
      out->weights[at] = left->weights[i];
    }
    for (uint64_t i = right->row_begin[row]; i < right->row_begin[row + 1]; i++, at++) {
      out->columns[at] = left->n_columns + right->columns[i];
      out->weights[at] = right->weights[i];
    }
    out->row_begin[row + 1] = at;
  }
  return QUOTH_OK;
}

/* Takes the rows of a batch as weights. */
static quoth_status take_rows(quoth_batch *from, quoth_sparse *out, quoth_error *err) {
  const quoth_sparse *rows = quoth_linear_rows(from, out, err);
  if (!rows) return QUOTH_ERR_NOMEM;
  if (rows != out) {
    *out = from->sparse;
    from->sparse = (quoth_sparse){0};
  }
  return QUOTH_OK;
}

/* Fits member `m` and puts its columns behind those of `all`. */
static quoth_status add_member(const quoth_fit *fit, size_t m, quoth_tensors *tensors,
                               quoth_sparse *all, quoth_error *err) {
  quoth_member_spec spec = quoth_stage_spec_member(&fit->spec, m);
  quoth_fit from = *fit;
  char *path = quoth_path(fit->name, spec.name, err);
  if (!path) return QUOTH_ERR_NOMEM;
  from.name = path;
  quoth_batch made = {0};
  quoth_sparse rows = {0}, joined = {0};
  quoth_status status = quoth_fit_member(spec.pipeline, &from, tensors, &made, err);
  if (!status) status = take_rows(&made, &rows, err);
  quoth_batch_clear(&made);
  if (!status && m > 0) {
    status = join(all, &rows, &joined, err);
    quoth_sparse_clear(&rows);
    rows = joined;
  }
  quoth_sparse_clear(all);
  *all = rows;
  free(path);
  return status;
}

quoth_status quoth_fit_feature_union(const quoth_fit *fit, quoth_tensors *tensors, quoth_batch *out,
                                     quoth_error *err) {
  quoth_sparse all = {0};
  quoth_status status = QUOTH_OK;
  for (size_t m = 0; m < quoth_stage_spec_n_members(&fit->spec) && !status; m++)
    status = add_member(fit, m, tensors, &all, err);
  *out = (quoth_batch){
      .kind = QUOTH_DATA_WEIGHTS, .n_rows = all.n_rows, .n_columns = all.n_columns, .sparse = all};
  return status;
}
