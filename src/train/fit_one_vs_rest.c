#include <stdlib.h>

#include "data/folds.h"
#include "learn/naive_bayes.h"
#include "learn/one_vs_rest.h"
#include "train/fit.h"
#include "train/linear_rows.h"
#include "train/starts.h"

/* As many folds as asked for, or as the largest class has rows. */
static quoth_status count_folds(const quoth_fit *fit, uint32_t cv, uint32_t *out,
                                quoth_error *err) {
  uint64_t *counts = quoth_new_array(fit->n_classes, sizeof *counts, err), largest = 0;
  if (!counts) return QUOTH_ERR_NOMEM;
  for (size_t row = 0; row < fit->in->n_rows; row++)
    if (++counts[fit->labels[row]] > largest) largest = counts[fit->labels[row]];
  free(counts);
  *out = cv < largest ? cv : (uint32_t)largest;
  return QUOTH_OK;
}

/* Between `alphas`, [n_columns][rows], and what is kept of them for all rows of the starts. */
static void load_alphas(const quoth_fit *fit, size_t n_columns, const double *kept,
                        double *alphas) {
  for (size_t k = 0; k < n_columns; k++)
    for (size_t i = 0; i < fit->in->n_rows; i++)
      *alphas++ = kept[k * fit->starts->n_rows + (fit->numbers ? fit->numbers[i] : i)];
}

static void keep_alphas(const quoth_fit *fit, size_t n_columns, const double *alphas,
                        double *kept) {
  for (size_t k = 0; k < n_columns; k++)
    for (size_t i = 0; i < fit->in->n_rows; i++)
      kept[k * fit->starts->n_rows + (fit->numbers ? fit->numbers[i] : i)] = *alphas++;
}

/* From where the last search for some of these rows ended, if there was one. */
static quoth_status search(const quoth_fit *fit, const quoth_one_vs_rest_params *params,
                           quoth_one_vs_rest_data *data, const quoth_one_vs_rest *out,
                           quoth_error *err) {
  size_t n_columns = fit->n_classes == 2 ? 1 : fit->n_classes;
  double *kept = fit->starts ? quoth_starts_get(fit->starts, fit->name, n_columns, err) : NULL;
  if (fit->starts && !kept) return QUOTH_ERR_NOMEM;
  data->alphas = quoth_new_array(fit->in->n_rows, n_columns * sizeof *data->alphas, err);
  if (!data->alphas) return QUOTH_ERR_NOMEM;
  if (kept) load_alphas(fit, n_columns, kept, data->alphas);
  quoth_status status = quoth_one_vs_rest_fit(params, data, fit->pool, quoth_linear_svc_stage.label,
                                              fit->progress, out, err);
  if (kept) keep_alphas(fit, n_columns, data->alphas, kept);
  free(data->alphas);
  return status;
}

/* `folds` is [n_rows]. */
static quoth_status fit_rows(const quoth_fit *fit, const quoth_one_vs_rest_params *params,
                             uint32_t *folds, const quoth_one_vs_rest *out, quoth_error *err) {
  quoth_sparse made;
  quoth_one_vs_rest_data data = {NULL, fit->labels, fit->n_classes, folds, 0, NULL};
  quoth_status status = count_folds(fit, params->cv, &data.n_folds, err);
  if (!status && data.n_folds > 1)
    status = quoth_folds_in_order(fit->labels, fit->in->n_rows, fit->n_classes, data.n_folds, folds,
                                  err);
  if (status) return status;
  data.rows = quoth_linear_rows(fit->in, &made, err);
  if (!data.rows) return QUOTH_ERR_NOMEM;
  status = search(fit, params, &data, out, err);
  quoth_sparse_clear(&made);
  return status;
}

static quoth_status fit_with(const quoth_one_vs_rest_params *params, const quoth_fit *fit,
                             quoth_tensors *tensors, quoth_error *err) {
  uint32_t n_inputs = fit->in->n_columns, n_classes = fit->n_classes;
  uint32_t n_columns = n_classes == 2 ? 1 : n_classes;
  quoth_one_vs_rest out = {quoth_new_array(n_inputs, n_columns * sizeof(double), err),
                           quoth_new_array(n_columns, sizeof(double), err),
                           quoth_new_array(n_columns, 2 * sizeof(double), err)};
  double *log_prior = quoth_new_array(n_classes, sizeof *log_prior, err);
  uint32_t *folds = quoth_new_array(fit->in->n_rows, sizeof *folds, err);
  quoth_status status = QUOTH_ERR_NOMEM;
  if (out.coef && out.intercept && out.sigmoid && log_prior && folds)
    status = quoth_log_prior(fit->labels, fit->in->n_rows, n_classes, log_prior, err);
  if (!status) status = fit_rows(fit, params, folds, &out, err);
  free(folds);
  quoth_status added[] = {
      quoth_tensors_add(tensors, fit->name, "coef", QUOTH_F64, n_inputs, n_columns, out.coef, err),
      quoth_tensors_add(tensors, fit->name, "intercept", QUOTH_F64, n_columns, 0, out.intercept,
                        err),
      quoth_tensors_add(tensors, fit->name, "sigmoid", QUOTH_F64, 2, n_columns, out.sigmoid, err),
      quoth_tensors_add(tensors, fit->name, "class_log_prior", QUOTH_F64, n_classes, 0, log_prior,
                        err)};
  for (size_t i = 0; i < sizeof added / sizeof *added && !status; i++) status = added[i];
  return status;
}

quoth_status quoth_fit_linear_svc(const quoth_fit *fit, quoth_tensors *tensors, quoth_batch *out,
                                  quoth_error *err) {
  (void)out;
  return fit_with(fit->params, fit, tensors, err);
}

quoth_status quoth_fit_nb_svm(const quoth_fit *fit, quoth_tensors *tensors, quoth_batch *out,
                              quoth_error *err) {
  (void)out;
  quoth_one_vs_rest_params params = *(const quoth_one_vs_rest_params *)fit->params;
  params.is_nb = true;
  return fit_with(&params, fit, tensors, err);
}
