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

static void add_scores_coded(const quoth_linear *model, const uint32_t *columns,
                             const double *values, size_t n, double *scores) {
  size_t n_columns = model->n_columns;
  for (size_t i = 0; i < n; i++) {
    const uint8_t *codes = model->weight_codes + (columns ? columns[i] : i) * n_columns;
    for (size_t k = 0; k < n_columns; k++) scores[k] += values[i] * model->levels[codes[k]];
  }
}

/* Adds the sigmoids of one model's classes, over their sum. */
static void add_shares(const double *sigmoids, uint32_t n_classes, double *probabilities) {
  double sum = 0;
  if (n_classes == 2) {
    probabilities[0] += 1 - sigmoids[0];
    probabilities[1] += sigmoids[0];
    return;
  }
  for (uint32_t c = 0; c < n_classes; c++) sum += sigmoids[c];
  for (uint32_t c = 0; c < n_classes; c++)
    probabilities[c] += sum > 0 ? sigmoids[c] / sum : 1.0 / n_classes;
}

/* The models' decision values, averaged. */
static void average_decisions(const quoth_linear *model, const double *decisions, double *scores) {
  uint32_t n_columns = model->n_columns, each = quoth_linear_n_columns(model->n_classes);
  uint32_t n_models = n_columns / each;
  double *behind = scores + (model->n_classes - each);
  memset(scores, 0, model->n_classes * sizeof *scores);
  for (uint32_t k = 0; k < n_columns; k++) behind[k % each] += decisions[k];
  for (uint32_t k = 0; k < each; k++) behind[k] /= n_models;
}

static void average_sigmoids(const quoth_linear *model, double *decisions, double *probabilities) {
  uint32_t n_columns = model->n_columns, each = quoth_linear_n_columns(model->n_classes);
  const double *slopes = model->sigmoid, *offsets = slopes + n_columns;
  for (uint32_t k = 0; k < n_columns; k++) decisions[k] = slopes[k] * decisions[k] + offsets[k];
  quoth_exp_array(decisions, decisions, n_columns);
  for (uint32_t k = 0; k < n_columns; k++) decisions[k] = 1 / (1 + decisions[k]);
  memset(probabilities, 0, model->n_classes * sizeof *probabilities);
  for (uint32_t k = 0; k < n_columns; k += each)
    add_shares(decisions + k, model->n_classes, probabilities);
  uint32_t n_models = n_columns / each;
  for (uint32_t c = 0; c < model->n_classes; c++) probabilities[c] /= n_models;
}

static void take_softmax(const double *scores, uint32_t n_classes, double *probabilities) {
  memcpy(probabilities, scores, n_classes * sizeof *scores);
  quoth_softmax(probabilities, n_classes);
}

void quoth_linear_predict(const quoth_linear *model, const uint32_t *columns, const double *values,
                          size_t n, double *sums, double *scores, double *probabilities) {
  uint32_t n_classes = model->n_classes, n_columns = model->n_columns;
  if (n == 0) {
    memcpy(scores, model->log_prior, n_classes * sizeof *scores);
    take_softmax(scores, n_classes, probabilities);
    return;
  }
  for (uint32_t k = 0; k < n_columns; k++) sums[k] = model->bias ? model->bias[k] : 0;
  if (model->weights)
    add_scores(model, columns, values, n, sums);
  else if (model->weight_codes)
    add_scores_coded(model, columns, values, n, sums);
  else
    add_scores_single(model, columns, values, n, sums);
  if (model->sigmoid) {
    average_decisions(model, sums, scores);
    average_sigmoids(model, sums, probabilities);
    return;
  }
  scores[0] = 0;
  memcpy(scores + (n_classes - n_columns), sums, n_columns * sizeof *scores);
  take_softmax(scores, n_classes, probabilities);
}
