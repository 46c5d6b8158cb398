/* pipeline_spec.h - the part of a spec that lists stages: read, checked, asked about.
 *
 *   [{"name": "vectorizer", "type": "count_vectorizer", "params": {...}}, ...]
 *
 * A stage of some types has members, each a pipeline of its own, so that a spec is a tree:
 *
 *   {"name": "union", "type": "feature_union",
 *    "members": [{"name": "words", "pipeline": [...]}, {"name": "characters", "pipeline": [...]}]}
 *
 * The path of a stage, "union.words.vectorizer", names it in settings, in messages and in a model's
 * tensors. */
#ifndef QUOTH_MODEL_PIPELINE_SPEC_H
#define QUOTH_MODEL_PIPELINE_SPEC_H

#include "model/stage.h"

/* Stages in a row. Borrowed from a spec; complete and valid. */
typedef struct quoth_pipeline_spec {
  const json_t *stages;
} quoth_pipeline_spec;

typedef struct quoth_stage_spec {
  const char *name;
  const quoth_stage_type *type;
  const json_t *params;
  const json_t *members; /* NULL if the type has none */
} quoth_stage_spec;

typedef struct quoth_member_spec {
  const char *name;
  quoth_pipeline_spec pipeline;
} quoth_member_spec;

size_t quoth_pipeline_spec_n_stages(quoth_pipeline_spec pipeline);
quoth_stage_spec quoth_pipeline_spec_stage(quoth_pipeline_spec pipeline, size_t i);
size_t quoth_stage_spec_n_members(const quoth_stage_spec *stage);
quoth_member_spec quoth_stage_spec_member(const quoth_stage_spec *stage, size_t i);
/* The parameters as the type's struct, from malloc; NULL with `err` set on failure. */
void *quoth_stage_spec_params(quoth_stage_spec stage, quoth_error *err);

/* "PATH.NAME", or "NAME" if path is NULL; from malloc. NULL with `err` set on failure. */
char *quoth_path(const char *path, const char *name, quoth_error *err);

/* `given` with nothing left out, as a new reference. The first stage is given texts, the last one
 * must put out probabilities. */
quoth_status quoth_pipeline_spec_complete(const json_t *given, json_t **out, quoth_error *err);

/* The parameters of the stage at `path` (not NUL-ended) as JSON that may be changed, into *params,
 * and their table. Both are left alone if there is no such stage. */
quoth_status quoth_pipeline_spec_find(quoth_pipeline_spec pipeline, quoth_bytes path,
                                      json_t **params, const quoth_param_table **table,
                                      quoth_error *err);

/* Calls `visit` for every stage, members' before what they are members of. False as soon as it
 * returns false. */
typedef bool quoth_stage_visit(void *context, const quoth_stage_spec *stage, const char *path);
quoth_status quoth_pipeline_spec_visit(quoth_pipeline_spec pipeline, const char *path,
                                       quoth_stage_visit *visit, void *context, quoth_error *err);

/* The defaults of `table`, changed as `given` (an object or NULL) says; `where` names them in
 * messages. A new reference, NULL on failure. */
quoth_status quoth_params_complete(const quoth_param_table *table, const char *where,
                                   const json_t *given, json_t **out, quoth_error *err);
/* Every key of `object` must be among `known`, NULL-ended. */
quoth_status quoth_json_check_keys(const json_t *object, const char *const *known,
                                   const char *where, quoth_error *err);

#endif
