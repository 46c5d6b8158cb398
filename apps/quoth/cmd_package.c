/* quoth package: a model and the program that answers from it, as AWS Lambda takes them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "model/slim.h"
#include "quoth/commands.h"
#include "quoth/console.h"
#include "quoth/deployment.h"
#include "quoth/evaluation.h"
#include "quoth/input.h"

/* What Lambda takes: MiB that it calls MB. */
static const size_t MAX_UNPACKED = 250u << 20, MAX_UPLOAD = 50u << 20;

typedef struct settings {
  csv_settings csv;
  const char *output, *arch, *runtime, *precision, *check, *template;
  option_number threads;
  bool force, json;
} settings;

static const option package_options[] = {
    {"output", 'o', OPTION_TEXT, offsetof(settings, output), "function.zip", "where the zip goes",
     NULL},
    {"arch", 0, OPTION_TEXT, offsetof(settings, arch), "ARCH",
     "the function's processor (default: that of this machine)", "x86_64 arm64"},
    {"runtime", 0, OPTION_TEXT, offsetof(settings, runtime), "FILE",
     "a static quothd for ARCH (default: the one that was built with quoth)", NULL},
    {"precision", 0, OPTION_TEXT, offsetof(settings, precision), "PRECISION",
     "float64 (the default) gives the same bits, float32 a smaller zip", "float64 float32"},
    {"check", 0, OPTION_TEXT, offsetof(settings, check), "DATA.csv",
     "say how much the probabilities of these rows change", NULL},
    CSV_TEXT_OPTION(settings),
    CSV_ENCODING_OPTION(settings),
    THREADS_OPTION(settings),
    {"template", 0, OPTION_TEXT, offsetof(settings, template), "TOOL",
     "also write what deploys the zip with TOOL, beside it", "sam terraform cdk dockerfile"},
    {"force", 0, OPTION_FLAG, offsetof(settings, force), NULL,
     "let --template replace files that are there", NULL},
    {"json", 0, OPTION_FLAG, offsetof(settings, json), NULL, "print one JSON object instead", NULL},
};

/* How the model in the zip answers beside the one it was made from. */
typedef struct difference {
  size_t n_rows, n_other_labels;
  double largest; /* change of a probability */
} difference;

typedef struct run {
  const settings *settings;
  const char *model_path;
  const quoth_arch *arch;
  const quoth_template *template; /* NULL for none */
  char *found_runtime;            /* its path, if the command line does not say */
  const char *runtime_path;
  quoth_file runtime;
  quoth_model *model;
  quoth_model *slim; /* views slim_image */
  char *slim_image;
  size_t slim_size;
  difference difference;
  char *zip;
  size_t zip_size;
} run;

static bool is_float32(const settings *s) {
  return s->precision && strcmp(s->precision, "float32") == 0;
}

static void run_clear(run *r) {
  quoth_model_free(r->slim);
  quoth_model_free(r->model);
  quoth_file_close(&r->runtime);
  free(r->found_runtime);
  free(r->slim_image);
  free(r->zip);
}

/* ---- Parts ----------------------------------------------------------------- */

static quoth_status open_runtime(run *r, quoth_error *err) {
  quoth_status status = QUOTH_OK;
  if (!r->settings->runtime) status = quoth_runtime_find(r->arch, &r->found_runtime, err);
  r->runtime_path = r->settings->runtime ? r->settings->runtime : r->found_runtime;
  if (!status) status = quoth_file_open(r->runtime_path, &r->runtime, err);
  if (status) return status;
  quoth_bytes bytes = {r->runtime.data, r->runtime.size};
  return quoth_runtime_check(bytes, r->runtime_path, r->arch, err);
}

static quoth_status make_slim(run *r, quoth_error *err) {
  quoth_status status = quoth_model_open(r->model_path, 0, &r->model, err);
  if (!status)
    status = quoth_model_slim(r->model, is_float32(r->settings) ? QUOTH_FLOAT32 : QUOTH_FLOAT64,
                              &r->slim_image, &r->slim_size, err);
  if (!status) status = quoth_model_open_memory(r->slim_image, r->slim_size, 0, &r->slim, err);
  return status;
}

static quoth_status check_unpacked(const run *r, quoth_error *err) {
  size_t size = r->runtime.size + r->slim_size;
  if (size <= MAX_UNPACKED) return QUOTH_OK;
  return quoth_fail_at(err, QUOTH_ERR_DATA, r->model_path, 0,
                       "%.1f MB with its runtime, and Lambda takes functions of at most %.1f MB",
                       (double)size / 1e6, (double)MAX_UNPACKED / 1e6);
}

/* ---- The check ------------------------------------------------------------- */

/* Both are [n_rows][n_columns]. */
static difference compare(const quoth_batch *before, const quoth_batch *after) {
  uint32_t n = before->n_columns;
  difference d = {.n_rows = before->n_rows};
  for (size_t row = 0; row < before->n_rows; row++) {
    const double *a = before->dense + row * n, *b = after->dense + row * n;
    d.n_other_labels += quoth_most_probable(a, n) != quoth_most_probable(b, n);
    for (uint32_t c = 0; c < n; c++) d.largest = fmax(d.largest, fabs(a[c] - b[c]));
  }
  return d;
}

static quoth_status predict_rows(const quoth_model *model, const quoth_dataset *dataset,
                                 quoth_pool *pool, quoth_batch *out, quoth_error *err) {
  return apply_model(model, model->pipeline.n_stages, dataset->texts, dataset->n_rows, pool, out,
                     err);
}

static quoth_status check_rows(run *r, quoth_error *err) {
  const settings *s = r->settings;
  if (!s->check) return QUOTH_OK;
  csv_settings csv = s->csv;
  remember_columns(r->model, &csv);
  quoth_dataset dataset = {0};
  quoth_pool *pool = NULL;
  quoth_batch before = {0}, after = {0};
  quoth_status status = read_csv(s->check, &csv, QUOTH_LABELS_NONE, &dataset, err);
  if (!status) status = open_pool(s->threads, &pool, err);
  if (!status) status = predict_rows(r->model, &dataset, pool, &before, err);
  if (!status) status = predict_rows(r->slim, &dataset, pool, &after, err);
  if (!status) r->difference = compare(&before, &after);
  progress_end();
  quoth_batch_clear(&before);
  quoth_batch_clear(&after);
  quoth_pool_free(pool);
  quoth_dataset_clear(&dataset);
  return status;
}

/* ---- The zip --------------------------------------------------------------- */

static quoth_status write_zip(run *r, quoth_error *err) {
  enum { N_ENTRIES = 2 };
  const quoth_archive_entry entries[N_ENTRIES] = {
      {QUOTH_RUNTIME_ENTRY, {r->runtime.data, r->runtime.size}, .is_executable = true},
      {QUOTH_MODEL_ENTRY, {r->slim_image, r->slim_size}, .is_executable = false},
  };
  const char *output = r->settings->output;
  quoth_status status = quoth_archive_make(entries, N_ENTRIES, &r->zip, &r->zip_size, err);
  if (!status) status = write_file(output, r->zip, r->zip_size, err);
  if (!status && r->template)
    status = deployment_write(output, r->template, r->arch, entries, N_ENTRIES, err);
  return status;
}

/* That nothing is written over what is read. */
static quoth_status check_files(const run *r, quoth_error *err) {
  const settings *s = r->settings;
  const char *inputs[] = {r->model_path, r->runtime_path}, *rows[] = {s->check, NULL};
  quoth_status status = check_outputs(inputs, s->output, &(report_paths){0}, err);
  if (!status) status = check_outputs(rows, s->output, &(report_paths){0}, err);
  if (!status && r->template)
    status = deployment_check(s->output, r->template, inputs, s->force, err);
  return status;
}

static quoth_status make_package(run *r, quoth_error *err) {
  quoth_status status = open_runtime(r, err);
  if (!status) status = check_files(r, err);
  if (!status) status = make_slim(r, err);
  if (!status) status = check_unpacked(r, err);
  if (!status) status = check_rows(r, err);
  if (!status) status = write_zip(r, err);
  return status;
}

/* ---- The report ------------------------------------------------------------ */

/* null if nothing was compared. */
static json_t *difference_json(const run *r) {
  if (!r->settings->check) return json_null();
  return json_pack("{s:I, s:f, s:I}", "rows", (json_int_t)r->difference.n_rows, "largest_change",
                   r->difference.largest, "other_labels", (json_int_t)r->difference.n_other_labels);
}

static quoth_status append_difference(const run *r, quoth_buffer *text, quoth_error *err) {
  const settings *s = r->settings;
  if (!s->check)
    return is_float32(s) ? quoth_buffer_printf(text, err,
                                               "not checked: --check DATA.csv says what float32 "
                                               "changes\n")
                         : QUOTH_OK;
  char number[QUOTH_NUMBER_SIZE];
  quoth_number_shortest(r->difference.largest, number);
  return quoth_buffer_printf(
      text, err,
      "checked on %zu rows of %s: probabilities change by at most %s, %zu labels change\n",
      r->difference.n_rows, input_name(s->check), number, r->difference.n_other_labels);
}

static json_t *template_json(const run *r) {
  json_t *names = json_array();
  for (size_t i = 0; r->template && i < r->template->n_files; i++)
    quoth_json_push(&names, json_string(r->template->files[i].name));
  return names;
}

static quoth_status append_template(const run *r, quoth_buffer *text, quoth_error *err) {
  quoth_status status = QUOTH_OK;
  for (size_t i = 0; r->template && i < r->template->n_files && !status; i++)
    status = quoth_buffer_printf(text, err, "%s%s", i ? ", " : "", r->template->files[i].name);
  if (r->template && !status)
    status = quoth_buffer_printf(text, err, "; next: %s\n", r->template->next);
  return status;
}

static json_t *result_json(const run *r) {
  return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:{s:I, s:I, s:I}}", "output",
                   r->settings->output, "arch", r->arch->name, "precision",
                   is_float32(r->settings) ? "float32" : "float64", "runtime", r->runtime_path,
                   "digest", quoth_model_digest(r->slim), "made_from", quoth_model_digest(r->model),
                   "check", difference_json(r), "templates", template_json(r), "sizes", "bootstrap",
                   (json_int_t)r->runtime.size, "model", (json_int_t)r->slim_size, "zip",
                   (json_int_t)r->zip_size);
}

static quoth_status print_sizes(const run *r, quoth_error *err) {
  const char *model = input_name(r->model_path);
  quoth_buffer text = {0};
  quoth_status status = quoth_buffer_printf(
      &text, err,
      "bootstrap    %6.2f MB  %s\n"
      "model.quoth  %6.2f MB  %s, digest %s\n"
      "zip          %6.2f MB  %s, for Lambda on %s\n",
      (double)r->runtime.size / 1e6, r->runtime_path, (double)r->slim_size / 1e6, model,
      quoth_model_digest(r->slim), (double)r->zip_size / 1e6, r->settings->output, r->arch->name);
  if (!status) status = append_difference(r, &text, err);
  if (!status) status = append_template(r, &text, err);
  if (!status) status = print_bytes(text.data, text.size, err);
  quoth_buffer_clear(&text);
  return status;
}

static quoth_status tell(const run *r, quoth_error *err) {
  if (r->zip_size > MAX_UPLOAD)
    fprintf(stderr,
            "quoth: %s: %.1f MB; Lambda takes uploads of at most %.1f MB, and what is larger "
            "through S3\n",
            r->settings->output, (double)r->zip_size / 1e6, (double)MAX_UPLOAD / 1e6);
  return r->settings->json ? print_json(result_json(r), err) : print_sizes(r, err);
}

/* ---- The command ----------------------------------------------------------- */

static int run_package(const void *settings_, const char *const *operands, size_t n_operands) {
  (void)n_operands;
  const settings *s = settings_;
  if (!s->output) return misused(&command_package, "say where the zip goes: -o function.zip");
  if (!s->check && (s->csv.text || s->csv.encoding_errors || s->threads.is_given))
    return misused(&command_package, "--text, --encoding-errors and --threads are for --check");
  if (s->force && !s->template) return misused(&command_package, "--force is for --template");
  catch_interrupts();
  quoth_error err = {0};
  run r = {.settings = s,
           .model_path = operands[0],
           .arch = quoth_arch_find(s->arch),
           .template = s->template ? quoth_template_find(s->template) : NULL,
           .runtime = {.data = "", .is_mapped = true}};
  quoth_status status = make_package(&r, &err);
  if (!status) status = tell(&r, &err);
  int code = status ? fail(&err) : EXIT_DONE;
  run_clear(&r);
  return code;
}

const command command_package = {
    .name = "package",
    .summary = "make a function.zip for AWS Lambda",
    .usage = "MODEL -o function.zip [options]",
    .details = "The zip holds bootstrap, which is quothd, and model.quoth, which is MODEL without\n"
               "what only training and inspection need. The same inputs give the same bytes.\n",
    .options = package_options,
    .n_options = sizeof package_options / sizeof *package_options,
    .settings_size = sizeof(settings),
    .min_operands = 1,
    .max_operands = 1,
    .run = run_package,
};
