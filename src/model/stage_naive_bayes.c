/* MultinomialNB and ComplementNB: counts or weights to class probabilities. Tensors, V terms, C
 * classes:
 *   feature_log_prob  F64 [V][C]  scikit-learn's feature_log_prob_ transposed
 *   class_log_prior   F64 [C]
 * A text without known terms gets the classes' prior, also where scikit-learn's ComplementNB finds
 * all classes alike. */
#include <math.h>
#include <stddef.h>
#include <stdlib.h>

#include "learn/naive_bayes.h"
#include "model/linear_stage.h"

#define FIELD(name) .offset = offsetof(quoth_naive_bayes_params, name)
#define ALPHA                                                                                      \
  {                                                                                                \
    "alpha", "a number from 0 up", "added to the count of every term in every class", "1.0",       \
        FIELD(alpha), quoth_param_read_double, .min = 0, .max = INFINITY                           \
  }
#define FIT_PRIOR                                                                                  \
  {                                                                                                \
    "fit_prior", "true or false", "take the classes' shares for their prior; false: all alike",    \
        "true", FIELD(fit_prior), quoth_param_read_bool                                            \
  }

static const quoth_param multinomial_params[] = {ALPHA, FIT_PRIOR};
static const quoth_param complement_params[] = {
    ALPHA,
    FIT_PRIOR,
    {"norm", "true or false", "divide each class's weights by their sum", "false", FIELD(norm),
     quoth_param_read_bool},
};

static quoth_status load_multinomial(quoth_stage *stage, const quoth_tensors *tensors,
                                     const void *params, quoth_error *err) {
  static const quoth_linear_names names = {
      .weights = "feature_log_prob", .bias = "class_log_prior", .log_prior = "class_log_prior"};
  (void)params;
  return quoth_linear_load(stage, tensors, &names, err);
}

static quoth_status load_complement(quoth_stage *stage, const quoth_tensors *tensors,
                                    const void *params, quoth_error *err) {
  static const quoth_linear_names names = {.weights = "feature_log_prob",
                                           .log_prior = "class_log_prior"};
  (void)params;
  return quoth_linear_load(stage, tensors, &names, err);
}

static const quoth_applied_tensor applied[] = {{"feature_log_prob", quoth_linear_narrow},
                                               {"levels", NULL},
                                               {"class_log_prior", NULL},
                                               {NULL, NULL}};

#define COMMON                                                                                     \
  .label = "bayes", .inputs = QUOTH_LINEAR_INPUTS, .output = QUOTH_DATA_PROBABILITIES,             \
  .applied = applied, .unload = quoth_linear_unload, .scratch_new = quoth_linear_scratch_new,      \
  .scratch_free = quoth_linear_scratch_free, .apply = quoth_linear_apply

const quoth_stage_type quoth_multinomial_nb_stage = {
    .name = "multinomial_nb",
    .params = {multinomial_params, sizeof multinomial_params / sizeof *multinomial_params,
               sizeof(quoth_naive_bayes_params)},
    .load = load_multinomial,
    COMMON,
};

const quoth_stage_type quoth_complement_nb_stage = {
    .name = "complement_nb",
    .params = {complement_params, sizeof complement_params / sizeof *complement_params,
               sizeof(quoth_naive_bayes_params)},
    .load = load_complement,
    COMMON,
};
