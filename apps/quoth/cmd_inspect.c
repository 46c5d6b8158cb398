/* quoth inspect: what is in a model file. */
#include <inttypes.h>
#include <string.h>

#include "model/describe.h"
#include "quoth/commands.h"
#include "quoth/console.h"
#include "quoth/input.h"
#include "report/text.h"

typedef struct settings {
  bool vocabulary, spec, verify, json;
} settings;

static const option inspect_options[] = {
    {"vocabulary", 0, OPTION_FLAG, offsetof(settings, vocabulary), NULL,
     "print the terms, one a line, in index order", NULL},
    {"spec", 0, OPTION_FLAG, offsetof(settings, spec), NULL,
     "print the spec, fit for quoth train --spec", NULL},
    {"verify", 0, OPTION_FLAG, offsetof(settings, verify), NULL,
     "only check the digests of all tensors and of the header", NULL},
    {"json", 0, OPTION_FLAG, offsetof(settings, json), NULL, "print everything as JSON", NULL},
};

/* ---- Parts ----------------------------------------------------------------- */

static quoth_status append_vocabulary(const quoth_model *model, quoth_buffer *out,
                                      quoth_error *err) {
  quoth_strings terms;
  quoth_status status = quoth_model_vocabulary(model, &terms, err);
  quoth_writer writer = {.out = out, .err = err, .status = status};
  for (uint32_t i = 0; !writer.status && i < terms.n_strings; i++) {
    quoth_put_label(&writer, quoth_strings_get(&terms, i), SIZE_MAX);
    quoth_put(&writer, "\n");
  }
  return writer.status;
}

static quoth_status append_spec(const quoth_model *model, quoth_buffer *out, quoth_error *err) {
  quoth_status status = quoth_spec_append_json(&model->spec, 2, out, err);
  return status ? status : quoth_buffer_append(out, "\n", 1, err);
}

static json_int_t count(const quoth_model *model, const char *key) {
  return json_integer_value(json_object_get(model->provenance, key));
}

static const char *note(const quoth_model *model, const char *key) {
  const char *text = json_string_value(json_object_get(model->provenance, key));
  return text ? text : "?";
}

/* A name from somebody's data, on its line. */
static quoth_status append_name(quoth_buffer *out, const char *name, quoth_error *err) {
  enum { MAX_COLUMNS = 60 };
  quoth_writer writer = {.out = out, .err = err};
  quoth_put_label(&writer, quoth_bytes_of(name), MAX_COLUMNS);
  return writer.status;
}

static quoth_status append_classes(const quoth_model *model, quoth_buffer *out, quoth_error *err) {
  const json_t *counts = json_object_get(model->provenance, "class_counts");
  quoth_status status =
      quoth_buffer_printf(out, err, "classes     %u\n", quoth_model_n_classes(model));
  for (uint32_t c = 0; c < quoth_model_n_classes(model) && !status; c++) {
    status = quoth_buffer_append(out, "  ", 2, err);
    if (!status) status = append_name(out, quoth_model_class(model, c), err);
    if (!status && !counts) status = quoth_buffer_append(out, "\n", 1, err);
    if (!status && counts)
      status = quoth_buffer_printf(out, err, "  %" JSON_INTEGER_FORMAT " rows\n",
                                   json_integer_value(json_array_get(counts, c)));
  }
  return status;
}

/* The first that an object has; "" if none has one. */
static const char *version_of(const json_t *imported) {
  const json_t *objects = json_object_get(imported, "objects");
  for (size_t i = 0; i < json_array_size(objects); i++) {
    const char *version = json_string_value(json_object_get(json_array_get(objects, i), "version"));
    if (version && *version) return version;
  }
  return "";
}

/* The files that it was made of, and what wrote them. */
static quoth_status append_imported(const json_t *imported, quoth_buffer *out, quoth_error *err) {
  const json_t *files = json_object_get(imported, "files"),
               *check = json_object_get(imported, "check");
  const char *version = version_of(imported);
  quoth_status status = quoth_buffer_printf(out, err, "imported    ");
  for (size_t i = 0; i < json_array_size(files) && !status; i++) {
    const char *name = json_string_value(json_object_get(json_array_get(files, i), "name"));
    status = quoth_buffer_printf(out, err, "%s", i ? ", " : "");
    if (!status) status = append_name(out, name ? name : "?", err);
  }
  if (!status && *version) {
    status = quoth_buffer_printf(out, err, ", of scikit-learn ");
    if (!status) status = append_name(out, version, err);
  }
  if (!status) status = quoth_buffer_printf(out, err, "\n");
  if (!status && check)
    status = quoth_buffer_printf(
        out, err, "checked     %" JSON_INTEGER_FORMAT " of Python's predictions, all equal\n",
        json_integer_value(json_object_get(check, "rows")));
  return status;
}

static quoth_status append_data(const quoth_model *model, quoth_buffer *out, quoth_error *err) {
  const json_t *imported = json_object_get(model->provenance, "imported");
  if (imported) return append_imported(imported, out, err);
  quoth_status status = quoth_buffer_printf(
      out, err, "trained on  %" JSON_INTEGER_FORMAT " rows, columns \"", count(model, "rows"));
  if (!status) status = append_name(out, note(model, "text_column"), err);
  if (!status) status = quoth_buffer_printf(out, err, "\" and \"");
  if (!status) status = append_name(out, note(model, "label_column"), err);
  if (!status) status = quoth_buffer_printf(out, err, "\", digest %s\n", note(model, "data_xxh3"));
  return status;
}

/* One line a stage, its members' indented below it. */
static quoth_status append_stages(const quoth_pipeline *pipeline, int indent, quoth_buffer *out,
                                  quoth_error *err) {
  quoth_status status = QUOTH_OK;
  for (size_t i = 0; i < pipeline->n_stages && !status; i++) {
    const quoth_stage *stage = &pipeline->stages[i];
    status = quoth_buffer_printf(out, err, "%*s%-11s %s, %u columns out\n", indent, "", stage->name,
                                 stage->type->name, stage->n_outputs);
    for (size_t m = 0; m < stage->n_members && !status; m++)
      status = append_stages(&stage->members[m], indent + 2, out, err);
  }
  return status;
}

static quoth_status append_pipeline(const quoth_model *model, quoth_buffer *out, quoth_error *err) {
  quoth_status status = quoth_buffer_printf(out, err, "pipeline\n");
  return status ? status : append_stages(&model->pipeline, 2, out, err);
}

static quoth_status append_metrics(const quoth_model *model, quoth_buffer *out, quoth_error *err) {
  static const char *const sides[] = {"train", "test"};
  quoth_status status = QUOTH_OK;
  for (size_t i = 0; i < 2 && !status; i++) {
    const json_t *side = json_object_get(model->metrics, sides[i]);
    if (!side) continue; /* of an imported model */
    status = quoth_buffer_printf(
        out, err, "%-11s %" JSON_INTEGER_FORMAT " rows, accuracy %.4f, log loss %.4f\n", sides[i],
        json_integer_value(json_object_get(side, "rows")),
        json_number_value(json_object_get(side, "accuracy")),
        json_number_value(json_object_get(side, "log_loss")));
  }
  return status;
}

static quoth_status append_tensors(const quoth_model *model, quoth_buffer *out, quoth_error *err) {
  quoth_status status = quoth_buffer_printf(out, err, "tensors\n");
  for (size_t i = 0; i < model->tensors.n_items && !status; i++) {
    const quoth_tensor *tensor = &model->tensors.items[i];
    if (quoth_tensor_is_padding(tensor)) continue;
    status = quoth_buffer_printf(out, err, "  %-32s %-3s [%" PRIu64, tensor->name,
                                 quoth_dtype_name(tensor->dtype), tensor->shape[0]);
    if (!status && tensor->rank == 2)
      status = quoth_buffer_printf(out, err, ", %" PRIu64, tensor->shape[1]);
    if (!status) status = quoth_buffer_printf(out, err, "]\n");
  }
  return status;
}

static quoth_status append_terms(const quoth_model *model, quoth_buffer *out, quoth_error *err) {
  quoth_status status = quoth_buffer_printf(out, err, "vocabulary  %" JSON_INTEGER_FORMAT " terms",
                                            count(model, "vocabulary_size"));
  if (!status && json_object_get(model->provenance, "nnz"))
    status =
        quoth_buffer_printf(out, err, ", %" JSON_INTEGER_FORMAT " counts other than 0 in training",
                            count(model, "nnz"));
  return status ? status : quoth_buffer_append(out, "\n", 1, err);
}

static quoth_status append_summary(const quoth_model *model, quoth_buffer *out, quoth_error *err) {
  const char *recipe = json_string_value(json_object_get(model->spec.root, "recipe"));
  quoth_status status =
      quoth_buffer_printf(out, err,
                          "recipe      %s\n"
                          "digest      %s\n"
                          "made by     quoth %s; Unicode %s, WordNet %s\n",
                          recipe ? recipe : "?", quoth_model_digest(model),
                          quoth_tensors_metadata(&model->tensors, QUOTH_KEY_VERSION),
                          note(model, "unicode"), note(model, "wordnet"));
  if (!status) status = append_data(model, out, err);
  if (!status && count(model, "vocabulary_size")) status = append_terms(model, out, err);
  if (!status) status = append_metrics(model, out, err);
  if (!status) status = append_classes(model, out, err);
  if (!status) status = append_pipeline(model, out, err);
  if (!status) status = append_tensors(model, out, err);
  return status;
}

/* ---- JSON ------------------------------------------------------------------ */

static json_t *vocabulary_json(const quoth_model *model) {
  quoth_strings terms;
  json_t *list = json_array();
  if (quoth_model_vocabulary(model, &terms, NULL)) return list;
  for (uint32_t i = 0; i < terms.n_strings; i++) {
    quoth_bytes term = quoth_strings_get(&terms, i);
    json_array_append_new(list, json_stringn(term.data, term.size));
  }
  return list;
}

static quoth_status print_description(const quoth_model *model, quoth_error *err) {
  json_t *description = quoth_model_describe(model, err);
  if (!description) return QUOTH_ERR_NOMEM;
  json_object_set_new(description, "vocabulary", vocabulary_json(model));
  return print_json(description, err);
}

/* ---- The command ----------------------------------------------------------- */

static quoth_status inspect(const settings *s, const char *path, const quoth_model *model,
                            quoth_error *err) {
  if (s->json) return print_description(model, err);
  quoth_buffer text = {0};
  quoth_status status = s->verify ? quoth_buffer_printf(&text, err, "%s: all digests match\n", path)
                        : s->vocabulary ? append_vocabulary(model, &text, err)
                        : s->spec       ? append_spec(model, &text, err)
                                        : append_summary(model, &text, err);
  if (!status) status = print_bytes(text.data, text.size, err);
  quoth_buffer_clear(&text);
  return status;
}

static int run_inspect(const void *settings_, const char *const *operands, size_t n_operands) {
  (void)n_operands;
  const settings *s = settings_;
  if (s->vocabulary + s->spec + s->verify + s->json > 1)
    return misused(&command_inspect, "choose one of --vocabulary, --spec, --verify and --json");
  quoth_error err = {0};
  quoth_model *model = NULL;
  quoth_status status = quoth_model_open(operands[0], 0, &model, &err);
  if (!status) status = inspect(s, operands[0], model, &err);
  int code = status ? fail(&err) : EXIT_DONE;
  quoth_model_free(model);
  return code;
}

const command command_inspect = {
    .name = "inspect",
    .summary = "show what is in a model file",
    .usage = "MODEL [--vocabulary | --spec | --verify | --json]",
    .details = "The file's digests are checked in any case.\n",
    .options = inspect_options,
    .n_options = sizeof inspect_options / sizeof *inspect_options,
    .settings_size = sizeof(settings),
    .min_operands = 1,
    .max_operands = 1,
    .run = run_inspect,
};
