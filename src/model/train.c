#include "model/train.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "model/model.h"
#include "text/lemmatizer.h"
#include "text/unicode.h"

typedef struct training_job {
  const quoth_spec *spec;
  const quoth_dataset *dataset;
  quoth_pool *pool;
  const quoth_progress *progress;
  quoth_tensors tensors;
  quoth_batch batch; /* all rows, as the stage at work takes them in */
  quoth_split split;
  quoth_training *out;
} training_job;

static quoth_status check_dataset(const quoth_dataset *dataset, quoth_error *err) {
  if (dataset->n_rows == 0) return quoth_fail(err, QUOTH_ERR_DATA, "no rows behind the header");
  if (dataset->n_classes < 2)
    return quoth_fail(err, QUOTH_ERR_DATA,
                      "only one class, \"%.*s\"; there is nothing to tell apart",
                      (int)dataset->classes[0].size, dataset->classes[0].data);
  if (dataset->n_rows > UINT32_MAX)
    return quoth_fail(err, QUOTH_ERR_DATA, "more than %u rows", UINT32_MAX);
  return QUOTH_OK;
}

/* ---- Fitting --------------------------------------------------------------- */

/* Fits stage `i` to `in`. *fitted takes what fitting put out for the same rows, if anything. */
static quoth_status fit_stage(training_job *job, size_t i, const quoth_batch *in,
                              const uint32_t *labels, quoth_batch *fitted, quoth_error *err) {
  quoth_stage_spec spec = quoth_spec_stage(job->spec, i);
  void *params = quoth_spec_stage_params(job->spec, i, err);
  if (!params) return QUOTH_ERR_NOMEM;
  quoth_fit fit = {.name = spec.name,
                   .params = params,
                   .in = in,
                   .labels = labels,
                   .n_classes = job->dataset->n_classes,
                   .pool = job->pool,
                   .progress = job->progress};
  quoth_status status = spec.type->fit(&fit, &job->tensors, fitted, err);
  free(params);
  return status;
}

/* Puts all rows through stage `i`, which was fitted. */
static quoth_status apply_stage(training_job *job, size_t i, quoth_batch *out, quoth_error *err) {
  quoth_stage_spec spec = quoth_spec_stage(job->spec, i);
  quoth_stage stage = {.type = spec.type, .name = spec.name};
  void *params = quoth_spec_stage_params(job->spec, i, err);
  if (!params) return QUOTH_ERR_NOMEM;
  quoth_status status = spec.type->load(&stage, &job->tensors, params, err);
  if (!status)
    status = quoth_stages_apply_batch(&stage, 1, &job->batch, job->pool, NULL, NULL, out, err);
  spec.type->unload(&stage);
  free(params);
  return status;
}

/* Replaces the batch by what stage `i` makes of it. */
static quoth_status advance(training_job *job, size_t i, quoth_batch *fitted, quoth_error *err) {
  quoth_status status = QUOTH_OK;
  if (!fitted->n_rows) status = apply_stage(job, i, fitted, err);
  if (status) return status;
  quoth_batch_clear(&job->batch);
  job->batch = *fitted;
  if (job->batch.kind == QUOTH_DATA_COUNTS) {
    job->out->n_terms = job->batch.n_columns;
    job->out->n_entries = quoth_sparse_n_entries(&job->batch.counts);
  }
  return QUOTH_OK;
}

/* Rows `rows` of a dense batch and of the labels. */
static quoth_status select_rows(const quoth_batch *from, const uint32_t *all_labels,
                                const uint32_t *rows, size_t n, quoth_batch *to, uint32_t **labels,
                                quoth_error *err) {
  *to = (quoth_batch){.kind = from->kind, .n_rows = n, .n_columns = from->n_columns};
  to->dense = quoth_new_aligned(n * from->n_columns, sizeof *to->dense, err);
  *labels = quoth_new_array(n, sizeof **labels, err);
  if (!to->dense || !*labels) return QUOTH_ERR_NOMEM;
  for (size_t i = 0; i < n; i++) {
    memcpy(to->dense + i * to->n_columns, from->dense + (size_t)rows[i] * to->n_columns,
           to->n_columns * sizeof *to->dense);
    (*labels)[i] = all_labels[rows[i]];
  }
  return QUOTH_OK;
}

/* Fits the classifier to the train rows of its features. */
static quoth_status fit_classifier(training_job *job, size_t i, quoth_error *err) {
  quoth_batch rows, fitted = {0};
  uint32_t *labels;
  quoth_status status = select_rows(&job->batch, job->dataset->labels, job->split.train,
                                    job->split.n_train, &rows, &labels, err);
  if (!status) status = fit_stage(job, i, &rows, labels, &fitted, err);
  quoth_batch_clear(&fitted);
  quoth_batch_clear(&rows);
  free(labels);
  return status;
}

static quoth_status fit_pipeline(training_job *job, quoth_error *err) {
  for (size_t i = 0; i < job->out->n_stages; i++) {
    double start = quoth_seconds();
    bool is_classifier = i + 1 == job->out->n_stages;
    quoth_batch fitted = {0};
    quoth_status status = is_classifier
                              ? fit_classifier(job, i, err)
                              : fit_stage(job, i, &job->batch, job->dataset->labels, &fitted, err);
    if (!status) status = advance(job, i, &fitted, err);
    if (status) {
      quoth_batch_clear(&fitted);
      return status;
    }
    job->out->seconds[i] =
        (quoth_stage_seconds){quoth_spec_stage(job->spec, i).type->label, quoth_seconds() - start};
  }
  return QUOTH_OK;
}

/* ---- Evaluation ------------------------------------------------------------ */

static quoth_status evaluate_rows(const training_job *job, const uint32_t *rows, size_t n,
                                  quoth_metrics *out, quoth_error *err) {
  quoth_batch probabilities;
  uint32_t *labels;
  quoth_status status =
      select_rows(&job->batch, job->dataset->labels, rows, n, &probabilities, &labels, err);
  if (!status)
    status =
        quoth_metrics_compute(labels, probabilities.dense, n, job->dataset->n_classes, out, err);
  quoth_batch_clear(&probabilities);
  free(labels);
  return status;
}

/* ---- Metadata -------------------------------------------------------------- */

static quoth_status set_text(quoth_tensors *tensors, const char *key, const char *value,
                             quoth_error *err) {
  return quoth_tensors_set_metadata(tensors, key, (quoth_bytes){value, strlen(value)}, err);
}

static json_t *classes_json(const quoth_dataset *dataset) {
  json_t *classes = json_array();
  for (uint32_t c = 0; c < dataset->n_classes; c++)
    quoth_json_push(&classes, json_stringn(dataset->classes[c].data, dataset->classes[c].size));
  return classes;
}

static json_t *provenance_json(const training_job *job) {
  const quoth_dataset *dataset = job->dataset;
  json_t *counts = json_array();
  for (uint32_t c = 0; c < dataset->n_classes; c++)
    quoth_json_push(&counts, json_integer((json_int_t)dataset->class_counts[c]));
  return json_pack("{s:I, s:s, s:s%, s:s%, s:o, s:I, s:I, s:I, s:I, s:s, s:s}", "rows",
                   (json_int_t)dataset->n_rows, "data_xxh3", dataset->digest, "text_column",
                   dataset->text_name.data, dataset->text_name.size, "label_column",
                   dataset->label_name.data, dataset->label_name.size, "class_counts", counts,
                   "train_rows", (json_int_t)job->out->n_train, "test_rows",
                   (json_int_t)job->out->n_test, "vocabulary_size", (json_int_t)job->out->n_terms,
                   "nnz", (json_int_t)job->out->n_entries, "unicode", QUOTH_UNICODE_VERSION,
                   "wordnet", QUOTH_WORDNET_VERSION);
}

static quoth_status write_metadata(training_job *job, quoth_error *err) {
  quoth_tensors *tensors = &job->tensors;
  const quoth_dataset *dataset = job->dataset;
  json_t *spec = NULL;
  quoth_status status = set_text(tensors, QUOTH_KEY_FORMAT, QUOTH_MODEL_FORMAT, err);
  if (!status) status = set_text(tensors, QUOTH_KEY_VERSION, quoth_version(), err);
  if (!status) status = quoth_spec_to_json(job->spec, &spec, err);
  if (!status) status = quoth_tensors_set_json(tensors, QUOTH_KEY_SPEC, spec, err);
  if (!status)
    status = quoth_tensors_set_json(tensors, QUOTH_KEY_CLASSES, classes_json(dataset), err);
  if (!status)
    status = quoth_tensors_set_json(
        tensors, QUOTH_KEY_METRICS,
        json_pack("{s:o, s:o}", "train", quoth_metrics_json(&job->out->train, dataset->classes),
                  "test", quoth_metrics_json(&job->out->test, dataset->classes)),
        err);
  if (!status)
    status = quoth_tensors_set_json(tensors, QUOTH_KEY_PROVENANCE, provenance_json(job), err);
  return status;
}

/* ---- The whole ------------------------------------------------------------- */

static quoth_status run(training_job *job, quoth_error *err) {
  const quoth_dataset *dataset = job->dataset;
  quoth_training *out = job->out;
  quoth_split_params evaluation;
  quoth_status status = check_dataset(dataset, err);
  if (!status) status = quoth_spec_evaluation(job->spec, &evaluation, err);
  if (!status)
    status = quoth_split_rows(&evaluation, dataset->n_rows, dataset->labels, dataset->n_classes,
                              &job->split, err);
  if (status) return status;
  out->n_train = job->split.n_train;
  out->n_test = job->split.n_test;
  out->n_stages = quoth_spec_n_stages(job->spec);
  out->seconds = quoth_new_array(out->n_stages, sizeof *out->seconds, err);
  if (!out->seconds) return QUOTH_ERR_NOMEM;
  job->batch =
      (quoth_batch){.kind = QUOTH_DATA_TEXTS, .n_rows = dataset->n_rows, .texts = dataset->texts};
  status = fit_pipeline(job, err);
  if (!status) status = evaluate_rows(job, job->split.train, out->n_train, &out->train, err);
  if (!status) status = evaluate_rows(job, job->split.test, out->n_test, &out->test, err);
  if (!status) status = write_metadata(job, err);
  if (!status) status = quoth_tensors_write(&job->tensors, &out->image, &out->image_size, err);
  return status;
}

quoth_status quoth_train(const quoth_spec *spec, const quoth_dataset *dataset, quoth_pool *pool,
                         const quoth_progress *progress, quoth_training *out, quoth_error *err) {
  *out = (quoth_training){0};
  training_job job = {
      .spec = spec, .dataset = dataset, .pool = pool, .progress = progress, .out = out};
  quoth_status status = run(&job, err);
  quoth_batch_clear(&job.batch);
  quoth_split_clear(&job.split);
  quoth_tensors_clear(&job.tensors);
  if (status) quoth_training_clear(out);
  return status;
}

void quoth_training_clear(quoth_training *training) {
  free(training->image);
  free(training->seconds);
  quoth_metrics_clear(&training->train);
  quoth_metrics_clear(&training->test);
  *training = (quoth_training){0};
}
