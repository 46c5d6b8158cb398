/* Many documents through stages in a row. */
#include <stdlib.h>
#include <string.h>

#include "model/pipeline.h"

enum { ROWS_A_RUN = 64, REPORTS = 100 };

/* A document's scratch: one of as many as are sent through the stages together. */
typedef quoth_stages_scratch *documents_scratch[QUOTH_DOCUMENTS_TOGETHER];

typedef struct batch_job {
  const quoth_batch *in;
  quoth_batch *out;
  size_t n_stages, n_threads, first_row;
  documents_scratch *scratch; /* [n_threads] */
  size_t *n_unknown;          /* [n_threads] rows without a known term */
  /* The failure at the lowest row that each thread met: */
  size_t *failed_rows; /* [n_threads], SIZE_MAX if none */
  quoth_error *errors; /* [n_threads] */
} batch_job;

/* *done counts the documents that are through, from the first. */
static quoth_status apply_stage(const documents_scratch scratch, size_t i,
                                quoth_document *documents, size_t n, size_t *done,
                                quoth_error *err) {
  const quoth_stage *stage = &scratch[0]->stages[i];
  quoth_status status = QUOTH_OK;
  *done = 0;
  if (stage->type->apply_together) {
    void *memory[QUOTH_DOCUMENTS_TOGETHER];
    for (size_t d = 0; d < n; d++) memory[d] = scratch[d]->memory[i];
    return stage->type->apply_together(stage, memory, documents, n, err);
  }
  for (; *done < n && !status; *done += !status)
    status = stage->type->apply(stage, scratch[*done]->memory[i], &documents[*done], err);
  return status;
}

static quoth_status apply_together(const batch_job *job, const documents_scratch scratch,
                                   size_t row, size_t n, size_t *done, size_t *n_unknown,
                                   quoth_error *err) {
  quoth_document documents[QUOTH_DOCUMENTS_TOGETHER];
  size_t n_columns = job->out->n_columns;
  for (size_t d = 0; d < n; d++) documents[d] = quoth_batch_row(job->in, row + d);
  for (size_t i = 0; i < job->n_stages; i++) {
    quoth_status status = apply_stage(scratch, i, documents, n, done, err);
    if (status) return status;
  }
  for (size_t d = 0; d < n; d++) {
    memcpy(job->out->dense + (row + d) * n_columns, documents[d].dense, n_columns * sizeof(double));
    *n_unknown += documents[d].n_known == 0;
  }
  return QUOTH_OK;
}

static void apply_rows(void *context, size_t begin, size_t end, size_t worker) {
  batch_job *job = context;
  for (size_t i = begin, n; i < end; i += n) {
    if (job->failed_rows[worker] != SIZE_MAX) return;
    n = end - i < QUOTH_DOCUMENTS_TOGETHER ? end - i : QUOTH_DOCUMENTS_TOGETHER;
    size_t row = job->first_row + i, done;
    if (apply_together(job, job->scratch[worker], row, n, &done, &job->n_unknown[worker],
                       &job->errors[worker]))
      job->failed_rows[worker] = row + done;
  }
}

static quoth_status first_failure(const batch_job *job, quoth_error *err) {
  size_t first = SIZE_MAX;
  quoth_status status = QUOTH_OK;
  for (size_t i = 0; i < job->n_threads; i++) {
    if (job->failed_rows[i] >= first) continue;
    first = job->failed_rows[i];
    status = job->errors[i].status;
    if (err) *err = job->errors[i];
  }
  return status;
}

static quoth_status apply_all(batch_job *job, quoth_pool *pool, const char *label,
                              const quoth_progress *progress, quoth_error *err) {
  size_t n_rows = job->in->n_rows;
  size_t step = progress ? n_rows / REPORTS + ROWS_A_RUN * job->n_threads : n_rows;
  for (; job->first_row < n_rows; job->first_row += step) {
    size_t n = n_rows - job->first_row < step ? n_rows - job->first_row : step;
    quoth_pool_run(pool, n, ROWS_A_RUN, apply_rows, job);
    quoth_status status = first_failure(job, err);
    if (status) return status;
    if (progress && !progress->update(progress->context, label, job->first_row + n, n_rows))
      return quoth_fail(err, QUOTH_ERR_STOPPED, "stopped");
  }
  return QUOTH_OK;
}

static quoth_status batch_job_init(batch_job *job, const quoth_stage *stages, quoth_error *err) {
  job->scratch = quoth_new_array(job->n_threads, sizeof *job->scratch, err);
  job->errors = quoth_new_array(job->n_threads, sizeof *job->errors, err);
  job->failed_rows = quoth_new_array(job->n_threads, sizeof *job->failed_rows, err);
  job->n_unknown = quoth_new_array(job->n_threads, sizeof *job->n_unknown, err);
  if (!job->scratch || !job->errors || !job->failed_rows || !job->n_unknown) return QUOTH_ERR_NOMEM;
  quoth_status status = QUOTH_OK;
  for (size_t i = 0; i < job->n_threads && !status; i++) {
    job->failed_rows[i] = SIZE_MAX;
    for (size_t d = 0; d < QUOTH_DOCUMENTS_TOGETHER && !status; d++)
      status = quoth_stages_scratch_new(stages, job->n_stages, &job->scratch[i][d], err);
  }
  return status;
}

static void batch_job_clear(batch_job *job) {
  for (size_t i = 0; job->scratch && i < job->n_threads; i++)
    for (size_t d = 0; d < QUOTH_DOCUMENTS_TOGETHER; d++)
      quoth_stages_scratch_free(job->scratch[i][d]);
  free(job->n_unknown);
  free(job->failed_rows);
  free(job->errors);
  free(job->scratch);
}

quoth_status quoth_stages_apply_batch(const quoth_stage *stages, size_t n_stages,
                                      const quoth_batch *in, quoth_pool *pool, const char *label,
                                      const quoth_progress *progress, quoth_batch *out,
                                      quoth_error *err) {
  const quoth_stage *last = &stages[n_stages - 1];
  *out =
      (quoth_batch){.kind = last->type->output, .n_rows = in->n_rows, .n_columns = last->n_outputs};
  size_t row_size = last->n_outputs * sizeof(double);
  out->dense = quoth_new_aligned(in->n_rows, row_size, err);
  if (!out->dense) return QUOTH_ERR_NOMEM;
  batch_job job = {
      .in = in, .out = out, .n_stages = n_stages, .n_threads = quoth_pool_threads(pool)};
  quoth_status status = batch_job_init(&job, stages, err);
  if (!status) status = apply_all(&job, pool, label, progress, err);
  for (size_t i = 0; !status && in->kind == QUOTH_DATA_TEXTS && i < job.n_threads; i++)
    out->n_unknown += job.n_unknown[i];
  batch_job_clear(&job);
  if (status) quoth_batch_clear(out);
  return status;
}
