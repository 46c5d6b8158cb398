/* quoth quantize: a model's numbers in fewer bits, its terms as hashes. */
#include <stdlib.h>

#include "learn/metrics.h"
#include "quoth/commands.h"
#include "quoth/console.h"
#include "quoth/evaluation.h"
#include "quoth/labelled.h"
#include "train/quantize.h"

typedef struct settings {
  csv_settings csv;
  const char *output, *check;
  option_number threads;
  bool json;
} settings;

static const option quantize_options[] = {
    {"output", 'o', OPTION_TEXT, offsetof(settings, output), "SMALL", "where the model goes", NULL},
    {"check", 0, OPTION_TEXT, offsetof(settings, check), "DATA.csv",
     "measure both models on these rows, which neither should have learnt from", NULL},
    CSV_TEXT_OPTION(settings),
    CSV_LABEL_OPTION(settings),
    CSV_ENCODING_OPTION(settings),
    THREADS_OPTION(settings),
    {"json", 0, OPTION_FLAG, offsetof(settings, json), NULL, "print one JSON object instead", NULL},
};

/* One of the two models. */
typedef struct version {
  quoth_model *model;
  size_t size; /* of the file, in bytes */
  quoth_metrics metrics;
} version;

typedef struct run {
  const settings *settings;
  const char *model_path;
  version before, after;
  char *image; /* of the model after */
  quoth_dataset dataset;
  uint32_t *labels; /* [n_rows] the model's class of each row */
  quoth_pool *pool;
} run;

static void run_clear(run *r) {
  quoth_model_free(r->after.model);
  quoth_model_free(r->before.model);
  quoth_metrics_clear(&r->after.metrics);
  quoth_metrics_clear(&r->before.metrics);
  quoth_dataset_clear(&r->dataset);
  quoth_pool_free(r->pool);
  free(r->image);
  free(r->labels);
}

static quoth_status measure(const run *r, version *side, quoth_error *err) {
  quoth_batch probabilities = {0};
  quoth_status status = apply_model(side->model, side->model->pipeline.n_stages, r->dataset.texts,
                                    r->dataset.n_rows, r->pool, &probabilities, err);
  if (!status)
    status = quoth_metrics_compute(r->labels, probabilities.dense, r->dataset.n_rows,
                                   quoth_model_n_classes(side->model), &side->metrics, err);
  quoth_batch_clear(&probabilities);
  return status;
}

static quoth_status check(run *r, quoth_error *err) {
  const settings *s = r->settings;
  if (!s->check) return QUOTH_OK;
  quoth_status status =
      read_labelled(r->before.model, s->check, &s->csv, &r->dataset, &r->labels, err);
  if (!status) status = open_pool(s->threads, &r->pool, err);
  if (!status) status = measure(r, &r->before, err);
  if (!status) status = measure(r, &r->after, err);
  progress_end();
  return status;
}

static quoth_status quantize(run *r, quoth_error *err) {
  const settings *s = r->settings;
  const char *inputs[] = {r->model_path, s->check};
  quoth_status status = check_outputs(inputs, s->output, &(report_paths){0}, err);
  if (!status) status = quoth_model_open(r->model_path, 0, &r->before.model, err);
  if (status) return status;
  r->before.size = r->before.model->file.size;
  status = quoth_model_quantize(r->before.model, &r->image, &r->after.size, err);
  if (status) {
    snprintf(err->file, sizeof err->file, "%s", r->model_path);
    return status;
  }
  status = quoth_model_open_memory(r->image, r->after.size, 0, &r->after.model, err);
  if (!status) status = check(r, err);
  return status ? status : write_file(s->output, r->image, r->after.size, err);
}

/* ---- The report ------------------------------------------------------------ */

static json_t *side_json(const run *r, const version *side) {
  json_t *json = json_pack("{s:s, s:I}", "digest", quoth_model_digest(side->model), "bytes",
                           (json_int_t)side->size);
  if (!r->settings->check) return json;
  json_object_set_new(json, "accuracy", json_real(side->metrics.accuracy));
  json_object_set_new(json, "log_loss", json_real(side->metrics.log_loss));
  return json;
}

static quoth_status append_side(const run *r, const char *name, const version *side,
                                quoth_buffer *text, quoth_error *err) {
  quoth_status status = quoth_buffer_printf(text, err, "%-6s  %10zu", name, side->size);
  if (!status && r->settings->check)
    status = quoth_buffer_printf(text, err, "    %.4f    %.4f", side->metrics.accuracy,
                                 side->metrics.log_loss);
  return status ? status : quoth_buffer_append(text, "\n", 1, err);
}

static quoth_status print_table(const run *r, quoth_error *err) {
  const settings *s = r->settings;
  quoth_buffer text = {0};
  quoth_status status =
      s->check ? quoth_buffer_printf(&text, err, "%s: %zu rows\n\n%18s  accuracy  log loss\n",
                                     input_name(s->check), r->dataset.n_rows, "bytes")
               : quoth_buffer_printf(&text, err, "%18s\n", "bytes");
  if (!status) status = append_side(r, "before", &r->before, &text, err);
  if (!status) status = append_side(r, "after", &r->after, &text, err);
  if (!status)
    status = quoth_buffer_printf(&text, err, "\n%s: digest %s\n", s->output,
                                 quoth_model_digest(r->after.model));
  if (!status) status = print_bytes(text.data, text.size, err);
  quoth_buffer_clear(&text);
  return status;
}

static quoth_status tell(const run *r, quoth_error *err) {
  if (!r->settings->json) return print_table(r, err);
  return print_json(json_pack("{s:s, s:o, s:o}", "model", r->settings->output, "before",
                              side_json(r, &r->before), "after", side_json(r, &r->after)),
                    err);
}

/* ---- The command ----------------------------------------------------------- */

static int run_quantize(const void *settings_, const char *const *operands, size_t n_operands) {
  (void)n_operands;
  const settings *s = settings_;
  if (!s->output) return misused(&command_quantize, "say where the model goes: -o SMALL");
  if (!s->check && (s->csv.text || s->csv.label || s->csv.encoding_errors || s->threads.is_given))
    return misused(&command_quantize,
                   "--text, --label, --encoding-errors and --threads are for --check");
  catch_interrupts();
  quoth_error err = {0};
  run r = {.settings = s, .model_path = operands[0]};
  quoth_status status = quantize(&r, &err);
  if (!status) status = tell(&r, &err);
  int code = status ? fail(&err) : EXIT_DONE;
  run_clear(&r);
  return code;
}

const command command_quantize = {
    .name = "quantize",
    .summary = "make a model several times smaller",
    .usage = "MODEL -o SMALL [options]",
    .details =
        "Weights become one of 256 levels, terms their hashes; probabilities change a little.\n"
        "--check DATA.csv says how much accuracy and log loss do. Models with topics or\n"
        "forests can't be quantized.\n",
    .options = quantize_options,
    .n_options = sizeof quantize_options / sizeof *quantize_options,
    .settings_size = sizeof(settings),
    .min_operands = 1,
    .max_operands = 1,
    .run = run_quantize,
};
