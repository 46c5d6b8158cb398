#include "train/train_quantized.h"

#include <stdlib.h>

#include "train/pruning_search.h"

typedef struct quantized_training {
  const quoth_spec *spec;
  const quoth_dataset *dataset;
  double max_loss;
  quoth_pool *pool;
  const quoth_progress *progress;
  quoth_split split;
  quoth_training *out;
  quoth_quantization *told;
} quantized_training;

/* Rows of the dataset, in arrays of their own. */
typedef struct some_rows {
  quoth_bytes *texts;
  uint32_t *labels;
  size_t n;
} some_rows;

static void rows_clear(some_rows *rows) {
  free(rows->texts);
  free(rows->labels);
}

/* Every `step`th of `rows` ([n]) from `first` on. */
static quoth_status take_rows(const quoth_dataset *dataset, const uint32_t *rows, size_t n,
                              size_t first, size_t step, some_rows *out, quoth_error *err) {
  *out = (some_rows){.texts = quoth_new_array(n, sizeof *out->texts, err),
                     .labels = quoth_new_array(n, sizeof *out->labels, err)};
  if (!out->texts || !out->labels) return QUOTH_ERR_NOMEM;
  for (size_t i = first; i < n; i += step, out->n++) {
    out->texts[out->n] = dataset->texts[rows[i]];
    out->labels[out->n] = dataset->labels[rows[i]];
  }
  return QUOTH_OK;
}

static quoth_status measure(const quantized_training *job, const quoth_model *model,
                            const some_rows *rows, quoth_metrics *out, quoth_error *err) {
  const quoth_batch texts = {.kind = QUOTH_DATA_TEXTS, .n_rows = rows->n, .texts = rows->texts};
  quoth_batch probabilities = {0};
  quoth_status status =
      quoth_stages_apply_batch(model->pipeline.stages, model->pipeline.n_stages, &texts, job->pool,
                               "quantize", job->progress, &probabilities, err);
  if (!status)
    status = quoth_metrics_compute(rows->labels, probabilities.dense, rows->n,
                                   job->dataset->n_classes, out, err);
  quoth_batch_clear(&probabilities);
  return status;
}

/* ---- The model of the train rows ------------------------------------------- */

static quoth_status choose(const quantized_training *job, const quoth_model *tested,
                           quoth_error *err) {
  some_rows rows;
  quoth_status status =
      take_rows(job->dataset, job->split.test, job->split.n_test, 1, 2, &rows, err);
  const quoth_unseen_rows unseen = {rows.texts, rows.labels, rows.n};
  job->told->n_chosen = rows.n;
  if (!status && rows.n > 0)
    status =
        quoth_pruning_search(job->spec, &tested->pipeline, &tested->tensors, &unseen, job->max_loss,
                             job->pool, job->progress, &job->told->least_importance, err);
  rows_clear(&rows);
  return status;
}

/* On the test rows that had no part in choosing. */
static quoth_status compare(const quantized_training *job, const quoth_model *tested,
                            const quoth_model *small, quoth_error *err) {
  some_rows rows;
  quoth_metrics before = {0}, after = {0};
  quoth_quantization *told = job->told;
  quoth_status status =
      take_rows(job->dataset, job->split.test, job->split.n_test, 0, 2, &rows, err);
  if (!status) status = measure(job, tested, &rows, &before, err);
  if (!status) status = measure(job, small, &rows, &after, err);
  told->n_told = rows.n;
  told->before.accuracy = before.accuracy;
  told->before.log_loss = before.log_loss;
  told->after.accuracy = after.accuracy;
  told->after.log_loss = after.log_loss;
  quoth_metrics_clear(&before);
  quoth_metrics_clear(&after);
  rows_clear(&rows);
  return status;
}

static quoth_status measure_all(const quantized_training *job, const quoth_model *small,
                                const uint32_t *rows, size_t n, quoth_metrics *out,
                                quoth_error *err) {
  some_rows all;
  quoth_metrics_clear(out);
  quoth_status status = take_rows(job->dataset, rows, n, 0, 1, &all, err);
  if (!status) status = measure(job, small, &all, out, err);
  rows_clear(&all);
  return status;
}

static quoth_status measure_small(const quantized_training *job, const quoth_model *tested,
                                  const quoth_model *small, quoth_error *err) {
  const quoth_split *split = &job->split;
  quoth_status status = compare(job, tested, small, err);
  if (!status)
    status = measure_all(job, small, split->train, split->n_train, &job->out->train, err);
  return status ? status
                : measure_all(job, small, split->test, split->n_test, &job->out->test, err);
}

static quoth_status test_small(const quantized_training *job, quoth_error *err) {
  quoth_model *tested = NULL, *small = NULL;
  char *image = NULL;
  size_t size;
  quoth_status status = quoth_model_open_memory(job->out->tested_image, job->out->tested_size,
                                                QUOTH_TRUST_DIGESTS, &tested, err);
  if (!status) status = choose(job, tested, err);
  if (!status)
    status = quoth_model_quantize(tested, job->told->least_importance, &image, &size, err);
  if (!status) status = quoth_model_open_memory(image, size, QUOTH_TRUST_DIGESTS, &small, err);
  if (!status) status = measure_small(job, tested, small, err);
  quoth_model_free(small);
  quoth_model_free(tested);
  free(image);
  return status;
}

/* ---- The model of all rows ------------------------------------------------- */

/* The tensors quantized, with the metadata of `model` but for format and metrics. */
static quoth_status fill_small(const quantized_training *job, const quoth_model *model,
                               quoth_tensors *small, quoth_error *err) {
  static const quoth_bytes format = {QUOTH_QUANTIZED_FORMAT, sizeof QUOTH_QUANTIZED_FORMAT - 1};
  const quoth_training *out = job->out;
  const quoth_bytes *classes = job->dataset->classes;
  quoth_status status = quoth_tensors_copy_metadata(small, &model->tensors, err);
  if (!status) status = quoth_tensors_set_metadata(small, QUOTH_KEY_FORMAT, format, err);
  if (!status)
    status = quoth_tensors_set_json(small, QUOTH_KEY_METRICS,
                                    json_pack("{s:o, s:o}", "train",
                                              quoth_metrics_json(&out->train, classes), "test",
                                              quoth_metrics_json(&out->test, classes)),
                                    err);
  return status ? status
                : quoth_quantize(&model->pipeline, &model->tensors, job->told->least_importance,
                                 small, err);
}

static quoth_status replace_image(const quantized_training *job, quoth_error *err) {
  quoth_training *out = job->out;
  quoth_model *model = NULL;
  quoth_tensors small = {0};
  char *image = NULL;
  size_t size = 0;
  quoth_status status =
      quoth_model_open_memory(out->image, out->image_size, QUOTH_TRUST_DIGESTS, &model, err);
  if (!status) status = fill_small(job, model, &small, err);
  if (!status) status = quoth_tensors_write(&small, &image, &size, err);
  quoth_tensors_clear(&small);
  quoth_model_free(model);
  if (status) return status;
  job->told->bytes_before = out->image_size;
  free(out->image);
  out->image = image;
  out->image_size = size;
  return QUOTH_OK;
}

quoth_status quoth_train_quantized(const quoth_spec *spec, const quoth_dataset *dataset,
                                   double max_loss, quoth_pool *pool,
                                   const quoth_progress *progress, quoth_training *out,
                                   quoth_quantization *quantization, quoth_error *err) {
  *quantization = (quoth_quantization){0};
  *out = (quoth_training){0};
  quantized_training job = {.spec = spec,
                            .dataset = dataset,
                            .max_loss = max_loss,
                            .pool = pool,
                            .progress = progress,
                            .out = out,
                            .told = quantization};
  quoth_evaluation evaluation;
  quoth_status status = quoth_quantize_check(spec, err);
  if (!status) status = quoth_train_both(spec, dataset, pool, progress, out, err);
  if (!status) status = quoth_spec_evaluation(spec, &evaluation, err);
  if (!status)
    status = quoth_split_rows(&evaluation.split, dataset->n_rows, dataset->labels,
                              dataset->n_classes, &job.split, err);
  if (!status) status = test_small(&job, err);
  if (!status) status = replace_image(&job, err);
  quoth_split_clear(&job.split);
  if (status) quoth_training_clear(out);
  return status;
}
