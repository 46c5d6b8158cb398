#include "learn/conditional_logit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/logarithm.h"
#include "learn/lbfgs.h"
#include "learn/linear.h"

void quoth_conditional_logit_scores(const double *coef, const double *intercept,
                                    uint32_t n_features, uint32_t n_classes, const double *features,
                                    double *scores) {
  memcpy(scores, intercept, n_classes * sizeof *scores);
  for (size_t i = 0, j = 0; j < n_features; j++)
    for (uint32_t c = 0; c < n_classes; c++, i++) scores[c] += coef[i] * features[i];
}

/* Rows are taken in blocks, whose number depends on nothing but theirs, and the blocks' sums are
 * added in order. */
enum { MAX_BLOCKS = 64, LEAST_ROWS = 256 };

/* Parameters are w [J], d [J][C], b [C], in this order. */
typedef struct fitting {
  const quoth_conditional_logit_params *params;
  const quoth_choices *choices;
  quoth_pool *pool;
  size_t n_coef, n_parameters, n_blocks, rows_a_block;
  bool *is_present;  /* [C] whether the class has rows */
  double *coef;      /* [J][C] at the point at work */
  double *intercept; /* [C] */
  double *losses;    /* [n_blocks] */
  double *sums;      /* [n_blocks][J * C + C]: of the gradient by coef and intercept */
  double *scores;    /* [n_blocks][C] */
} fitting;

/* Returns the row's loss; `p` is [C]. */
static double add_row(const fitting *job, size_t row, double *p, double *sums) {
  const quoth_choices *choices = job->choices;
  uint32_t n_classes = choices->n_classes, label = choices->labels[row], best = 0;
  const double *x = choices->features + row * job->n_coef;
  quoth_conditional_logit_scores(job->coef, job->intercept, choices->n_features, n_classes, x, p);
  for (uint32_t c = 1; c < n_classes; c++)
    if (p[c] > p[best]) best = c;
  double behind = p[best] - p[label];
  quoth_softmax(p, n_classes);
  double loss = behind - quoth_log(p[best]);
  p[label] -= 1;
  for (size_t i = 0, j = 0; j < choices->n_features; j++)
    for (uint32_t c = 0; c < n_classes; c++, i++) sums[i] += p[c] * x[i];
  for (uint32_t c = 0; c < n_classes; c++) sums[job->n_coef + c] += p[c];
  return loss;
}

static void add_blocks(void *context, size_t begin, size_t end, size_t worker) {
  (void)worker;
  const fitting *job = context;
  size_t n_sums = job->n_coef + job->choices->n_classes;
  for (size_t block = begin; block < end; block++) {
    size_t row = block * job->rows_a_block, behind = row + job->rows_a_block;
    double *sums = job->sums + block * n_sums;
    memset(sums, 0, n_sums * sizeof *sums);
    job->losses[block] = 0;
    for (; row < behind && row < job->choices->n_rows; row++)
      job->losses[block] += add_row(job, row, job->scores + job->choices->n_classes * block, sums);
  }
}

/* The coefficients and intercepts that the parameters make. */
static void compose(const fitting *job, const double *parameters) {
  const quoth_choices *choices = job->choices;
  uint32_t n_classes = choices->n_classes;
  const double *w = parameters, *d = w + choices->n_features, *b = d + job->n_coef;
  for (size_t i = 0; i < job->n_coef; i++) job->coef[i] = w[i / n_classes] + d[i];
  for (uint32_t c = 0; c < n_classes; c++)
    job->intercept[c] = job->is_present[c] ? b[c] : -INFINITY;
}

/* The loss of all rows; its gradient by coefficients and intercepts is left in the first block. */
static double add_rows(const fitting *job) {
  size_t n_sums = job->n_coef + job->choices->n_classes;
  quoth_pool_run(job->pool, job->n_blocks, 1, add_blocks, (void *)(uintptr_t)job);
  for (size_t block = 1; block < job->n_blocks; block++) {
    job->losses[0] += job->losses[block];
    for (size_t i = 0; i < n_sums; i++) job->sums[i] += job->sums[block * n_sums + i];
  }
  return job->losses[0];
}

static double evaluate(void *context, const double *parameters, double *gradient) {
  const fitting *job = context;
  const quoth_choices *choices = job->choices;
  size_t n_features = choices->n_features, n_classes = choices->n_classes;
  double alpha = job->params->alpha, class_alpha = job->params->class_alpha;
  const double *w = parameters, *d = w + n_features;
  double *by_w = gradient, *by_d = by_w + n_features, *by_b = by_d + job->n_coef;
  compose(job, parameters);
  double value = add_rows(job);
  for (size_t j = 0; j < n_features; j++) {
    by_w[j] = alpha * w[j];
    value += alpha / 2 * w[j] * w[j];
    for (size_t i = j * n_classes; i < (j + 1) * n_classes; i++) {
      by_w[j] += job->sums[i];
      by_d[i] = job->sums[i] + class_alpha * d[i];
      value += class_alpha / 2 * d[i] * d[i];
    }
  }
  memcpy(by_b, job->sums + job->n_coef, n_classes * sizeof *by_b);
  return value;
}

/* Begins at the classes' shares. */
static void start(const fitting *job, double *parameters) {
  const quoth_choices *choices = job->choices;
  double *b = parameters + choices->n_features + job->n_coef;
  for (size_t row = 0; row < choices->n_rows; row++) b[choices->labels[row]]++;
  for (uint32_t c = 0; c < choices->n_classes; c++) {
    job->is_present[c] = b[c] > 0;
    if (job->is_present[c]) b[c] = quoth_log(b[c] / (double)choices->n_rows);
  }
}

static quoth_status fit(fitting *job, const char *label, const quoth_progress *progress,
                        quoth_error *err) {
  double *parameters = quoth_new_array(job->n_parameters, sizeof *parameters, err);
  if (!parameters) return QUOTH_ERR_NOMEM;
  start(job, parameters);
  quoth_lbfgs problem = {.n = job->n_parameters,
                         .evaluate = evaluate,
                         .context = job,
                         .tol = job->params->tol * (double)job->choices->n_rows,
                         .max_iter = job->params->max_iter};
  quoth_status status = quoth_lbfgs_minimise(&problem, label, progress, parameters, err);
  compose(job, parameters);
  free(parameters);
  return status;
}

quoth_status quoth_conditional_logit_fit(const quoth_conditional_logit_params *params,
                                         const quoth_choices *choices, quoth_pool *pool,
                                         const char *label, const quoth_progress *progress,
                                         double *coef, double *intercept, quoth_error *err) {
  size_t n_classes = choices->n_classes;
  fitting job = {.params = params,
                 .choices = choices,
                 .pool = pool,
                 .n_coef = choices->n_features * n_classes,
                 .rows_a_block = choices->n_rows / MAX_BLOCKS + LEAST_ROWS,
                 .coef = coef,
                 .intercept = intercept};
  job.n_parameters = choices->n_features + job.n_coef + n_classes;
  job.n_blocks = (choices->n_rows + job.rows_a_block - 1) / job.rows_a_block;
  job.is_present = quoth_new_array(n_classes, sizeof *job.is_present, err);
  job.losses = quoth_new_array(job.n_blocks, sizeof *job.losses, err);
  job.sums = quoth_new_array(job.n_blocks, (job.n_coef + n_classes) * sizeof *job.sums, err);
  job.scores = quoth_new_array(job.n_blocks, n_classes * sizeof *job.scores, err);
  quoth_status status = job.is_present && job.losses && job.sums && job.scores
                            ? fit(&job, label, progress, err)
                            : QUOTH_ERR_NOMEM;
  free(job.is_present);
  free(job.losses);
  free(job.sums);
  free(job.scores);
  return status;
}
