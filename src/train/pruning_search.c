#include "train/pruning_search.h"

#include <math.h>
#include <stdlib.h>

#include "base/logarithm.h"

/* As quoth_metrics_compute has it. */
#define LEAST_PROBABILITY 0x1p-52

/* What is tried: sixteenths of the usual importance. */
enum { SIXTEENTHS = 16, MOST_SIXTEENTHS = 2 * SIXTEENTHS };

typedef struct pruning_search {
  const quoth_spec *spec;
  const quoth_pipeline *pipeline;
  const quoth_tensors *tensors;
  const quoth_unseen_rows *rows;
  quoth_pool *pool;
  const quoth_progress *progress;
} pruning_search;

/* What each row adds to log loss, into [n]. */
static quoth_status measure(const pruning_search *search, const quoth_pipeline *pipeline,
                            double *losses, quoth_error *err) {
  const quoth_unseen_rows *rows = search->rows;
  const quoth_batch texts = {.kind = QUOTH_DATA_TEXTS, .n_rows = rows->n, .texts = rows->texts};
  quoth_batch probabilities = {0};
  quoth_status status =
      quoth_stages_apply_batch(pipeline->stages, pipeline->n_stages, &texts, search->pool,
                               "quantize", search->progress, &probabilities, err);
  for (size_t i = 0; i < rows->n && !status; i++) {
    double p = probabilities.dense[i * probabilities.n_columns + rows->labels[i]];
    losses[i] = -quoth_log(p > LEAST_PROBABILITY ? p : LEAST_PROBABILITY);
  }
  quoth_batch_clear(&probabilities);
  return status;
}

/* How much more log loss there may well be on other rows: the mean of the rows' differences and
 * 1.645 times its standard error, below which the truth is in 19 of 20 cases. */
static double likely_loss(const double *before, const double *after, size_t n) {
  double sum = 0, squares = 0;
  for (size_t i = 0; i < n; i++) sum += after[i] - before[i];
  double mean = sum / (double)n;
  for (size_t i = 0; i < n; i++) {
    double rest = after[i] - before[i] - mean;
    squares += rest * rest;
  }
  return n > 1 ? mean + 1.645 * sqrt(squares / (double)(n - 1) / (double)n) : INFINITY;
}

static quoth_status try(const pruning_search *search, double least_importance, double *losses,
                        quoth_error *err) {
  quoth_tensors small = {0};
  quoth_pipeline pipeline = {0};
  quoth_status status =
      quoth_quantize(search->pipeline, search->tensors, least_importance, &small, err);
  if (!status)
    status = quoth_pipeline_load(quoth_spec_pipeline(search->spec), 0,
                                 quoth_spec_n_stages(search->spec), NULL, &small, &pipeline, err);
  if (!status) status = measure(search, &pipeline, losses, err);
  quoth_pipeline_clear(&pipeline);
  quoth_tensors_clear(&small);
  return status;
}

/* By halving: the more is left out, the higher the loss. */
static quoth_status choose(const pruning_search *search, double max_loss, double *before,
                           double *after, double *least_importance, quoth_error *err) {
  uint32_t good = 0, bad = MOST_SIXTEENTHS + 1;
  quoth_status status = measure(search, search->pipeline, before, err);
  while (!status && bad - good > 1) {
    uint32_t middle = (good + bad) / 2;
    status = try(search, (double)middle / SIXTEENTHS, after, err);
    if (!status && likely_loss(before, after, search->rows->n) <= max_loss)
      good = middle;
    else
      bad = middle;
  }
  *least_importance = (double)good / SIXTEENTHS;
  return status;
}

quoth_status quoth_pruning_search(const quoth_spec *spec, const quoth_pipeline *pipeline,
                                  const quoth_tensors *tensors, const quoth_unseen_rows *rows,
                                  double max_loss, quoth_pool *pool, const quoth_progress *progress,
                                  double *least_importance, quoth_error *err) {
  const pruning_search search = {spec, pipeline, tensors, rows, pool, progress};
  double *losses = quoth_new_array(rows->n, 2 * sizeof *losses, err);
  if (!losses) return QUOTH_ERR_NOMEM;
  quoth_status status = choose(&search, max_loss, losses, losses + rows->n, least_importance, err);
  free(losses);
  return status;
}
