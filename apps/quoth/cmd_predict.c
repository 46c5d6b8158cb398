/* quoth predict: label texts given on the command line, in a CSV file, or line by line. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/number.h"
#include "data/csv.h"
#include "learn/metrics.h"
#include "quoth/answer.h"
#include "quoth/commands.h"
#include "quoth/console.h"
#include "quoth/input.h"

typedef struct settings {
  csv_settings csv;
  const char *input, *output;
  option_number threads;
  bool proba, json, jsonl, no_verify;
} settings;

static const option predict_options[] = {
    {"input", 0, OPTION_TEXT, offsetof(settings, input), "FILE.csv",
     "label the rows of a CSV file; - is standard input", NULL},
    {"output", 'o', OPTION_TEXT, offsetof(settings, output), "OUT.csv",
     "where the labelled rows go (default: standard output)", NULL},
    {"proba", 0, OPTION_FLAG, offsetof(settings, proba), NULL,
     "the probability of every class instead of the label", NULL},
    {"json", 0, OPTION_FLAG, offsetof(settings, json), NULL,
     "answer the texts of the command line with one JSON object", NULL},
    {"jsonl", 0, OPTION_FLAG, offsetof(settings, jsonl), NULL,
     "with -: lines in and out are JSON, in: \"text\" or {\"text\": ...}", NULL},
    CSV_TEXT_OPTION(settings),
    CSV_ID_OPTION(settings),
    CSV_ENCODING_OPTION(settings),
    {"threads", 0, OPTION_NUMBER, offsetof(settings, threads), "N",
     "threads for --input (default: all cores)", NULL},
    NO_VERIFY_OPTION(settings),
};

/* A model with what one thread needs to ask it. */
typedef struct oracle {
  const settings *settings;
  quoth_model *model;
  quoth_scratch *scratch;
  double *probabilities; /* [n_classes] of the last text */
  uint32_t label;        /* of the last text */
  bool is_unknown;       /* the last text */
  size_t n, n_unknown;   /* texts so far */
  quoth_buffer repaired; /* the last text that was not UTF-8 */
} oracle;

static quoth_status ask(oracle *o, quoth_bytes text, quoth_error *err) {
  quoth_status status = make_valid(&text, &o->settings->csv, &o->repaired, err);
  if (!status)
    status = quoth_predict(o->model, o->scratch, text.data, text.size, o->probabilities, err);
  if (status) return status;
  o->label = quoth_most_probable(o->probabilities, quoth_model_n_classes(o->model));
  o->is_unknown = quoth_known_terms(o->scratch) == 0;
  o->n_unknown += o->is_unknown;
  o->n++;
  return QUOTH_OK;
}

/* ---- Answers --------------------------------------------------------------- */

/* A class's name in a line of tabs: what would end the field or the line is escaped. */
static quoth_status append_class(quoth_buffer *out, const char *name, quoth_error *err) {
  static const char special[] = "\t\n\r\\", letters[] = "tnr\\";
  quoth_status status = QUOTH_OK;
  for (; *name && !status; name++) {
    const char *found = strchr(special, *name);
    status = found ? quoth_buffer_printf(out, err, "\\%c", letters[found - special])
                   : quoth_buffer_append(out, name, 1, err);
  }
  return status;
}

/* "LABEL<tab>probability", or every class so with --proba, on one line. */
static quoth_status append_line(const oracle *o, quoth_buffer *out, quoth_error *err) {
  uint32_t n = quoth_model_n_classes(o->model);
  quoth_status status = QUOTH_OK;
  for (uint32_t c = 0; c < n && !status; c++) {
    if (!o->settings->proba && c != o->label) continue;
    char number[QUOTH_NUMBER_SIZE];
    quoth_number_shortest(o->probabilities[c], number);
    if (out->size) status = quoth_buffer_append(out, "\t", 1, err);
    if (!status) status = append_class(out, quoth_model_class(o->model, c), err);
    if (!status) status = quoth_buffer_printf(out, err, "\t%s", number);
  }
  return status ? status : quoth_buffer_append(out, "\n", 1, err);
}

static json_t *answer_json(const oracle *o) {
  return prediction_json(o->model, o->probabilities, o->label, o->is_unknown);
}

/* ---- Texts of the command line --------------------------------------------- */

static quoth_status answer_texts(oracle *o, const char *const *texts, size_t n, quoth_error *err) {
  json_t *predictions = json_array();
  quoth_buffer out = {0};
  quoth_status status = QUOTH_OK;
  for (size_t i = 0; i < n && !status; i++) {
    status = ask(o, (quoth_bytes){texts[i], strlen(texts[i])}, err);
    if (status) {
      snprintf(err->file, sizeof err->file, "text %zu", i + 1);
      break;
    }
    out.size = 0;
    if (o->settings->json)
      json_array_append_new(predictions, answer_json(o));
    else if (!(status = append_line(o, &out, err)))
      status = print_bytes(out.data, out.size, err);
  }
  quoth_buffer_clear(&out);
  if (!status && o->settings->json)
    return print_json(json_pack("{s:{s:s}, s:o}", "model", "digest", quoth_model_digest(o->model),
                                "predictions", predictions),
                      err);
  json_decref(predictions);
  return status;
}

/* ---- Lines ----------------------------------------------------------------- */

/* The text of a line of JSON: a string, or the member "text" of an object. *value keeps it. */
static quoth_status read_json_text(oracle *o, quoth_bytes line, json_t **value, quoth_bytes *text,
                                   quoth_error *err) {
  quoth_status status = make_valid(&line, &o->settings->csv, &o->repaired, err);
  if (!status) status = quoth_json_parse(line, NULL, value, err);
  if (status) return status;
  const json_t *string = json_is_object(*value) ? json_object_get(*value, "text") : *value;
  if (!json_is_string(string))
    return quoth_fail(err, QUOTH_ERR_DATA, "neither a JSON string nor an object with a \"text\"");
  *text = (quoth_bytes){json_string_value(string), json_string_length(string)};
  return QUOTH_OK;
}

/* The answer to one line of JSON, with the line's "id" if it has one. */
static quoth_status append_json_line(const oracle *o, const json_t *question, quoth_buffer *out,
                                     quoth_error *err) {
  json_t *answer = json_object();
  json_t *id = json_is_object(question) ? json_object_get(question, "id") : NULL;
  if (id) json_object_set(answer, "id", id);
  json_t *prediction = answer_json(o);
  json_object_update(answer, prediction);
  quoth_status status = quoth_json_append(out, answer, 0, err);
  json_decref(prediction);
  json_decref(answer);
  return status ? status : quoth_buffer_append(out, "\n", 1, err);
}

static quoth_status ask_plain_line(oracle *o, quoth_bytes line, quoth_buffer *out,
                                   quoth_error *err) {
  if (memchr(line.data, '\0', line.size))
    return quoth_fail(err, QUOTH_ERR_DATA, "a NUL byte; the input is damaged or not a text");
  quoth_status status = ask(o, line, err);
  return status ? status : append_line(o, out, err);
}

static quoth_status ask_json_line(oracle *o, quoth_bytes line, quoth_buffer *out,
                                  quoth_error *err) {
  json_t *value = NULL;
  quoth_bytes text;
  quoth_status status = read_json_text(o, line, &value, &text, err);
  if (!status) status = ask(o, text, err);
  if (!status) status = append_json_line(o, value, out, err);
  json_decref(value);
  return status;
}

static quoth_status answer_line(oracle *o, quoth_bytes line, uint64_t number, quoth_buffer *out,
                                quoth_error *err) {
  out->size = 0;
  quoth_status status =
      o->settings->jsonl ? ask_json_line(o, line, out, err) : ask_plain_line(o, line, out, err);
  if (!status) return print_bytes(out->data, out->size, err);
  snprintf(err->file, sizeof err->file, "standard input");
  err->line = number;
  return status;
}

static quoth_status answer_lines(oracle *o, quoth_error *err) {
  char *line = NULL;
  size_t capacity = 0;
  quoth_buffer out = {0};
  quoth_status status = QUOTH_OK;
  for (uint64_t number = 1; !status; number++) {
    ssize_t size = getline(&line, &capacity, stdin);
    if (size < 0) break;
    while (size > 0 && (line[size - 1] == '\n' || line[size - 1] == '\r')) size--;
    if (size == 0 && o->settings->jsonl) continue;
    status = answer_line(o, (quoth_bytes){line, (size_t)size}, number, &out, err);
  }
  if (!status && ferror(stdin))
    status =
        quoth_fail_at(err, QUOTH_ERR_IO, "standard input", 0, "cannot read: %s", strerror(errno));
  quoth_buffer_clear(&out);
  free(line);
  return status;
}

/* ---- A CSV file ------------------------------------------------------------ */

static quoth_status write_labels(const settings *s, const quoth_model *model,
                                 const quoth_dataset *dataset, const quoth_batch *probabilities,
                                 quoth_error *err) {
  quoth_buffer text = {0};
  uint32_t n = probabilities->n_columns;
  quoth_status status = quoth_buffer_append(&text, "id,label\n", 9, err);
  for (size_t row = 0; row < dataset->n_rows && !status; row++) {
    char number[24];
    const char *label =
        quoth_model_class(model, quoth_most_probable(probabilities->dense + row * n, n));
    status = quoth_csv_append_field(&text, row_name(dataset, row, number), err);
    if (!status) status = quoth_buffer_append(&text, ",", 1, err);
    if (!status) status = quoth_csv_append_field(&text, (quoth_bytes){label, strlen(label)}, err);
    if (!status) status = quoth_buffer_append(&text, "\n", 1, err);
  }
  if (!status) status = write_file(s->output ? s->output : "-", text.data, text.size, err);
  quoth_buffer_clear(&text);
  return status;
}

static quoth_status write_probabilities(const settings *s, const quoth_model *model,
                                        const quoth_dataset *dataset,
                                        const quoth_batch *probabilities, quoth_error *err) {
  uint32_t n = quoth_model_n_classes(model);
  quoth_bytes *names = quoth_new_array(n, sizeof *names, err);
  if (!names) return QUOTH_ERR_NOMEM;
  for (uint32_t c = 0; c < n; c++) {
    const char *name = quoth_model_class(model, c);
    names[c] = (quoth_bytes){name, strlen(name)};
  }
  quoth_status status =
      write_numbers(s->output ? s->output : "-", dataset, probabilities, names, err);
  free(names);
  return status;
}

static quoth_status answer_csv(oracle *o, quoth_error *err) {
  const settings *s = o->settings;
  csv_settings csv = s->csv;
  remember_columns(o->model, &csv);
  quoth_dataset dataset = {0};
  quoth_pool *pool = NULL;
  quoth_batch probabilities = {0};
  quoth_status status = read_csv(s->input, &csv, QUOTH_LABELS_NONE, &dataset, err);
  if (!status) status = open_pool(s->threads, &pool, err);
  if (!status)
    status = apply_model(o->model, o->model->pipeline.n_stages, dataset.texts, dataset.n_rows, pool,
                         &probabilities, err);
  progress_end();
  o->n = dataset.n_rows;
  o->n_unknown = probabilities.n_unknown;
  if (!status)
    status = s->proba ? write_probabilities(s, o->model, &dataset, &probabilities, err)
                      : write_labels(s, o->model, &dataset, &probabilities, err);
  quoth_batch_clear(&probabilities);
  quoth_pool_free(pool);
  quoth_dataset_clear(&dataset);
  return status;
}

/* ---- The command ----------------------------------------------------------- */

static quoth_status answer(const settings *s, const char *const *operands, size_t n_operands,
                           quoth_error *err) {
  oracle o = {.settings = s};
  const char *inputs[] = {operands[0], s->input};
  quoth_status status = check_output(inputs, s->output, err);
  if (!status)
    status = quoth_model_open(operands[0], s->no_verify ? QUOTH_TRUST_DIGESTS : 0, &o.model, err);
  if (!status) status = quoth_scratch_new(o.model, &o.scratch, err);
  if (!status) {
    o.probabilities = quoth_new_array(quoth_model_n_classes(o.model), sizeof *o.probabilities, err);
    if (!o.probabilities) status = QUOTH_ERR_NOMEM;
  }
  if (!status) {
    bool is_lines = n_operands == 2 && strcmp(operands[1], "-") == 0;
    status = s->input   ? answer_csv(&o, err)
             : is_lines ? answer_lines(&o, err)
                        : answer_texts(&o, operands + 1, n_operands - 1, err);
  }
  if (!status) tell_unknown(o.n_unknown, o.n);
  free(o.probabilities);
  quoth_buffer_clear(&o.repaired);
  quoth_scratch_free(o.scratch);
  quoth_model_free(o.model);
  return status;
}

/* What in the command line does not go together, or NULL. */
static const char *find_misuse(const settings *s, const char *const *operands, size_t n_operands) {
  size_t n_texts = n_operands - 1;
  bool has_dash = false;
  for (size_t i = 1; i < n_operands; i++) has_dash = has_dash || strcmp(operands[i], "-") == 0;
  if (!s->input && n_texts == 0)
    return "give texts, or - for lines of standard input, or --input FILE.csv";
  if (s->input && n_texts > 0) return "--input and texts exclude each other";
  if (has_dash && n_texts > 1) return "- and other texts exclude each other";
  if (!s->input && (s->output || s->csv.text || s->csv.id || s->threads.is_given))
    return "-o, --text, --id and --threads go with --input";
  if (s->jsonl && !has_dash) return "--jsonl goes with -, lines of standard input";
  if (s->json && has_dash) return "--json goes with texts of the command line; with -, --jsonl";
  if (s->json && s->input) return "--json goes with texts of the command line; --input gives CSV";
  return NULL;
}

static int run_predict(const void *settings_, const char *const *operands, size_t n_operands) {
  const settings *s = settings_;
  const char *misuse = find_misuse(s, operands, n_operands);
  if (misuse) return misused(&command_predict, "%s", misuse);
  if (s->output) catch_interrupts();
  quoth_error err = {0};
  return answer(s, operands, n_operands, &err) ? fail(&err) : EXIT_DONE;
}

const command command_predict = {
    .name = "predict",
    .summary = "label texts",
    .usage = "MODEL TEXT... | MODEL - | MODEL --input FILE.csv [-o OUT.csv]",
    .details = "Each TEXT is answered by a line: its label, a tab, the label's probability.\n"
               "Tabs, line breaks and backslashes in a label are written \\t, \\n, \\r and \\\\.\n"
               "With - each line of standard input is a text and is answered at once.\n"
               "With --input the rows of a CSV file are answered as CSV: id,label, or with\n"
               "--proba id and a column for each class. Rows without an id are numbered from 1.\n"
               "A TEXT that begins with - goes behind --.\n",
    .options = predict_options,
    .n_options = sizeof predict_options / sizeof *predict_options,
    .settings_size = sizeof(settings),
    .min_operands = 1,
    .max_operands = SIZE_MAX,
    .run = run_predict,
};
