#include "model/spec.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SPEC_VERSION = 1, MAX_STAGES = 64 };

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

/* The defaults of `table`, changed as `given` (an object or NULL) says. */
static quoth_status complete_params(const quoth_param_table *table, const char *where,
                                    json_t *given, json_t **out, quoth_error *err) {
  *out = quoth_params_standard(table);
  if (!*out) return quoth_fail_nomem(err, 1);
  if (given && !json_is_object(given))
    return quoth_fail(err, QUOTH_ERR_ARG, "the parameters of %s should be an object", where);
  const char *key;
  json_t *value;
  json_object_foreach(given, key, value) {
    quoth_status status = quoth_params_set(table, *out, where, key, value, err);
    if (status) return status;
  }
  return QUOTH_OK;
}

static quoth_status fail_key(const char *const *known, const char *where, const char *key,
                             quoth_error *err) {
  quoth_buffer names = {0};
  for (size_t i = 0; known[i]; i++)
    quoth_buffer_printf(&names, NULL, "%s%s", i ? ", " : "", known[i]);
  quoth_fail(err, QUOTH_ERR_ARG, "unknown key \"%s\" in %s; there are: %.*s", key, where,
             (int)names.size, names.data ? names.data : "");
  quoth_buffer_clear(&names);
  return QUOTH_ERR_ARG;
}

static quoth_status check_keys(const json_t *object, const char *const *known, const char *where,
                               quoth_error *err) {
  for (void *item = json_object_iter((json_t *)(uintptr_t)object); item;
       item = json_object_iter_next((json_t *)(uintptr_t)object, item)) {
    const char *key = json_object_iter_key(item);
    size_t i = 0;
    while (known[i] && strcmp(known[i], key) != 0) i++;
    if (!known[i]) return fail_key(known, where, key, err);
  }
  return QUOTH_OK;
}

static bool is_good_name(const char *name) {
  return *name && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-") == strlen(name) &&
         strlen(name) <= 64 && strcmp(name, "evaluation") != 0 && strcmp(name, "pad") != 0;
}

static bool has_stage(const json_t *pipeline, const char *name) {
  for (size_t i = 0; i < json_array_size(pipeline); i++)
    if (strcmp(json_string_value(json_object_get(json_array_get(pipeline, i), "name")), name) == 0)
      return true;
  return false;
}

static quoth_status fail_type(const char *stage, const char *type, quoth_error *err) {
  quoth_buffer names = {0};
  for (size_t i = 0; quoth_stage_types[i]; i++)
    quoth_buffer_printf(&names, NULL, "%s%s", i ? ", " : "", quoth_stage_types[i]->name);
  quoth_fail(err, QUOTH_ERR_ARG, "stage %s: there is no type \"%s\"; there are: %.*s", stage,
             type ? type : "", (int)names.size, names.data ? names.data : "");
  quoth_buffer_clear(&names);
  return QUOTH_ERR_ARG;
}

/* Appends the completed form of one stage to `pipeline`. */
static quoth_status add_stage(json_t *pipeline, const json_t *given, quoth_error *err) {
  static const char *const known[] = {"name", "type", "params", NULL};
  const char *name = json_string_value(json_object_get(given, "name"));
  const char *type_name = json_string_value(json_object_get(given, "type"));
  if (!name || !is_good_name(name) || has_stage(pipeline, name))
    return quoth_fail(err, QUOTH_ERR_ARG,
                      "each stage needs a name of its own, of a-z, 0-9, - and _");
  quoth_status status = check_keys(given, known, name, err);
  if (status) return status;
  const quoth_stage_type *type = type_name ? quoth_stage_type_find(type_name) : NULL;
  if (!type) return fail_type(name, type_name, err);
  json_t *params = NULL;
  status = complete_params(&type->params, name, json_object_get(given, "params"), &params, err);
  if (status) {
    json_decref(params);
    return status;
  }
  json_t *stage = json_pack("{s:s, s:s, s:o}", "name", name, "type", type->name, "params", params);
  return json_array_append_new(pipeline, stage) == 0 ? QUOTH_OK : quoth_fail_nomem(err, 1);
}

/* ORDER quoth_data_kind */
static const char *const kinds[QUOTH_N_DATA_KINDS] = {"texts", "counts", "weights", "features",
                                                      "probabilities"};

static quoth_status fail_input(const quoth_stage_spec *stage, quoth_data_kind given,
                               quoth_error *err) {
  quoth_buffer names = {0};
  for (int kind = 0; kind < QUOTH_N_DATA_KINDS; kind++)
    if (stage->type->inputs & QUOTH_KIND(kind))
      quoth_buffer_printf(&names, NULL, "%s%s", names.size ? " or " : "", kinds[kind]);
  quoth_fail(err, QUOTH_ERR_ARG, "stage %s takes %.*s, but would be given %s", stage->name,
             (int)names.size, names.data ? names.data : "", kinds[given]);
  quoth_buffer_clear(&names);
  return QUOTH_ERR_ARG;
}

/* Each stage must take what the one before it puts out, from texts to probabilities. */
static quoth_status check_chain(const quoth_spec *spec, quoth_error *err) {
  quoth_data_kind kind = QUOTH_DATA_TEXTS;
  for (size_t i = 0; i < quoth_spec_n_stages(spec); i++) {
    quoth_stage_spec stage = quoth_spec_stage(spec, i);
    if (!(stage.type->inputs & QUOTH_KIND(kind))) return fail_input(&stage, kind, err);
    kind = stage.type->output;
  }
  return kind == QUOTH_DATA_PROBABILITIES
             ? QUOTH_OK
             : quoth_fail(err, QUOTH_ERR_ARG, "the pipeline ends with %s; it lacks a classifier",
                          kinds[kind]);
}

static quoth_status complete_spec(const json_t *given, quoth_spec *out, quoth_error *err) {
  static const char *const known[] = {"quoth_spec", "recipe", "pipeline", "evaluation", NULL};
  if (!json_is_object(given)) return quoth_fail(err, QUOTH_ERR_ARG, "a spec is a JSON object");
  quoth_status status = check_keys(given, known, "the spec", err);
  if (status) return status;
  if (json_integer_value(json_object_get(given, "quoth_spec")) != SPEC_VERSION)
    return quoth_fail(err, QUOTH_ERR_VERSION,
                      "a spec of this version of quoth says \"quoth_spec\": %d", SPEC_VERSION);
  const json_t *stages = json_object_get(given, "pipeline");
  size_t n_stages = json_array_size(stages);
  if (n_stages == 0 || n_stages > MAX_STAGES)
    return quoth_fail(err, QUOTH_ERR_ARG, "\"pipeline\" should be a list of 1 to %d stages",
                      MAX_STAGES);
  const json_t *recipe = json_object_get(given, "recipe");
  if (recipe && !json_is_string(recipe))
    return quoth_fail(err, QUOTH_ERR_ARG, "\"recipe\" should be a string");
  json_t *pipeline = json_array(), *evaluation = NULL;
  for (size_t i = 0; i < n_stages && !status; i++)
    status = add_stage(pipeline, json_array_get(stages, i), err);
  if (!status)
    status = complete_params(&quoth_evaluation_params, "evaluation",
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
  status = check_chain(out, err);
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

/* The parameters that `where` (not NUL-ended) names, and their table. */
static json_t *find_params(const quoth_spec *spec, quoth_bytes where,
                           const quoth_param_table **table) {
  for (size_t i = 0; i < quoth_spec_n_stages(spec); i++) {
    quoth_stage_spec stage = quoth_spec_stage(spec, i);
    if (strlen(stage.name) != where.size || memcmp(stage.name, where.data, where.size) != 0)
      continue;
    *table = &stage.type->params;
    return (json_t *)(uintptr_t)stage.params;
  }
  *table = &quoth_evaluation_params;
  return where.size == 10 && memcmp(where.data, "evaluation", 10) == 0
             ? json_object_get(spec->root, "evaluation")
             : NULL;
}

static quoth_status fail_where(const quoth_spec *spec, quoth_bytes where, quoth_error *err) {
  quoth_buffer names = {0};
  for (size_t i = 0; i < quoth_spec_n_stages(spec); i++)
    quoth_buffer_printf(&names, NULL, "%s, ", quoth_spec_stage(spec, i).name);
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
  const char *dot = equals ? memchr(assignment, '.', (size_t)(equals - assignment)) : NULL;
  if (!dot)
    return quoth_fail(err, QUOTH_ERR_ARG, "%s: write a change as lda.n_components=20", assignment);
  quoth_bytes where = {assignment, (size_t)(dot - assignment)};
  const quoth_param_table *table;
  json_t *params = find_params(spec, where, &table);
  if (!params) return fail_where(spec, where, err);
  json_t *value;
  quoth_status status = parse_value(assignment, equals + 1, &value, err);
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
  return status;
}

quoth_status quoth_spec_set_seed(quoth_spec *spec, uint32_t seed, quoth_error *err) {
  json_t *value = json_integer(seed);
  int fault = json_object_set(json_object_get(spec->root, "evaluation"), "random_state", value);
  for (size_t i = 0; i < quoth_spec_n_stages(spec); i++) {
    json_t *params = (json_t *)(uintptr_t)quoth_spec_stage(spec, i).params;
    if (json_object_get(params, "random_state"))
      fault |= json_object_set(params, "random_state", value);
  }
  json_decref(value);
  return fault ? quoth_fail_nomem(err, 1) : QUOTH_OK;
}

/* ---- Asking ---------------------------------------------------------------- */

quoth_status quoth_spec_to_json(const quoth_spec *spec, json_t **out, quoth_error *err) {
  quoth_spec copy = {json_deep_copy(spec->root)};
  bool is_done = copy.root && quoth_params_drop_late(&quoth_evaluation_params,
                                                     json_object_get(copy.root, "evaluation"));
  for (size_t i = 0; is_done && i < quoth_spec_n_stages(&copy); i++) {
    quoth_stage_spec stage = quoth_spec_stage(&copy, i);
    is_done = quoth_params_drop_late(&stage.type->params, (json_t *)(uintptr_t)stage.params);
  }
  *out = copy.root;
  if (is_done) return QUOTH_OK;
  quoth_spec_clear(&copy);
  *out = NULL;
  return quoth_fail_nomem(err, 1);
}

quoth_status quoth_spec_append_json(const quoth_spec *spec, int indent, quoth_buffer *out,
                                    quoth_error *err) {
  json_t *json;
  quoth_status status = quoth_spec_to_json(spec, &json, err);
  if (!status) status = quoth_json_append(out, json, indent, err);
  json_decref(json);
  return status;
}

size_t quoth_spec_n_stages(const quoth_spec *spec) {
  return json_array_size(json_object_get(spec->root, "pipeline"));
}

quoth_stage_spec quoth_spec_stage(const quoth_spec *spec, size_t i) {
  const json_t *stage = json_array_get(json_object_get(spec->root, "pipeline"), i);
  return (quoth_stage_spec){
      .name = json_string_value(json_object_get(stage, "name")),
      .type = quoth_stage_type_find(json_string_value(json_object_get(stage, "type"))),
      .params = json_object_get(stage, "params")};
}

void *quoth_spec_stage_params(const quoth_spec *spec, size_t i, quoth_error *err) {
  quoth_stage_spec stage = quoth_spec_stage(spec, i);
  void *params = quoth_new_array(1, stage.type->params.struct_size, err);
  if (params && quoth_params_read(&stage.type->params, stage.params, stage.name, params, err)) {
    free(params);
    return NULL;
  }
  return params;
}

quoth_status quoth_spec_evaluation(const quoth_spec *spec, quoth_evaluation *out,
                                   quoth_error *err) {
  return quoth_params_read(&quoth_evaluation_params, json_object_get(spec->root, "evaluation"),
                           "evaluation", out, err);
}
