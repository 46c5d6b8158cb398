#include "learn/naive_bayes.h"
#include "train/fit.h"
#include "train/linear_rows.h"

typedef quoth_status (*fit_function)(const quoth_naive_bayes_params *params,
                                     const quoth_sparse *rows, const uint32_t *labels,
                                     uint32_t n_classes, quoth_pool *pool, double *weights,
                                     double *log_prior, quoth_error *err);

static quoth_status fit_with(fit_function function, const quoth_fit *fit, quoth_tensors *tensors,
                             quoth_error *err) {
  quoth_sparse made;
  uint32_t n_terms = fit->in->n_columns, n_classes = fit->n_classes;
  const quoth_sparse *rows = quoth_linear_rows(fit->in, &made, err);
  if (!rows) return QUOTH_ERR_NOMEM;
  quoth_status status = QUOTH_ERR_NOMEM;
  double *weights = quoth_new_unset(n_terms, n_classes * sizeof *weights, err);
  double *log_prior = quoth_new_array(n_classes, sizeof *log_prior, err);
  if (weights && log_prior)
    status =
        function(fit->params, rows, fit->labels, n_classes, fit->pool, weights, log_prior, err);
  quoth_sparse_clear(&made);
  quoth_status stored = quoth_tensors_add(tensors, fit->name, "feature_log_prob", QUOTH_F64,
                                          n_terms, n_classes, weights, err);
  quoth_status prior = quoth_tensors_add(tensors, fit->name, "class_log_prior", QUOTH_F64,
                                         n_classes, 0, log_prior, err);
  return status ? status : stored ? stored : prior;
}

quoth_status quoth_fit_multinomial_nb(const quoth_fit *fit, quoth_tensors *tensors,
                                      quoth_batch *out, quoth_error *err) {
  (void)out;
  return fit_with(quoth_multinomial_nb_fit, fit, tensors, err);
}

quoth_status quoth_fit_complement_nb(const quoth_fit *fit, quoth_tensors *tensors, quoth_batch *out,
                                     quoth_error *err) {
  (void)out;
  return fit_with(quoth_complement_nb_fit, fit, tensors, err);
}
