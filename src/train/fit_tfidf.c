#include <string.h>

#include "learn/tfidf.h"
#include "train/fit.h"

typedef struct weighing {
  const quoth_tfidf_params *params;
  const double *idf;
  const quoth_sparse *counts;
  const quoth_sparse *out;
} weighing;

static void weigh_rows(void *context, size_t begin, size_t end, size_t worker) {
  (void)worker;
  const weighing *job = context;
  const quoth_sparse *counts = job->counts;
  for (size_t row = begin; row < end; row++) {
    uint64_t at = counts->row_begin[row], n = counts->row_begin[row + 1] - at;
    const uint32_t *columns = counts->columns + at;
    quoth_tfidf_transform(job->params, job->idf, columns, counts->counts + at, n,
                          job->out->weights + at);
    if (n) memcpy(job->out->columns + at, columns, n * sizeof *columns);
  }
}

/* The same entries with weights for counts. */
static quoth_status weigh(const quoth_fit *fit, const double *idf, quoth_batch *out,
                          quoth_error *err) {
  enum { ROWS_A_RUN = 256 };
  const quoth_sparse *counts = &fit->in->sparse;
  size_t n_entries = quoth_sparse_n_entries(counts);
  *out = (quoth_batch){.kind = QUOTH_DATA_WEIGHTS,
                       .n_rows = fit->in->n_rows,
                       .n_columns = fit->in->n_columns,
                       .sparse = {.n_rows = counts->n_rows, .n_columns = counts->n_columns}};
  quoth_sparse *to = &out->sparse;
  to->row_begin = quoth_new_array(counts->n_rows + 1, sizeof *to->row_begin, err);
  to->columns = quoth_new_unset(n_entries, sizeof *to->columns, err);
  to->weights = quoth_new_unset(n_entries, sizeof *to->weights, err);
  if (!to->row_begin || !to->columns || !to->weights) return QUOTH_ERR_NOMEM;
  memcpy(to->row_begin, counts->row_begin, (counts->n_rows + 1) * sizeof *to->row_begin);
  weighing job = {fit->params, idf, counts, to};
  quoth_pool_run(fit->pool, counts->n_rows, ROWS_A_RUN, weigh_rows, &job);
  return QUOTH_OK;
}

quoth_status quoth_fit_tfidf(const quoth_fit *fit, quoth_tensors *tensors, quoth_batch *out,
                             quoth_error *err) {
  double *idf = quoth_new_array(fit->in->n_columns, sizeof *idf, err);
  if (!idf) return QUOTH_ERR_NOMEM;
  quoth_status status = quoth_tfidf_fit(fit->params, &fit->in->sparse, idf, err);
  if (!status) status = weigh(fit, idf, out, err);
  quoth_status stored =
      quoth_tensors_add(tensors, fit->name, "idf", QUOTH_F64, fit->in->n_columns, 0, idf, err);
  return status ? status : stored;
}
