/* linear_stage.h - what the stages of linear classifiers share: tensors, loading, applying. Their
 * inputs are counts, weights or dense features. */
#ifndef QUOTH_MODEL_LINEAR_STAGE_H
#define QUOTH_MODEL_LINEAR_STAGE_H

#include "learn/linear.h"
#include "model/stage.h"

#define QUOTH_LINEAR_INPUTS                                                                        \
  (QUOTH_KIND(QUOTH_DATA_COUNTS) | QUOTH_KIND(QUOTH_DATA_WEIGHTS) | QUOTH_KIND(QUOTH_DATA_FEATURES))

/* Names of the tensors: weights F64 (or F32, or U8 with levels: model/coded.h) [V][K], bias F64 [K]
 * or NULL for none, log_prior F64 [C], sigmoid F64 [2][K] or NULL for a softmax. */
typedef struct quoth_linear_names {
  const char *weights, *bias, *log_prior, *sigmoid;
} quoth_linear_names;

quoth_status quoth_linear_load(quoth_stage *stage, const quoth_tensors *tensors,
                               const quoth_linear_names *names, quoth_error *err);
void quoth_linear_unload(quoth_stage *stage);
quoth_status quoth_linear_scratch_new(const quoth_stage *stage, void **scratch, quoth_error *err);
void quoth_linear_scratch_free(void *scratch);
quoth_status quoth_linear_apply(const quoth_stage *stage, void *scratch, quoth_document *document,
                                quoth_error *err);
/* Rounds weights for slim models. */
float quoth_linear_narrow(double weight);

#endif
