#include "learn/logistic_regression.h"

#include <math.h>
#include <stdlib.h>

#include "learn/newton.h"
#include "learn/proximal_newton.h"
#include "learn/singletons.h"

/* Certainty as a score that exp can take differences of. */
#define CERTAIN 1e300

typedef struct logistic_job {
  const quoth_logistic_params *params;
  const quoth_sparse *rows;
  const uint32_t *labels;
  uint32_t n_classes;
  uint64_t *counts;  /* [C]: rows of each class */
  uint32_t *present; /* [n_present]: classes with rows, ascending */
  uint32_t n_present;
  uint32_t *targets;           /* [n]: each row's class among these */
  double *row_weights;         /* [n] */
  double *solution;            /* [solved V + 1][columns of the problem] */
  double l1, l2;               /* factors of |W|_1 and |W|^2 / 2 */
  quoth_singletons singletons; /* without an L1 penalty, for which merged features are not alike */
} logistic_job;

static uint32_t columns_for(uint32_t n_classes) { return n_classes == 2 ? 1 : n_classes; }

/* ---- Rows ------------------------------------------------------------------ */

static quoth_status find_classes(logistic_job *job, quoth_error *err) {
  size_t n_rows = job->rows->n_rows;
  job->counts = quoth_new_array(job->n_classes, sizeof *job->counts, err);
  job->present = quoth_new_array(job->n_classes, sizeof *job->present, err);
  job->targets = quoth_new_array(n_rows, sizeof *job->targets, err);
  job->row_weights = quoth_new_array(n_rows, sizeof *job->row_weights, err);
  if (!job->counts || !job->present || !job->targets || !job->row_weights) return QUOTH_ERR_NOMEM;
  for (size_t row = 0; row < n_rows; row++) job->counts[job->labels[row]]++;
  for (uint32_t c = 0; c < job->n_classes; c++)
    if (job->counts[c]) job->present[job->n_present++] = c;
  for (size_t row = 0; row < n_rows; row++) {
    uint32_t label = job->labels[row], target = 0;
    for (uint32_t below = job->n_present; target < below;) { /* binary search */
      uint32_t middle = (target + below) / 2;
      if (job->present[middle] < label)
        target = middle + 1;
      else
        below = middle;
    }
    job->targets[row] = target;
    job->row_weights[row] =
        job->params->class_weight == QUOTH_ROWS_BALANCED
            ? (double)n_rows / ((double)job->n_present * (double)job->counts[label])
            : 1;
  }
  return QUOTH_OK;
}

static quoth_status check_weights(const quoth_sparse *rows, quoth_error *err) {
  for (size_t row = 0; row < rows->n_rows; row++)
    for (uint64_t i = rows->row_begin[row]; i < rows->row_begin[row + 1]; i++)
      if (!isfinite(rows->weights[i]))
        return quoth_fail(err, QUOTH_ERR_DATA, "row %zu has a feature that is not finite", row);
  return QUOTH_OK;
}

/* ---- Solution -------------------------------------------------------------- */

static void set_penalty(logistic_job *job) {
  const quoth_logistic_params *params = job->params;
  double l1_ratio = params->penalty == QUOTH_PENALTY_L1           ? 1
                    : params->penalty == QUOTH_PENALTY_ELASTICNET ? params->l1_ratio
                                                                  : 0;
  double factor = params->penalty == QUOTH_PENALTY_NONE ? 0 : 1 / params->C;
  job->l1 = l1_ratio * factor;
  job->l2 = (1 - l1_ratio) * factor;
}

static quoth_status minimise(logistic_job *job, quoth_pool *pool, const char *label,
                             const quoth_progress *progress, quoth_error *err) {
  const quoth_logistic_params *params = job->params;
  quoth_logistic_loss loss = {.rows = job->l1 > 0 ? *job->rows : job->singletons.merged,
                              .targets = job->targets,
                              .row_weights = job->row_weights,
                              .n_columns = columns_for(job->n_present),
                              .l2 = job->l2,
                              .fit_intercept = params->fit_intercept,
                              .pool = pool};
  job->solution =
      quoth_new_array(loss.rows.n_columns + (size_t)1, loss.n_columns * sizeof *job->solution, err);
  if (!job->solution) return QUOTH_ERR_NOMEM;
  quoth_status status = quoth_logistic_loss_init(&loss, err);
  if (!status && job->l1 > 0)
    status = quoth_proximal_newton_minimise(&loss, job->l1, params->tol, params->max_iter, label,
                                            progress, job->solution, err);
  else if (!status)
    status = quoth_newton_minimise(&loss, params->tol, params->max_iter, label, progress,
                                   job->solution, err);
  quoth_logistic_loss_clear(&loss);
  return status;
}

/* Equal intercepts more or less change nothing; scikit-learn's add up to 0. */
static void centre(double *intercepts, uint32_t n) {
  double sum = 0;
  for (uint32_t k = 0; k < n; k++) sum += intercepts[k];
  for (uint32_t k = 0; k < n; k++) intercepts[k] -= sum / n;
}

/* What weight k of a feature has become. */
static double solved_weight(const logistic_job *job, size_t feature, uint32_t n_solved,
                            uint32_t k) {
  if (job->l1 > 0) return job->solution[feature * n_solved + k];
  size_t merged = job->singletons.column[feature];
  return job->singletons.share[feature] * job->solution[merged * n_solved + k];
}

/* The problem's columns as columns of all classes: the same if all are present; if two of more are,
 * the first of these has zeros. */
static void write_out(const logistic_job *job, double *coef, double *intercept) {
  uint32_t n_solved = columns_for(job->n_present), n_columns = columns_for(job->n_classes);
  uint32_t n_features = job->rows->n_columns;
  size_t n_solved_features = job->l1 > 0 ? n_features : job->singletons.merged.n_columns;
  double *solved_intercept = job->solution + n_solved_features * n_solved;
  if (n_solved > 1) centre(solved_intercept, n_solved);
  bool are_all_there = n_solved == n_columns;
  for (uint32_t k = 0; k < n_columns; k++) intercept[k] = are_all_there ? 0 : -INFINITY;
  if (n_solved == 1 && !are_all_there) intercept[job->present[0]] = 0;
  for (uint32_t k = 0; k < n_solved; k++) {
    uint32_t column = are_all_there ? k : job->present[n_solved == 1 ? 1 : k];
    intercept[column] = solved_intercept[k];
    for (size_t v = 0; v < n_features; v++)
      coef[v * n_columns + column] = solved_weight(job, v, n_solved, k);
  }
}

/* One class alone is certain, whatever the text. */
static void write_certain(const logistic_job *job, double *intercept) {
  uint32_t only = job->present[0];
  if (job->n_classes == 2) {
    intercept[0] = only ? CERTAIN : -CERTAIN;
    return;
  }
  for (uint32_t c = 0; c < job->n_classes; c++) intercept[c] = c == only ? 0 : -INFINITY;
}

static void job_clear(logistic_job *job) {
  quoth_singletons_clear(&job->singletons);
  free(job->counts);
  free(job->present);
  free(job->targets);
  free(job->row_weights);
  free(job->solution);
}

quoth_status quoth_logistic_regression_fit(const quoth_logistic_params *params,
                                           const quoth_sparse *rows, const uint32_t *labels,
                                           uint32_t n_classes, quoth_pool *pool, const char *label,
                                           const quoth_progress *progress, double *coef,
                                           double *intercept, quoth_error *err) {
  logistic_job job = {.params = params, .rows = rows, .labels = labels, .n_classes = n_classes};
  size_t n = (size_t)rows->n_columns * columns_for(n_classes);
  for (size_t i = 0; i < n; i++) coef[i] = 0;
  quoth_status status = check_weights(rows, err);
  if (!status) status = find_classes(&job, err);
  if (!status && job.n_present > 1) {
    set_penalty(&job);
    if (!(job.l1 > 0)) status = quoth_singletons_merge(rows, &job.singletons, err);
    if (!status) status = minimise(&job, pool, label, progress, err);
    if (!status) write_out(&job, coef, intercept);
  } else if (!status) {
    write_certain(&job, intercept);
  }
  job_clear(&job);
  return status;
}
