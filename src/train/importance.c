#include "train/importance.h"

#include <math.h>
#include <stdlib.h>

/* A classifier's tensor of weights; NULL for other stages. */
static const quoth_tensor *weights_of(const quoth_stage *stage, const quoth_tensors *tensors) {
  const quoth_tensor *weights = quoth_tensors_find(tensors, stage->name, "coef");
  if (!weights) weights = quoth_tensors_find(tensors, stage->name, "feature_log_prob");
  bool is_linear = weights && stage->type->output == QUOTH_DATA_PROBABILITIES &&
                   weights->shape[0] == stage->n_inputs;
  return is_linear ? weights : NULL;
}

/* Of numbers that aren't quantized. */
static double weight_at(const quoth_tensor *weights, size_t i) {
  return weights->dtype == QUOTH_F32 ? (double)((const float *)weights->data)[i]
                                     : ((const double *)weights->data)[i];
}

/* `is_softmax`: what is added to all columns changes nothing. */
static void spread_of_rows(const quoth_tensor *weights, bool is_softmax, double *out) {
  size_t n_columns = weights->shape[1];
  for (size_t v = 0; v < weights->shape[0]; v++) {
    double lowest = INFINITY, highest = -INFINITY;
    for (size_t k = 0; k < n_columns; k++) {
      double weight = weight_at(weights, v * n_columns + k);
      /* fmin and fmax stop gcc 12 for arm64 with an internal error. */
      if (weight < lowest) lowest = weight;
      if (weight > highest) highest = weight;
    }
    out[v] = is_softmax ? highest - lowest : fmax(-lowest, highest);
  }
}

/* Multiplies what belongs to columns that the pipeline puts out by what its stages weigh them
 * with. */
static void weigh(const quoth_pipeline *pipeline, size_t n_stages, const quoth_tensors *tensors,
                  double *importance) {
  for (size_t i = n_stages; i-- > 0;) {
    const quoth_stage *stage = &pipeline->stages[i];
    if (stage->type == &quoth_tfidf_stage) {
      const quoth_tensor *idf = quoth_tensors_find(tensors, stage->name, "idf");
      for (size_t v = 0; v < idf->shape[0]; v++) importance[v] *= weight_at(idf, v);
      continue;
    }
    if (stage->type != &quoth_feature_union_stage) break;
    double *own = importance;
    for (size_t m = 0; m < stage->n_members; m++) {
      const quoth_pipeline *member = &stage->members[m];
      weigh(member, member->n_stages, tensors, own);
      own += member->stages[member->n_stages - 1].n_outputs;
    }
  }
}

static void normalise(double *importance, size_t n) {
  double sum = 0;
  for (size_t v = 0; v < n; v++) sum += importance[v] * importance[v];
  double root = n > 0 && sum > 0 ? sqrt(sum / (double)n) : 1;
  for (size_t v = 0; v < n; v++) importance[v] /= root;
}

quoth_status quoth_term_importance(const quoth_pipeline *pipeline, const quoth_tensors *tensors,
                                   double **importance, size_t *n, quoth_error *err) {
  *importance = NULL;
  *n = 0;
  const quoth_stage *last = &pipeline->stages[pipeline->n_stages - 1];
  const quoth_tensor *weights = weights_of(last, tensors);
  if (!weights || weights->dtype == QUOTH_U8) return QUOTH_OK;
  *n = weights->shape[0];
  *importance = quoth_new_array(*n, sizeof **importance, err);
  if (!*importance) return QUOTH_ERR_NOMEM;
  bool is_softmax = weights->shape[1] > 1 && !quoth_tensors_find(tensors, last->name, "sigmoid");
  spread_of_rows(weights, is_softmax, *importance);
  weigh(pipeline, pipeline->n_stages - 1, tensors, *importance);
  normalise(*importance, *n);
  return QUOTH_OK;
}
