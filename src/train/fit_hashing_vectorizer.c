#include <stdlib.h>
#include <string.h>

#include "model/hashing.h"
#include "train/fit.h"

enum { CHUNK_TEXTS = 1024 };

/* The entries of some texts, one text behind another. */
typedef struct chunk {
  uint32_t *columns;
  double *weights;
  size_t n_entries, columns_capacity, weights_capacity;
  quoth_status status;
  quoth_error err;
} chunk;

typedef struct hashing_job {
  const quoth_fit *fit;
  quoth_analyzer analyzer;
  quoth_hashed *hashed; /* [threads] */
  chunk *chunks;        /* [n_chunks] */
  size_t n_chunks;
  uint64_t *row_sizes; /* [n_rows] */
} hashing_job;

static quoth_status append(chunk *to, const quoth_hashed *row, quoth_error *err) {
  size_t n = to->n_entries + row->n_entries;
  uint32_t *columns = quoth_grow(to->columns, &to->columns_capacity, n, sizeof *columns, err);
  if (!columns) return QUOTH_ERR_NOMEM;
  to->columns = columns;
  double *weights = quoth_grow(to->weights, &to->weights_capacity, n, sizeof *weights, err);
  if (!weights) return QUOTH_ERR_NOMEM;
  to->weights = weights;
  if (row->n_entries == 0) return QUOTH_OK;
  memcpy(columns + to->n_entries, row->columns, row->n_entries * sizeof *columns);
  memcpy(weights + to->n_entries, row->weights, row->n_entries * sizeof *weights);
  to->n_entries = n;
  return QUOTH_OK;
}

static quoth_status hash_chunk(const hashing_job *job, size_t i, quoth_hashed *hashed) {
  chunk *to = &job->chunks[i];
  size_t n_rows = job->fit->in->n_rows, first = i * CHUNK_TEXTS;
  for (size_t row = first; row < n_rows && row < first + CHUNK_TEXTS; row++) {
    quoth_status status = quoth_hash_text(job->fit->params, &job->analyzer,
                                          job->fit->in->texts[row], hashed, &to->err);
    if (!status) status = append(to, hashed, &to->err);
    if (status) return status;
    job->row_sizes[row] = hashed->n_entries;
  }
  return QUOTH_OK;
}

static void hash_chunks(void *context, size_t begin, size_t end, size_t worker) {
  const hashing_job *job = context;
  for (size_t i = begin; i < end; i++)
    job->chunks[i].status = hash_chunk(job, i, &job->hashed[worker]);
}

/* All chunks as one matrix. */
static quoth_status join(const hashing_job *job, quoth_sparse *out, quoth_error *err) {
  size_t n_entries = 0;
  for (size_t i = 0; i < job->n_chunks; i++) {
    if (job->chunks[i].status) {
      if (err) *err = job->chunks[i].err;
      return job->chunks[i].status;
    }
    n_entries += job->chunks[i].n_entries;
  }
  out->row_begin = quoth_new_array(out->n_rows + 1, sizeof *out->row_begin, err);
  out->columns = quoth_new_array(n_entries, sizeof *out->columns, err);
  out->weights = quoth_new_array(n_entries, sizeof *out->weights, err);
  if (!out->row_begin || !out->columns || !out->weights) return QUOTH_ERR_NOMEM;
  for (size_t row = 0; row < out->n_rows; row++)
    out->row_begin[row + 1] = out->row_begin[row] + job->row_sizes[row];
  size_t at = 0;
  for (size_t i = 0; i < job->n_chunks; i++) {
    const chunk *from = &job->chunks[i];
    if (from->n_entries == 0) continue;
    memcpy(out->columns + at, from->columns, from->n_entries * sizeof *out->columns);
    memcpy(out->weights + at, from->weights, from->n_entries * sizeof *out->weights);
    at += from->n_entries;
  }
  return QUOTH_OK;
}

static void job_clear(hashing_job *job) {
  for (size_t i = 0; job->chunks && i < job->n_chunks; i++) {
    free(job->chunks[i].columns);
    free(job->chunks[i].weights);
  }
  for (size_t i = 0; job->hashed && i < quoth_pool_threads(job->fit->pool); i++)
    quoth_hashed_clear(&job->hashed[i]);
  free(job->chunks);
  free(job->hashed);
  free(job->row_sizes);
}

/* Learns nothing: puts out the rows. */
quoth_status quoth_fit_hashing_vectorizer(const quoth_fit *fit, quoth_tensors *tensors,
                                          quoth_batch *out, quoth_error *err) {
  (void)tensors;
  const quoth_hashing_params *params = fit->params;
  size_t n_rows = fit->in->n_rows;
  hashing_job job = {.fit = fit, .n_chunks = (n_rows + CHUNK_TEXTS - 1) / CHUNK_TEXTS};
  quoth_string_table stop_words;
  quoth_status status = quoth_counting_analyzer(&params->counting, &stop_words, &job.analyzer, err);
  if (status) return status;
  job.hashed = quoth_new_array(quoth_pool_threads(fit->pool), sizeof *job.hashed, err);
  job.chunks = quoth_new_array(job.n_chunks, sizeof *job.chunks, err);
  job.row_sizes = quoth_new_array(n_rows, sizeof *job.row_sizes, err);
  *out = (quoth_batch){.kind = QUOTH_DATA_WEIGHTS,
                       .n_rows = n_rows,
                       .n_columns = params->n_features,
                       .sparse = {.n_rows = n_rows, .n_columns = params->n_features}};
  if (job.hashed && job.chunks && job.row_sizes) {
    quoth_pool_run(fit->pool, job.n_chunks, 1, hash_chunks, &job);
    status = join(&job, &out->sparse, err);
  } else {
    status = QUOTH_ERR_NOMEM;
  }
  job_clear(&job);
  quoth_string_table_clear(&stop_words);
  return status;
}
