#include "train/fitting.h"

#include <stdlib.h>

#include "base/clock.h"
#include "train/starts.h"

static const size_t FEATURES_BYTES = 256 << 20;

/* Stages that are fitted one after another. */
typedef struct row_of_stages {
  quoth_pipeline_spec spec;
  const quoth_fit *from; /* what all of them are fitted from; its name is the pipeline's path */
  quoth_tensors *tensors;
  const quoth_batch *at; /* the rows, as stage `next` takes them in */
  size_t next;           /* the first stage that the rows have still to go through */
  quoth_batch own;       /* the same as `at`, once a stage has made something of them */
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
                                 const quoth_batch *in, quoth_pool *pool,
                                 const quoth_progress *progress, quoth_batch *out,
                                 quoth_error *err) {
  quoth_pipeline pipeline;
  quoth_status status = quoth_pipeline_load(spec, first, end, path, tensors, &pipeline, err);
  if (!status)
    status = quoth_stages_apply_batch(pipeline.stages, pipeline.n_stages, in, pool, "predict",
                                      progress, out, err);
  quoth_pipeline_clear(&pipeline);
  return status;
}

/* Counts texts by what is known of them since they were read. */
static quoth_status count_again(const quoth_fitted *fitted, const quoth_fitting *fitting,
                                const quoth_stage_spec *spec, const quoth_batch *texts,
                                quoth_batch *out, quoth_error *err) {
  void *params = quoth_stage_spec_params(*spec, err);
  if (!params) return QUOTH_ERR_NOMEM;
  quoth_fit fit = {.name = spec->name,
                   .params = params,
                   .spec = *spec,
                   .in = texts,
                   .pool = fitting->pool,
                   .corpora = fitting->corpora};
  quoth_status status = quoth_count_vectorizer_apply_again(&fit, &fitted->tensors, out, err);
  free(params);
  return status;
}

quoth_status quoth_fitted_apply(const quoth_fitted *fitted, const quoth_fitting *fitting,
                                const quoth_batch *texts, quoth_batch *out, quoth_error *err) {
  quoth_pipeline_spec pipeline = quoth_spec_pipeline(fitting->spec);
  quoth_stage_spec first = quoth_pipeline_spec_stage(pipeline, 0);
  bool is_counted = fitting->corpora && first.type == &quoth_count_vectorizer;
  quoth_batch counts = {0};
  quoth_status status =
      is_counted ? count_again(fitted, fitting, &first, texts, &counts, err) : QUOTH_OK;
  if (!status)
    status =
        apply_stages(pipeline, is_counted, quoth_pipeline_spec_n_stages(pipeline), NULL,
                     &fitted->tensors, is_counted ? &counts : texts, fitting->pool, NULL, out, err);
  quoth_batch_clear(&counts);
  return status;
}

/* ---- Stage by stage -------------------------------------------------------- */

/* Fits stage `i` to `in`. *fitted takes what fitting put out for the same rows, if anything. */
static quoth_status fit_stage(row_of_stages *row, size_t i, const quoth_batch *in,
                              quoth_batch *last_use, const uint32_t *labels, quoth_batch *fitted,
                              quoth_error *err) {
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
    fit.last_use = last_use;
    fit.labels = labels;
    status = quoth_fit_function_of(spec.type)(&fit, row->tensors, fitted, err);
  }
  free(params);
  free(path);
  return status;
}

static void take_rows(row_of_stages *row, size_t next, quoth_batch *made) {
  quoth_batch_clear(&row->own);
  row->own = *made;
  row->at = &row->own;
  row->next = next;
  *made = (quoth_batch){0};
}

/* Puts `in` through the stages that the rows have still to go through before stage `end`. Rows that
 * waited are many, so progress is told. */
static quoth_status apply_waiting(const row_of_stages *row, size_t end, const quoth_batch *in,
                                  quoth_batch *out, quoth_error *err) {
  const quoth_progress *progress = end - row->next > 1 ? row->from->progress : NULL;
  return apply_stages(row->spec, row->next, end, row->from->name, row->tensors, in, row->from->pool,
                      progress, out, err);
}

/* Makes the rows what stage `end` takes in. */
static quoth_status catch_up(row_of_stages *row, size_t end, quoth_error *err) {
  if (row->next == end) return QUOTH_OK;
  quoth_batch made = {0};
  quoth_status status = apply_waiting(row, end, row->at, &made, err);
  if (!status) take_rows(row, end, &made);
  return status;
}

/* Fits stage `i` to all rows. If its output for these does not fall out, they wait. */
static quoth_status fit_and_advance(row_of_stages *row, size_t i, quoth_error *err) {
  quoth_batch fitted = {0};
  quoth_status status = catch_up(row, i, err);
  if (!status) status = fit_stage(row, i, row->at, NULL, row->from->labels, &fitted, err);
  if (!status && fitted.n_rows)
    take_rows(row, i + 1, &fitted);
  else
    quoth_batch_clear(&fitted);
  return status;
}

quoth_status quoth_fit_member(quoth_pipeline_spec spec, const quoth_fit *from,
                              quoth_tensors *tensors, quoth_batch *out, quoth_error *err) {
  quoth_fit own = *from;
  row_of_stages row = {.spec = spec, .from = &own, .tensors = tensors, .at = from->in};
  size_t n = quoth_pipeline_spec_n_stages(spec);
  if (from->in->kind == QUOTH_DATA_TEXTS) own.numbers = from->in->numbers;
  quoth_status status = QUOTH_OK;
  for (size_t i = 0; i < n && !status; i++) status = fit_and_advance(&row, i, err);
  if (!status && out) {
    status = catch_up(&row, n, err);
    if (!status) {
      *out = row.own;
      return QUOTH_OK;
    }
  }
  quoth_batch_clear(&row.own);
  return status;
}

/* ---- The whole pipeline ---------------------------------------------------- */

/* The classifier's rows of `row`, as stage `end` takes them in. */
static quoth_status select_rows(const row_of_stages *row, size_t end, const quoth_fitting *fitting,
                                quoth_batch *out, quoth_error *err) {
  quoth_batch rows;
  quoth_status status =
      quoth_batch_select(row->at, fitting->classifier_rows, fitting->n_classifier_rows, &rows, err);
  if (status || row->next == end) {
    *out = rows;
    return status;
  }
  *out = (quoth_batch){0};
  status = apply_waiting(row, end, &rows, out, err);
  quoth_batch_clear(&rows);
  return status;
}

/* Fits stage `i` to the classifier's rows alone. */
static quoth_status fit_selected(row_of_stages *row, size_t i, const quoth_fitting *fitting,
                                 quoth_error *err) {
  size_t n = fitting->n_classifier_rows;
  uint32_t *labels = quoth_new_array(n, sizeof *labels, err);
  if (!labels) return QUOTH_ERR_NOMEM;
  for (size_t r = 0; r < n; r++) labels[r] = fitting->labels[fitting->classifier_rows[r]];
  quoth_batch rows, fitted = {0};
  quoth_status status = select_rows(row, i, fitting, &rows, err);
  if (!status) status = fit_stage(row, i, &rows, &rows, labels, &fitted, err);
  quoth_batch_clear(&fitted); /* not of all rows */
  quoth_batch_clear(&rows);
  free(labels);
  return status;
}

static quoth_status fit_classifier(row_of_stages *row, size_t i, const quoth_fitting *fitting,
                                   bool wants_probabilities, quoth_error *err) {
  quoth_status status =
      fitting->classifier_rows ? fit_selected(row, i, fitting, err) : fit_and_advance(row, i, err);
  return status || !wants_probabilities ? status : catch_up(row, i + 1, err);
}

static void count_terms(const row_of_stages *row, quoth_fitted *out) {
  if (row->own.kind != QUOTH_DATA_COUNTS && row->own.kind != QUOTH_DATA_WEIGHTS) return;
  out->n_terms = row->own.n_columns;
  out->n_entries = quoth_sparse_n_entries(&row->own.sparse);
}

quoth_status quoth_fit_pipeline(const quoth_fitting *fitting, bool wants_probabilities,
                                quoth_stage_seconds *seconds, quoth_fitted *out, quoth_error *err) {
  quoth_batch texts = {.kind = QUOTH_DATA_TEXTS,
                       .n_rows = fitting->n_rows,
                       .texts = fitting->texts,
                       .numbers = fitting->numbers};
  quoth_starts starts = {.n_rows = fitting->corpora ? fitting->corpora->n_texts : 0};
  quoth_fit from = {.in = &texts,
                    .labels = fitting->labels,
                    .n_classes = fitting->n_classes,
                    .pool = fitting->pool,
                    .progress = fitting->progress,
                    .corpora = fitting->corpora,
                    .starts = fitting->corpora ? &starts : NULL,
                    .numbers = fitting->numbers,
                    .features_bytes =
                        fitting->features_bytes ? fitting->features_bytes : FEATURES_BYTES};
  row_of_stages row = {.spec = quoth_spec_pipeline(fitting->spec),
                       .from = &from,
                       .tensors = &out->tensors,
                       .at = &texts};
  size_t n = quoth_pipeline_spec_n_stages(row.spec);
  quoth_status status = QUOTH_OK;
  for (size_t i = 0; i < n && !status; i++) {
    double start = quoth_seconds();
    status = i + 1 < n ? fit_and_advance(&row, i, err)
                       : fit_classifier(&row, i, fitting, wants_probabilities, err);
    if (!status) count_terms(&row, out);
    if (fitting->file && i == 0 && row.next > 0) quoth_file_rest(fitting->file);
    seconds[i].label = quoth_pipeline_spec_stage(row.spec, i).type->label;
    seconds[i].seconds += quoth_seconds() - start;
  }
  quoth_starts_clear(&starts);
  if (!status && wants_probabilities)
    out->probabilities = row.own;
  else
    quoth_batch_clear(&row.own);
  return status;
}
