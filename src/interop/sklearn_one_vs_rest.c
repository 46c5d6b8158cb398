/* Linear classifiers of a class against the rest: LogisticRegression and SGDClassifier with the
 * logistic loss, and CalibratedClassifierCV over linear classifiers. All become a linear_svc, which
 * has a sigmoid for each class and averages several models (model/stage_linear_svc.c). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/logarithm.h"
#include "interop/sklearn_parts.h"
#include "learn/linear.h"

/* One classifier of several; its sigmoids are its own, or those of calibrators. */
typedef struct linear_part {
  quoth_estimator estimator;
  const quoth_value *calibrators; /* a list, or NULL */
} linear_part;

/* What becomes the tensors, M parts one behind another: K = M times the columns of one. */
typedef struct linear_arrays {
  uint32_t n_inputs, n_classes, n_each, n_columns; /* V, C, K / M, K */
  double *coef;                                    /* [V][K] */
  double *intercept;                               /* [K] */
  double *sigmoid;                                 /* [2][K] */
  double *prior;                                   /* [C] */
} linear_arrays;

/* ---- A part ---------------------------------------------------------------- */

/* As scikit-learn's _SigmoidCalibration: 1 / (1 + exp(a_ f + b_)). */
static quoth_status take_calibrator(const quoth_estimator *estimator, const quoth_value *value,
                                    double *slope, double *offset, quoth_error *err) {
  quoth_estimator calibrator;
  quoth_status status = quoth_estimator_open(value, estimator->file, &calibrator, err);
  if (status) return status;
  if (!quoth_value_real(quoth_estimator_get(&calibrator, "a_"), slope) ||
      !quoth_value_real(quoth_estimator_get(&calibrator, "b_"), offset) || !isfinite(*slope) ||
      !isfinite(*offset))
    return quoth_fail_at(err, QUOTH_ERR_DATA, estimator->file, 0,
                         "CalibratedClassifierCV.method is not 'sigmoid', which quoth has");
  return QUOTH_OK;
}

static quoth_status take_sigmoids(const linear_part *part, const linear_arrays *arrays,
                                  uint32_t first, quoth_error *err) {
  const quoth_value *list = part->calibrators;
  quoth_status status = QUOTH_OK;
  if (list && (list->kind != QUOTH_VALUE_LIST || list->values.n != arrays->n_each))
    return quoth_estimator_fail(&part->estimator, "classes_", err,
                                "lacks a class that others in the ensemble have");
  for (uint32_t k = 0; k < arrays->n_each && !status; k++) {
    double *slope = &arrays->sigmoid[first + k], *offset = slope + arrays->n_columns;
    *slope = -1;
    *offset = 0;
    if (list) status = take_calibrator(&part->estimator, list->values.items[k], slope, offset, err);
  }
  return status;
}

static quoth_status take_part(const quoth_import *import, const linear_part *part,
                              const linear_arrays *arrays, uint32_t first, quoth_error *err) {
  double *coef, *intercept;
  uint32_t n_each = arrays->n_each;
  quoth_status status = quoth_estimator_transposed(&part->estimator, "coef_", n_each,
                                                   arrays->n_inputs, import->order, &coef, err);
  if (status) return status;
  for (size_t v = 0; v < arrays->n_inputs; v++)
    memcpy(arrays->coef + v * arrays->n_columns + first, coef + v * n_each, n_each * sizeof *coef);
  free(coef);
  status = quoth_estimator_intercept(&part->estimator, n_each, &intercept, err);
  if (status) return status;
  memcpy(arrays->intercept + first, intercept, n_each * sizeof *intercept);
  free(intercept);
  return take_sigmoids(part, arrays, first, err);
}

/* ---- All parts ------------------------------------------------------------- */

/* What a text without known terms gets: what the intercepts alone say. */
static quoth_status set_prior(const linear_arrays *arrays, quoth_error *err) {
  const quoth_linear model = {.n_features = 1,
                              .n_classes = arrays->n_classes,
                              .n_columns = arrays->n_columns,
                              .weights = arrays->coef,
                              .bias = arrays->intercept,
                              .sigmoid = arrays->sigmoid};
  const uint32_t column = 0;
  const double nothing = 0;
  double *sums = quoth_new_array((size_t)arrays->n_columns + arrays->n_classes, sizeof *sums, err);
  if (!sums) return QUOTH_ERR_NOMEM;
  double *scores = sums + arrays->n_columns;
  quoth_linear_predict(&model, &column, &nothing, 1, sums, scores, arrays->prior);
  for (uint32_t c = 0; c < arrays->n_classes; c++) arrays->prior[c] = quoth_log(arrays->prior[c]);
  free(sums);
  return QUOTH_OK;
}

static quoth_status new_arrays(const quoth_import *import, size_t n_parts, linear_arrays *out,
                               quoth_error *err) {
  uint32_t n_each = quoth_linear_n_columns(import->n_classes);
  size_t n_columns = n_each * n_parts;
  /* Each number is in the files, once. */
  if (n_parts == 0 || n_columns > import->n_bytes / sizeof(double) / import->n_columns)
    return quoth_fail(err, QUOTH_ERR_DATA, "fewer numbers than its classes and terms need");
  *out =
      (linear_arrays){.n_inputs = import->n_columns,
                      .n_classes = import->n_classes,
                      .n_each = n_each,
                      .n_columns = (uint32_t)n_columns,
                      .coef = quoth_new_array(import->n_columns, n_columns * sizeof(double), err),
                      .intercept = quoth_new_array(n_columns, sizeof(double), err),
                      .sigmoid = quoth_new_array(n_columns, 2 * sizeof(double), err),
                      .prior = quoth_new_array(import->n_classes, sizeof(double), err)};
  return out->coef && out->intercept && out->sigmoid && out->prior ? QUOTH_OK : QUOTH_ERR_NOMEM;
}

/* Hands all over, so that all is freed. */
static quoth_status store(quoth_import *import, const linear_arrays *arrays, quoth_error *err) {
  quoth_tensors *tensors = &import->tensors;
  const char *name = "classifier";
  uint32_t k = arrays->n_columns;
  quoth_status added[] = {
      quoth_tensors_add(tensors, name, "coef", QUOTH_F64, import->n_columns, k, arrays->coef, err),
      quoth_tensors_add(tensors, name, "intercept", QUOTH_F64, k, 0, arrays->intercept, err),
      quoth_tensors_add(tensors, name, "sigmoid", QUOTH_F64, 2, k, arrays->sigmoid, err),
      quoth_tensors_add(tensors, name, "class_log_prior", QUOTH_F64, import->n_classes, 0,
                        arrays->prior, err)};
  for (size_t i = 0; i < sizeof added / sizeof *added; i++)
    if (added[i]) return added[i];
  return QUOTH_OK;
}

static quoth_status take_parts(quoth_import *import, const linear_part *parts, size_t n_parts,
                               quoth_error *err) {
  linear_arrays arrays = {0};
  quoth_status status = new_arrays(import, n_parts, &arrays, err);
  for (size_t i = 0; i < n_parts && !status; i++)
    status = take_part(import, &parts[i], &arrays, (uint32_t)i * arrays.n_each, err);
  if (!status) status = set_prior(&arrays, err);
  if (!status) return store(import, &arrays, err);
  free(arrays.coef);
  free(arrays.intercept);
  free(arrays.sigmoid);
  free(arrays.prior);
  return status;
}

/* With the parameters of `estimator`, but for `loss` unless it is NULL. Sigmoids that are not
 * calibrated are of no folds. */
static quoth_status add_stage(quoth_import *import, const quoth_estimator *estimator,
                              const char *loss, bool is_calibrated, quoth_error *err) {
  static const quoth_needed needed[] = {{NULL, NULL}};
  json_t *params;
  quoth_status status =
      quoth_estimator_params(estimator, &quoth_linear_svc_stage, needed, &params, err);
  if (status) return status;
  if ((loss && json_object_set_new(params, "loss", json_string(loss)) != 0) ||
      (!is_calibrated && json_object_set_new(params, "cv", json_null()) != 0)) {
    json_decref(params);
    return quoth_fail_nomem(err, 1);
  }
  return quoth_import_add_stage(import, "classifier", &quoth_linear_svc_stage, params, err);
}

static quoth_status import_uncalibrated(quoth_import *import, const quoth_estimator *estimator,
                                        const char *loss, quoth_error *err) {
  const linear_part part = {.estimator = *estimator};
  quoth_status status = take_parts(import, &part, 1, err);
  return status ? status : add_stage(import, estimator, loss, false, err);
}

quoth_status quoth_import_one_vs_rest(quoth_import *import, const quoth_estimator *estimator,
                                      quoth_error *err) {
  return import_uncalibrated(import, estimator, "log_loss", err);
}

/* ---- Classes --------------------------------------------------------------- */

/* The labels are scikit-learn's: the sigmoid grows with the decision value. */
static quoth_status import_decisions(quoth_import *import, const quoth_estimator *estimator,
                                     const char *loss, quoth_error *err) {
  quoth_status status = quoth_import_needs_input(import, estimator, err);
  if (!status) status = quoth_import_set_classifier(import, estimator, err);
  return status ? status : import_uncalibrated(import, estimator, loss, err);
}

quoth_status quoth_import_linear_svc(quoth_import *import, const quoth_estimator *estimator,
                                     quoth_error *err) {
  const quoth_value *multi_class = quoth_estimator_get(estimator, "multi_class");
  if (multi_class && !quoth_value_is_text(multi_class, "ovr"))
    return quoth_estimator_fail(estimator, "multi_class", err, "is not 'ovr', which quoth has");
  return import_decisions(import, estimator, NULL, err);
}

quoth_status quoth_import_sgd(quoth_import *import, const quoth_estimator *estimator,
                              quoth_error *err) {
  const quoth_value *loss = quoth_estimator_get(estimator, "loss");
  if (quoth_value_is_text(loss, "modified_huber"))
    return quoth_estimator_fail(estimator, "loss", err,
                                "is 'modified_huber', whose probabilities quoth has not; those of "
                                "'log_loss', or of a CalibratedClassifierCV over it, it has");
  bool is_logistic = quoth_value_is_text(loss, "log_loss") || quoth_value_is_text(loss, "log");
  return import_decisions(import, estimator,
                          is_logistic                                  ? "log_loss"
                          : quoth_value_is_text(loss, "squared_hinge") ? "squared_hinge"
                                                                       : "hinge",
                          err);
}

static bool is_linear(const quoth_estimator *estimator) {
  static const char *const names[] = {"LinearSVC", "SGDClassifier", "LogisticRegression", NULL};
  const quoth_value class = {.kind = QUOTH_VALUE_GLOBAL,
                             .global = (quoth_global *)(uintptr_t)estimator->class};
  for (const char *const *name = names; *name; name++)
    if (quoth_value_is_global(&class, NULL, *name)) return quoth_estimator_is_sklearn(estimator);
  return false;
}

/* Its classifier, which was called base_estimator before 1.2, and may be a frozen one since 1.6. */
static quoth_status open_part(const quoth_value *value, const char *file, linear_part *out,
                              quoth_error *err) {
  quoth_estimator calibrated;
  quoth_status status = quoth_estimator_open(value, file, &calibrated, err);
  if (status) return status;
  const quoth_value *base = quoth_estimator_get(&calibrated, "estimator");
  if (!base) base = quoth_estimator_get(&calibrated, "base_estimator");
  status = quoth_estimator_open(base, file, &out->estimator, err);
  if (!status && quoth_value_is_made_by(base, NULL, "FrozenEstimator"))
    status = quoth_estimator_open(quoth_estimator_get(&out->estimator, "estimator"), file,
                                  &out->estimator, err);
  if (status) return status;
  out->calibrators = quoth_estimator_get(&calibrated, "calibrators");
  if (!out->calibrators) out->calibrators = quoth_estimator_get(&calibrated, "calibrators_");
  if (!out->calibrators || !is_linear(&out->estimator))
    return quoth_fail_at(
        err, QUOTH_ERR_DATA, file, 0,
        "CalibratedClassifierCV.estimator is of class %.*s; quoth takes LinearSVC, "
        "SGDClassifier and LogisticRegression there",
        (int)(out->estimator.class->name.size < 80 ? out->estimator.class->name.size : 80),
        out->estimator.class->name.data);
  return QUOTH_OK;
}

quoth_status quoth_import_calibrated(quoth_import *import, const quoth_estimator *estimator,
                                     quoth_error *err) {
  const quoth_value *list = quoth_estimator_get(estimator, "calibrated_classifiers_");
  if (!list || list->kind != QUOTH_VALUE_LIST || list->values.n == 0)
    return quoth_estimator_fail(estimator, "calibrated_classifiers_", err,
                                "is not there: it was not fitted");
  quoth_status status = quoth_import_needs_input(import, estimator, err);
  if (!status) status = quoth_import_set_classifier(import, estimator, err);
  if (status) return status;
  size_t n = list->values.n;
  linear_part *parts = quoth_new_array(n, sizeof *parts, err);
  if (!parts) return QUOTH_ERR_NOMEM;
  for (size_t i = 0; i < n && !status; i++)
    status = open_part(list->values.items[i], estimator->file, &parts[i], err);
  if (!status) status = take_parts(import, parts, n, err);
  if (!status) status = add_stage(import, &parts[0].estimator, NULL, true, err);
  free(parts);
  return status;
}
