/* slim.h - a model with only what prediction reads, for where every byte is sent and loaded. */
#ifndef QUOTH_MODEL_SLIM_H
#define QUOTH_MODEL_SLIM_H

#include "model/model.h"

typedef enum quoth_precision {
  QUOTH_FLOAT64, /* every tensor as it is: the same bits */
  QUOTH_FLOAT32, /* large tables rounded: probabilities may change a little */
} quoth_precision;

/* The bytes of a model file that predicts the same, in `image` (64-byte aligned, [*size],
 * from malloc). Tensors that are only for people to look at are left out; the ten top words of
 * each topic stay, as metadata, and the digest of the model it was made from, as "made_from" in
 * its provenance. The same model gives the same bytes, and a slim model gives itself. */
quoth_status quoth_model_slim(const quoth_model *model, quoth_precision precision, char **image,
                              size_t *size, quoth_error *err);

/* The metadata of `model`, for a file that is made from it: its provenance also has "made_from". */
quoth_status quoth_model_hand_down(const quoth_model *model, quoth_tensors *out, quoth_error *err);

#endif
