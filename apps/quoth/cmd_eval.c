/* quoth eval: how good a model is on labelled rows. */
#include <stdlib.h>

#include "quoth/answer.h"
#include "quoth/commands.h"
#include "quoth/console.h"
#include "quoth/evaluation.h"
#include "quoth/input.h"
#include "quoth/labelled.h"
#include "report/tables.h"
#include "train/train.h"

typedef struct settings {
  csv_settings csv;
  report_paths paths;
  option_number threads;
  bool json, no_verify;
} settings;

static const option eval_options[] = {
    CSV_TEXT_OPTION(settings),
    CSV_LABEL_OPTION(settings),
    CSV_ENCODING_OPTION(settings),
    PICTURE_OPTION(settings),
    CALIBRATION_OPTION(settings),
    REPORT_OPTION(settings),
    THREADS_OPTION(settings),
    NO_VERIFY_OPTION(settings),
    {"json", 0, OPTION_FLAG, offsetof(settings, json), NULL, "print one JSON object instead", NULL},
};

typedef struct run {
  const settings *settings;
  const char *model_path, *data;
  quoth_model *model;
  quoth_dataset dataset;
  quoth_pool *pool;
  quoth_batch probabilities;
  quoth_metrics metrics;
  uint32_t *labels; /* [n_rows]: the model's class of each row */
  evaluation evaluation;
} run;

static quoth_status evaluate(run *r, quoth_error *err) {
  const settings *s = r->settings;
  const char *inputs[] = {r->model_path, r->data};
  quoth_status status = check_outputs(inputs, NULL, &s->paths, err);
  if (!status)
    status =
        quoth_model_open(r->model_path, s->no_verify ? QUOTH_TRUST_DIGESTS : 0, &r->model, err);
  if (!status) status = read_labelled(r->model, r->data, &s->csv, &r->dataset, &r->labels, err);
  if (!status) status = open_pool(s->threads, &r->pool, err);
  if (!status)
    status = apply_model(r->model, r->model->pipeline.n_stages, r->dataset.texts, r->dataset.n_rows,
                         r->pool, &r->probabilities, err);
  if (!status)
    status = quoth_metrics_compute(r->labels, r->probabilities.dense, r->dataset.n_rows,
                                   quoth_model_n_classes(r->model), &r->metrics, err);
  if (!status) status = evaluation_init(&r->evaluation, r->model, err);
  return status;
}

static json_t *result_json(const run *r) {
  json_t *result = json_pack("{s:s, s:s, s:O}", "model", r->model_path, "digest",
                             quoth_model_digest(r->model), "classes", r->model->classes);
  json_t *metrics = quoth_metrics_json(&r->metrics, r->evaluation.classes);
  json_object_update(result, metrics);
  json_t *counts = json_array();
  for (uint32_t c = 0; c < r->metrics.n_classes; c++)
    json_array_append_new(counts, json_integer((json_int_t)r->metrics.per_class[c].support));
  json_object_set_new(result, "class_counts", counts);
  json_object_set_new(result, "n_unknown", json_integer((json_int_t)r->probabilities.n_unknown));
  json_object_set(result, "test_accuracy", json_object_get(metrics, "accuracy"));
  json_object_set(result, "test_log_loss", json_object_get(metrics, "log_loss"));
  json_decref(metrics);
  return result;
}

static quoth_status tell(run *r, quoth_error *err) {
  const settings *s = r->settings;
  quoth_report *report = &r->evaluation.report;
  report->data_name = input_name(r->data);
  report->n_rows = r->dataset.n_rows;
  report->test = &r->metrics;
  report->vocabulary_size = report->nnz = 0; /* those of the training rows */
  for (uint32_t c = 0; c < report->n_classes; c++)
    r->evaluation.class_counts[c] = r->metrics.per_class[c].support;
  quoth_status status = evaluation_write(&r->evaluation, &s->paths, err);
  if (status) return status;
  if (s->json) return print_json(result_json(r), err);
  quoth_buffer text = {0};
  status = quoth_table_append_report(&text, report, console_width(), err);
  if (!status) status = print_bytes(text.data, text.size, err);
  quoth_buffer_clear(&text);
  return status;
}

static int run_eval(const void *settings_, const char *const *operands, size_t n_operands) {
  (void)n_operands;
  catch_interrupts();
  quoth_error err = {0};
  run r = {.settings = settings_, .model_path = operands[0], .data = operands[1]};
  quoth_status status = evaluate(&r, &err);
  if (!status) status = tell(&r, &err);
  if (!status) tell_unknown(r.probabilities.n_unknown, r.dataset.n_rows);
  int code = status ? fail(&err) : EXIT_DONE;
  evaluation_clear(&r.evaluation);
  quoth_metrics_clear(&r.metrics);
  quoth_batch_clear(&r.probabilities);
  quoth_dataset_clear(&r.dataset);
  quoth_pool_free(r.pool);
  quoth_model_free(r.model);
  free(r.labels);
  return code;
}

const command command_eval = {
    .name = "eval",
    .summary = "measure a model on labelled rows",
    .usage = "MODEL DATA.csv [options]",
    .details = "Prints accuracy, log loss, precision, recall and F1 of each class, and the\n"
               "confusion matrix. Every label must be a class that the model knows.\n",
    .options = eval_options,
    .n_options = sizeof eval_options / sizeof *eval_options,
    .settings_size = sizeof(settings),
    .min_operands = 2,
    .max_operands = 2,
    .run = run_eval,
};
