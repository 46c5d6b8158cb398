/* FeatureUnion, and ColumnTransformer of one column of texts: a feature_union, or its only member
 * itself. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "interop/sklearn_parts.h"

/* ---- One member ------------------------------------------------------------ */

/* Hands the tensors over, with `path` before their names. */
static quoth_status adopt(quoth_import *import, quoth_tensors *from, const char *path,
                          quoth_error *err) {
  quoth_status status = QUOTH_OK;
  for (size_t i = 0; i < from->n_items && !status; i++) {
    quoth_tensor *tensor = &from->items[i];
    status = quoth_tensors_add(&import->tensors, path, tensor->name, tensor->dtype,
                               tensor->shape[0], tensor->rank == 2 ? tensor->shape[1] : 0,
                               (void *)(uintptr_t)tensor->data, err);
    tensor->is_owned = false;
  }
  return status;
}

/* Their numbers of our columns, of all members so far and of one more. */
static quoth_status join_orders(quoth_import *import, const quoth_import *member,
                                quoth_error *err) {
  uint64_t first = import->n_columns, n = first + member->n_columns;
  if (n >= UINT32_MAX)
    return quoth_fail(err, QUOTH_ERR_DATA, "more than %u columns in a union", UINT32_MAX);
  import->n_columns = (uint32_t)n;
  if (!import->order && !member->order) return QUOTH_OK;
  uint32_t *order = quoth_new_array(n, sizeof *order, err);
  if (!order) return QUOTH_ERR_NOMEM;
  for (uint32_t i = 0; i < first; i++) order[i] = import->order ? import->order[i] : i;
  for (uint32_t i = 0; i < member->n_columns; i++)
    order[first + i] = (uint32_t)first + (member->order ? member->order[i] : i);
  free(import->order);
  import->order = order;
  return QUOTH_OK;
}

static quoth_status join_member(quoth_import *import, quoth_import *member, const char *name,
                                json_t *members, quoth_error *err) {
  char path[64];
  snprintf(path, sizeof path, "union.%s", name);
  quoth_status status = adopt(import, &member->tensors, path, err);
  if (!status) status = join_orders(import, member, err);
  if (status) return status;
  import->n_terms += member->n_terms;
  json_t *json = json_pack("{s:s, s:O}", "name", name, "pipeline", member->pipeline);
  return json && json_array_append_new(members, json) == 0 ? QUOTH_OK : quoth_fail_nomem(err, 1);
}

static quoth_status take_member(quoth_import *import, const quoth_value *value, const char *file,
                                const char *name, json_t *members, quoth_error *err) {
  quoth_import member = {.options = import->options,
                         .n_bytes = import->n_bytes,
                         .pipeline = json_array(),
                         .objects = import->objects};
  quoth_status status = quoth_import_take(&member, value, file, err);
  if (!status && (member.classifier.class || member.encoder.class || member.n_columns == 0))
    status = quoth_fail_at(err, QUOTH_ERR_DATA, file, 0,
                           "a FeatureUnion or ColumnTransformer of something else than vectorizers "
                           "and what follows them");
  if (!status) status = join_member(import, &member, name, members, err);
  free(member.order);
  json_decref(member.pipeline);
  quoth_tensors_clear(&member.tensors);
  return status;
}

/* ---- Lists ----------------------------------------------------------------- */

static bool is_dropped(const quoth_value *transformer) {
  return quoth_value_is_text(transformer, "drop");
}

/* Items are (name, transformer, ...); names that are none in a spec become numbers. */
static quoth_status take_members(quoth_import *import, const quoth_estimator *estimator,
                                 const quoth_values *list, json_t *members, quoth_error *err) {
  quoth_status status = QUOTH_OK;
  for (size_t i = 0; i < list->n && !status; i++) {
    const quoth_value *transformer = quoth_value_item(list->items[i], 1);
    char name[32];
    snprintf(name, sizeof name, "member-%zu", i + 1);
    if (!is_dropped(transformer))
      status = take_member(import, transformer, estimator->file, name, members, err);
  }
  return status;
}

static quoth_status take_union(quoth_import *import, const quoth_estimator *estimator,
                               const char *attribute, quoth_error *err) {
  const quoth_value *list = quoth_estimator_get(estimator, attribute);
  const quoth_value *weights = quoth_estimator_get(estimator, "transformer_weights");
  if (!list || list->kind != QUOTH_VALUE_LIST)
    return quoth_estimator_fail(estimator, attribute, err, "is not there: it was not fitted");
  if (weights && weights->kind != QUOTH_VALUE_NONE)
    return quoth_estimator_fail(estimator, "transformer_weights", err,
                                "is given; quoth's members all weigh 1");
  if (import->n_columns)
    return quoth_fail_at(err, QUOTH_ERR_DATA, estimator->file, 0,
                         "a FeatureUnion or ColumnTransformer behind a vectorizer");
  json_t *members = json_array();
  quoth_status status = members ? QUOTH_OK : quoth_fail_nomem(err, 1);
  if (!status) status = take_members(import, estimator, &list->values, members, err);
  json_t *stage = json_pack("{s:s, s:s, s:O}", "name", "union", "type",
                            quoth_feature_union_stage.name, "members", members);
  json_decref(members);
  if (status) {
    json_decref(stage);
    return status;
  }
  return stage && json_array_append_new(import->pipeline, stage) == 0 ? QUOTH_OK
                                                                      : quoth_fail_nomem(err, 1);
}

quoth_status quoth_import_union(quoth_import *import, const quoth_estimator *estimator,
                                quoth_error *err) {
  return take_union(import, estimator, "transformer_list", err);
}

/* ---- Columns --------------------------------------------------------------- */

static bool is_same_column(const quoth_value *a, const quoth_value *b) {
  int64_t i, j;
  if (a->kind == QUOTH_VALUE_TEXT && b->kind == QUOTH_VALUE_TEXT)
    return a->bytes.size == b->bytes.size &&
           memcmp(a->bytes.data, b->bytes.data, a->bytes.size) == 0;
  return quoth_value_integer(a, &i) && quoth_value_integer(b, &j) && i == j;
}

/* All that is not dropped has the same column, named or numbered alone, so that it is texts. */
quoth_status quoth_import_columns(quoth_import *import, const quoth_estimator *estimator,
                                  quoth_error *err) {
  const quoth_value *list = quoth_estimator_get(estimator, "transformers_"), *first = NULL;
  for (size_t i = 0; list && list->kind == QUOTH_VALUE_LIST && i < list->values.n; i++) {
    const quoth_value *column = quoth_value_item(list->values.items[i], 2);
    if (is_dropped(quoth_value_item(list->values.items[i], 1))) continue;
    if (!first) first = column;
    if (!column || !is_same_column(first, column))
      return quoth_estimator_fail(estimator, "transformers_", err,
                                  "take other columns than one of texts, which is all that quoth "
                                  "reads");
  }
  return take_union(import, estimator, "transformers_", err);
}
