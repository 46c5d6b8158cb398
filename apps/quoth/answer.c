#include "quoth/answer.h"

#include <stdio.h>

json_t *prediction_json(const quoth_model *model, const double *probabilities, uint32_t label,
                        bool is_unknown) {
  json_t *all = json_object();
  for (uint32_t c = 0; c < quoth_model_n_classes(model); c++)
    json_object_set_new(all, quoth_model_class(model, c), json_real(probabilities[c]));
  return json_pack("{s:s, s:f, s:o, s:o*}", "label", quoth_model_class(model, label), "probability",
                   probabilities[label], "probabilities", all, "unknown",
                   is_unknown ? json_true() : NULL);
}

void tell_unknown(size_t n_unknown, size_t n) {
  if (n_unknown > 0)
    fprintf(stderr, "quoth: note: the model knows no term of %zu of %zu texts\n", n_unknown, n);
}
