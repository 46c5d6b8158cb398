#include "learn/conditional_logit.h"
#include "train/fit.h"

quoth_status quoth_fit_conditional_logit(const quoth_fit *fit, quoth_tensors *tensors,
                                         quoth_batch *out, quoth_error *err) {
  (void)out;
  uint32_t n_classes = fit->n_classes, n_features = fit->in->n_columns / n_classes;
  if (n_features == 0 || fit->in->n_columns % n_classes != 0)
    return quoth_fail(
        err, QUOTH_ERR_ARG,
        "%s takes features of each class, as a stack puts them out; %u columns are no "
        "multiple of %u classes",
        fit->name, fit->in->n_columns, n_classes);
  double *coef = quoth_new_array(fit->in->n_columns, sizeof *coef, err);
  double *intercept = quoth_new_array(n_classes, sizeof *intercept, err);
  quoth_choices choices = {fit->in->n_rows, n_features, n_classes, fit->in->dense, fit->labels};
  quoth_status status = QUOTH_ERR_NOMEM;
  if (coef && intercept)
    status = quoth_conditional_logit_fit(fit->params, &choices, fit->pool,
                                         quoth_conditional_logit_stage.label, fit->progress, coef,
                                         intercept, err);
  quoth_status coef_added =
      quoth_tensors_add(tensors, fit->name, "coef", QUOTH_F64, n_features, n_classes, coef, err);
  quoth_status intercept_added =
      quoth_tensors_add(tensors, fit->name, "intercept", QUOTH_F64, n_classes, 0, intercept, err);
  return status ? status : coef_added ? coef_added : intercept_added;
}
