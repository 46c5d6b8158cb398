/* parity_pipeline.c - what tests/parity/test_pipeline.py cannot see from outside the program: the
 * matrix of counts, the split, numpy's argsort. */
#include <stdlib.h>
#include <string.h>

#include "base/sort.h"
#include "data/dataset.h"
#include "model/spec.h"
#include "train/fit.h"

#define SHIM __attribute__((visibility("default")))

SHIM void parity_argsort(const int64_t *keys, uint32_t *order, size_t n) {
  quoth_argsort(keys, order, n);
}

/* The counts and the split that `quoth train` makes of a file. */
typedef struct parity_parts {
  uint64_t n_rows, n_columns, n_train, n_test;
  const uint64_t *row_begin;        /* [n_rows + 1] */
  const uint32_t *columns, *counts; /* [row_begin[n_rows]] */
  const uint32_t *train, *test;     /* [n_train], [n_test] */
  quoth_sparse matrix;
  quoth_split split;
} parity_parts;

static quoth_status make_spec(const char *const *assignments, size_t n, quoth_spec *spec,
                              quoth_error *err) {
  quoth_status status = quoth_spec_from_recipe("topics-forest", spec, err);
  for (size_t i = 0; i < n && !status; i++) status = quoth_spec_set(spec, assignments[i], err);
  return status;
}

static quoth_status count(const quoth_spec *spec, const quoth_dataset *dataset,
                          quoth_sparse *matrix, quoth_error *err) {
  quoth_pool *pool;
  quoth_status status = quoth_pool_new(2, &pool, err);
  if (status) return status;
  quoth_batch texts = {
      .kind = QUOTH_DATA_TEXTS, .n_rows = dataset->n_rows, .texts = dataset->texts};
  quoth_batch counts = {0};
  quoth_tensors tensors = {0};
  quoth_fit fit = {.name = "vectorizer",
                   .params = quoth_stage_spec_params(quoth_spec_stage(spec, 0), err),
                   .in = &texts,
                   .pool = pool};
  status = quoth_fit_count_vectorizer(&fit, &tensors, &counts, err);
  *matrix = counts.sparse;
  free((void *)(uintptr_t)fit.params);
  quoth_tensors_clear(&tensors);
  quoth_pool_free(pool);
  return status;
}

static quoth_status split(const quoth_spec *spec, const quoth_dataset *dataset, quoth_split *out,
                          quoth_error *err) {
  quoth_evaluation params;
  quoth_status status = quoth_spec_evaluation(spec, &params, err);
  return status ? status
                : quoth_split_rows(&params.split, dataset->n_rows, dataset->labels,
                                   dataset->n_classes, out, err);
}

/* False, and a message of up to 768 bytes, if something fails. */
SHIM bool parity_parts_make(const char *path, const char *text_column,
                            const char *const *assignments, size_t n_assignments, parity_parts *out,
                            char *message) {
  *out = (parity_parts){0};
  quoth_error err = {0};
  quoth_spec spec = {0};
  quoth_dataset dataset = {0};
  quoth_dataset_options options = {.text_column = text_column, .labels = QUOTH_LABELS_REQUIRED};
  quoth_status status = make_spec(assignments, n_assignments, &spec, &err);
  if (!status) status = quoth_dataset_read(path, &options, &dataset, &err);
  if (!status) status = count(&spec, &dataset, &out->matrix, &err);
  if (!status) status = split(&spec, &dataset, &out->split, &err);
  quoth_dataset_clear(&dataset);
  quoth_spec_clear(&spec);
  strcpy(message, err.message);
  out->n_rows = out->matrix.n_rows;
  out->n_columns = out->matrix.n_columns;
  out->row_begin = out->matrix.row_begin;
  out->columns = out->matrix.columns;
  out->counts = out->matrix.counts;
  out->n_train = out->split.n_train;
  out->n_test = out->split.n_test;
  out->train = out->split.train;
  out->test = out->split.test;
  return status == QUOTH_OK;
}

SHIM void parity_parts_clear(parity_parts *parts) {
  quoth_sparse_clear(&parts->matrix);
  quoth_split_clear(&parts->split);
}
