/* LogisticRegression: counts, weights or features to class probabilities. Tensors, V inputs, C
 * classes, K columns (1 for two classes, else C):
 *   coef             F64 [V][K]  scikit-learn's coef_ transposed
 *   intercept        F64 [K]
 *   class_log_prior  F64 [C]     the logarithm of each class's share of the training rows: what a
 *                                text without known terms gets */
#include <math.h>
#include <stddef.h>
#include <stdlib.h>

#include "learn/logistic_regression.h"
#include "learn/naive_bayes.h"
#include "model/linear_stage.h"

static const char *const class_weight_names[] = {"null", "balanced", NULL}; /* ORDER class_weight */

#define FIELD(name) .offset = offsetof(quoth_logistic_params, name)

static const char *const penalty_names[] = {"l2", "l1", "elasticnet", "null",
                                            NULL}; /* ORDER penalty */

static const quoth_param params[] = {
    {"C", "a number above 0", "what the rows weigh beside the penalty", "1.0", FIELD(C),
     quoth_param_read_double, .min = 0, .max = INFINITY, .min_is_open = true},
    {"penalty", "\"l2\", \"l1\", \"elasticnet\" or null",
     "on weights w: |w|^2 / 2; |w|, which makes most of them 0; a mixture; none", "\"l2\"",
     FIELD(penalty), quoth_param_read_choice, .choices = penalty_names, .is_late = true},
    {"l1_ratio", "a number from 0 to 1", "the share of |w| in an elastic net", "0.5",
     FIELD(l1_ratio), quoth_param_read_double, .min = 0, .max = 1, .is_late = true},
    {"fit_intercept", "true or false", "give each class a weight of its own, which has no penalty",
     "true", FIELD(fit_intercept), quoth_param_read_bool},
    {"class_weight", "null or \"balanced\"", "make up for classes of different size", "null",
     FIELD(class_weight), quoth_param_read_choice, .choices = class_weight_names},
    {"tol", "a number above 0", "how small the largest item of the gradient should become",
     "0.0001", FIELD(tol), quoth_param_read_double, .min = 0, .max = INFINITY, .min_is_open = true},
    {"max_iter", "an integer from 1 to 4294967295", "most steps of Newton's method", "100",
     FIELD(max_iter), quoth_param_read_u32, .min = 1, .max = INFINITY},
};

static quoth_status load(quoth_stage *stage, const quoth_tensors *tensors, const void *params_,
                         quoth_error *err) {
  static const quoth_linear_names names = {
      .weights = "coef", .bias = "intercept", .log_prior = "class_log_prior"};
  (void)params_;
  return quoth_linear_load(stage, tensors, &names, err);
}

static const quoth_applied_tensor applied[] = {{"coef", quoth_linear_narrow},
                                               {"levels", NULL},
                                               {"intercept", NULL},
                                               {"class_log_prior", NULL},
                                               {NULL, NULL}};

const quoth_stage_type quoth_logistic_regression_stage = {
    .name = "logistic_regression",
    .label = "regression",
    .inputs = QUOTH_LINEAR_INPUTS,
    .output = QUOTH_DATA_PROBABILITIES,
    .params = {params, sizeof params / sizeof *params, sizeof(quoth_logistic_params)},
    .applied = applied,
    .load = load,
    .unload = quoth_linear_unload,
    .scratch_new = quoth_linear_scratch_new,
    .scratch_free = quoth_linear_scratch_free,
    .apply = quoth_linear_apply,
};
