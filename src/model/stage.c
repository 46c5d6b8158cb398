#include "model/stage.h"

#include <string.h>

const quoth_stage_type *const quoth_stage_types[] = {
    &quoth_count_vectorizer,
    &quoth_hashing_vectorizer,
    &quoth_tfidf_stage,
    &quoth_lda_stage,
    &quoth_forest_stage,
    &quoth_multinomial_nb_stage,
    &quoth_complement_nb_stage,
    &quoth_logistic_regression_stage,
    &quoth_linear_svc_stage,
    &quoth_nb_svm_stage,
    &quoth_ngram_lm_stage,
    &quoth_feature_union_stage,
    &quoth_stacking_stage,
    &quoth_conditional_logit_stage,
    NULL,
};

const quoth_stage_type *quoth_stage_type_find(const char *name) {
  for (const quoth_stage_type *const *type = quoth_stage_types; *type; type++)
    if (strcmp((*type)->name, name) == 0) return *type;
  return NULL;
}
