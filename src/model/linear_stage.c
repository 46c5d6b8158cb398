#include "model/linear_stage.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- Loading --------------------------------------------------------------- */

static quoth_status get_weights(quoth_stage *stage, const quoth_tensors *tensors, const char *name,
                                quoth_linear *model, quoth_error *err) {
  const quoth_tensor *weights = quoth_tensors_find(tensors, stage->name, name);
  bool is_single = weights && weights->dtype == QUOTH_F32;
  quoth_status status = quoth_tensors_get(tensors, stage->name, name,
                                          is_single ? QUOTH_F32 : QUOTH_F64, 2, &weights, err);
  if (status) return status;
  if (weights->shape[0] >= UINT32_MAX || weights->shape[1] == 0 || weights->shape[1] > UINT32_MAX)
    return quoth_fail(err, QUOTH_ERR_FORMAT, "%s: sizes out of range", stage->name);
  model->n_features = (uint32_t)weights->shape[0];
  model->n_columns = (uint32_t)weights->shape[1];
  if (is_single)
    model->weights_single = weights->data;
  else
    model->weights = weights->data;
  return QUOTH_OK;
}

static quoth_status get_row(quoth_stage *stage, const quoth_tensors *tensors, const char *name,
                            uint64_t n, const double **out, quoth_error *err) {
  const quoth_tensor *row;
  quoth_status status = quoth_tensors_get(tensors, stage->name, name, QUOTH_F64, 1, &row, err);
  if (status) return status;
  *out = row->data;
  return row->shape[0] == n ? QUOTH_OK
                            : quoth_fail(err, QUOTH_ERR_FORMAT, "tensor %s should have %llu items",
                                         row->name, (unsigned long long)n);
}

static quoth_status get_all(quoth_stage *stage, const quoth_tensors *tensors,
                            const quoth_linear_names *names, quoth_linear *model,
                            quoth_error *err) {
  quoth_status status = get_weights(stage, tensors, names->weights, model, err);
  if (!status && names->bias)
    status = get_row(stage, tensors, names->bias, model->n_columns, &model->bias, err);
  model->n_classes = model->n_columns == 1 ? 2 : model->n_columns;
  if (!status)
    status = get_row(stage, tensors, names->log_prior, model->n_classes, &model->log_prior, err);
  return status;
}

quoth_status quoth_linear_load(quoth_stage *stage, const quoth_tensors *tensors,
                               const quoth_linear_names *names, quoth_error *err) {
  quoth_linear *model = quoth_new_array(1, sizeof *model, err);
  if (!model) return QUOTH_ERR_NOMEM;
  stage->state = model;
  quoth_status status = get_all(stage, tensors, names, model, err);
  stage->n_inputs = model->n_features;
  stage->n_outputs = model->n_classes;
  return status;
}

void quoth_linear_unload(quoth_stage *stage) { free(stage->state); }

float quoth_linear_narrow(double weight) { return (float)weight; }

/* ---- Applying -------------------------------------------------------------- */

typedef struct linear_scratch {
  double *values; /* of a document's entries, where it has counts */
  size_t capacity;
  double numbers[]; /* [n_classes] scores, [n_classes] probabilities */
} linear_scratch;

quoth_status quoth_linear_scratch_new(const quoth_stage *stage, void **scratch, quoth_error *err) {
  *scratch = quoth_new_array(
      1, sizeof(linear_scratch) + 2 * (size_t)stage->n_outputs * sizeof(double), err);
  return *scratch ? QUOTH_OK : QUOTH_ERR_NOMEM;
}

void quoth_linear_scratch_free(void *scratch) {
  linear_scratch *memory = scratch;
  if (!memory) return;
  free(memory->values);
  free(memory);
}

static quoth_status take_counts(linear_scratch *memory, const quoth_document *document,
                                quoth_error *err) {
  size_t n = document->n_entries;
  double *values = quoth_grow(memory->values, &memory->capacity, n, sizeof *values, err);
  if (!values) return QUOTH_ERR_NOMEM;
  memory->values = values;
  for (size_t i = 0; i < n; i++) values[i] = document->counts[i];
  return QUOTH_OK;
}

quoth_status quoth_linear_apply(const quoth_stage *stage, void *scratch, quoth_document *document,
                                quoth_error *err) {
  const quoth_linear *model = stage->state;
  linear_scratch *memory = scratch;
  double *scores = memory->numbers, *probabilities = scores + model->n_classes;
  if (document->dense) {
    quoth_linear_scores(model, NULL, document->dense, model->n_features, scores);
  } else {
    const double *values = document->weights;
    if (!values) {
      quoth_status status = take_counts(memory, document, err);
      if (status) return status;
      values = memory->values;
    }
    quoth_linear_scores(model, document->columns, values, document->n_entries, scores);
  }
  memcpy(probabilities, scores, model->n_classes * sizeof *scores);
  quoth_softmax(probabilities, model->n_classes);
  document->scores = scores;
  document->dense = probabilities;
  return QUOTH_OK;
}
