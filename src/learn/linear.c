#include "learn/linear.h"

#include <string.h>

#include "math/functions.h"

void quoth_softmax(double *scores, uint32_t n) {
  double highest = scores[0], sum = 0;
  for (uint32_t c = 1; c < n; c++)
    if (scores[c] > highest) highest = scores[c];
  for (uint32_t c = 0; c < n; c++) scores[c] -= highest;
  quoth_exp_array(scores, scores, n);
  for (uint32_t c = 0; c < n; c++) sum += scores[c];
  for (uint32_t c = 0; c < n; c++) scores[c] /= sum;
}

static void add_scores(const quoth_linear *model, const uint32_t *columns, const double *values,
                       size_t n, double *scores) {
  size_t n_columns = model->n_columns;
  for (size_t i = 0; i < n; i++) {
    const double *weights = model->weights + (columns ? columns[i] : i) * n_columns;
    for (size_t k = 0; k < n_columns; k++) scores[k] += values[i] * weights[k];
  }
}

static void add_scores_single(const quoth_linear *model, const uint32_t *columns,
                              const double *values, size_t n, double *scores) {
  size_t n_columns = model->n_columns;
  for (size_t i = 0; i < n; i++) {
    const float *weights = model->weights_single + (columns ? columns[i] : i) * n_columns;
    for (size_t k = 0; k < n_columns; k++) scores[k] += values[i] * (double)weights[k];
  }
}

void quoth_linear_scores(const quoth_linear *model, const uint32_t *columns, const double *values,
                         size_t n, double *scores) {
  uint32_t n_classes = model->n_classes, n_columns = model->n_columns;
  if (n == 0) {
    memcpy(scores, model->log_prior, n_classes * sizeof *scores);
    return;
  }
  double *sums = scores + (n_classes - n_columns);
  scores[0] = 0;
  for (uint32_t k = 0; k < n_columns; k++) sums[k] = model->bias ? model->bias[k] : 0;
  if (model->weights)
    add_scores(model, columns, values, n, sums);
  else
    add_scores_single(model, columns, values, n, sums);
}
