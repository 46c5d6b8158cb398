#include "model/slim.h"

#include "model/describe.h"

static quoth_status add_narrowed(const char *stage, const quoth_applied_tensor *applied,
                                 const quoth_tensor *tensor, quoth_tensors *out, quoth_error *err) {
  const double *values = tensor->data;
  size_t n = tensor->size / sizeof *values;
  float *narrowed = quoth_new_array(n, sizeof *narrowed, err);
  for (size_t i = 0; narrowed && i < n; i++) narrowed[i] = applied->narrow(values[i]);
  return quoth_tensors_add(out, stage, applied->name, QUOTH_F32, tensor->shape[0],
                           tensor->rank == 2 ? tensor->shape[1] : 0, narrowed, err);
}

static quoth_status add_pipeline(const quoth_model *model, const quoth_pipeline *pipeline,
                                 quoth_precision precision, quoth_tensors *out, quoth_error *err);

static quoth_status add_stage(const quoth_model *model, const quoth_stage *stage,
                              quoth_precision precision, quoth_tensors *out, quoth_error *err) {
  quoth_status status = QUOTH_OK;
  for (size_t m = 0; m < stage->n_members && !status; m++)
    status = add_pipeline(model, &stage->members[m], precision, out, err);
  for (const quoth_applied_tensor *a = stage->type->applied; a->name && !status; a++) {
    const quoth_tensor *tensor = quoth_tensors_find(&model->tensors, stage->name, a->name);
    if (!tensor) continue; /* not needed with the stage's parameters, or load had refused it */
    bool is_narrowed = precision == QUOTH_FLOAT32 && a->narrow && tensor->dtype == QUOTH_F64;
    status = is_narrowed ? add_narrowed(stage->name, a, tensor, out, err)
                         : quoth_tensors_add_view(out, tensor, err);
  }
  return status;
}

static quoth_status add_pipeline(const quoth_model *model, const quoth_pipeline *pipeline,
                                 quoth_precision precision, quoth_tensors *out, quoth_error *err) {
  quoth_status status = QUOTH_OK;
  for (size_t i = 0; i < pipeline->n_stages && !status; i++)
    status = add_stage(model, &pipeline->stages[i], precision, out, err);
  return status;
}

/* The topics as people see them, since the tensor that they are read from is left out. */
static quoth_status set_topics(const quoth_model *model, quoth_tensors *out, quoth_error *err) {
  if (!quoth_model_find_stage(model, &quoth_lda_stage)) return QUOTH_OK;
  quoth_topics topics;
  quoth_status status = quoth_topics_list(model, QUOTH_WORDS_PER_TOPIC, &topics, err);
  if (!status)
    status = quoth_tensors_set_json(out, QUOTH_KEY_TOPICS, quoth_topics_json(&topics), err);
  quoth_topics_clear(&topics);
  return status;
}

static quoth_status set_provenance(const quoth_model *model, quoth_tensors *out, quoth_error *err) {
  json_t *provenance = json_object();
  if (json_object_update(provenance, model->provenance) != 0 ||
      (!json_object_get(provenance, "made_from") &&
       json_object_set_new(provenance, "made_from", json_string(quoth_model_digest(model))) != 0)) {
    json_decref(provenance);
    provenance = NULL;
  }
  return quoth_tensors_set_json(out, QUOTH_KEY_PROVENANCE, provenance, err);
}

quoth_status quoth_model_hand_down(const quoth_model *model, quoth_tensors *out, quoth_error *err) {
  quoth_status status = quoth_tensors_copy_metadata(out, &model->tensors, err);
  return status ? status : set_provenance(model, out, err);
}

quoth_status quoth_model_slim(const quoth_model *model, quoth_precision precision, char **image,
                              size_t *size, quoth_error *err) {
  *image = NULL;
  quoth_tensors slim = {0};
  quoth_status status = quoth_model_hand_down(model, &slim, err);
  if (!status) status = add_pipeline(model, &model->pipeline, precision, &slim, err);
  if (!status) status = set_topics(model, &slim, err);
  if (!status) status = quoth_tensors_write(&slim, image, size, err);
  quoth_tensors_clear(&slim);
  return status;
}
