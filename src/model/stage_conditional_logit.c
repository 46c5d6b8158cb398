/* A conditional logit: features that each class has of its own, as a stack puts them out, to
 * probabilities. Tensors, J features, C classes:
 *   coef       F64 [J][C]
 *   intercept  F64 [C] */
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "learn/conditional_logit.h"
#include "learn/linear.h"
#include "model/stage.h"

#define FIELD(name) .offset = offsetof(quoth_conditional_logit_params, name)

static const quoth_param params[] = {
    {"alpha", "a number above 0", "penalty of the weights that all classes share", "0.01",
     FIELD(alpha), quoth_param_read_double, .min = 0, .max = INFINITY, .min_is_open = true},
    {"class_alpha", "a number above 0", "penalty of each class's deviations from them", "10.0",
     FIELD(class_alpha), quoth_param_read_double, .min = 0, .max = INFINITY, .min_is_open = true},
    {"tol", "a number above 0",
     "how small the largest item of the gradient should become, for each row", "1e-06", FIELD(tol),
     quoth_param_read_double, .min = 0, .max = INFINITY, .min_is_open = true},
    {"max_iter", "an integer from 1 to 4294967295", "most steps", "200", FIELD(max_iter),
     quoth_param_read_u32, .min = 1, .max = INFINITY},
};

typedef struct conditional_logit {
  uint32_t n_features, n_classes;
  const double *coef, *intercept; /* views of tensors */
} conditional_logit;

static quoth_status load(quoth_stage *stage, const quoth_tensors *tensors, const void *params_,
                         quoth_error *err) {
  (void)params_;
  const quoth_tensor *coef, *intercept;
  quoth_status status = quoth_tensors_get(tensors, stage->name, "coef", QUOTH_F64, 2, &coef, err);
  if (!status)
    status = quoth_tensors_get(tensors, stage->name, "intercept", QUOTH_F64, 1, &intercept, err);
  if (status) return status;
  uint64_t n_classes = intercept->shape[0], n_features = coef->shape[0];
  if (n_classes == 0 || n_classes >= UINT32_MAX || coef->shape[1] != n_classes ||
      n_features >= UINT32_MAX / n_classes)
    return quoth_fail(err, QUOTH_ERR_FORMAT, "%s: sizes out of range", stage->name);
  conditional_logit *state = quoth_new_array(1, sizeof *state, err);
  if (!state) return QUOTH_ERR_NOMEM;
  *state =
      (conditional_logit){(uint32_t)n_features, (uint32_t)n_classes, coef->data, intercept->data};
  stage->state = state;
  stage->n_inputs = (uint32_t)(n_features * n_classes);
  stage->n_outputs = (uint32_t)n_classes;
  return QUOTH_OK;
}

static void unload(quoth_stage *stage) { free(stage->state); }

/* [2 * C]: scores, probabilities. */
static quoth_status scratch_new(const quoth_stage *stage, void **scratch, quoth_error *err) {
  *scratch = quoth_new_array(stage->n_outputs, 2 * sizeof(double), err);
  return *scratch ? QUOTH_OK : QUOTH_ERR_NOMEM;
}

static quoth_status apply(const quoth_stage *stage, void *scratch, quoth_document *document,
                          quoth_error *err) {
  (void)err;
  const conditional_logit *state = stage->state;
  double *scores = scratch, *probabilities = scores + state->n_classes;
  quoth_conditional_logit_scores(state->coef, state->intercept, state->n_features, state->n_classes,
                                 document->dense, scores);
  memcpy(probabilities, scores, state->n_classes * sizeof *scores);
  quoth_softmax(probabilities, state->n_classes);
  document->scores = scores;
  document->dense = probabilities;
  return QUOTH_OK;
}

static const quoth_applied_tensor applied[] = {{"coef", NULL}, {"intercept", NULL}, {NULL, NULL}};

const quoth_stage_type quoth_conditional_logit_stage = {
    .name = "conditional_logit",
    .label = "logit",
    .inputs = QUOTH_KIND(QUOTH_DATA_FEATURES),
    .output = QUOTH_DATA_PROBABILITIES,
    .params = {params, sizeof params / sizeof *params, sizeof(quoth_conditional_logit_params)},
    .applied = applied,
    .load = load,
    .unload = unload,
    .scratch_new = scratch_new,
    .scratch_free = free,
    .apply = apply,
};
