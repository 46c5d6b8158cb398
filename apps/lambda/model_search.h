/* model_search.h - which model a function serves that has been told nothing. */
#ifndef QUOTH_LAMBDA_MODEL_SEARCH_H
#define QUOTH_LAMBDA_MODEL_SEARCH_H

#include <limits.h>

#include "base/error.h"

/* $QUOTH_MODEL, or the model in the first of these folders that has any: the executable's,
 * $LAMBDA_TASK_ROOT, the working directory. A folder's model is model.quoth, or else its only file
 * *.quoth. */
quoth_status quoth_lambda_find_model(char path[static PATH_MAX], quoth_error *err);

#endif
