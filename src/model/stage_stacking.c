/* The features of a stack (Wolpert 1992, "Stacked generalization"; scikit-learn's
 * StackingClassifier, whose final estimator is the stage behind this one): the answers of several
 * classifiers to a text. Tensors, M members, C classes:
 *   scale  F64 [M][2]  what a member's scores are divided by
 * Of each member there are 2 C features: its scores for the classes, less their mean, over the
 * first scale; and the same over the square root of the text's length in characters and over the
 * second scale. The longer a text, the farther apart are scores that are sums over its words, and
 * how far they can be trusted lies between the two. Scores are what the probabilities are the
 * softmax of, where a classifier has that, else the logarithms of its probabilities. In place of
 * the score of a class that a member takes for impossible stands its lowest other one. */
#include <math.h>
#include <stddef.h>
#include <stdlib.h>

#include "base/logarithm.h"
#include "base/utf8.h"
#include "model/pipeline.h"
#include "model/stacking.h"

static const quoth_param params[] = {
    {"cv", "an integer from 2 to 100",
     "folds: what the next stage learns from a row is said by members that have not seen it", "5",
     offsetof(quoth_stacking_params, cv), quoth_param_read_u32, .min = 2, .max = 100},
};

static uint32_t outputs_of(const quoth_pipeline *member) {
  return member->stages[member->n_stages - 1].n_outputs;
}

static quoth_status load(quoth_stage *stage, const quoth_tensors *tensors, const void *params_,
                         quoth_error *err) {
  (void)params_;
  const quoth_tensor *scale;
  quoth_status status = quoth_tensors_get(tensors, stage->name, "scale", QUOTH_F64, 2, &scale, err);
  if (status) return status;
  uint64_t n_classes = outputs_of(&stage->members[0]);
  bool is_sound = scale->shape[0] == stage->n_members && scale->shape[1] == 2 &&
                  2 * n_classes * stage->n_members < UINT32_MAX;
  for (size_t m = 1; m < stage->n_members; m++)
    is_sound = is_sound && outputs_of(&stage->members[m]) == n_classes;
  if (!is_sound)
    return quoth_fail(err, QUOTH_ERR_FORMAT, "%s: sizes of its members don't fit together",
                      stage->name);
  stage->n_outputs = (uint32_t)(2 * n_classes * stage->n_members);
  stage->state = (void *)(uintptr_t)scale->data;
  return QUOTH_OK;
}

static void unload(quoth_stage *stage) { (void)stage; }

typedef struct stacking_scratch {
  const quoth_stage *stage;
  quoth_stages_scratch **members; /* [n_members] */
  double features[];              /* [n_members][2][C] */
} stacking_scratch;

static void scratch_free(void *scratch) {
  stacking_scratch *memory = scratch;
  if (!memory) return;
  quoth_members_scratch_free(memory->stage, memory->members);
  free(memory);
}

static quoth_status scratch_new(const quoth_stage *stage, void **scratch, quoth_error *err) {
  stacking_scratch *memory =
      quoth_new_array(1, sizeof *memory + stage->n_outputs * sizeof *memory->features, err);
  if (!memory) return QUOTH_ERR_NOMEM;
  memory->stage = stage;
  quoth_status status = quoth_members_scratch_new(stage, &memory->members, err);
  if (status)
    scratch_free(memory);
  else
    *scratch = memory;
  return status;
}

static void take_scores(const quoth_document *answer, uint32_t n_classes, double *scores) {
  double lowest = INFINITY;
  for (uint32_t c = 0; c < n_classes; c++) {
    scores[c] = answer->scores         ? answer->scores[c]
                : answer->dense[c] > 0 ? quoth_log(answer->dense[c])
                                       : -INFINITY;
    if (scores[c] > -INFINITY && scores[c] < lowest) lowest = scores[c];
  }
  for (uint32_t c = 0; c < n_classes; c++)
    if (scores[c] == -INFINITY) scores[c] = lowest;
}

/* `scores` is [2][C], and its first half is there. */
static void normalise(const double *scale, double root_length, uint32_t n_classes, double *scores) {
  double sum = 0;
  for (uint32_t c = 0; c < n_classes; c++) sum += scores[c];
  for (uint32_t c = 0; c < n_classes; c++) {
    double centred = scores[c] - sum / n_classes;
    scores[c] = centred / scale[0];
    scores[n_classes + c] = centred / root_length / scale[1];
  }
}

static quoth_status apply(const quoth_stage *stage, void *scratch, quoth_document *document,
                          quoth_error *err) {
  stacking_scratch *memory = scratch;
  const double *scale = stage->state;
  uint32_t n_classes = outputs_of(&stage->members[0]);
  size_t length = quoth_utf8_length(document->text), n_known = document->n_known;
  double *features = memory->features, root_length = sqrt(length ? (double)length : 1);
  for (size_t m = 0; m < stage->n_members; m++, features += 2 * (size_t)n_classes) {
    quoth_document answer;
    quoth_status status = quoth_member_apply(stage, memory->members, m, document, &answer, err);
    if (status) return status;
    take_scores(&answer, n_classes, features);
    normalise(scale + 2 * m, root_length, n_classes, features);
    n_known += answer.n_known;
  }
  *document = (quoth_document){.dense = memory->features, .n_known = n_known};
  return QUOTH_OK;
}

static const quoth_applied_tensor applied[] = {{"scale", NULL}, {NULL, NULL}};

const quoth_stage_type quoth_stacking_stage = {
    .name = "stacking",
    .label = "stack",
    .inputs = QUOTH_KIND(QUOTH_DATA_TEXTS),
    .output = QUOTH_DATA_FEATURES,
    .member_outputs = QUOTH_KIND(QUOTH_DATA_PROBABILITIES),
    .is_supervised = true,
    .params = {params, sizeof params / sizeof *params, sizeof(quoth_stacking_params)},
    .applied = applied,
    .load = load,
    .unload = unload,
    .scratch_new = scratch_new,
    .scratch_free = scratch_free,
    .apply = apply,
};
