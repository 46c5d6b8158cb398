#include "model/pipeline_spec.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_STAGES = 64, MAX_MEMBERS = 64, MAX_DEPTH = 4 };

/* ---- Asking ---------------------------------------------------------------- */

size_t quoth_pipeline_spec_n_stages(quoth_pipeline_spec pipeline) {
  return json_array_size(pipeline.stages);
}

quoth_stage_spec quoth_pipeline_spec_stage(quoth_pipeline_spec pipeline, size_t i) {
  const json_t *stage = json_array_get(pipeline.stages, i);
  return (quoth_stage_spec){
      .name = json_string_value(json_object_get(stage, "name")),
      .type = quoth_stage_type_find(json_string_value(json_object_get(stage, "type"))),
      .params = json_object_get(stage, "params"),
      .members = json_object_get(stage, "members")};
}

size_t quoth_stage_spec_n_members(const quoth_stage_spec *stage) {
  return json_array_size(stage->members);
}

quoth_member_spec quoth_stage_spec_member(const quoth_stage_spec *stage, size_t i) {
  const json_t *member = json_array_get(stage->members, i);
  return (quoth_member_spec){json_string_value(json_object_get(member, "name")),
                             {json_object_get(member, "pipeline")}};
}

void *quoth_stage_spec_params(quoth_stage_spec stage, quoth_error *err) {
  const quoth_param_table *table = &stage.type->params;
  void *params = quoth_new_array(1, table->struct_size, err);
  if (params && quoth_params_read(table, stage.params, stage.name, params, err)) {
    free(params);
    return NULL;
  }
  return params;
}

char *quoth_path(const char *path, const char *name, quoth_error *err) {
  size_t prefix = path ? strlen(path) + 1 : 0, size = strlen(name) + 1;
  char *out = quoth_new_array(prefix + size, 1, err);
  if (!out) return NULL;
  if (prefix) {
    memcpy(out, path, prefix - 1);
    out[prefix - 1] = '.';
  }
  memcpy(out + prefix, name, size);
  return out;
}

/* ---- Completing ------------------------------------------------------------ */

quoth_status quoth_params_complete(const quoth_param_table *table, const char *where,
                                   const json_t *given, json_t **out, quoth_error *err) {
  *out = quoth_params_standard(table);
  if (!*out) return quoth_fail_nomem(err, 1);
  quoth_status status = QUOTH_OK;
  if (given && !json_is_object(given))
    status = quoth_fail(err, QUOTH_ERR_ARG, "the parameters of %s should be an object", where);
  const char *key;
  json_t *value;
  json_object_foreach((json_t *)(uintptr_t)given, key, value) {
    if (!status) status = quoth_params_set(table, *out, where, key, value, err);
  }
  if (!status) return QUOTH_OK;
  json_decref(*out);
  *out = NULL;
  return status;
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

quoth_status quoth_json_check_keys(const json_t *object, const char *const *known,
                                   const char *where, quoth_error *err) {
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

/* The name of `given`, which no item of `list` has; NULL if it is no good. */
static const char *name_of(const json_t *given, const json_t *list) {
  const char *name = json_string_value(json_object_get(given, "name"));
  if (!name || !is_good_name(name)) return NULL;
  for (size_t i = 0; i < json_array_size(list); i++)
    if (strcmp(json_string_value(json_object_get(json_array_get(list, i), "name")), name) == 0)
      return NULL;
  return name;
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

/* A place in the tree whose pipeline is completed. */
typedef struct place {
  const char *path; /* of the member; NULL for the whole */
  unsigned depth;
  quoth_data_kind given; /* what the first stage takes */
  unsigned wanted;       /* kinds that the last one may put out */
} place;

static quoth_status complete_stages(const json_t *given, const place *at, json_t **out,
                                    quoth_error *err);

static quoth_status add_member(const json_t *given, const place *at, const char *stage,
                               json_t *members, quoth_error *err) {
  static const char *const known[] = {"name", "pipeline", NULL};
  const char *name = name_of(given, members);
  if (!name)
    return quoth_fail(err, QUOTH_ERR_ARG,
                      "each member of %s needs a name of its own, of a-z, 0-9, - and _", stage);
  char *path = quoth_path(stage, name, err);
  if (!path) return QUOTH_ERR_NOMEM;
  json_t *pipeline = NULL;
  quoth_status status = quoth_json_check_keys(given, known, path, err);
  place below = {path, at->depth + 1, at->given, at->wanted};
  if (!status) status = complete_stages(json_object_get(given, "pipeline"), &below, &pipeline, err);
  if (!status && json_array_append_new(
                     members, json_pack("{s:s, s:o}", "name", name, "pipeline", pipeline)) != 0)
    status = quoth_fail_nomem(err, 1);
  free(path);
  return status;
}

/* `at` is the stage's place, with what it is given and what its members should put out. */
static quoth_status complete_members(const json_t *given, const place *at, json_t **out,
                                     quoth_error *err) {
  size_t n = json_array_size(given);
  if (n == 0 || n > MAX_MEMBERS)
    return quoth_fail(err, QUOTH_ERR_ARG,
                      "stage %s needs \"members\", a list of 1 to %d pipelines with names",
                      at->path, MAX_MEMBERS);
  if (at->depth == MAX_DEPTH)
    return quoth_fail(err, QUOTH_ERR_ARG, "stage %s: members lie in one another, at most %d deep",
                      at->path, MAX_DEPTH);
  *out = json_array();
  quoth_status status = *out ? QUOTH_OK : quoth_fail_nomem(err, 1);
  for (size_t i = 0; i < n && !status; i++)
    status = add_member(json_array_get(given, i), at, at->path, *out, err);
  return status;
}

static quoth_status complete_stage(const json_t *given, const place *at, const char *name,
                                   const quoth_stage_type *type, json_t *out, quoth_error *err) {
  json_t *params = NULL, *members = NULL;
  const json_t *given_members = json_object_get(given, "members");
  quoth_status status = quoth_params_complete(&type->params, at->path,
                                              json_object_get(given, "params"), &params, err);
  if (!status && type->member_outputs) {
    place below = {at->path, at->depth, at->given, type->member_outputs};
    status = complete_members(given_members, &below, &members, err);
  } else if (!status && given_members) {
    status = quoth_fail(err, QUOTH_ERR_ARG, "stage %s: a %s has no members", at->path, type->name);
  }
  bool is_set = !status && json_object_set_new(out, "name", json_string(name)) == 0 &&
                json_object_set_new(out, "type", json_string(type->name)) == 0 &&
                json_object_set(out, "params", params) == 0 &&
                (!members || json_object_set(out, "members", members) == 0);
  json_decref(params);
  json_decref(members);
  return status || is_set ? status : quoth_fail_nomem(err, 1);
}

/* ORDER quoth_data_kind */
static const char *const kinds[QUOTH_N_DATA_KINDS] = {"texts", "counts", "weights", "features",
                                                      "probabilities"};

static quoth_status fail_kind(const char *what, const char *path, unsigned wanted,
                              quoth_data_kind given, quoth_error *err) {
  quoth_buffer names = {0};
  for (int kind = 0; kind < QUOTH_N_DATA_KINDS; kind++)
    if (wanted & QUOTH_KIND(kind))
      quoth_buffer_printf(&names, NULL, "%s%s", names.size ? " or " : "", kinds[kind]);
  quoth_fail(err, QUOTH_ERR_ARG, what, path, (int)names.size, names.data ? names.data : "",
             kinds[given]);
  quoth_buffer_clear(&names);
  return QUOTH_ERR_ARG;
}

/* The type that `given` names, which must take what it is given; NULL with `err` set if not. */
static const quoth_stage_type *find_type(const json_t *given, const char *path,
                                         quoth_data_kind kind, quoth_error *err) {
  const char *name = json_string_value(json_object_get(given, "type"));
  const quoth_stage_type *type = name ? quoth_stage_type_find(name) : NULL;
  if (!type) {
    fail_type(path, name, err);
    return NULL;
  }
  if (type->inputs & QUOTH_KIND(kind)) return type;
  fail_kind("stage %s takes %.*s, but would be given %s", path, type->inputs, kind, err);
  return NULL;
}

/* Appends the completed form of the stage at `at` to `out`; *kind is what it is given, then what it
 * puts out. */
static quoth_status add_completed(const json_t *given, const place *at, const char *name,
                                  json_t *out, quoth_data_kind *kind, quoth_error *err) {
  static const char *const known[] = {"name", "type", "params", "members", NULL};
  quoth_status status = quoth_json_check_keys(given, known, at->path, err);
  if (status) return status;
  const quoth_stage_type *type = find_type(given, at->path, *kind, err);
  if (!type) return QUOTH_ERR_ARG;
  json_t *stage = json_object();
  status = complete_stage(given, at, name, type, stage, err);
  if (!status && json_array_append(out, stage) != 0) status = quoth_fail_nomem(err, 1);
  *kind = type->output;
  json_decref(stage);
  return status;
}

static quoth_status add_stage(const json_t *given, const place *at, json_t *out,
                              quoth_data_kind *kind, quoth_error *err) {
  const char *name = name_of(given, out);
  if (!name)
    return quoth_fail(err, QUOTH_ERR_ARG,
                      "each stage needs a name of its own, of a-z, 0-9, - and _");
  char *path = quoth_path(at->path, name, err);
  if (!path) return QUOTH_ERR_NOMEM;
  place here = {path, at->depth, *kind, 0};
  quoth_status status = add_completed(given, &here, name, out, kind, err);
  free(path);
  return status;
}

static quoth_status check_end(const place *at, quoth_data_kind kind, quoth_error *err) {
  if (at->wanted & QUOTH_KIND(kind)) return QUOTH_OK;
  if (at->path)
    return fail_kind("member %s should end with %.*s; it ends with %s", at->path, at->wanted, kind,
                     err);
  return quoth_fail(err, QUOTH_ERR_ARG, "the pipeline ends with %s; it lacks a classifier",
                    kinds[kind]);
}

static quoth_status complete_stages(const json_t *given, const place *at, json_t **out,
                                    quoth_error *err) {
  size_t n = json_array_size(given);
  if (n == 0 || n > MAX_STAGES)
    return quoth_fail(err, QUOTH_ERR_ARG, "%s%s\"pipeline\" should be a list of 1 to %d stages",
                      at->path ? at->path : "", at->path ? ": " : "", MAX_STAGES);
  *out = json_array();
  quoth_status status = *out ? QUOTH_OK : quoth_fail_nomem(err, 1);
  quoth_data_kind kind = at->given;
  for (size_t i = 0; i < n && !status; i++)
    status = add_stage(json_array_get(given, i), at, *out, &kind, err);
  if (!status) status = check_end(at, kind, err);
  if (!status) return QUOTH_OK;
  json_decref(*out);
  *out = NULL;
  return status;
}

quoth_status quoth_pipeline_spec_complete(const json_t *given, json_t **out, quoth_error *err) {
  place top = {NULL, 0, QUOTH_DATA_TEXTS, QUOTH_KIND(QUOTH_DATA_PROBABILITIES)};
  return complete_stages(given, &top, out, err);
}

/* ---- Walking --------------------------------------------------------------- */

static quoth_status visit_members(const quoth_stage_spec *stage, const char *path,
                                  quoth_stage_visit *visit, void *context, quoth_error *err) {
  quoth_status status = QUOTH_OK;
  for (size_t i = 0; i < quoth_stage_spec_n_members(stage) && !status; i++) {
    quoth_member_spec member = quoth_stage_spec_member(stage, i);
    char *below = quoth_path(path, member.name, err);
    status = below ? quoth_pipeline_spec_visit(member.pipeline, below, visit, context, err)
                   : QUOTH_ERR_NOMEM;
    free(below);
  }
  return status;
}

quoth_status quoth_pipeline_spec_visit(quoth_pipeline_spec pipeline, const char *path,
                                       quoth_stage_visit *visit, void *context, quoth_error *err) {
  quoth_status status = QUOTH_OK;
  for (size_t i = 0; i < quoth_pipeline_spec_n_stages(pipeline) && !status; i++) {
    quoth_stage_spec stage = quoth_pipeline_spec_stage(pipeline, i);
    char *here = quoth_path(path, stage.name, err);
    status = here ? visit_members(&stage, here, visit, context, err) : QUOTH_ERR_NOMEM;
    if (!status && !visit(context, &stage, here)) status = quoth_fail_nomem(err, 1);
    free(here);
  }
  return status;
}

typedef struct search {
  quoth_bytes path;
  json_t **params;
  const quoth_param_table **table;
} search;

static bool compare_path(void *context, const quoth_stage_spec *stage, const char *path) {
  search *at = context;
  if (strlen(path) == at->path.size && memcmp(path, at->path.data, at->path.size) == 0) {
    *at->params = (json_t *)(uintptr_t)stage->params;
    *at->table = &stage->type->params;
  }
  return true;
}

quoth_status quoth_pipeline_spec_find(quoth_pipeline_spec pipeline, quoth_bytes path,
                                      json_t **params, const quoth_param_table **table,
                                      quoth_error *err) {
  search at = {path, params, table};
  return quoth_pipeline_spec_visit(pipeline, NULL, compare_path, &at, err);
}
