/* quoth import: scikit-learn's pickles to a model. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "interop/sklearn.h"
#include "quoth/commands.h"
#include "quoth/console.h"
#include "quoth/import_check.h"
#include "quoth/input.h"
#include "report/text.h"

typedef struct settings {
  csv_settings csv;
  const char *output, *lemmatizer, *check, *against;
  option_number threads;
  bool json;
} settings;

static const option import_options[] = {
    {"output", 'o', OPTION_TEXT, offsetof(settings, output), "MODEL", "where the model goes", NULL},
    {"lemmatizer", 0, OPTION_TEXT, offsetof(settings, lemmatizer), "NAME",
     "what a vectorizer of your own class does with words; null: nothing",
     "null wordnet wordnet-verb wordnet-adj wordnet-adv wordnet-all"},
    {"check", 0, OPTION_TEXT, offsetof(settings, check), "DATA.csv",
     "predict these texts, and compare with --against", NULL},
    {"against", 0, OPTION_TEXT, offsetof(settings, against), "PREDICTIONS.csv",
     "what Python predicted: a column label, a column for each class, or both", NULL},
    CSV_TEXT_OPTION(settings),
    CSV_ENCODING_OPTION(settings),
    THREADS_OPTION(settings),
    {"json", 0, OPTION_FLAG, offsetof(settings, json), NULL, "print one JSON object instead", NULL},
};

typedef struct run {
  const settings *settings;
  quoth_file *files;            /* [n_files] */
  quoth_import_source *sources; /* [n_files] */
  size_t n_files;
  quoth_imported imported;
  char *image;
  size_t image_size;
  quoth_model *model;
  import_check check;
} run;

static quoth_status open_files(run *r, const char *const *paths, size_t n, quoth_error *err) {
  r->files = quoth_new_array(n, sizeof *r->files, err);
  r->sources = quoth_new_array(n, sizeof *r->sources, err);
  if (!r->files || !r->sources) return QUOTH_ERR_NOMEM;
  quoth_status status = QUOTH_OK;
  for (size_t i = 0; i < n && !status; i++) {
    const char *inputs[] = {paths[i], r->settings->check};
    status = check_output(inputs, r->settings->output, err);
    if (!status) status = quoth_file_open(paths[i], &r->files[i], err);
    if (status) break;
    r->sources[i] =
        (quoth_import_source){input_name(paths[i]), {r->files[i].data, r->files[i].size}};
    r->n_files = i + 1;
  }
  return status;
}

/* The model as others open it: what the file says is checked before it is written. */
static quoth_status open_image(run *r, quoth_error *err) {
  quoth_model_free(r->model);
  free(r->image);
  r->model = NULL;
  r->image = NULL;
  quoth_status status = quoth_imported_write(&r->imported, &r->image, &r->image_size, err);
  return status ? status : quoth_model_open_memory(r->image, r->image_size, 0, &r->model, err);
}

static quoth_status prove(run *r, quoth_error *err) {
  const settings *s = r->settings;
  quoth_pool *pool = NULL;
  quoth_status status = open_pool(s->threads, &pool, err);
  if (!status)
    status = import_check_run(r->model, s->check, s->against, &s->csv, pool, &r->check, err);
  quoth_pool_free(pool);
  if (!status && r->check.is_equal &&
      json_object_set_new(json_object_get(r->imported.provenance, "imported"), "check",
                          import_check_json(&r->check)) != 0)
    status = quoth_fail_nomem(err, 1);
  /* The second time with the proof in it. */
  if (!status && r->check.is_equal) status = open_image(r, err);
  return status;
}

static void tell_objects(const run *r, quoth_writer *out) {
  const json_t *objects =
      json_object_get(json_object_get(r->imported.provenance, "imported"), "objects");
  for (size_t i = 0; i < json_array_size(objects); i++) {
    const json_t *object = json_array_get(objects, i);
    const char *version = json_string_value(json_object_get(object, "version"));
    quoth_put(out, "  ");
    quoth_put_label(out, quoth_bytes_of(json_string_value(json_object_get(object, "class"))), 60);
    quoth_put(out, *version ? "  scikit-learn " : "");
    quoth_put_label(out, quoth_bytes_of(version), 60);
    quoth_put(out, "\n");
  }
}

static void tell_model(const run *r, quoth_writer *out) {
  quoth_put_label(out, quoth_bytes_of(r->settings->output), SIZE_MAX);
  quoth_put(out, ": ");
  quoth_put_count(out, r->image_size);
  quoth_put(out, " bytes\n");
}

static quoth_status tell(const run *r, quoth_error *err) {
  quoth_buffer text = {0};
  quoth_writer out = {.out = &text, .err = err};
  quoth_put_format(&out, "%zu file%s, %zu classes\n", r->n_files, r->n_files == 1 ? "" : "s",
                   (size_t)quoth_model_n_classes(r->model));
  tell_objects(r, &out);
  if (r->settings->check) import_check_tell(&r->check, &out);
  if (!r->settings->check || r->check.is_equal) tell_model(r, &out);
  quoth_status status = out.status ? out.status : print_bytes(text.data, text.size, err);
  quoth_buffer_clear(&text);
  return status;
}

static quoth_status tell_json(const run *r, quoth_error *err) {
  json_t *result = json_pack("{s:s, s:s, s:O}", "model", r->settings->output, "digest",
                             quoth_model_digest(r->model), "imported",
                             json_object_get(r->imported.provenance, "imported"));
  if (result && r->settings->check)
    json_object_set_new(result, "check", import_check_json(&r->check));
  return print_json(result, err);
}

/* A classifier that has no probabilities in scikit-learn, and decides all the same. */
static void note_decisions(const run *r) {
  quoth_stage_spec last =
      quoth_spec_stage(&r->model->spec, quoth_spec_n_stages(&r->model->spec) - 1);
  const char *loss = json_string_value(json_object_get(last.params, "loss"));
  if (last.type == &quoth_linear_svc_stage && json_is_null(json_object_get(last.params, "cv")) &&
      strcmp(loss, "log_loss") != 0)
    fputs(
        "quoth: note: the classifier has no probabilities; labels are its own, and what this model "
        "gives for probabilities are sigmoids of its decision values, not calibrated\n",
        stderr);
}

static quoth_status import(run *r, const char *const *paths, size_t n_paths, quoth_error *err) {
  const settings *s = r->settings;
  quoth_import_options options = {.lemmatizer = s->lemmatizer};
  quoth_status status = open_files(r, paths, n_paths, err);
  if (!status) status = quoth_sklearn_import(r->sources, r->n_files, &options, &r->imported, err);
  if (!status) status = open_image(r, err);
  if (!status && s->check) status = prove(r, err);
  bool is_kept = !s->check || r->check.is_equal;
  if (!status && is_kept) status = write_file(s->output, r->image, r->image_size, err);
  progress_end();
  if (!status) status = s->json ? tell_json(r, err) : tell(r, err);
  if (!status) note_decisions(r);
  if (!status && !is_kept)
    status = quoth_fail_at(err, QUOTH_ERR_DATA, s->against, 0,
                           "Python's predictions differ by more than %g; no model was written",
                           IMPORT_TOLERANCE);
  return status;
}

static void clear(run *r) {
  quoth_model_free(r->model);
  free(r->image);
  quoth_imported_clear(&r->imported);
  for (size_t i = 0; i < r->n_files; i++) quoth_file_close(&r->files[i]);
  free(r->files);
  free(r->sources);
}

static int run_import(const void *settings_, const char *const *operands, size_t n_operands) {
  const settings *s = settings_;
  if (!s->output) return misused(&command_import, "say with -o where the model should go");
  if (!s->check != !s->against)
    return misused(&command_import, "--check and --against go together");
  if (!s->check && (s->csv.text || s->threads.is_given))
    return misused(&command_import, "--text and --threads go with --check");
  catch_interrupts();
  run r = {.settings = s};
  quoth_error err = {0};
  int code = import(&r, operands, n_operands, &err) ? fail(&err) : EXIT_DONE;
  clear(&r);
  return code;
}

const command command_import = {
    .name = "import",
    .summary = "make a model of scikit-learn's pickles, running nothing",
    .usage = "FILE... -o MODEL [--check DATA.csv --against PREDICTIONS.csv]",
    .details = "The files, of pickle or joblib, in the order in which texts go through them, or\n"
               "one file with a Pipeline. What quoth can't do in the same way is refused.\n"
               "With --check nothing is written unless Python's predictions are met.\n",
    .options = import_options,
    .n_options = sizeof import_options / sizeof *import_options,
    .settings_size = sizeof(settings),
    .min_operands = 1,
    .max_operands = SIZE_MAX,
    .run = run_import,
};
