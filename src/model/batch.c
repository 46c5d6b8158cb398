/* Many documents in the form of one kind. */
#include <stdlib.h>
#include <string.h>

#include "model/stage.h"

void quoth_batch_clear(quoth_batch *batch) {
  quoth_sparse_clear(&batch->sparse);
  free(batch->dense);
  free(batch->owned_texts);
  free(batch->owned_numbers);
  *batch = (quoth_batch){0};
}

static bool is_sparse(quoth_data_kind kind) {
  return kind == QUOTH_DATA_COUNTS || kind == QUOTH_DATA_WEIGHTS;
}

quoth_document quoth_batch_row(const quoth_batch *batch, size_t row) {
  quoth_document document = {0};
  if (batch->kind == QUOTH_DATA_TEXTS) {
    document.text = batch->texts[row];
  } else if (is_sparse(batch->kind)) {
    const quoth_sparse *sparse = &batch->sparse;
    uint64_t begin = sparse->row_begin[row];
    document.columns = sparse->columns + begin;
    if (sparse->counts) document.counts = sparse->counts + begin;
    if (sparse->weights) document.weights = sparse->weights + begin;
    document.n_entries = sparse->row_begin[row + 1] - begin;
  } else {
    document.dense = batch->dense + row * batch->n_columns;
  }
  return document;
}

/* ---- Selecting rows -------------------------------------------------------- */

static quoth_status select_texts(const quoth_batch *batch, const uint32_t *rows, size_t n,
                                 quoth_batch *out, quoth_error *err) {
  quoth_bytes *texts = quoth_new_array(n, sizeof *texts, err);
  uint32_t *numbers = quoth_new_array(n, sizeof *numbers, err);
  out->texts = out->owned_texts = texts;
  out->numbers = out->owned_numbers = numbers;
  if (!texts || !numbers) return QUOTH_ERR_NOMEM;
  for (size_t i = 0; i < n; i++) {
    texts[i] = batch->texts[rows[i]];
    numbers[i] = batch->numbers ? batch->numbers[rows[i]] : rows[i];
  }
  return QUOTH_OK;
}

static quoth_status select_dense(const quoth_batch *batch, const uint32_t *rows, size_t n,
                                 quoth_batch *out, quoth_error *err) {
  size_t row_size = batch->n_columns * sizeof *out->dense;
  out->dense = quoth_new_aligned(n, row_size, err);
  if (!out->dense) return QUOTH_ERR_NOMEM;
  for (size_t i = 0; i < n; i++)
    memcpy(out->dense + i * batch->n_columns, batch->dense + (size_t)rows[i] * batch->n_columns,
           row_size);
  return QUOTH_OK;
}

static quoth_status select_sparse(const quoth_sparse *from, const uint32_t *rows, size_t n,
                                  quoth_sparse *to, quoth_error *err) {
  to->n_rows = n;
  to->n_columns = from->n_columns;
  to->row_begin = quoth_new_array(n + 1, sizeof *to->row_begin, err);
  if (!to->row_begin) return QUOTH_ERR_NOMEM;
  for (size_t i = 0; i < n; i++)
    to->row_begin[i + 1] =
        to->row_begin[i] + from->row_begin[rows[i] + (size_t)1] - from->row_begin[rows[i]];
  size_t n_entries = to->row_begin[n];
  to->columns = quoth_new_array(n_entries, sizeof *to->columns, err);
  if (from->counts) to->counts = quoth_new_array(n_entries, sizeof *to->counts, err);
  if (from->weights) to->weights = quoth_new_array(n_entries, sizeof *to->weights, err);
  if (!to->columns || !from->counts != !to->counts || !from->weights != !to->weights)
    return QUOTH_ERR_NOMEM;
  for (size_t i = 0; i < n; i++) {
    uint64_t at = to->row_begin[i], source = from->row_begin[rows[i]];
    size_t size = to->row_begin[i + 1] - at;
    memcpy(to->columns + at, from->columns + source, size * sizeof *to->columns);
    if (to->counts) memcpy(to->counts + at, from->counts + source, size * sizeof *to->counts);
    if (to->weights) memcpy(to->weights + at, from->weights + source, size * sizeof *to->weights);
  }
  return QUOTH_OK;
}

quoth_status quoth_batch_select(const quoth_batch *batch, const uint32_t *rows, size_t n,
                                quoth_batch *out, quoth_error *err) {
  *out = (quoth_batch){.kind = batch->kind, .n_rows = n, .n_columns = batch->n_columns};
  quoth_status status = batch->kind == QUOTH_DATA_TEXTS ? select_texts(batch, rows, n, out, err)
                        : is_sparse(batch->kind)
                            ? select_sparse(&batch->sparse, rows, n, &out->sparse, err)
                            : select_dense(batch, rows, n, out, err);
  if (status) quoth_batch_clear(out);
  return status;
}
