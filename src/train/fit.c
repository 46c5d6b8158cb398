#include "train/fit.h"

#include <stddef.h>

static const struct {
  const quoth_stage_type *type;
  quoth_fit_function *fit;
} fit_functions[] = {
    {&quoth_count_vectorizer, quoth_fit_count_vectorizer},
    {&quoth_tfidf_stage, quoth_fit_tfidf},
    {&quoth_lda_stage, quoth_fit_lda},
    {&quoth_forest_stage, quoth_fit_forest},
    {&quoth_multinomial_nb_stage, quoth_fit_multinomial_nb},
    {&quoth_complement_nb_stage, quoth_fit_complement_nb},
    {&quoth_logistic_regression_stage, quoth_fit_logistic_regression},
    {&quoth_ngram_lm_stage, quoth_fit_ngram_lm},
};

quoth_fit_function *quoth_fit_function_of(const quoth_stage_type *type) {
  for (size_t i = 0; i < sizeof fit_functions / sizeof *fit_functions; i++)
    if (fit_functions[i].type == type) return fit_functions[i].fit;
  return NULL;
}
