#include "train/train.h"

#include <stdlib.h>
#include <string.h>

#include "model/model.h"
#include "text/lemmatizer.h"
#include "text/unicode.h"

typedef struct training_job {
  const quoth_spec *spec;
  const quoth_dataset *dataset;
  quoth_pool *pool;
  const quoth_progress *progress;
  quoth_split split;
  quoth_fitted fitted; /* what is kept, in the end */
  quoth_training *out;
} training_job;

quoth_status quoth_train_check(const quoth_dataset *dataset, quoth_error *err) {
  if (dataset->n_rows == 0) return quoth_fail(err, QUOTH_ERR_DATA, "no rows behind the header");
  if (dataset->n_classes < 2)
    return quoth_fail(err, QUOTH_ERR_DATA,
                      "only one class, \"%.*s\"; there is nothing to tell apart",
                      (int)dataset->classes[0].size, dataset->classes[0].data);
  if (dataset->n_rows > UINT32_MAX)
    return quoth_fail(err, QUOTH_ERR_DATA, "more than %u rows", UINT32_MAX);
  return QUOTH_OK;
}

/* ---- Evaluation ------------------------------------------------------------ */

static quoth_status fit(training_job *job, const quoth_fitting *fitting, bool wants_probabilities,
                        quoth_error *err) {
  quoth_fitted_clear(&job->fitted);
  quoth_status status =
      quoth_fit_pipeline(fitting, wants_probabilities, job->out->seconds, &job->fitted, err);
  job->out->n_terms = job->fitted.n_terms;
  job->out->n_entries = job->fitted.n_entries;
  return status;
}

/* Compares `probabilities`, of the rows `rows` in turn, with the labels. */
static quoth_status measure(const training_job *job, const quoth_batch *probabilities,
                            const uint32_t *rows, quoth_metrics *out, quoth_error *err) {
  const quoth_dataset *dataset = job->dataset;
  uint32_t *labels = quoth_new_array(probabilities->n_rows, sizeof *labels, err);
  if (!labels) return QUOTH_ERR_NOMEM;
  for (size_t i = 0; i < probabilities->n_rows; i++) labels[i] = dataset->labels[rows[i]];
  quoth_status status = quoth_metrics_compute(labels, probabilities->dense, probabilities->n_rows,
                                              dataset->n_classes, out, err);
  free(labels);
  return status;
}

static quoth_status measure_selected(const training_job *job, const uint32_t *rows, size_t n,
                                     quoth_metrics *out, quoth_error *err) {
  quoth_batch selected;
  quoth_status status = quoth_batch_select(&job->fitted.probabilities, rows, n, &selected, err);
  if (!status) status = measure(job, &selected, rows, out, err);
  quoth_batch_clear(&selected);
  return status;
}

/* The features are fitted to all rows, the classifier to the train rows; that is what is kept. */
static quoth_status train_once(training_job *job, const quoth_fitting *all, quoth_error *err) {
  quoth_fitting fitting = *all;
  fitting.classifier_rows = job->split.train;
  fitting.n_classifier_rows = job->split.n_train;
  quoth_status status = fit(job, &fitting, true, err);
  if (!status)
    status = measure_selected(job, job->split.train, job->split.n_train, &job->out->train, err);
  if (!status)
    status = measure_selected(job, job->split.test, job->split.n_test, &job->out->test, err);
  return status;
}

/* Fits all stages to the train rows alone and measures what comes out. */
static quoth_status rehearse(training_job *job, const quoth_fitting *all, const quoth_batch *train,
                             const quoth_batch *test, quoth_error *err) {
  uint32_t *labels = quoth_new_array(train->n_rows, sizeof *labels, err);
  if (!labels) return QUOTH_ERR_NOMEM;
  for (size_t i = 0; i < train->n_rows; i++) labels[i] = all->labels[job->split.train[i]];
  quoth_fitting fitting = *all;
  fitting.texts = train->texts;
  fitting.numbers = train->numbers;
  fitting.labels = labels;
  fitting.n_rows = train->n_rows;
  quoth_batch probabilities = {0};
  quoth_status status = fit(job, &fitting, true, err);
  if (!status)
    status = measure(job, &job->fitted.probabilities, job->split.train, &job->out->train, err);
  if (!status) status = quoth_fitted_apply(&job->fitted, all, test, &probabilities, err);
  if (!status) status = measure(job, &probabilities, job->split.test, &job->out->test, err);
  quoth_batch_clear(&probabilities);
  free(labels);
  return status;
}

/* Nothing of the test rows is used before they are tested on. */
static quoth_status train_apart(training_job *job, const quoth_fitting *all, quoth_error *err) {
  const quoth_split *split = &job->split;
  quoth_batch texts = {.kind = QUOTH_DATA_TEXTS, .n_rows = all->n_rows, .texts = all->texts};
  quoth_batch train = {0}, test = {0};
  quoth_status status = quoth_batch_select(&texts, split->train, split->n_train, &train, err);
  if (!status) status = quoth_batch_select(&texts, split->test, split->n_test, &test, err);
  if (!status) status = rehearse(job, all, &train, &test, err);
  quoth_batch_clear(&train);
  quoth_batch_clear(&test);
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
  quoth_tensors *tensors = &job->fitted.tensors;
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

/* What was fitted, as a file. */
static quoth_status write_image(training_job *job, char **image, size_t *size, quoth_error *err) {
  quoth_status status = write_metadata(job, err);
  return status ? status : quoth_tensors_write(&job->fitted.tensors, image, size, err);
}

/* ---- The whole ------------------------------------------------------------- */

/* Then all rows are learnt from. */
static quoth_status train_twice(training_job *job, const quoth_fitting *all, quoth_error *err) {
  quoth_status status = train_apart(job, all, err);
  return status ? status : fit(job, all, false, err);
}

static quoth_status train_both(training_job *job, const quoth_fitting *all, quoth_error *err) {
  quoth_status status = train_apart(job, all, err);
  if (!status) status = write_image(job, &job->out->tested_image, &job->out->tested_size, err);
  return status ? status : fit(job, all, false, err);
}

typedef quoth_status training_way(training_job *job, const quoth_fitting *all, quoth_error *err);

/* Whether texts are learnt from more than once. */
static bool is_repeated(const training_job *job, training_way *way) {
  quoth_pipeline_spec pipeline = quoth_spec_pipeline(job->spec);
  bool has_members = false;
  for (size_t i = 0; i < quoth_pipeline_spec_n_stages(pipeline); i++) {
    quoth_stage_spec stage = quoth_pipeline_spec_stage(pipeline, i);
    has_members |= quoth_stage_spec_n_members(&stage) > 0;
  }
  return has_members || way == train_twice || way == train_both;
}

/* `way` with the job's split, and what it fitted as a file. */
static quoth_status train(training_job *job, training_way *way, quoth_error *err) {
  const quoth_dataset *dataset = job->dataset;
  quoth_training *out = job->out;
  out->n_train = job->split.n_train;
  out->n_test = job->split.n_test;
  out->n_stages = quoth_spec_n_stages(job->spec);
  out->seconds = quoth_new_array(out->n_stages, sizeof *out->seconds, err);
  if (!out->seconds) return QUOTH_ERR_NOMEM;
  quoth_corpora corpora = {.texts = dataset->texts, .n_texts = dataset->n_rows};
  quoth_fitting all = {.spec = job->spec,
                       .texts = dataset->texts,
                       .corpora = is_repeated(job, way) ? &corpora : NULL,
                       .file = &dataset->file,
                       .labels = dataset->labels,
                       .n_rows = dataset->n_rows,
                       .n_classes = dataset->n_classes,
                       .pool = job->pool,
                       .progress = job->progress};
  quoth_status status = way(job, &all, err);
  quoth_corpora_clear(&corpora);
  if (!status) status = write_image(job, &out->image, &out->image_size, err);
  quoth_fitted_clear(&job->fitted);
  if (status) quoth_training_clear(out);
  return status;
}

/* `train`s by the spec's evaluation; if it says `refit`, by `refitting`. */
static quoth_status train_by(training_job *job, training_way *refitting, quoth_error *err) {
  const quoth_dataset *dataset = job->dataset;
  quoth_evaluation evaluation;
  quoth_status status = quoth_train_check(dataset, err);
  if (!status) status = quoth_spec_evaluation(job->spec, &evaluation, err);
  if (!status && !evaluation.refit && refitting == train_both)
    status = quoth_fail(err, QUOTH_ERR_ARG,
                        "the features of this recipe learn from the test rows too; set "
                        "evaluation.refit to true");
  if (!status)
    status = quoth_split_rows(&evaluation.split, dataset->n_rows, dataset->labels,
                              dataset->n_classes, &job->split, err);
  if (!status) status = train(job, evaluation.refit ? refitting : train_once, err);
  quoth_split_clear(&job->split);
  return status;
}

quoth_status quoth_train(const quoth_spec *spec, const quoth_dataset *dataset, quoth_pool *pool,
                         const quoth_progress *progress, quoth_training *out, quoth_error *err) {
  *out = (quoth_training){0};
  training_job job = {
      .spec = spec, .dataset = dataset, .pool = pool, .progress = progress, .out = out};
  return train_by(&job, train_twice, err);
}

quoth_status quoth_train_both(const quoth_spec *spec, const quoth_dataset *dataset,
                              quoth_pool *pool, const quoth_progress *progress, quoth_training *out,
                              quoth_error *err) {
  *out = (quoth_training){0};
  training_job job = {
      .spec = spec, .dataset = dataset, .pool = pool, .progress = progress, .out = out};
  return train_by(&job, train_both, err);
}

quoth_status quoth_train_on(const quoth_spec *spec, const quoth_dataset *dataset,
                            const quoth_split *split, quoth_pool *pool,
                            const quoth_progress *progress, quoth_training *out, quoth_error *err) {
  *out = (quoth_training){0};
  training_job job = {.spec = spec,
                      .dataset = dataset,
                      .pool = pool,
                      .progress = progress,
                      .split = *split,
                      .out = out};
  quoth_status status = quoth_train_check(dataset, err);
  return status ? status : train(&job, train_apart, err);
}

void quoth_training_clear(quoth_training *training) {
  free(training->image);
  free(training->tested_image);
  free(training->seconds);
  quoth_metrics_clear(&training->train);
  quoth_metrics_clear(&training->test);
  *training = (quoth_training){0};
}
