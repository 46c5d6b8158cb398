#include "train/fitting.h"

#include <stdlib.h>

#include "base/clock.h"
#include "train/fit.h"

typedef struct fitting_job {
  const quoth_fitting *fitting;
  size_t n_stages;
  quoth_batch batch; /* all rows, as the stage at work takes them in */
  quoth_fitted *out;
} fitting_job;

void quoth_fitted_clear(quoth_fitted *fitted) {
  quoth_tensors_clear(&fitted->tensors);
  quoth_batch_clear(&fitted->probabilities);
  *fitted = (quoth_fitted){0};
}

/* ---- Applying what was fitted ---------------------------------------------- */

static quoth_status load_stage(const quoth_spec *spec, size_t i, const quoth_tensors *tensors,
                               quoth_stage *stage, quoth_error *err) {
  quoth_stage_spec description = quoth_spec_stage(spec, i);
  *stage = (quoth_stage){.type = description.type, .name = description.name};
  void *params = quoth_spec_stage_params(spec, i, err);
  if (!params) return QUOTH_ERR_NOMEM;
  quoth_status status = description.type->load(stage, tensors, params, err);
  free(params);
  return status;
}

/* Puts `in` through stages [first, end). */
static quoth_status apply_stages(const quoth_spec *spec, const quoth_tensors *tensors, size_t first,
                                 size_t end, const quoth_batch *in, quoth_pool *pool,
                                 quoth_batch *out, quoth_error *err) {
  quoth_stage *stages = quoth_new_array(end - first, sizeof *stages, err);
  if (!stages) return QUOTH_ERR_NOMEM;
  quoth_status status = QUOTH_OK;
  size_t n = 0;
  while (n < end - first && !status) {
    status = load_stage(spec, first + n, tensors, &stages[n], err);
    n++;
  }
  if (!status) status = quoth_stages_apply_batch(stages, n, in, pool, NULL, NULL, out, err);
  while (n-- > 0) stages[n].type->unload(&stages[n]);
  free(stages);
  return status;
}

quoth_status quoth_fitted_apply(const quoth_fitted *fitted, const quoth_spec *spec,
                                const quoth_batch *texts, quoth_pool *pool, quoth_batch *out,
                                quoth_error *err) {
  return apply_stages(spec, &fitted->tensors, 0, quoth_spec_n_stages(spec), texts, pool, out, err);
}

/* ---- Fitting --------------------------------------------------------------- */

/* Fits stage `i` to `in`. *fitted takes what fitting put out for the same rows, if anything. */
static quoth_status fit_stage(fitting_job *job, size_t i, const quoth_batch *in,
                              const uint32_t *labels, quoth_batch *fitted, quoth_error *err) {
  const quoth_fitting *fitting = job->fitting;
  quoth_stage_spec spec = quoth_spec_stage(fitting->spec, i);
  void *params = quoth_spec_stage_params(fitting->spec, i, err);
  if (!params) return QUOTH_ERR_NOMEM;
  quoth_fit fit = {.name = spec.name,
                   .params = params,
                   .in = in,
                   .labels = labels,
                   .n_classes = fitting->n_classes,
                   .pool = fitting->pool,
                   .progress = fitting->progress};
  quoth_status status = quoth_fit_function_of(spec.type)(&fit, &job->out->tensors, fitted, err);
  free(params);
  return status;
}

/* Replaces the batch by what stage `i` makes of it. */
static quoth_status advance(fitting_job *job, size_t i, quoth_batch *fitted, quoth_error *err) {
  quoth_status status = QUOTH_OK;
  if (!fitted->n_rows)
    status = apply_stages(job->fitting->spec, &job->out->tensors, i, i + 1, &job->batch,
                          job->fitting->pool, fitted, err);
  if (status) return status;
  quoth_batch_clear(&job->batch);
  job->batch = *fitted;
  *fitted = (quoth_batch){0};
  if (job->batch.kind == QUOTH_DATA_COUNTS) {
    job->out->n_terms = job->batch.n_columns;
    job->out->n_entries = quoth_sparse_n_entries(&job->batch.sparse);
  }
  return QUOTH_OK;
}

static quoth_status fit_features(fitting_job *job, size_t i, quoth_error *err) {
  quoth_batch fitted = {0};
  quoth_status status = fit_stage(job, i, &job->batch, job->fitting->labels, &fitted, err);
  if (!status) status = advance(job, i, &fitted, err);
  quoth_batch_clear(&fitted);
  return status;
}

/* Fits stage `i` to the classifier's rows alone. */
static quoth_status fit_selected(fitting_job *job, size_t i, quoth_batch *fitted,
                                 quoth_error *err) {
  const quoth_fitting *fitting = job->fitting;
  size_t n = fitting->n_classifier_rows;
  uint32_t *labels = quoth_new_array(n, sizeof *labels, err);
  if (!labels) return QUOTH_ERR_NOMEM;
  for (size_t row = 0; row < n; row++) labels[row] = fitting->labels[fitting->classifier_rows[row]];
  quoth_batch rows;
  quoth_status status = quoth_batch_select(&job->batch, fitting->classifier_rows, n, &rows, err);
  if (!status) status = fit_stage(job, i, &rows, labels, fitted, err);
  quoth_batch_clear(&rows);
  free(labels);
  return status;
}

static quoth_status fit_classifier(fitting_job *job, size_t i, bool wants_probabilities,
                                   quoth_error *err) {
  quoth_batch fitted = {0};
  quoth_status status = job->fitting->classifier_rows
                            ? fit_selected(job, i, &fitted, err)
                            : fit_stage(job, i, &job->batch, job->fitting->labels, &fitted, err);
  quoth_batch_clear(&fitted); /* not of all rows, perhaps */
  if (!status && wants_probabilities) {
    status = advance(job, i, &fitted, err);
    job->out->probabilities = job->batch;
    job->batch = (quoth_batch){0};
  }
  return status;
}

quoth_status quoth_fit_pipeline(const quoth_fitting *fitting, bool wants_probabilities,
                                quoth_stage_seconds *seconds, quoth_fitted *out, quoth_error *err) {
  fitting_job job = {
      .fitting = fitting,
      .n_stages = quoth_spec_n_stages(fitting->spec),
      .batch = {.kind = QUOTH_DATA_TEXTS, .n_rows = fitting->n_rows, .texts = fitting->texts},
      .out = out};
  quoth_status status = QUOTH_OK;
  for (size_t i = 0; i < job.n_stages && !status; i++) {
    double start = quoth_seconds();
    status = i + 1 < job.n_stages ? fit_features(&job, i, err)
                                  : fit_classifier(&job, i, wants_probabilities, err);
    seconds[i].label = quoth_spec_stage(fitting->spec, i).type->label;
    seconds[i].seconds += quoth_seconds() - start;
  }
  quoth_batch_clear(&job.batch);
  return status;
}
