#include "learn/one_vs_rest.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/logarithm.h"
#include "learn/platt.h"
#include "learn/singletons.h"

/* A problem is a class against the rest, on all rows or on those outside a fold. First come those
 * on all rows, [K], then those for folds, [K][n_folds], which begin where the former ended. */
typedef struct one_vs_rest {
  const quoth_one_vs_rest_params *params;
  const quoth_sparse *rows;
  const uint32_t *labels, *folds;
  uint32_t n_classes, n_columns, n_folds;
  quoth_singletons shared; /* the rows of all problems, but for NB-SVM's */
  double *alphas;          /* [K][n] of the problems on all rows */
  double *decisions;       /* [K][n] for calibration */
  const quoth_one_vs_rest *out;
  size_t first;           /* of the problems that are shared out */
  quoth_status *statuses; /* [K + K n_folds] */
  quoth_error *errors;    /* the same */
  const quoth_progress *progress;
  const char *label;
  atomic_size_t n_done;
  atomic_bool must_end;
} one_vs_rest;

/* One of them at work. */
typedef struct work {
  uint32_t column, class; /* which class is positive */
  uint32_t fold;          /* that is left out; n_folds for none */
  double *signs, *costs;  /* [n] */
  double *alpha;          /* [n] */
  double *ratios;         /* [V] NB-SVM's r, else NULL */
  quoth_singletons own;   /* rows times these */
  double *w;              /* [merged V + 1] */
} work;

static bool is_calibrated(const quoth_one_vs_rest_params *params) {
  return params->cv > 0 &&
         (params->loss != QUOTH_LOSS_LOGISTIC || (params->is_nb && params->beta < 1));
}

/* ---- A problem ------------------------------------------------------------- */

static bool is_left_out(const one_vs_rest *job, const work *item, size_t row) {
  return item->fold < job->n_folds && job->folds[row] == item->fold;
}

/* Costs of a positive and of a negative row, from the rows of each class. */
static void find_costs(const one_vs_rest *job, const work *item, const uint64_t *counts,
                       double costs[2]) {
  const quoth_one_vs_rest_params *params = job->params;
  costs[0] = costs[1] = params->C;
  if (params->class_weight == QUOTH_CLASSES_ALIKE) return;
  uint64_t n_rows = 0, n_present = 0;
  for (uint32_t c = 0; c < job->n_classes; c++) {
    n_rows += counts[c];
    n_present += counts[c] > 0;
  }
  double each = params->C * (double)n_rows / (double)n_present;
  if (counts[item->class]) costs[1] = each / (double)counts[item->class];
  if (job->n_classes == 2 && counts[0]) costs[0] = each / (double)counts[0];
}

static quoth_status weigh_rows(const one_vs_rest *job, work *item, quoth_error *err) {
  double costs[2];
  uint64_t *counts = quoth_new_array(job->n_classes, sizeof *counts, err);
  if (!counts) return QUOTH_ERR_NOMEM;
  for (size_t row = 0; row < job->rows->n_rows; row++)
    if (!is_left_out(job, item, row)) counts[job->labels[row]]++;
  find_costs(job, item, counts, costs);
  for (size_t row = 0; row < job->rows->n_rows; row++) {
    bool is_positive = job->labels[row] == item->class;
    item->signs[row] = is_positive ? 1 : -1;
    item->costs[row] = is_left_out(job, item, row) ? 0 : costs[is_positive];
  }
  free(counts);
  return QUOTH_OK;
}

/* r, from the rows that are not left out. `sums` is [2][V]: of negative and of positive rows. */
static void find_ratios(const one_vs_rest *job, work *item, double *sums) {
  const quoth_sparse *rows = job->rows;
  size_t n_features = rows->n_columns;
  double totals[2] = {0};
  for (size_t i = 0; i < 2 * n_features; i++) sums[i] = job->params->alpha;
  for (size_t row = 0; row < rows->n_rows; row++) {
    double *side = sums + (item->signs[row] > 0 ? n_features : 0);
    for (uint64_t i = rows->row_begin[row]; i < rows->row_begin[row + 1] && item->costs[row] > 0;
         i++)
      side[rows->columns[i]] += rows->weights[i];
  }
  for (size_t i = 0; i < 2 * n_features; i++) totals[i >= n_features] += sums[i];
  double offset = quoth_log(totals[0] / totals[1]);
  for (size_t v = 0; v < n_features; v++)
    item->ratios[v] = quoth_log(sums[n_features + v] / sums[v]) + offset;
}

/* The rows times r, singletons merged. */
static quoth_status scale_rows(const one_vs_rest *job, work *item, quoth_error *err) {
  quoth_sparse scaled = *job->rows;
  size_t n_entries = quoth_sparse_n_entries(&scaled), n_features = scaled.n_columns;
  double *sums = quoth_new_array(n_features, 2 * sizeof *sums, err);
  scaled.weights = quoth_new_array(n_entries, sizeof *scaled.weights, err);
  item->ratios = quoth_new_array(n_features, sizeof *item->ratios, err);
  quoth_status status = QUOTH_ERR_NOMEM;
  if (sums && scaled.weights && item->ratios) {
    find_ratios(job, item, sums);
    for (size_t i = 0; i < n_entries; i++)
      scaled.weights[i] = job->rows->weights[i] * item->ratios[scaled.columns[i]];
    status = quoth_singletons_merge(&scaled, &item->own, err);
  }
  free(sums);
  free(scaled.weights);
  return status;
}

/* The weights of item->w without merging and scaling, into u ([V]). */
static void unmerge(const one_vs_rest *job, const work *item, double *u) {
  const quoth_singletons *merged = item->ratios ? &item->own : &job->shared;
  quoth_singletons_spread(merged, job->rows->n_columns, item->w, 1, u);
  if (!item->ratios) return;
  double beta = job->params->beta, mean = 0;
  for (size_t v = 0; v < job->rows->n_columns; v++) mean += fabs(u[v]);
  mean /= job->rows->n_columns ? job->rows->n_columns : 1;
  for (size_t v = 0; v < job->rows->n_columns; v++)
    u[v] = item->ratios[v] * ((1 - beta) * mean + beta * u[v]);
}

/* Where the problem was on all rows, its weights are the result. Where it was for a fold, the
 * fold's rows get their decision values; without folds all rows. */
static quoth_status use_weights(const one_vs_rest *job, const work *item, double intercept,
                                quoth_error *err) {
  const quoth_sparse *rows = job->rows;
  double *u = quoth_new_array(rows->n_columns, sizeof *u, err);
  if (!u) return QUOTH_ERR_NOMEM;
  unmerge(job, item, u);
  bool is_whole = item->fold == job->n_folds;
  for (size_t row = 0; row < rows->n_rows; row++) {
    if (is_whole ? job->n_folds > 0 : !is_left_out(job, item, row)) continue;
    double sum = intercept;
    for (uint64_t i = rows->row_begin[row]; i < rows->row_begin[row + 1]; i++)
      sum += rows->weights[i] * u[rows->columns[i]];
    job->decisions[item->column * rows->n_rows + row] = sum;
  }
  for (size_t v = 0; v < rows->n_columns && is_whole; v++)
    job->out->coef[v * job->n_columns + item->column] = u[v];
  if (is_whole) job->out->intercept[item->column] = intercept;
  free(u);
  return QUOTH_OK;
}

static quoth_status solve(const one_vs_rest *job, work *item, quoth_error *err) {
  const quoth_one_vs_rest_params *params = job->params;
  quoth_status status = weigh_rows(job, item, err);
  if (!status && params->is_nb) status = scale_rows(job, item, err);
  if (status) return status;
  const quoth_sparse *rows = params->is_nb ? &item->own.merged : &job->shared.merged;
  quoth_binary_problem problem = {.rows = rows,
                                  .signs = item->signs,
                                  .costs = item->costs,
                                  .bias = params->fit_intercept ? params->intercept_scaling : 0,
                                  .loss = params->loss,
                                  .tol = params->tol,
                                  .max_iter = params->max_iter};
  item->w = quoth_new_array(rows->n_columns + (size_t)1, sizeof *item->w, err);
  if (!item->w) return QUOTH_ERR_NOMEM;
  double *whole = job->alphas + item->column * rows->n_rows;
  memcpy(item->alpha, whole, rows->n_rows * sizeof *whole);
  status = quoth_binary_solve(&problem, item->alpha, item->w, err);
  if (status) return status;
  if (item->fold == job->n_folds) memcpy(whole, item->alpha, rows->n_rows * sizeof *whole);
  return use_weights(job, item, problem.bias * item->w[rows->n_columns], err);
}

static void work_clear(work *item) {
  quoth_singletons_clear(&item->own);
  free(item->signs);
  free(item->costs);
  free(item->alpha);
  free(item->ratios);
  free(item->w);
}

static quoth_status run_one(const one_vs_rest *job, size_t index, quoth_error *err) {
  size_t n_rows = job->rows->n_rows;
  bool is_whole = index < job->n_columns;
  size_t of_fold = index - job->n_columns;
  work item = {.column = (uint32_t)(is_whole ? index : of_fold / job->n_folds),
               .fold = is_whole ? job->n_folds : (uint32_t)(of_fold % job->n_folds)};
  item.class = job->n_columns == 1 ? 1 : item.column;
  item.signs = quoth_new_array(n_rows, sizeof *item.signs, err);
  item.costs = quoth_new_array(n_rows, sizeof *item.costs, err);
  item.alpha = quoth_new_array(n_rows, sizeof *item.alpha, err);
  quoth_status status = QUOTH_ERR_NOMEM;
  if (item.signs && item.costs && item.alpha) status = solve(job, &item, err);
  work_clear(&item);
  return status;
}

/* ---- All problems ---------------------------------------------------------- */

static size_t n_problems(const one_vs_rest *job) {
  return job->n_columns * ((size_t)1 + job->n_folds);
}

static void run_range(void *context, size_t begin, size_t end, size_t worker) {
  one_vs_rest *job = context;
  for (size_t i = begin; i < end && !atomic_load(&job->must_end); i++) {
    size_t index = job->first + i;
    quoth_status *status = &job->statuses[index];
    *status = run_one(job, index, &job->errors[index]);
    size_t n_done = atomic_fetch_add(&job->n_done, 1) + 1;
    if (!*status && worker == 0 && job->progress &&
        !job->progress->update(job->progress->context, job->label, n_done, n_problems(job)))
      *status = quoth_fail(&job->errors[index], QUOTH_ERR_STOPPED, "stopped");
    if (*status) atomic_store(&job->must_end, true);
  }
}

/* The failure of the first problem that failed. */
static quoth_status outcome(const one_vs_rest *job, quoth_error *err) {
  for (size_t i = 0; i < n_problems(job); i++) {
    if (!job->statuses[i]) continue;
    if (err) *err = job->errors[i];
    return job->statuses[i];
  }
  return QUOTH_OK;
}

static quoth_status solve_all(one_vs_rest *job, quoth_pool *pool, quoth_error *err) {
  quoth_pool_run(pool, job->n_columns, 1, run_range, job);
  job->first = job->n_columns;
  if (!atomic_load(&job->must_end))
    quoth_pool_run(pool, n_problems(job) - job->n_columns, 1, run_range, job);
  quoth_status status = outcome(job, err);
  if (!status && job->progress &&
      !job->progress->update(job->progress->context, job->label, n_problems(job), n_problems(job)))
    status = quoth_fail(err, QUOTH_ERR_STOPPED, "stopped");
  return status;
}

/* ---- Calibration ----------------------------------------------------------- */

/* `is_positive` ([n]) is scratch. */
static quoth_status calibrate_column(const one_vs_rest *job, uint32_t column, bool *is_positive,
                                     quoth_error *err) {
  size_t n_rows = job->rows->n_rows, n_positive = 0;
  double *slope = &job->out->sigmoid[column], *offset = slope + job->n_columns;
  for (size_t row = 0; row < n_rows; row++) {
    is_positive[row] = job->labels[row] == (job->n_columns == 1 ? 1 : column);
    n_positive += is_positive[row];
  }
  bool is_certain = job->n_columns == 1 && n_positive == n_rows;
  *slope = n_positive == 0 || is_certain ? 0 : -1;
  *offset = n_positive == 0 ? INFINITY : is_certain ? -INFINITY : 0;
  if (*slope == 0 || !is_calibrated(job->params)) return QUOTH_OK;
  return quoth_platt_fit(job->decisions + column * n_rows, is_positive, n_rows, slope, offset, err);
}

static quoth_status calibrate(const one_vs_rest *job, quoth_error *err) {
  bool *is_positive = quoth_new_array(job->rows->n_rows, sizeof *is_positive, err);
  quoth_status status = is_positive ? QUOTH_OK : QUOTH_ERR_NOMEM;
  for (uint32_t k = 0; k < job->n_columns && !status; k++)
    status = calibrate_column(job, k, is_positive, err);
  free(is_positive);
  return status;
}

/* ---- Fitting --------------------------------------------------------------- */

static quoth_status check_weights(const one_vs_rest *job, quoth_error *err) {
  const quoth_sparse *rows = job->rows;
  for (size_t row = 0; row < rows->n_rows; row++)
    for (uint64_t i = rows->row_begin[row]; i < rows->row_begin[row + 1]; i++) {
      if (!isfinite(rows->weights[i]))
        return quoth_fail(err, QUOTH_ERR_DATA, "row %zu has a feature that is not finite", row);
      if (job->params->is_nb && rows->weights[i] < 0)
        return quoth_fail(err, QUOTH_ERR_DATA, "NB-SVM takes weights from 0 up; row %zu has %.6g",
                          row, rows->weights[i]);
    }
  return QUOTH_OK;
}

static quoth_status allocate(one_vs_rest *job, quoth_error *err) {
  size_t n_rows = job->rows->n_rows;
  job->decisions = quoth_new_array(n_rows, job->n_columns * sizeof *job->decisions, err);
  job->statuses = quoth_new_array(n_problems(job), sizeof *job->statuses, err);
  job->errors = quoth_new_array(n_problems(job), sizeof *job->errors, err);
  return job->decisions && job->statuses && job->errors ? QUOTH_OK : QUOTH_ERR_NOMEM;
}

static void job_clear(one_vs_rest *job) {
  quoth_singletons_clear(&job->shared);
  free(job->decisions);
  free(job->statuses);
  free(job->errors);
}

quoth_status quoth_one_vs_rest_fit(const quoth_one_vs_rest_params *params,
                                   const quoth_one_vs_rest_data *data, quoth_pool *pool,
                                   const char *label, const quoth_progress *progress,
                                   const quoth_one_vs_rest *out, quoth_error *err) {
  one_vs_rest job = {.params = params,
                     .rows = data->rows,
                     .labels = data->labels,
                     .folds = data->folds,
                     .alphas = data->alphas,
                     .n_classes = data->n_classes,
                     .n_columns = data->n_classes == 2 ? 1 : data->n_classes,
                     .n_folds = data->n_folds > 1 && is_calibrated(params) ? data->n_folds : 0,
                     .out = out,
                     .progress = progress,
                     .label = label};
  quoth_status status = check_weights(&job, err);
  if (!status && !params->is_nb) status = quoth_singletons_merge(data->rows, &job.shared, err);
  if (!status) status = allocate(&job, err);
  if (!status) status = solve_all(&job, pool, err);
  if (!status) status = calibrate(&job, err);
  job_clear(&job);
  return status;
}
