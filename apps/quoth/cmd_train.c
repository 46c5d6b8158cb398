/* quoth train: from a CSV file to an evaluated model file. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "quoth/commands.h"
#include "quoth/console.h"
#include "quoth/evaluation.h"
#include "quoth/input.h"
#include "quoth/spec_choice.h"
#include "report/tables.h"
#include "report/text.h"
#include "train/member_choice.h"
#include "train/train_quantized.h"

typedef struct settings {
  csv_settings csv;
  spec_choice choice;
  const char *output;
  report_paths paths;
  option_number time, threads;
  option_real quantize;
  bool keys, json;
} settings;

static const option train_options[] = {
    {"output", 'o', OPTION_TEXT, offsetof(settings, output), "MODEL", "where the model goes", NULL},
    RECIPE_OPTION(settings),
    SPEC_OPTION(settings),
    SET_OPTION(settings),
    {"keys", 0, OPTION_FLAG, offsetof(settings, keys), NULL,
     "only list the keys for --set, with the values they have", NULL},
    {"seed", 0, OPTION_NUMBER, offsetof(settings, choice.seed), "N", "set every random_state",
     NULL},
    {"time", 0, OPTION_NUMBER, offsetof(settings, time), "SECONDS",
     "learn only those members of a stack, such as best, that help and that there is time for",
     NULL},
    {"quantize", 0, OPTION_REAL, offsetof(settings, quantize), "LOSS",
     "make the model several times smaller, for at most that much more log loss", NULL},
    CSV_TEXT_OPTION(settings),
    CSV_LABEL_OPTION(settings),
    CSV_ID_OPTION(settings),
    CSV_ENCODING_OPTION(settings),
    PICTURE_OPTION(settings),
    CALIBRATION_OPTION(settings),
    REPORT_OPTION(settings),
    THREADS_OPTION(settings),
    {"json", 0, OPTION_FLAG, offsetof(settings, json), NULL, "print one JSON object instead", NULL},
};

/* ---- The keys -------------------------------------------------------------- */

/* "lda.n_components=50", and below it what it does and what it may be. */
static quoth_status append_keys(const char *where, const quoth_param_table *table,
                                const json_t *values, quoth_buffer *out, quoth_error *err) {
  quoth_status status = QUOTH_OK;
  for (size_t i = 0; i < table->n_params && !status; i++) {
    const quoth_param *param = &table->params[i];
    status = quoth_buffer_printf(out, err, "%s.%s=", where, param->name);
    if (!status) status = quoth_json_append(out, json_object_get(values, param->name), 0, err);
    if (!status)
      status =
          quoth_buffer_printf(out, err, "\n    %s\n    allowed: %s\n", param->help, param->allowed);
  }
  return status;
}

static bool append_stage_keys(void *out, const quoth_stage_spec *stage, const char *path) {
  return append_keys(path, &stage->type->params, stage->params, out, NULL) == QUOTH_OK;
}

static quoth_status print_keys(const settings *s, quoth_error *err) {
  quoth_spec spec = {0};
  quoth_buffer text = {0};
  quoth_status status = choose_spec(&s->choice, &spec, err);
  if (!status)
    status =
        quoth_pipeline_spec_visit(quoth_spec_pipeline(&spec), NULL, append_stage_keys, &text, err);
  if (!status)
    status = append_keys("evaluation", &quoth_evaluation_params,
                         json_object_get(spec.root, "evaluation"), &text, err);
  if (!status) status = print_bytes(text.data, text.size, err);
  quoth_buffer_clear(&text);
  quoth_spec_clear(&spec);
  return status;
}

/* ---- Telling the result ---------------------------------------------------- */

/* One run of the command. */
typedef struct run {
  const settings *settings;
  const char *data;
  quoth_spec spec;
  quoth_dataset dataset;
  quoth_pool *pool;
  quoth_member_choice members; /* with --time */
  quoth_training training;
  quoth_quantization quantization; /* with --quantize */
  quoth_model *model;              /* the trained model, opened from memory */
  evaluation evaluation;
  quoth_timing *timings;
  double read_seconds, total_seconds;
} run;

static json_t *seconds_json(const run *r) {
  json_t *seconds = json_pack("{s:f}", "read", r->read_seconds);
  for (size_t i = 0; i < r->training.n_stages; i++)
    json_object_set_new(seconds, r->training.seconds[i].label,
                        json_real(r->training.seconds[i].seconds));
  json_object_set_new(seconds, "total", json_real(r->total_seconds));
  return seconds;
}

static json_t *members_json(const quoth_member_choice *choice) {
  json_t *members = json_array();
  for (size_t m = 0; m < choice->n_members; m++) {
    const quoth_tried_member *member = &choice->members[m];
    quoth_json_push(&members, json_pack("{s:s, s:b, s:f, s:f}", "member", member->name, "is_chosen",
                                        member->is_chosen, "log_loss", member->log_loss, "seconds",
                                        member->seconds));
  }
  return json_pack("{s:I, s:f, s:f, s:o}", "rows", (json_int_t)choice->n_rows, "log_loss",
                   choice->log_loss, "seconds", choice->seconds, "members", members);
}

/* "members: svm, words; left out: nbsvm, characters (tried on 4,000 rows)" */
static void put_members(quoth_writer *writer, const quoth_member_choice *choice) {
  const char *const heads[] = {"\nmembers: ", "; left out: "};
  for (int is_out = 0; is_out < 2; is_out++) {
    const char *between = heads[is_out];
    for (size_t m = 0; m < choice->n_members; m++) {
      if (choice->members[m].is_chosen == is_out) continue;
      quoth_put(writer, between);
      quoth_put(writer, choice->members[m].name);
      between = ", ";
    }
  }
  quoth_put(writer, " (tried on ");
  quoth_put_count(writer, choice->n_rows);
  quoth_put(writer, " rows)\n");
}

static json_t *quantization_json(const quoth_quantization *q) {
  return json_pack("{s:I, s:I, s:I, s:f, s:{s:f, s:f}, s:{s:f, s:f}}", "bytes_before",
                   (json_int_t)q->bytes_before, "rows", (json_int_t)q->n_told, "chosen_by_rows",
                   (json_int_t)q->n_chosen, "least_importance", q->least_importance, "before",
                   "accuracy", q->before.accuracy, "log_loss", q->before.log_loss, "after",
                   "accuracy", q->after.accuracy, "log_loss", q->after.log_loss);
}

static json_t *result_json(const run *r) {
  const quoth_training *t = &r->training;
  json_t *result = json_pack(
      "{s:s, s:I, s:O, s:O, s:I, s:I, s:I, s:I, s:f, s:f, s:f, s:f}", "model", r->settings->output,
      "rows", (json_int_t)r->dataset.n_rows, "classes", r->model->classes, "class_counts",
      json_object_get(r->model->provenance, "class_counts"), "vocabulary_size",
      (json_int_t)t->n_terms, "nnz", (json_int_t)t->n_entries, "train_rows", (json_int_t)t->n_train,
      "test_rows", (json_int_t)t->n_test, "train_accuracy", t->train.accuracy, "test_accuracy",
      t->test.accuracy, "train_log_loss", t->train.log_loss, "test_log_loss", t->test.log_loss);
  json_t *test = json_object_get(r->model->metrics, "test");
  static const char *const keys[] = {"confusion_matrix", "per_class",         "macro",
                                     "weighted",         "brier_score",       "top_2_accuracy",
                                     "top_3_accuracy",   "calibration_error", "calibration_curve"};
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
    json_object_set(result, keys[i], json_object_get(test, keys[i]));
  if (r->members.members) json_object_set_new(result, "stack", members_json(&r->members));
  json_object_set_new(result, "seconds", seconds_json(r));
  if (r->settings->quantize.is_given)
    json_object_set_new(result, "quantization", quantization_json(&r->quantization));
  json_object_set_new(result, "model_bytes", json_integer((json_int_t)t->image_size));
  json_object_set_new(result, "digest", json_string(quoth_model_digest(r->model)));
  return result;
}

static quoth_status append_quantization(const run *r, quoth_buffer *text, quoth_error *err) {
  const quoth_quantization *q = &r->quantization;
  if (!r->settings->quantize.is_given) return QUOTH_OK;
  return quoth_buffer_printf(text, err,
                             "\nquantized        bytes  accuracy  log loss\n"
                             "before    %12zu    %.4f    %.4f\n"
                             "after     %12zu    %.4f    %.4f\n"
                             "on %zu test rows; the other %zu chose which terms are left out\n",
                             q->bytes_before, q->before.accuracy, q->before.log_loss,
                             r->training.image_size, q->after.accuracy, q->after.log_loss,
                             q->n_told, q->n_chosen);
}

static quoth_status print_tables(const run *r, quoth_error *err) {
  quoth_buffer text = {0};
  quoth_status status =
      quoth_table_append_report(&text, &r->evaluation.report, console_width(), err);
  quoth_writer writer = {.out = &text, .err = err, .status = status};
  if (r->members.members) put_members(&writer, &r->members);
  status = writer.status;
  double size = (double)r->training.image_size;
  bool is_large = size >= 1e6;
  if (!status) status = append_quantization(r, &text, err);
  if (!status)
    status = quoth_buffer_printf(&text, err, "\n%s: %.1f %s, digest %s\n", r->settings->output,
                                 size / (is_large ? 1e6 : 1e3), is_large ? "MB" : "kB",
                                 quoth_model_digest(r->model));
  if (!status) status = print_bytes(text.data, text.size, err);
  quoth_buffer_clear(&text);
  return status;
}

static quoth_status fill_evaluation(run *r, quoth_error *err) {
  const quoth_training *t = &r->training;
  quoth_status status = evaluation_init(&r->evaluation, r->model, err);
  if (status) return status;
  r->timings = quoth_new_array(t->n_stages + 2, sizeof *r->timings, err);
  if (!r->timings) return QUOTH_ERR_NOMEM;
  size_t n = 0;
  r->timings[n++] = (quoth_timing){"read", r->read_seconds};
  for (size_t i = 0; i < t->n_stages; i++)
    r->timings[n++] = (quoth_timing){t->seconds[i].label, t->seconds[i].seconds};
  r->timings[n++] = (quoth_timing){"total", r->total_seconds};
  quoth_report *report = &r->evaluation.report;
  report->data_name = input_name(r->data);
  report->n_rows = r->dataset.n_rows;
  report->train = &t->train;
  report->test = &t->test;
  report->timings = r->timings;
  report->n_timings = n;
  return QUOTH_OK;
}

/* ---- The run --------------------------------------------------------------- */

/* Leaves those members out of the spec for which there is no use or no time. */
static quoth_status choose_members(run *r, double seconds_left, quoth_error *err) {
  quoth_status status = quoth_choose_members(&r->spec, &r->dataset, seconds_left, r->pool,
                                             console_progress(), &r->members, err);
  if (status) return status;
  quoth_spec_clear(&r->spec);
  r->spec = r->members.spec;
  r->members.spec = (quoth_spec){0};
  return QUOTH_OK;
}

static quoth_status train(run *r, quoth_error *err) {
  const option_real *quantize = &r->settings->quantize;
  return quantize->is_given
             ? quoth_train_quantized(&r->spec, &r->dataset, quantize->value, r->pool,
                                     console_progress(), &r->training, &r->quantization, err)
             : quoth_train(&r->spec, &r->dataset, r->pool, console_progress(), &r->training, err);
}

static quoth_status learn(run *r, quoth_error *err) {
  const settings *s = r->settings;
  double start = quoth_seconds();
  quoth_status status = choose_spec(&s->choice, &r->spec, err);
  const char *inputs[] = {r->data, s->choice.file};
  if (!status) status = check_outputs(inputs, s->output, &s->paths, err);
  if (!status) status = open_pool(s->threads, &r->pool, err);
  if (!status) status = read_csv(r->data, &s->csv, QUOTH_LABELS_REQUIRED, &r->dataset, err);
  r->read_seconds = quoth_seconds() - start;
  if (!status && s->time.is_given)
    status =
        name_data(r->data, choose_members(r, s->time.value - (quoth_seconds() - start), err), err);
  if (!status) status = name_data(r->data, train(r, err), err);
  if (!status) status = write_file(s->output, r->training.image, r->training.image_size, err);
  r->total_seconds = quoth_seconds() - start;
  return status;
}

static quoth_status tell(run *r, quoth_error *err) {
  const settings *s = r->settings;
  quoth_status status = quoth_model_open_memory(r->training.image, r->training.image_size,
                                                QUOTH_TRUST_DIGESTS, &r->model, err);
  if (!status) status = fill_evaluation(r, err);
  if (!status) status = evaluation_write(&r->evaluation, &s->paths, err);
  if (!status) status = s->json ? print_json(result_json(r), err) : print_tables(r, err);
  return status;
}

static void run_clear(run *r) {
  evaluation_clear(&r->evaluation);
  quoth_model_free(r->model);
  quoth_training_clear(&r->training);
  quoth_member_choice_clear(&r->members);
  quoth_dataset_clear(&r->dataset);
  quoth_pool_free(r->pool);
  quoth_spec_clear(&r->spec);
  free(r->timings);
}

/* What is wrong with the command line, or NULL. */
static const char *find_misuse(const settings *s, size_t n_operands) {
  const char *misuse = spec_choice_misuse(&s->choice);
  if (misuse) return misuse;
  if (s->keys) return n_operands ? "--keys takes no data" : NULL;
  if (!n_operands) return "say what to learn from: DATA.csv";
  return s->output ? NULL : "say where the model goes: -o MODEL";
}

static int run_train(const void *settings_, const char *const *operands, size_t n_operands) {
  const settings *s = settings_;
  const char *misuse = find_misuse(s, n_operands);
  if (misuse) return misused(&command_train, "%s", misuse);
  quoth_error err = {0};
  if (s->keys) return print_keys(s, &err) ? fail(&err) : EXIT_DONE;
  catch_interrupts();
  run r = {.settings = s, .data = operands[0]};
  quoth_status status = learn(&r, &err);
  if (!status) status = tell(&r, &err);
  int code = status ? fail(&err) : EXIT_DONE;
  run_clear(&r);
  return code;
}

const command command_train = {
    .name = "train",
    .summary = "learn a model from a CSV file and report how good it is",
    .usage = "DATA.csv -o MODEL [options] | --keys",
    .details =
        "DATA.csv has a header, a column of texts and a column of labels; - is standard input.\n"
        "Keys for --set are STAGE.PARAMETER with scikit-learn's names, as in\n"
        "  quoth train data.csv -o model --set lda.n_components=20 --set forest.criterion=entropy\n"
        "quoth train --keys lists them all.\n",
    .options = train_options,
    .n_options = sizeof train_options / sizeof *train_options,
    .settings_size = sizeof(settings),
    .min_operands = 0,
    .max_operands = 1,
    .run = run_train,
};
