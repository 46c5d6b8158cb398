#include "train/fitting.h"

#include <stdlib.h>

#include "base/clock.h"

/* Stages that are fitted one after another. */
typedef struct row_of_stages {
  quoth_pipeline_spec spec;
  const quoth_fit *from; /* what all of them are fitted from; its name is the pipeline's path */
  quoth_tensors *tensors;
  const quoth_batch *at; /* the rows, as the stage at work takes them in */
  quoth_batch own;       /* the same, once a stage has made something of them */
} row_of_stages;

void quoth_fitted_clear(quoth_fitted *fitted) {
  quoth_tensors_clear(&fitted->tensors);
  quoth_batch_clear(&fitted->probabilities);
  *fitted = (quoth_fitted){0};
}

/* ---- Applying what was fitted ---------------------------------------------- */

/* Puts `in` through stages [first, end). */
static quoth_status apply_stages(quoth_pipeline_spec spec, size_t first, size_t end,
                                 const char *path, const quoth_tensors *tensors,
                                 const quoth_batch *in, quoth_pool *pool, quoth_batch *out,
                                 quoth_error *err) {
  quoth_pipeline pipeline;
  quoth_status status = quoth_pipeline_load(spec, first, end, path, tensors, &pipeline, err);
  if (!status)
    status = quoth_stages_apply_batch(pipeline.stages, pipeline.n_stages, in, pool, NULL, NULL, out,
                                      err);
  quoth_pipeline_clear(&pipeline);
  return status;
}

quoth_status quoth_fitted_apply(const quoth_fitted *fitted, const quoth_spec *spec,
                                const quoth_batch *texts, quoth_pool *pool, quoth_batch *out,
                                quoth_error *err) {
  return apply_stages(quoth_spec_pipeline(spec), 0, quoth_spec_n_stages(spec), NULL,
                      &fitted->tensors, texts, pool, out, err);
}

/* ---- Stage by stage -------------------------------------------------------- */

/* Fits stage `i` to `in`. *fitted takes what fitting put out for the same rows, if anything. */
static quoth_status fit_stage(row_of_stages *row, size_t i, const quoth_batch *in,
                              const uint32_t *labels, quoth_batch *fitted, quoth_error *err) {
  quoth_stage_spec spec = quoth_pipeline_spec_stage(row->spec, i);
  char *path = quoth_path(row->from->name, spec.name, err);
  void *params = path ? quoth_stage_spec_params(spec, err) : NULL;
  quoth_status status = QUOTH_ERR_NOMEM;
  if (params) {
    quoth_fit fit = *row->from;
    fit.name = path;
    fit.params = params;
    fit.spec = spec;
    fit.in = in;
    fit.labels = labels;
    status = quoth_fit_function_of(spec.type)(&fit, row->tensors, fitted, err);
  }
  free(params);
  free(path);
  return status;
}

/* Replaces the rows by what stage `i` makes of them. */
static quoth_status advance(row_of_stages *row, size_t i, quoth_batch *fitted, quoth_error *err) {
  if (!fitted->n_rows) {
    quoth_status status = apply_stages(row->spec, i, i + 1, row->from->name, row->tensors, row->at,
                                       row->from->pool, fitted, err);
    if (status) return status;
  }
  quoth_batch_clear(&row->own);
  row->own = *fitted;
  row->at = &row->own;
  *fitted = (quoth_batch){0};
  return QUOTH_OK;
}

static quoth_status fit_and_advance(row_of_stages *row, size_t i, bool wants_output,
                                    quoth_error *err) {
  quoth_batch fitted = {0};
  quoth_status status = fit_stage(row, i, row->at, row->from->labels, &fitted, err);
  if (!status && wants_output) status = advance(row, i, &fitted, err);
  quoth_batch_clear(&fitted);
  return status;
}

quoth_status quoth_fit_member(quoth_pipeline_spec spec, const quoth_fit *from,
                              quoth_tensors *tensors, quoth_batch *out, quoth_error *err) {
  row_of_stages row = {.spec = spec, .from = from, .tensors = tensors, .at = from->in};
  size_t n = quoth_pipeline_spec_n_stages(spec);
  quoth_status status = QUOTH_OK;
  for (size_t i = 0; i < n && !status; i++)
    status = fit_and_advance(&row, i, i + 1 < n || out, err);
  if (!status && out) {
    *out = row.own;
    return QUOTH_OK;
  }
  quoth_batch_clear(&row.own);
  return status;
}

/* ---- The whole pipeline ---------------------------------------------------- */

/* Fits stage `i` to the classifier's rows alone. */
static quoth_status fit_selected(row_of_stages *row, size_t i, const quoth_fitting *fitting,
                                 quoth_error *err) {
  size_t n = fitting->n_classifier_rows;
  uint32_t *labels = quoth_new_array(n, sizeof *labels, err);
  if (!labels) return QUOTH_ERR_NOMEM;
  for (size_t r = 0; r < n; r++) labels[r] = fitting->labels[fitting->classifier_rows[r]];
  quoth_batch rows, fitted = {0};
  quoth_status status = quoth_batch_select(row->at, fitting->classifier_rows, n, &rows, err);
  if (!status) status = fit_stage(row, i, &rows, labels, &fitted, err);
  quoth_batch_clear(&fitted); /* not of all rows */
  quoth_batch_clear(&rows);
  free(labels);
  return status;
}

static quoth_status fit_classifier(row_of_stages *row, size_t i, const quoth_fitting *fitting,
                                   bool wants_probabilities, quoth_error *err) {
  if (!fitting->classifier_rows) return fit_and_advance(row, i, wants_probabilities, err);
  quoth_batch fitted = {0};
  quoth_status status = fit_selected(row, i, fitting, err);
  return status || !wants_probabilities ? status : advance(row, i, &fitted, err);
}

static void count_terms(const row_of_stages *row, quoth_fitted *out) {
  if (row->own.kind != QUOTH_DATA_COUNTS && row->own.kind != QUOTH_DATA_WEIGHTS) return;
  out->n_terms = row->own.n_columns;
  out->n_entries = quoth_sparse_n_entries(&row->own.sparse);
}

quoth_status quoth_fit_pipeline(const quoth_fitting *fitting, bool wants_probabilities,
                                quoth_stage_seconds *seconds, quoth_fitted *out, quoth_error *err) {
  quoth_batch texts = {
      .kind = QUOTH_DATA_TEXTS, .n_rows = fitting->n_rows, .texts = fitting->texts};
  quoth_fit from = {.in = &texts,
                    .labels = fitting->labels,
                    .n_classes = fitting->n_classes,
                    .pool = fitting->pool,
                    .progress = fitting->progress};
  row_of_stages row = {.spec = quoth_spec_pipeline(fitting->spec),
                       .from = &from,
                       .tensors = &out->tensors,
                       .at = &texts};
  size_t n = quoth_pipeline_spec_n_stages(row.spec);
  quoth_status status = QUOTH_OK;
  for (size_t i = 0; i < n && !status; i++) {
    double start = quoth_seconds();
    status = i + 1 < n ? fit_and_advance(&row, i, true, err)
                       : fit_classifier(&row, i, fitting, wants_probabilities, err);
    if (!status) count_terms(&row, out);
    seconds[i].label = quoth_pipeline_spec_stage(row.spec, i).type->label;
    seconds[i].seconds += quoth_seconds() - start;
  }
  if (!status && wants_probabilities)
    out->probabilities = row.own;
  else
    quoth_batch_clear(&row.own);
  return status;
}
