#include "model/stage.h"

#include <stdlib.h>
#include <string.h>

const quoth_stage_type *const quoth_stage_types[] = {
    &quoth_count_vectorizer,
    &quoth_lda_stage,
    &quoth_forest_stage,
    NULL,
};

const quoth_stage_type *quoth_stage_type_find(const char *name) {
  for (const quoth_stage_type *const *type = quoth_stage_types; *type; type++)
    if (strcmp((*type)->name, name) == 0) return *type;
  return NULL;
}

void quoth_batch_clear(quoth_batch *batch) {
  quoth_sparse_clear(&batch->counts);
  free(batch->dense);
  *batch = (quoth_batch){0};
}

quoth_document quoth_batch_row(const quoth_batch *batch, size_t row) {
  quoth_document document = {0};
  if (batch->kind == QUOTH_DATA_TEXTS) {
    document.text = batch->texts[row];
  } else if (batch->kind == QUOTH_DATA_COUNTS) {
    uint64_t begin = batch->counts.row_begin[row];
    document.columns = batch->counts.columns + begin;
    document.counts = batch->counts.counts + begin;
    document.n_entries = batch->counts.row_begin[row + 1] - begin;
  } else {
    document.dense = batch->dense + row * batch->n_columns;
  }
  return document;
}

/* ---- Stages in a row ------------------------------------------------------- */

void quoth_stages_scratch_free(quoth_stages_scratch *scratch) {
  if (!scratch) return;
  for (size_t i = 0; i < scratch->n_stages; i++)
    scratch->stages[i].type->scratch_free(scratch->memory[i]);
  free(scratch);
}

quoth_status quoth_stages_scratch_new(const quoth_stage *stages, size_t n_stages,
                                      quoth_stages_scratch **out, quoth_error *err) {
  *out = NULL;
  quoth_stages_scratch *scratch =
      quoth_new_array(1, sizeof *scratch + n_stages * sizeof(void *), err);
  if (!scratch) return QUOTH_ERR_NOMEM;
  scratch->stages = stages;
  for (; scratch->n_stages < n_stages; scratch->n_stages++) {
    const quoth_stage *stage = &stages[scratch->n_stages];
    quoth_status status = stage->type->scratch_new(stage, &scratch->memory[scratch->n_stages], err);
    if (status) {
      quoth_stages_scratch_free(scratch);
      return status;
    }
  }
  *out = scratch;
  return QUOTH_OK;
}

quoth_status quoth_stages_apply(quoth_stages_scratch *scratch, size_t n_stages,
                                quoth_document *document, quoth_error *err) {
  for (size_t i = 0; i < n_stages; i++) {
    const quoth_stage *stage = &scratch->stages[i];
    quoth_status status = stage->type->apply(stage, scratch->memory[i], document, err);
    if (status) return status;
  }
  return QUOTH_OK;
}

/* ---- Many documents -------------------------------------------------------- */

enum { ROWS_A_RUN = 64, REPORTS = 100 };

typedef struct batch_job {
  const quoth_batch *in;
  quoth_batch *out;
  size_t n_stages, n_threads, first_row;
  quoth_stages_scratch **scratch; /* [n_threads] */
  /* The failure at the lowest row that each thread met: */
  size_t *failed_rows; /* [n_threads], SIZE_MAX if none */
  quoth_error *errors; /* [n_threads] */
} batch_job;

static void apply_rows(void *context, size_t begin, size_t end, size_t worker) {
  batch_job *job = context;
  uint32_t n_columns = job->out->n_columns;
  for (size_t row = job->first_row + begin; row < job->first_row + end; row++) {
    if (job->failed_rows[worker] != SIZE_MAX) return;
    quoth_document document = quoth_batch_row(job->in, row);
    if (quoth_stages_apply(job->scratch[worker], job->n_stages, &document, &job->errors[worker]))
      job->failed_rows[worker] = row;
    else
      memcpy(job->out->dense + row * n_columns, document.dense, n_columns * sizeof(double));
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
  if (!job->scratch || !job->errors || !job->failed_rows) return QUOTH_ERR_NOMEM;
  quoth_status status = QUOTH_OK;
  for (size_t i = 0; i < job->n_threads && !status; i++) {
    job->failed_rows[i] = SIZE_MAX;
    status = quoth_stages_scratch_new(stages, job->n_stages, &job->scratch[i], err);
  }
  return status;
}

static void batch_job_clear(batch_job *job) {
  for (size_t i = 0; job->scratch && i < job->n_threads; i++)
    quoth_stages_scratch_free(job->scratch[i]);
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
  batch_job_clear(&job);
  if (status) quoth_batch_clear(out);
  return status;
}
