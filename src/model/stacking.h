/* stacking.h - what a stacking stage makes of its members' answers. */
#ifndef QUOTH_MODEL_STACKING_H
#define QUOTH_MODEL_STACKING_H

#include "base/error.h"

typedef struct quoth_stacking_params {
  uint32_t cv; /* folds whose answers the next stage learns from */
} quoth_stacking_params;

#endif
