/* answer.h - a prediction as JSON, the same from every command. */
#ifndef QUOTH_APP_ANSWER_H
#define QUOTH_APP_ANSWER_H

#include <jansson.h>

#include "quoth.h"

/* {"label", "probability", "probabilities": {class: probability}} for `label`, the predicted class,
 * and "unknown": true if the model knows no term of the text; `probabilities` is [n_classes]. A new
 * reference; NULL if out of memory. */
json_t *prediction_json(const quoth_model *model, const double *probabilities, uint32_t label,
                        bool is_unknown);

/* Says on stderr how many of `n` texts had no term that the model knows, if any. */
void tell_unknown(size_t n_unknown, size_t n);

#endif
