/* quoth eval: how good a model is on labelled rows. */
#include <stdlib.h>
#include <string.h>

#include "quoth/answer.h"
#include "quoth/commands.h"
#include "quoth/console.h"
#include "quoth/evaluation.h"
#include "quoth/input.h"
#include "report/tables.h"
#include "report/text.h"
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

static uint32_t find_class(const quoth_model *model, quoth_bytes name) {
  for (uint32_t c = 0; c < quoth_model_n_classes(model); c++) {
    const char *known = quoth_model_class(model, c);
    if (strlen(known) == name.size && memcmp(known, name.data, name.size) == 0) return c;
  }
  return UINT32_MAX;
}

/* Names the data's class `c`, which the model lacks, and those that the model has. */
static quoth_status fail_label(const run *r, uint32_t c, quoth_error *err) {
  enum { MAX_LISTED = 12, MAX_COLUMNS = 40 };
  uint64_t n_rows = r->dataset.class_counts[c];
  uint32_t n_classes = quoth_model_n_classes(r->model);
  quoth_buffer text = {0};
  quoth_writer writer = {.out = &text, .err = err};
  quoth_put(&writer, "label \"");
  quoth_put_label(&writer, r->dataset.classes[c], MAX_COLUMNS);
  quoth_put_format(&writer, "\" (%llu row%s) is not a class of the model, which has: ",
                   (unsigned long long)n_rows, n_rows == 1 ? "" : "s");
  for (uint32_t i = 0; i < n_classes && i < MAX_LISTED; i++) {
    if (i) quoth_put(&writer, ", ");
    quoth_put_label(&writer, quoth_bytes_of(quoth_model_class(r->model, i)), MAX_COLUMNS);
  }
  if (n_classes > MAX_LISTED) quoth_put(&writer, ", ...");
  quoth_put_end(&writer);
  if (!writer.status)
    writer.status = quoth_fail_at(err, QUOTH_ERR_DATA, input_name(r->data), 0, "%s", text.data);
  quoth_buffer_clear(&text);
  return writer.status;
}

/* The data's labels as the model's classes. */
static quoth_status match_labels(run *r, quoth_error *err) {
  const quoth_dataset *data = &r->dataset;
  uint32_t *match = quoth_new_array(data->n_classes, sizeof *match, err);
  r->labels = quoth_new_array(data->n_rows, sizeof *r->labels, err);
  quoth_status status = match && r->labels ? QUOTH_OK : QUOTH_ERR_NOMEM;
  for (uint32_t c = 0; c < data->n_classes && !status; c++) {
    match[c] = find_class(r->model, data->classes[c]);
    if (match[c] == UINT32_MAX) status = fail_label(r, c, err);
  }
  for (size_t i = 0; i < data->n_rows && !status; i++) r->labels[i] = match[data->labels[i]];
  free(match);
  return status;
}

static quoth_status read_data(run *r, quoth_error *err) {
  csv_settings csv = r->settings->csv;
  remember_columns(r->model, &csv);
  quoth_status status = read_csv(r->data, &csv, QUOTH_LABELS_REQUIRED, &r->dataset, err);
  if (!status && r->dataset.n_rows == 0)
    status =
        quoth_fail_at(err, QUOTH_ERR_DATA, input_name(r->data), 0, "no rows behind the header");
  return status;
}

static quoth_status evaluate(run *r, quoth_error *err) {
  const settings *s = r->settings;
  const char *inputs[] = {r->model_path, r->data};
  quoth_status status = check_outputs(inputs, NULL, &s->paths, err);
  if (!status)
    status =
        quoth_model_open(r->model_path, s->no_verify ? QUOTH_TRUST_DIGESTS : 0, &r->model, err);
  if (!status) status = read_data(r, err);
  if (!status) status = match_labels(r, err);
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
