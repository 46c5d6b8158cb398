/* quantize.h - a model's tensors in fewer bits: weights and idf as levels (learn/levels.h), terms
 * as keys (base/key_table.h), n-grams packed (learn/ngram_lm.h). */
#ifndef QUOTH_TRAIN_QUANTIZE_H
#define QUOTH_TRAIN_QUANTIZE_H

#include "model/model.h"

/* Refuses a spec with stages that can't be quantized, as QUOTH_ERR_ARG. */
quoth_status quoth_quantize_check(const quoth_spec *spec, quoth_error *err);

/* Adds the tensors of the same stages, quantized, to `out`; of `pipeline`, which is loaded from
 * `from`. Some are views: `from` must outlive `out`. Columns are put into another order. Stages
 * that can't be quantized are QUOTH_ERR_ARG. Terms of less than `least_importance`
 * (train/importance.h) are left out; 0: none. */
quoth_status quoth_quantize(const quoth_pipeline *pipeline, const quoth_tensors *from,
                            double least_importance, quoth_tensors *out, quoth_error *err);

/* The bytes of the model's file, quantized, in `image` (64-byte aligned, [*size], from malloc). */
quoth_status quoth_model_quantize(const quoth_model *model, double least_importance, char **image,
                                  size_t *size, quoth_error *err);

#endif
