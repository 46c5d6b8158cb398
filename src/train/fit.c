#include "train/fit.h"

#include <stddef.h>

static const struct {
  const quoth_stage_type *type;
  quoth_fit_function *fit;
} fit_functions[] = {
    {&quoth_count_vectorizer, quoth_fit_count_vectorizer},
    {&quoth_hashing_vectorizer, quoth_fit_hashing_vectorizer},
    {&quoth_tfidf_stage, quoth_fit_tfidf},
    {&quoth_lda_stage, quoth_fit_lda},
    {&quoth_forest_stage, quoth_fit_forest},
    {&quoth_multinomial_nb_stage, quoth_fit_multinomial_nb},
    {&quoth_complement_nb_stage, quoth_fit_complement_nb},
    {&quoth_logistic_regression_stage, quoth_fit_logistic_regression},
    {&quoth_linear_svc_stage, quoth_fit_linear_svc},
    {&quoth_nb_svm_stage, quoth_fit_nb_svm},
    {&quoth_ngram_lm_stage, quoth_fit_ngram_lm},
    {&quoth_feature_union_stage, quoth_fit_feature_union},
    {&quoth_stacking_stage, quoth_fit_stacking},
    {&quoth_conditional_logit_stage, quoth_fit_conditional_logit},
};

quoth_fit_function *quoth_fit_function_of(const quoth_stage_type *type) {
  for (size_t i = 0; i < sizeof fit_functions / sizeof *fit_functions; i++)
    if (fit_functions[i].type == type) return fit_functions[i].fit;
  return NULL;
}

quoth_status quoth_fit_apply(const quoth_fit *fit, const quoth_tensors *tensors,
                             const quoth_batch *in, quoth_batch *out, quoth_error *err) {
  quoth_stage stage;
  quoth_status status = quoth_stage_load(&fit->spec, fit->name, tensors, &stage, err);
  if (!status) status = quoth_stages_apply_batch(&stage, 1, in, fit->pool, NULL, NULL, out, err);
  quoth_stage_clear(&stage);
  return status;
}
