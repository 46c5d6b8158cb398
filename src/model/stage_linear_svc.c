/* LinearSVC with calibrated probabilities, and NB-SVM: counts, weights or features to class
 * probabilities. What is applied is the same for both, and more general than what is fitted:
 * whatever decides with linear functions of a class against the rest. Tensors, V inputs, C classes,
 * K columns (1 for two classes, else C; or M times that):
 *   coef             F64 [V][K]  scikit-learn's coef_ transposed; NB-SVM's ratios are in it
 *   intercept        F64 [K]
 *   sigmoid          F64 [2][K]  slopes and offsets, scikit-learn's a_ and b_
 *   class_log_prior  F64 [C]     the logarithm of each class's share of the training rows: what a
 *                                text without known terms gets
 * With M times as many columns these are M models one behind another, whose probabilities are
 * averaged, as in CalibratedClassifierCV(ensemble=True). Where a class's probability is the sigmoid
 * of its decision value, as in one-vs-rest logistic regression, slopes are -1 and offsets 0. */
#include <math.h>
#include <stddef.h>
#include <stdlib.h>

#include "learn/one_vs_rest.h"
#include "model/linear_stage.h"

/* ORDER margin_loss, class_weight */
static const char *const loss_names[] = {"squared_hinge", "hinge", "log_loss", NULL};
static const char *const class_weight_names[] = {"null", "balanced", NULL};

#define FIELD(name) .offset = offsetof(quoth_one_vs_rest_params, name)

/* clang-format off */
#define COMMON_PARAMS                                                                              \
  {"C", "a number above 0", "what the rows weigh beside the penalty |w|^2 / 2", "1.0", FIELD(C),   \
   quoth_param_read_double, .min = 0, .max = INFINITY, .min_is_open = true},                       \
  {"loss", "\"squared_hinge\", \"hinge\" or \"log_loss\"",                                        \
   "of a row's margin m: max(0, 1 - m)^2, max(0, 1 - m) or log(1 + exp(-m))", "\"squared_hinge\"", FIELD(loss), quoth_param_read_choice,  \
   .choices = loss_names},                                                                         \
  {"class_weight", "null or \"balanced\"", "make up for classes of different size", "null",        \
   FIELD(class_weight), quoth_param_read_choice, .choices = class_weight_names},                   \
  {"fit_intercept", "true or false", "give each class one weight more, penalised as the others",   \
   "true", FIELD(fit_intercept), quoth_param_read_bool},                                           \
  {"intercept_scaling", "a number above 0",                                                        \
   "the feature, the same in all rows, which that weight is of; the larger, the less the penalty " \
   "matters", "1.0", FIELD(intercept_scaling), quoth_param_read_double, .min = 0,                  \
   .max = INFINITY, .min_is_open = true},                                                          \
  {"tol", "a number above 0", "share by which the objective may be above its minimum", "1e-06",    \
   FIELD(tol), quoth_param_read_double, .min = 0, .max = INFINITY, .min_is_open = true},           \
  {"max_iter", "an integer from 1 to 4294967295", "most passes over the rows", "1000",             \
   FIELD(max_iter), quoth_param_read_u32, .min = 1, .max = INFINITY},                              \
  {"cv", "an integer from 2 to 4294967295, or null",                                               \
   "folds of the training rows; probabilities are calibrated on each fold with weights learnt "    \
   "from the others; null: not at all, they are sigmoids of the decision values as they are",      \
   "5", FIELD(cv), quoth_param_read_u32_or_null, .min = 2, .max = INFINITY}
/* clang-format on */

static const quoth_param svc_params[] = {COMMON_PARAMS};
static const quoth_param nb_params[] = {
    {"alpha", "a number above 0", "added to each term's sum over a class", "1.0", FIELD(alpha),
     quoth_param_read_double, .min = 0, .max = INFINITY, .min_is_open = true},
    {"beta", "a number from 0 to 1",
     "how much of each weight is what was learnt; the rest is their mean size", "0.25", FIELD(beta),
     quoth_param_read_double, .min = 0, .max = 1},
    COMMON_PARAMS,
};

static quoth_status load(quoth_stage *stage, const quoth_tensors *tensors, const void *params,
                         quoth_error *err) {
  static const quoth_linear_names names = {
      .weights = "coef", .bias = "intercept", .log_prior = "class_log_prior", .sigmoid = "sigmoid"};
  (void)params;
  return quoth_linear_load(stage, tensors, &names, err);
}

static const quoth_applied_tensor applied[] = {{"coef", quoth_linear_narrow}, {"levels", NULL},
                                               {"intercept", NULL},           {"sigmoid", NULL},
                                               {"class_log_prior", NULL},     {NULL, NULL}};

#define COMMON                                                                                     \
  .label = "svm", .inputs = QUOTH_LINEAR_INPUTS, .output = QUOTH_DATA_PROBABILITIES,               \
  .applied = applied, .load = load, .unload = quoth_linear_unload,                                 \
  .scratch_new = quoth_linear_scratch_new, .scratch_free = quoth_linear_scratch_free,              \
  .apply = quoth_linear_apply

const quoth_stage_type quoth_linear_svc_stage = {
    .name = "linear_svc",
    .params = {svc_params, sizeof svc_params / sizeof *svc_params,
               sizeof(quoth_one_vs_rest_params)},
    COMMON,
};

const quoth_stage_type quoth_nb_svm_stage = {
    .name = "nb_svm",
    .params = {nb_params, sizeof nb_params / sizeof *nb_params, sizeof(quoth_one_vs_rest_params)},
    COMMON,
};
