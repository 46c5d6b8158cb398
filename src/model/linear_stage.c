#include "model/linear_stage.h"

#include "model/coded.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- Loading --------------------------------------------------------------- */

static quoth_status get_weights(quoth_stage *stage, const quoth_tensors *tensors, const char *name,
                                quoth_linear *model, quoth_error *err) {
  const quoth_tensor *weights = quoth_tensors_find(tensors, stage->name, name);
  bool is_single = weights && weights->dtype == QUOTH_F32;
  quoth_status status =
      is_single ? quoth_tensors_get(tensors, stage->name, name, QUOTH_F32, 2, &weights, err)
                : quoth_get_coded(tensors, stage->name, name, 2, &weights, &model->levels, err);
  if (status) return status;
  if (weights->shape[0] >= UINT32_MAX || weights->shape[1] == 0 || weights->shape[1] > UINT32_MAX)
    return quoth_fail(err, QUOTH_ERR_FORMAT, "%s: sizes out of range", stage->name);
  model->n_features = (uint32_t)weights->shape[0];
  model->n_columns = (uint32_t)weights->shape[1];
  if (is_single)
    model->weights_single = weights->data;
  else if (model->levels)
    model->weight_codes = weights->data;
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

/* [2][K] sigmoids; and how many classes there are, of which the columns then say nothing. */
static quoth_status get_sigmoid(quoth_stage *stage, const quoth_tensors *tensors,
                                const quoth_linear_names *names, quoth_linear *model,
                                quoth_error *err) {
  const quoth_tensor *sigmoid, *prior;
  quoth_status status =
      quoth_tensors_get(tensors, stage->name, names->sigmoid, QUOTH_F64, 2, &sigmoid, err);
  if (!status)
    status = quoth_tensors_get(tensors, stage->name, names->log_prior, QUOTH_F64, 1, &prior, err);
  if (status) return status;
  uint64_t n_classes = prior->shape[0];
  if (n_classes < 2 || n_classes > UINT32_MAX || sigmoid->shape[0] != 2 ||
      sigmoid->shape[1] != model->n_columns ||
      model->n_columns % quoth_linear_n_columns((uint32_t)n_classes) != 0)
    return quoth_fail(err, QUOTH_ERR_FORMAT, "tensors %s and %s do not fit together", sigmoid->name,
                      prior->name);
  model->n_classes = (uint32_t)n_classes;
  model->sigmoid = sigmoid->data;
  return QUOTH_OK;
}

static quoth_status get_all(quoth_stage *stage, const quoth_tensors *tensors,
                            const quoth_linear_names *names, quoth_linear *model,
                            quoth_error *err) {
  quoth_status status = get_weights(stage, tensors, names->weights, model, err);
  if (!status && names->bias)
    status = get_row(stage, tensors, names->bias, model->n_columns, &model->bias, err);
  model->n_classes = model->n_columns == 1 ? 2 : model->n_columns;
  if (!status && names->sigmoid) status = get_sigmoid(stage, tensors, names, model, err);
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
  double numbers[]; /* [n_columns] sums, [n_classes] scores, [n_classes] probabilities */
} linear_scratch;

quoth_status quoth_linear_scratch_new(const quoth_stage *stage, void **scratch, quoth_error *err) {
  const quoth_linear *model = stage->state;
  size_t n_numbers = 2 * (size_t)model->n_classes + model->n_columns;
  *scratch = quoth_new_array(1, sizeof(linear_scratch) + n_numbers * sizeof(double), err);
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
  double *sums = memory->numbers, *scores = sums + model->n_columns;
  double *probabilities = scores + model->n_classes;
  const double *values = document->dense ? document->dense : document->weights;
  size_t n = document->dense ? model->n_features : document->n_entries;
  if (!values) {
    quoth_status status = take_counts(memory, document, err);
    if (status) return status;
    values = memory->values;
  }
  quoth_linear_predict(model, document->dense ? NULL : document->columns, values, n, sums, scores,
                       probabilities);
  document->scores = scores;
  document->dense = probabilities;
  return QUOTH_OK;
}
