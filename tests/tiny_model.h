/* tiny_model.h - a model trained on the spot, for tests that need any model. */
#ifndef QUOTH_TINY_MODEL_H
#define QUOTH_TINY_MODEL_H

#include "train/train.h"

typedef struct tiny_model {
  quoth_training training; /* holds the bytes that the model views */
  quoth_model *model;
} tiny_model;

/* Two classes, "land" and "sea"; three topics and a small forest. It knows, among others, field,
 * plough, wheat, barn, whale, ship, wave, sail, Möwe and storm. */
quoth_status tiny_model_init(tiny_model *tiny, quoth_error *err);
void tiny_model_clear(tiny_model *tiny);

#endif
