#include "learn/logistic_regression.h"
#include "learn/naive_bayes.h"
#include "train/fit.h"
#include "train/linear_rows.h"

static quoth_status fit_rows(const quoth_fit *fit, double *coef, double *intercept,
                             double *log_prior, quoth_error *err) {
  quoth_sparse made;
  const quoth_sparse *rows = quoth_linear_rows(fit->in, &made, err);
  if (!rows) return QUOTH_ERR_NOMEM;
  quoth_status status = quoth_log_prior(fit->labels, rows->n_rows, fit->n_classes, log_prior, err);
  if (!status)
    status = quoth_logistic_regression_fit(fit->params, rows, fit->labels, fit->n_classes,
                                           fit->pool, quoth_logistic_regression_stage.label,
                                           fit->progress, coef, intercept, err);
  quoth_sparse_clear(&made);
  return status;
}

quoth_status quoth_fit_logistic_regression(const quoth_fit *fit, quoth_tensors *tensors,
                                           quoth_batch *out, quoth_error *err) {
  (void)out;
  uint32_t n_inputs = fit->in->n_columns, n_classes = fit->n_classes;
  uint32_t n_columns = n_classes == 2 ? 1 : n_classes;
  double *coef = quoth_new_array(n_inputs, n_columns * sizeof *coef, err);
  double *intercept = quoth_new_array(n_columns, sizeof *intercept, err);
  double *log_prior = quoth_new_array(n_classes, sizeof *log_prior, err);
  quoth_status status = QUOTH_ERR_NOMEM;
  if (coef && intercept && log_prior) status = fit_rows(fit, coef, intercept, log_prior, err);
  quoth_status added[] = {
      quoth_tensors_add(tensors, fit->name, "coef", QUOTH_F64, n_inputs, n_columns, coef, err),
      quoth_tensors_add(tensors, fit->name, "intercept", QUOTH_F64, n_columns, 0, intercept, err),
      quoth_tensors_add(tensors, fit->name, "class_log_prior", QUOTH_F64, n_classes, 0, log_prior,
                        err)};
  for (size_t i = 0; i < 3 && !status; i++) status = added[i];
  return status;
}
