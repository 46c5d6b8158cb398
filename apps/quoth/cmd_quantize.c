/* quoth quantize: a model's numbers in fewer bits, its terms as hashes. */
#include <stdlib.h>

#include "learn/metrics.h"
#include "quoth/commands.h"
#include "quoth/console.h"
#include "quoth/evaluation.h"
#include "quoth/labelled.h"
#include "train/pruning_search.h"

typedef struct settings {
  csv_settings csv;
  const char *output, *check;
  option_number threads;
  option_real max_loss;
  bool json;
} settings;

static const option quantize_options[] = {
    {"output", 'o', OPTION_TEXT, offsetof(settings, output), "SMALL", "where the model goes", NULL},
    {"check", 0, OPTION_TEXT, offsetof(settings, check), "DATA.csv",
     "measure both models on these rows, which neither should have learnt from", NULL},
    {"max-loss", 0, OPTION_REAL, offsetof(settings, max_loss), "LOSS",
     "leave out what matters least, for at most that much more log loss", NULL},
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
  uint32_t *labels;         /* [n_rows] the model's class of each row */
  quoth_bytes *texts;       /* [n_rows] those of the dataset, in the order of the two parts */
  quoth_unseen_rows chosen; /* rows by which pruning is chosen */
  quoth_unseen_rows told;   /* rows that both are measured on */
  double least_importance;  /* of terms that are kept */
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
  free(r->texts);
}

/* ---- Rows ------------------------------------------------------------------ */

/* Every other row chooses what is left out, if anything is to be; the others are measured on. */
static quoth_status part_rows(run *r, quoth_error *err) {
  const quoth_dataset *data = &r->dataset;
  size_t n = data->n_rows, step = r->settings->max_loss.is_given ? 2 : 1, at = 0;
  uint32_t *labels = quoth_new_array(n, sizeof *labels, err);
  r->texts = quoth_new_array(n, sizeof *r->texts, err);
  if (!labels || !r->texts) {
    free(labels);
    return QUOTH_ERR_NOMEM;
  }
  for (size_t part = 0; part < step; part++)
    for (size_t row = part; row < n; row += step, at++) {
      r->texts[at] = data->texts[row];
      labels[at] = r->labels[row];
    }
  free(r->labels);
  r->labels = labels;
  size_t n_told = (n + step - 1) / step;
  r->told = (quoth_unseen_rows){r->texts, labels, n_told};
  r->chosen = (quoth_unseen_rows){r->texts + n_told, labels + n_told, n - n_told};
  return QUOTH_OK;
}

static quoth_status read_rows(run *r, quoth_error *err) {
  const settings *s = r->settings;
  if (!s->check) return QUOTH_OK;
  quoth_status status =
      read_labelled(r->before.model, s->check, &s->csv, &r->dataset, &r->labels, err);
  if (!status) status = part_rows(r, err);
  if (!status && s->max_loss.is_given && r->chosen.n == 0)
    status = quoth_fail_at(err, QUOTH_ERR_DATA, input_name(s->check), 0,
                           "--max-loss needs two rows or more");
  return status ? status : open_pool(s->threads, &r->pool, err);
}

/* ---- The work -------------------------------------------------------------- */

static quoth_status measure(const run *r, version *side, quoth_error *err) {
  quoth_batch probabilities = {0};
  quoth_status status = apply_model(side->model, side->model->pipeline.n_stages, r->told.texts,
                                    r->told.n, r->pool, &probabilities, err);
  if (!status)
    status = quoth_metrics_compute(r->told.labels, probabilities.dense, r->told.n,
                                   quoth_model_n_classes(side->model), &side->metrics, err);
  quoth_batch_clear(&probabilities);
  return status;
}

static quoth_status measure_both(run *r, quoth_error *err) {
  if (!r->settings->check) return QUOTH_OK;
  quoth_status status = measure(r, &r->before, err);
  if (!status) status = measure(r, &r->after, err);
  progress_end();
  return status;
}

/* What is refused here is the model. */
static quoth_status make_small(run *r, quoth_error *err) {
  const option_real *max_loss = &r->settings->max_loss;
  const quoth_model *model = r->before.model;
  quoth_status status = QUOTH_OK;
  if (max_loss->is_given)
    status = quoth_pruning_search(&model->spec, &model->pipeline, &model->tensors, &r->chosen,
                                  max_loss->value, r->pool, console_progress(),
                                  &r->least_importance, err);
  if (!status)
    status = quoth_model_quantize(model, r->least_importance, &r->image, &r->after.size, err);
  if (status) snprintf(err->file, sizeof err->file, "%s", r->model_path);
  return status;
}

static quoth_status quantize(run *r, quoth_error *err) {
  const settings *s = r->settings;
  const char *inputs[] = {r->model_path, s->check};
  quoth_status status = check_outputs(inputs, s->output, &(report_paths){0}, err);
  if (!status) status = quoth_model_open(r->model_path, 0, &r->before.model, err);
  if (status) return status;
  r->before.size = r->before.model->file.size;
  status = read_rows(r, err);
  if (!status) status = make_small(r, err);
  if (!status) status = quoth_model_open_memory(r->image, r->after.size, 0, &r->after.model, err);
  if (!status) status = measure_both(r, err);
  return status ? status : write_file(s->output, r->image, r->after.size, err);
}

/* ---- The report ------------------------------------------------------------ */

static size_t count_terms(const quoth_pipeline *pipeline) {
  size_t n = 0;
  for (size_t i = 0; i < pipeline->n_stages; i++) {
    const quoth_stage *stage = &pipeline->stages[i];
    if (stage->type == &quoth_count_vectorizer) n += stage->n_outputs;
    for (size_t m = 0; m < stage->n_members; m++) n += count_terms(&stage->members[m]);
  }
  return n;
}

static json_t *side_json(const run *r, const version *side) {
  json_t *json =
      json_pack("{s:s, s:I, s:I}", "digest", quoth_model_digest(side->model), "bytes",
                (json_int_t)side->size, "terms", (json_int_t)count_terms(&side->model->pipeline));
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
                                     input_name(s->check), r->told.n, "bytes")
               : quoth_buffer_printf(&text, err, "%18s\n", "bytes");
  if (!status) status = append_side(r, "before", &r->before, &text, err);
  if (!status) status = append_side(r, "after", &r->after, &text, err);
  if (!status && s->max_loss.is_given)
    status = quoth_buffer_printf(&text, err,
                                 "\n%zu of %zu terms are left; the other %zu rows say which\n",
                                 count_terms(&r->after.model->pipeline),
                                 count_terms(&r->before.model->pipeline), r->chosen.n);
  if (!status)
    status = quoth_buffer_printf(&text, err, "\n%s: digest %s\n", s->output,
                                 quoth_model_digest(r->after.model));
  if (!status) status = print_bytes(text.data, text.size, err);
  quoth_buffer_clear(&text);
  return status;
}

static quoth_status tell(const run *r, quoth_error *err) {
  if (!r->settings->json) return print_table(r, err);
  json_t *result = json_pack("{s:s, s:o, s:o}", "model", r->settings->output, "before",
                             side_json(r, &r->before), "after", side_json(r, &r->after));
  if (r->settings->check) json_object_set_new(result, "rows", json_integer((json_int_t)r->told.n));
  if (r->settings->max_loss.is_given)
    json_object_set_new(result, "pruning",
                        json_pack("{s:I, s:f}", "rows", (json_int_t)r->chosen.n, "least_importance",
                                  r->least_importance));
  return print_json(result, err);
}

/* ---- The command ----------------------------------------------------------- */

static int run_quantize(const void *settings_, const char *const *operands, size_t n_operands) {
  (void)n_operands;
  const settings *s = settings_;
  if (!s->output) return misused(&command_quantize, "say where the model goes: -o SMALL");
  if (!s->check && (s->csv.text || s->csv.label || s->csv.encoding_errors || s->threads.is_given))
    return misused(&command_quantize,
                   "--text, --label, --encoding-errors and --threads are for --check");
  if (!s->check && s->max_loss.is_given)
    return misused(&command_quantize, "--max-loss needs rows to measure on: --check DATA.csv");
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
