#include "model/spec.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SPEC_VERSION = 1 };

#define FIELD(name) .offset = offsetof(quoth_evaluation, name)
#define PART                                                                                       \
  .read = quoth_param_read_amount, .min = 0, .max = 1, .min_is_open = true, .max_is_open = true,   \
  .min_count = 1, .choices = part_words
static const char *const part_words[] = {"null", NULL};

static const quoth_param evaluation_params[] = {
    {"train_size", "a share above 0.0 and below 1.0, a number of rows from 1 up, or null",
     "rows that the classifier learns from; null: all but the test rows", "null",
     FIELD(split.train_size), PART},
    {"test_size", "a share above 0.0 and below 1.0, a number of rows from 1 up, or null",
     "rows to test on; null: all but the train rows", "null", FIELD(split.test_size), PART},
    {"stratify", "true or false", "keep the classes' shares on both sides", "false",
     FIELD(split.stratify), quoth_param_read_bool},
    {"random_state", "an integer from 0 to 4294967295", "seed of the random numbers", "0",
     FIELD(split.random_state), quoth_param_read_u32, .min = 0, .max = UINT32_MAX},
    {"refit", "true or false",
     "fit all stages to the train rows, and after the test to all rows; false: fit the features to "
     "all rows and the classifier to the train rows, and keep that",
     "false", FIELD(refit), quoth_param_read_bool, .is_late = true},
};

const quoth_param_table quoth_evaluation_params = {
    evaluation_params, sizeof evaluation_params / sizeof *evaluation_params,
    sizeof(quoth_evaluation)};

void quoth_spec_clear(quoth_spec *spec) {
  json_decref(spec->root);
  spec->root = NULL;
}

/* ---- Reading --------------------------------------------------------------- */

/* Features that are learnt from labels must not see those of the test rows. */
static quoth_status check_evaluation(const quoth_spec *spec, quoth_error *err) {
  bool refit = json_is_true(json_object_get(json_object_get(spec->root, "evaluation"), "refit"));
  for (size_t i = 0; i < quoth_spec_n_stages(spec) && !refit; i++)
    if (quoth_spec_stage(spec, i).type->is_supervised)
      return quoth_fail(err, QUOTH_ERR_ARG,
                        "stage %s learns from labels and would see those of the test rows; set "
                        "evaluation.refit to true",
                        quoth_spec_stage(spec, i).name);
  return QUOTH_OK;
}

static quoth_status complete_spec(const json_t *given, quoth_spec *out, quoth_error *err) {
  static const char *const known[] = {"quoth_spec", "recipe", "pipeline", "evaluation", NULL};
  if (!json_is_object(given)) return quoth_fail(err, QUOTH_ERR_ARG, "a spec is a JSON object");
  quoth_status status = quoth_json_check_keys(given, known, "the spec", err);
  if (status) return status;
  if (json_integer_value(json_object_get(given, "quoth_spec")) != SPEC_VERSION)
    return quoth_fail(err, QUOTH_ERR_VERSION,
                      "a spec of this version of quoth says \"quoth_spec\": %d", SPEC_VERSION);
  const json_t *recipe = json_object_get(given, "recipe");
  if (recipe && !json_is_string(recipe))
    return quoth_fail(err, QUOTH_ERR_ARG, "\"recipe\" should be a string");
  json_t *pipeline = NULL, *evaluation = NULL;
  status = quoth_pipeline_spec_complete(json_object_get(given, "pipeline"), &pipeline, err);
  if (!status)
    status = quoth_params_complete(&quoth_evaluation_params, "evaluation",
                                   json_object_get(given, "evaluation"), &evaluation, err);
  if (status) {
    json_decref(pipeline);
    json_decref(evaluation);
    return status;
  }
  out->root = json_pack("{s:i, s:s, s:o, s:o}", "quoth_spec", SPEC_VERSION, "recipe",
                        recipe ? json_string_value(recipe) : "custom", "pipeline", pipeline,
                        "evaluation", evaluation);
  if (!out->root) return quoth_fail_nomem(err, 1);
  status = check_evaluation(out, err);
  if (status) quoth_spec_clear(out);
  return status;
}

quoth_status quoth_spec_from_json(quoth_bytes text, const char *file, quoth_spec *out,
                                  quoth_error *err) {
  *out = (quoth_spec){0};
  json_t *given;
  quoth_status status = quoth_json_parse(text, file, &given, err);
  if (status) return status;
  status = complete_spec(given, out, err);
  json_decref(given);
  if (status && err && file && !*err->file) snprintf(err->file, sizeof err->file, "%s", file);
  return status;
}

quoth_status quoth_spec_from_recipe(const char *name, quoth_spec *out, quoth_error *err) {
  *out = (quoth_spec){0};
  for (const quoth_recipe *recipe = quoth_recipes; recipe->name; recipe++)
    if (strcmp(recipe->name, name) == 0)
      return quoth_spec_from_json((quoth_bytes){recipe->spec, strlen(recipe->spec)}, NULL, out,
                                  err);
  quoth_buffer names = {0};
  for (const quoth_recipe *recipe = quoth_recipes; recipe->name; recipe++)
    quoth_buffer_printf(&names, NULL, "%s%s", recipe == quoth_recipes ? "" : ", ", recipe->name);
  quoth_fail(err, QUOTH_ERR_ARG, "there is no recipe \"%s\"; there are: %.*s", name,
             (int)names.size, names.data ? names.data : "");
  quoth_buffer_clear(&names);
  return QUOTH_ERR_ARG;
}

/* ---- Changing -------------------------------------------------------------- */

/* The parameters that `where` (not NUL-ended) names, and their table; left alone if there are
 * none. */
static quoth_status find_params(const quoth_spec *spec, quoth_bytes where, json_t **params,
                                const quoth_param_table **table, quoth_error *err) {
  if (where.size != 10 || memcmp(where.data, "evaluation", 10) != 0)
    return quoth_pipeline_spec_find(quoth_spec_pipeline(spec), where, params, table, err);
  *table = &quoth_evaluation_params;
  *params = json_object_get(spec->root, "evaluation");
  return QUOTH_OK;
}

static bool list_path(void *context, const quoth_stage_spec *stage, const char *path) {
  (void)stage;
  return quoth_buffer_printf(context, NULL, "%s, ", path) == QUOTH_OK;
}

static quoth_status fail_where(const quoth_spec *spec, quoth_bytes where, quoth_error *err) {
  quoth_buffer names = {0};
  quoth_pipeline_spec_visit(quoth_spec_pipeline(spec), NULL, list_path, &names, NULL);
  quoth_fail(err, QUOTH_ERR_ARG,
             "there is nothing called \"%.*s\" to set; there are: %.*sevaluation", (int)where.size,
             where.data, (int)names.size, names.data ? names.data : "");
  quoth_buffer_clear(&names);
  return QUOTH_ERR_ARG;
}

static bool is_bare_word(const char *text) {
  return *text && strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_-+") == strlen(text) &&
         *text >= 'a';
}

/* "a.b=VALUE" to VALUE. */
static quoth_status parse_value(const char *assignment, const char *text, json_t **out,
                                quoth_error *err) {
  quoth_error fault = {0};
  quoth_status status = quoth_json_parse((quoth_bytes){text, strlen(text)}, NULL, out, &fault);
  if (!status) return QUOTH_OK;
  if (status == QUOTH_ERR_NOMEM) return quoth_fail_nomem(err, 1);
  if (!is_bare_word(text))
    return quoth_fail(err, QUOTH_ERR_ARG, "%s: %s; write null, true, 0.95, 2 or \"word\"",
                      assignment, fault.message);
  *out = json_string(text);
  return *out ? QUOTH_OK : quoth_fail_nomem(err, 1);
}

quoth_status quoth_spec_set(quoth_spec *spec, const char *assignment, quoth_error *err) {
  const char *equals = strchr(assignment, '=');
  const char *dot = equals ? memrchr(assignment, '.', (size_t)(equals - assignment)) : NULL;
  if (!dot)
    return quoth_fail(err, QUOTH_ERR_ARG, "%s: write a change as lda.n_components=20", assignment);
  quoth_bytes where = {assignment, (size_t)(dot - assignment)};
  const quoth_param_table *table;
  json_t *params = NULL, *value;
  quoth_status status = find_params(spec, where, &params, &table, err);
  if (status) return status;
  if (!params) return fail_where(spec, where, err);
  status = parse_value(assignment, equals + 1, &value, err);
  if (status) return status;
  char *names = strndup(assignment, (size_t)(equals - assignment));
  if (!names) {
    json_decref(value);
    return quoth_fail_nomem(err, 1);
  }
  names[where.size] = '\0';
  status = quoth_params_set(table, params, names, names + where.size + 1, value, err);
  free(names);
  json_decref(value);
  return status ? status : check_evaluation(spec, err);
}

static bool set_seed(void *context, const quoth_stage_spec *stage, const char *path) {
  (void)path;
  json_t *params = (json_t *)(uintptr_t)stage->params;
  return !json_object_get(params, "random_state") ||
         json_object_set(params, "random_state", context) == 0;
}

quoth_status quoth_spec_set_seed(quoth_spec *spec, uint32_t seed, quoth_error *err) {
  json_t *value = json_integer(seed);
  int fault = json_object_set(json_object_get(spec->root, "evaluation"), "random_state", value);
  quoth_status status =
      fault ? quoth_fail_nomem(err, 1)
            : quoth_pipeline_spec_visit(quoth_spec_pipeline(spec), NULL, set_seed, value, err);
  json_decref(value);
  return status;
}

/* ---- Asking ---------------------------------------------------------------- */

static bool drop_late(void *context, const quoth_stage_spec *stage, const char *path) {
  (void)context, (void)path;
  return quoth_params_drop_late(&stage->type->params, (json_t *)(uintptr_t)stage->params);
}

quoth_status quoth_spec_to_json(const quoth_spec *spec, json_t **out, quoth_error *err) {
  quoth_spec copy = {json_deep_copy(spec->root)};
  *out = NULL;
  if (!copy.root ||
      !quoth_params_drop_late(&quoth_evaluation_params, json_object_get(copy.root, "evaluation"))) {
    quoth_spec_clear(&copy);
    return quoth_fail_nomem(err, 1);
  }
  quoth_status status =
      quoth_pipeline_spec_visit(quoth_spec_pipeline(&copy), NULL, drop_late, NULL, err);
  if (status)
    quoth_spec_clear(&copy);
  else
    *out = copy.root;
  return status;
}

quoth_status quoth_spec_append_json(const quoth_spec *spec, int indent, quoth_buffer *out,
                                    quoth_error *err) {
  json_t *json;
  quoth_status status = quoth_spec_to_json(spec, &json, err);
  if (!status) status = quoth_json_append(out, json, indent, err);
  json_decref(json);
  return status;
}

quoth_pipeline_spec quoth_spec_pipeline(const quoth_spec *spec) {
  return (quoth_pipeline_spec){json_object_get(spec->root, "pipeline")};
}

size_t quoth_spec_n_stages(const quoth_spec *spec) {
  return quoth_pipeline_spec_n_stages(quoth_spec_pipeline(spec));
}

quoth_stage_spec quoth_spec_stage(const quoth_spec *spec, size_t i) {
  return quoth_pipeline_spec_stage(quoth_spec_pipeline(spec), i);
}

quoth_status quoth_spec_evaluation(const quoth_spec *spec, quoth_evaluation *out,
                                   quoth_error *err) {
  return quoth_params_read(&quoth_evaluation_params, json_object_get(spec->root, "evaluation"),
                           "evaluation", out, err);
}
