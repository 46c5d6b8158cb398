/* coded.h - tensors of numbers that a quantized model has as a byte each: of which of the stage's
 * levels (learn/levels.h) a number is. */
#ifndef QUOTH_MODEL_CODED_H
#define QUOTH_MODEL_CODED_H

#include "learn/levels.h"
#include "model/tensors.h"

#define QUOTH_LEVELS_TENSOR "levels" /* F64 [QUOTH_N_LEVELS] */

/* The tensor PREFIX.NAME: F64, *levels then being NULL, or U8 beside a tensor of levels. */
quoth_status quoth_get_coded(const quoth_tensors *tensors, const char *prefix, const char *name,
                             uint32_t rank, const quoth_tensor **out, const double **levels,
                             quoth_error *err);

#endif
