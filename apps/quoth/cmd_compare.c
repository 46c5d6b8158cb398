/* quoth compare: which recipe for these texts. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/folds.h"
#include "quoth/commands.h"
#include "quoth/console.h"
#include "quoth/evaluation.h"
#include "quoth/input.h"
#include "report/comparison.h"
#include "report/picture.h"
#include "train/cross_validation.h"

enum { DEFAULT_FOLDS = 5, MAX_FOLDS = 1000 };

typedef struct settings {
  csv_settings csv;
  const char *recipes, *picture;
  option_number folds, seed, threads;
  bool json;
} settings;

static const option compare_options[] = {
    {"recipes", 0, OPTION_TEXT, offsetof(settings, recipes), "A,B", "which recipes (default: all)",
     NULL},
    {"folds", 0, OPTION_NUMBER, offsetof(settings, folds), "N",
     "test on one part of N after another (default: 5)", NULL},
    {"seed", 0, OPTION_NUMBER, offsetof(settings, seed), "N",
     "set the folds' and every other random_state (default: 0)", NULL},
    CSV_TEXT_OPTION(settings),
    CSV_LABEL_OPTION(settings),
    CSV_ENCODING_OPTION(settings),
    {"picture", 0, OPTION_TEXT, offsetof(settings, picture), "FILE",
     "draw accuracy against time per text: .png, .svg or .pdf", NULL},
    THREADS_OPTION(settings),
    {"json", 0, OPTION_FLAG, offsetof(settings, json), NULL, "print one JSON object instead", NULL},
};

typedef struct entry {
  quoth_spec spec;
  const char *name;
  quoth_cross_validation validation;
} entry;

typedef struct run {
  const settings *settings;
  const char *data;
  uint32_t n_folds, seed;
  entry *entries;
  size_t n_entries;
  quoth_dataset dataset;
  uint32_t *folds; /* [n_rows] */
  quoth_pool *pool;
  quoth_contender *contenders; /* [n_entries], best first */
} run;

/* ---- Which recipes --------------------------------------------------------- */

static bool has_entry(const run *r, const char *name) {
  for (size_t i = 0; i < r->n_entries; i++)
    if (strcmp(r->entries[i].name, name) == 0) return true;
  return false;
}

static const char *known_name(const char *name) {
  for (const quoth_recipe *recipe = quoth_recipes; recipe->name; recipe++)
    if (strcmp(recipe->name, name) == 0) return recipe->name;
  return NULL;
}

static quoth_status add_recipe(run *r, const char *name, quoth_error *err) {
  if (has_entry(r, name)) return quoth_fail(err, QUOTH_ERR_ARG, "--recipes names %s twice", name);
  entry *added = &r->entries[r->n_entries];
  quoth_status status = quoth_spec_from_recipe(name, &added->spec, err);
  if (status) return status;
  added->name = known_name(name);
  r->n_entries++;
  return r->settings->seed.is_given ? quoth_spec_set_seed(&added->spec, r->seed, err) : QUOTH_OK;
}

/* "a,b" */
static quoth_status add_named(run *r, const char *names, quoth_error *err) {
  quoth_status status = QUOTH_OK;
  for (const char *name = names; name && !status;) {
    char one[64];
    size_t size = strcspn(name, ",");
    snprintf(one, sizeof one, "%.*s", (int)(size < sizeof one ? size : sizeof one), name);
    status = add_recipe(r, one, err);
    name = name[size] ? name + size + 1 : NULL;
  }
  return status;
}

static quoth_status choose_recipes(run *r, quoth_error *err) {
  const char *names = r->settings->recipes;
  size_t n = 1;
  for (const char *c = names ? names : ""; *c; c++) n += *c == ',';
  for (const quoth_recipe *recipe = quoth_recipes; recipe->name; recipe++) n++;
  r->entries = quoth_new_array(n, sizeof *r->entries, err);
  if (!r->entries) return QUOTH_ERR_NOMEM;
  if (names) return add_named(r, names, err);
  quoth_status status = QUOTH_OK;
  for (const quoth_recipe *recipe = quoth_recipes; recipe->name && !status; recipe++)
    status = add_recipe(r, recipe->name, err);
  return status;
}

/* ---- Comparing ------------------------------------------------------------- */

static quoth_status check_picture(const run *r, quoth_error *err) {
  const report_paths paths = {.picture = r->settings->picture};
  const char *inputs[] = {r->data, NULL};
  return check_outputs(inputs, NULL, &paths, err);
}

static quoth_status validate_all(run *r, quoth_error *err) {
  r->folds = quoth_new_array(r->dataset.n_rows, sizeof *r->folds, err);
  quoth_status status = r->folds ? QUOTH_OK : QUOTH_ERR_NOMEM;
  if (!status) status = quoth_stratified_folds(&r->dataset, r->n_folds, r->seed, r->folds, err);
  for (size_t i = 0; i < r->n_entries && !status; i++)
    status = quoth_cross_validate(&r->entries[i].spec, &r->dataset, r->folds, r->n_folds, r->pool,
                                  r->entries[i].name, console_progress(), &r->entries[i].validation,
                                  err);
  return name_data(r->data, status, err);
}

/* The higher accuracy first; of equal ones the lower log loss; then by name. */
static int compare_entries(const void *a, const void *b) {
  const quoth_fold_scores *x = &((const entry *)a)->validation.mean;
  const quoth_fold_scores *y = &((const entry *)b)->validation.mean;
  if (x->accuracy != y->accuracy) return x->accuracy > y->accuracy ? -1 : 1;
  if (x->log_loss != y->log_loss) return x->log_loss < y->log_loss ? -1 : 1;
  return strcmp(((const entry *)a)->name, ((const entry *)b)->name);
}

static quoth_status rank_entries(run *r, quoth_error *err) {
  r->contenders = quoth_new_array(r->n_entries, sizeof *r->contenders, err);
  if (!r->contenders) return QUOTH_ERR_NOMEM;
  qsort(r->entries, r->n_entries, sizeof *r->entries, compare_entries);
  for (size_t i = 0; i < r->n_entries; i++) {
    const quoth_cross_validation *it = &r->entries[i].validation;
    r->contenders[i] = (quoth_contender){.name = r->entries[i].name,
                                         .accuracy = it->mean.accuracy,
                                         .accuracy_std = it->accuracy_std,
                                         .macro_f1 = it->mean.macro_f1,
                                         .log_loss = it->mean.log_loss,
                                         .calibration_error = it->metrics.calibration_error,
                                         .train_seconds = it->mean.train_seconds,
                                         .text_seconds = it->mean.text_seconds,
                                         .model_bytes = it->mean.model_bytes};
  }
  return QUOTH_OK;
}

static quoth_status compare(run *r, quoth_error *err) {
  const settings *s = r->settings;
  quoth_status status = check_picture(r, err);
  if (!status) status = choose_recipes(r, err);
  if (!status) status = open_pool(s->threads, &r->pool, err);
  if (!status) status = read_csv(r->data, &s->csv, QUOTH_LABELS_REQUIRED, &r->dataset, err);
  if (!status) status = validate_all(r, err);
  if (!status) status = rank_entries(r, err);
  return status;
}

/* ---- Telling the result ---------------------------------------------------- */

static json_t *scores_json(const quoth_fold_scores *it) {
  return json_pack("{s:I, s:I, s:f, s:f, s:f, s:f, s:f, s:I}", "train_rows",
                   (json_int_t)it->n_train, "test_rows", (json_int_t)it->n_test, "accuracy",
                   it->accuracy, "macro_f1", it->macro_f1, "log_loss", it->log_loss,
                   "train_seconds", it->train_seconds, "microseconds_per_text",
                   1e6 * it->text_seconds, "model_bytes", (json_int_t)it->model_bytes);
}

static json_t *entry_json(const entry *it) {
  const quoth_cross_validation *validation = &it->validation;
  json_t *result = json_pack("{s:s}", "recipe", it->name), *mean = scores_json(&validation->mean);
  json_object_del(mean, "train_rows");
  json_object_del(mean, "test_rows");
  json_object_update(result, mean);
  json_decref(mean);
  json_object_set_new(result, "accuracy_std", json_real(validation->accuracy_std));
  json_object_set_new(result, "calibration_error",
                      json_real(validation->metrics.calibration_error));
  json_t *folds = json_array();
  for (uint32_t f = 0; f < validation->n_folds; f++)
    quoth_json_push(&folds, scores_json(&validation->folds[f]));
  json_object_set_new(result, "folds", folds);
  return result;
}

static json_t *result_json(const run *r) {
  json_t *classes = json_array(), *recipes = json_array();
  for (uint32_t c = 0; c < r->dataset.n_classes; c++)
    quoth_json_push(&classes, json_stringn(r->dataset.classes[c].data, r->dataset.classes[c].size));
  for (size_t i = 0; i < r->n_entries; i++) quoth_json_push(&recipes, entry_json(&r->entries[i]));
  return json_pack("{s:s, s:I, s:o, s:I, s:I, s:o}", "data", input_name(r->data), "rows",
                   (json_int_t)r->dataset.n_rows, "classes", classes, "folds",
                   (json_int_t)r->n_folds, "random_state", (json_int_t)r->seed, "recipes", recipes);
}

static quoth_status draw(const run *r, const quoth_comparison *comparison, quoth_error *err) {
  quoth_drawing *drawing;
  quoth_status status = quoth_comparison_drawing_new(comparison, &drawing, err);
  hold_interrupts();
  if (!status) status = quoth_picture_write(r->settings->picture, drawing, err);
  release_interrupts();
  quoth_drawing_free(drawing);
  return status;
}

static quoth_status tell(const run *r, quoth_error *err) {
  const quoth_comparison comparison = {input_name(r->data), r->dataset.n_rows, r->dataset.n_classes,
                                       r->n_folds,          r->contenders,     r->n_entries};
  quoth_status status = r->settings->picture ? draw(r, &comparison, err) : QUOTH_OK;
  if (status) return status;
  if (r->settings->json) return print_json(result_json(r), err);
  quoth_buffer text = {0};
  status = quoth_comparison_append_table(&text, &comparison, err);
  if (!status) status = print_bytes(text.data, text.size, err);
  quoth_buffer_clear(&text);
  return status;
}

static void run_clear(run *r) {
  for (size_t i = 0; i < r->n_entries; i++) {
    quoth_cross_validation_clear(&r->entries[i].validation);
    quoth_spec_clear(&r->entries[i].spec);
  }
  free(r->entries);
  free(r->contenders);
  free(r->folds);
  quoth_dataset_clear(&r->dataset);
  quoth_pool_free(r->pool);
}

static int run_compare(const void *settings_, const char *const *operands, size_t n_operands) {
  (void)n_operands;
  const settings *s = settings_;
  if (s->folds.is_given && (s->folds.value < 2 || s->folds.value > MAX_FOLDS))
    return misused(&command_compare, "--folds is from 2 to %d", MAX_FOLDS);
  catch_interrupts();
  quoth_error err = {0};
  run r = {.settings = s,
           .data = operands[0],
           .n_folds = s->folds.is_given ? s->folds.value : DEFAULT_FOLDS,
           .seed = s->seed.is_given ? s->seed.value : 0};
  quoth_status status = compare(&r, &err);
  if (!status) status = tell(&r, &err);
  int code = status ? fail(&err) : EXIT_DONE;
  run_clear(&r);
  return code;
}

const command command_compare = {
    .name = "compare",
    .summary = "rank recipes by cross-validation",
    .usage = "DATA.csv [options]",
    .details = "Each recipe learns from all folds but one and is asked about that one, in turn.\n"
               "Prints accuracy and its standard deviation, macro F1, log loss, calibration\n"
               "error, seconds to learn, microseconds for a text, and the model's size.\n",
    .options = compare_options,
    .n_options = sizeof compare_options / sizeof *compare_options,
    .settings_size = sizeof(settings),
    .min_operands = 1,
    .max_operands = 1,
    .run = run_compare,
};
