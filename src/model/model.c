#include "model/model.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

void quoth_model_free(quoth_model *model) {
  if (!model) return;
  quoth_pipeline_clear(&model->pipeline);
  json_decref(model->classes);
  json_decref(model->metrics);
  json_decref(model->provenance);
  quoth_spec_clear(&model->spec);
  quoth_tensors_clear(&model->tensors);
  quoth_file_close(&model->file);
  free(model);
}

/* ---- Metadata -------------------------------------------------------------- */

static quoth_status read_json(const quoth_tensors *tensors, const char *key, json_type type,
                              json_t **out, quoth_error *err) {
  const char *text = quoth_tensors_metadata(tensors, key);
  quoth_status status =
      text ? quoth_json_parse((quoth_bytes){text, strlen(text)}, NULL, out, err) : QUOTH_ERR_FORMAT;
  if (status == QUOTH_ERR_NOMEM || (!status && json_typeof(*out) == type)) return status;
  return quoth_fail(err, QUOTH_ERR_FORMAT, "its %s is missing or damaged", key);
}

static quoth_status check_presence(const quoth_tensors *tensors, const char *key,
                                   quoth_error *err) {
  return quoth_tensors_metadata(tensors, key)
             ? QUOTH_OK
             : quoth_fail(err, QUOTH_ERR_FORMAT, "its %s is missing", key);
}

static quoth_status check_classes(const json_t *classes, quoth_error *err) {
  bool is_sound = json_array_size(classes) >= 2;
  for (size_t i = 0; i < json_array_size(classes); i++)
    is_sound = is_sound && json_is_string(json_array_get(classes, i));
  return is_sound ? QUOTH_OK : quoth_fail(err, QUOTH_ERR_FORMAT, "its list of classes is damaged");
}

static quoth_status read_spec(quoth_model *model, quoth_error *err) {
  const char *text = quoth_tensors_metadata(&model->tensors, QUOTH_KEY_SPEC);
  quoth_error fault = {.message = "it is missing"};
  quoth_status status =
      text ? quoth_spec_from_json((quoth_bytes){text, strlen(text)}, NULL, &model->spec, &fault)
           : QUOTH_ERR_FORMAT;
  if (!status) return QUOTH_OK;
  if (status == QUOTH_ERR_NOMEM) return quoth_fail_nomem(err, 1);
  return quoth_fail(err, QUOTH_ERR_FORMAT, "its spec is damaged: %s", fault.message);
}

static quoth_status read_metadata(quoth_model *model, quoth_error *err) {
  quoth_status status = check_presence(&model->tensors, QUOTH_KEY_FORMAT, err);
  if (!status) status = check_presence(&model->tensors, QUOTH_KEY_VERSION, err);
  if (!status) status = read_spec(model, err);
  if (!status)
    status = read_json(&model->tensors, QUOTH_KEY_CLASSES, JSON_ARRAY, &model->classes, err);
  if (!status) status = check_classes(model->classes, err);
  if (!status)
    status = read_json(&model->tensors, QUOTH_KEY_METRICS, JSON_OBJECT, &model->metrics, err);
  if (!status)
    status = read_json(&model->tensors, QUOTH_KEY_PROVENANCE, JSON_OBJECT, &model->provenance, err);
  return status;
}

/* ---- Stages ---------------------------------------------------------------- */

static quoth_status load_stages(quoth_model *model, quoth_error *err) {
  size_t n = quoth_spec_n_stages(&model->spec);
  quoth_status status = quoth_pipeline_load(quoth_spec_pipeline(&model->spec), 0, n, NULL,
                                            &model->tensors, &model->pipeline, err);
  if (status) return status;
  const quoth_stage *stages = model->pipeline.stages;
  for (size_t i = 0; i < n; i++)
    if (stages[i].type->output == QUOTH_DATA_FEATURES) model->n_feature_stages = i + 1;
  if (stages[n - 1].n_outputs != quoth_model_n_classes(model))
    return quoth_fail(err, QUOTH_ERR_FORMAT, "%u classes are named, stage %s tells %u apart",
                      quoth_model_n_classes(model), stages[n - 1].name, stages[n - 1].n_outputs);
  return QUOTH_OK;
}

/* ---- Opening --------------------------------------------------------------- */

static quoth_status open_image(quoth_model *model, quoth_bytes image, unsigned flags,
                               quoth_error *err) {
  bool verify = !(flags & QUOTH_TRUST_DIGESTS);
  quoth_status status = quoth_tensors_read(image, verify, &model->tensors, err);
  if (!status) status = read_metadata(model, err);
  if (!status) status = load_stages(model, err);
  return status;
}

static quoth_model *model_new(quoth_error *err) {
  quoth_model *model = quoth_new_array(1, sizeof *model, err);
  if (model) model->file = (quoth_file){.data = "", .is_mapped = true};
  return model;
}

quoth_status quoth_model_open_memory(const void *data, size_t size, unsigned flags,
                                     quoth_model **out, quoth_error *err) {
  *out = NULL;
  quoth_model *model = model_new(err);
  if (!model) return QUOTH_ERR_NOMEM;
  quoth_status status = open_image(model, (quoth_bytes){data, size}, flags, err);
  if (status)
    quoth_model_free(model);
  else
    *out = model;
  return status;
}

uint32_t quoth_model_n_classes(const quoth_model *model) {
  return (uint32_t)json_array_size(model->classes);
}

const char *quoth_model_class(const quoth_model *model, uint32_t class_index) {
  return json_string_value(json_array_get(model->classes, class_index));
}

uint32_t quoth_model_n_features(const quoth_model *model) {
  return model->n_feature_stages ? model->pipeline.stages[model->n_feature_stages - 1].n_outputs
                                 : 0;
}

const char *quoth_model_digest(const quoth_model *model) {
  return quoth_tensors_digest(&model->tensors);
}

bool quoth_model_is_quantized(const quoth_model *model) {
  const char *format = quoth_tensors_metadata(&model->tensors, QUOTH_KEY_FORMAT);
  return strcmp(format, QUOTH_QUANTIZED_FORMAT) == 0;
}

const quoth_stage *quoth_model_find_stage(const quoth_model *model, const quoth_stage_type *type) {
  for (size_t i = 0; i < model->pipeline.n_stages; i++)
    if (model->pipeline.stages[i].type == type) return &model->pipeline.stages[i];
  return NULL;
}

/* ---- Prediction ------------------------------------------------------------ */

struct quoth_scratch {
  quoth_stages_scratch *stages;
  size_t n_known; /* terms of the last text */
};

void quoth_scratch_free(quoth_scratch *scratch) {
  if (!scratch) return;
  quoth_stages_scratch_free(scratch->stages);
  free(scratch);
}

quoth_status quoth_scratch_new(const quoth_model *model, quoth_scratch **out, quoth_error *err) {
  *out = NULL;
  quoth_scratch *scratch = quoth_new_array(1, sizeof *scratch, err);
  if (!scratch) return QUOTH_ERR_NOMEM;
  quoth_status status = quoth_stages_scratch_new(model->pipeline.stages, model->pipeline.n_stages,
                                                 &scratch->stages, err);
  if (status)
    quoth_scratch_free(scratch);
  else
    *out = scratch;
  return status;
}

/* Sends a text through the first `n_stages` stages; the last's output goes to `out`. */
static quoth_status run_stages(const quoth_model *model, quoth_scratch *scratch, quoth_bytes text,
                               size_t n_stages, double *out, quoth_error *err) {
  size_t valid = quoth_utf8_valid_prefix(text);
  if (valid < text.size)
    return quoth_fail(err, QUOTH_ERR_DATA, "the text is not UTF-8: byte 0x%02x at offset %zu",
                      (unsigned char)text.data[valid], valid);
  quoth_document document = {.text = text};
  quoth_status status = quoth_stages_apply(scratch->stages, n_stages, &document, err);
  scratch->n_known = document.n_known;
  if (!status)
    memcpy(out, document.dense, model->pipeline.stages[n_stages - 1].n_outputs * sizeof *out);
  return status;
}

quoth_status quoth_predict(const quoth_model *model, quoth_scratch *scratch, const char *text,
                           size_t size, double *probabilities, quoth_error *err) {
  return run_stages(model, scratch, (quoth_bytes){text, size}, model->pipeline.n_stages,
                    probabilities, err);
}

size_t quoth_known_terms(const quoth_scratch *scratch) { return scratch->n_known; }

quoth_status quoth_transform(const quoth_model *model, quoth_scratch *scratch, const char *text,
                             size_t size, double *features, quoth_error *err) {
  if (model->n_feature_stages == 0)
    return quoth_fail(err, QUOTH_ERR_ARG, "this model has no dense features to show");
  return run_stages(model, scratch, (quoth_bytes){text, size}, model->n_feature_stages, features,
                    err);
}
