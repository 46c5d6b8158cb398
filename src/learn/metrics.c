#include "learn/metrics.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/logarithm.h"
#include "learn/roc_auc.h"
#include "math/functions.h"

void quoth_metrics_clear(quoth_metrics *metrics) {
  free(metrics->per_class);
  free(metrics->confusion);
  *metrics = (quoth_metrics){0};
}

uint32_t quoth_most_probable(const double *probabilities, uint32_t n_classes) {
  uint32_t best = 0;
  for (uint32_t c = 1; c < n_classes; c++)
    if (probabilities[c] > probabilities[best]) best = c;
  return best;
}

static double ratio(uint64_t numerator, uint64_t denominator) {
  return denominator ? (double)numerator / (double)denominator : 0;
}

static void count_rows(quoth_metrics *metrics, const uint32_t *labels,
                       const double *probabilities) {
  uint32_t n_classes = metrics->n_classes;
  for (size_t row = 0; row < metrics->n_rows; row++) {
    uint32_t predicted = quoth_most_probable(probabilities + row * n_classes, n_classes);
    metrics->confusion[(size_t)labels[row] * n_classes + predicted]++;
  }
}

/* Precision, recall and F1 of each class, from the confusion matrix. Returns how many rows were
 * predicted right. */
static uint64_t rate_classes(quoth_metrics *metrics) {
  size_t n_classes = metrics->n_classes;
  uint64_t n_right = 0;
  for (size_t c = 0; c < n_classes; c++) {
    quoth_class_metrics *class = &metrics->per_class[c];
    uint64_t n_hit = metrics->confusion[c * n_classes + c], n_predicted = 0;
    for (size_t other = 0; other < n_classes; other++) {
      class->support += metrics->confusion[c * n_classes + other];
      n_predicted += metrics->confusion[other * n_classes + c];
    }
    n_right += n_hit;
    class->precision = ratio(n_hit, n_predicted);
    class->recall = ratio(n_hit, class->support);
    double sum = class->precision + class->recall;
    class->f1 = sum > 0 ? 2 * class->precision * class->recall / sum : 0;
  }
  return n_right;
}

/* The means of one number over the classes, plain and by support. `products` ([C]) is scratch. */
static void average(const quoth_metrics *metrics, size_t offset, double *products, double *plain,
                    double *weighted) {
  uint32_t n_classes = metrics->n_classes;
  for (uint32_t c = 0; c < n_classes; c++)
    memcpy(&products[c], (const char *)&metrics->per_class[c] + offset, sizeof *products);
  *plain = quoth_sum_pairwise(products, n_classes) / n_classes;
  for (uint32_t c = 0; c < n_classes; c++) products[c] *= (double)metrics->per_class[c].support;
  *weighted =
      metrics->n_rows ? quoth_sum_pairwise(products, n_classes) / (double)metrics->n_rows : 0;
}

static quoth_status rank_classes(quoth_metrics *metrics, const uint32_t *labels,
                                 const double *probabilities, quoth_error *err) {
  double *areas = quoth_new_array(metrics->n_classes, sizeof *areas, err);
  if (!areas) return QUOTH_ERR_NOMEM;
  quoth_status status =
      quoth_roc_auc(labels, probabilities, metrics->n_rows, metrics->n_classes, areas, err);
  for (uint32_t c = 0; c < metrics->n_classes; c++) metrics->per_class[c].roc_auc = areas[c];
  free(areas);
  return status;
}

static quoth_status average_classes(quoth_metrics *metrics, quoth_error *err) {
  quoth_class_metrics *macro = &metrics->macro, *weighted = &metrics->weighted;
  double *products = quoth_new_array(metrics->n_classes, sizeof *products, err);
  if (!products) return QUOTH_ERR_NOMEM;
  average(metrics, offsetof(quoth_class_metrics, precision), products, &macro->precision,
          &weighted->precision);
  average(metrics, offsetof(quoth_class_metrics, recall), products, &macro->recall,
          &weighted->recall);
  average(metrics, offsetof(quoth_class_metrics, f1), products, &macro->f1, &weighted->f1);
  average(metrics, offsetof(quoth_class_metrics, roc_auc), products, &macro->roc_auc,
          &weighted->roc_auc);
  if (metrics->n_classes == 2) macro->roc_auc = metrics->per_class[1].roc_auc;
  if (metrics->n_classes == 2 || isnan(macro->roc_auc)) weighted->roc_auc = macro->roc_auc;
  macro->support = weighted->support = metrics->n_rows;
  free(products);
  return QUOTH_OK;
}

/* Minus the logarithm of what the true class was given, after clipping and making the row sum to 1
 * again. `clipped` ([C]) is scratch. */
static double log_loss_of_row(const double *probabilities, uint32_t n_classes, uint32_t label,
                              double *clipped) {
  for (uint32_t c = 0; c < n_classes; c++) {
    double p = probabilities[c];
    clipped[c] = p < DBL_EPSILON ? DBL_EPSILON : p > 1 - DBL_EPSILON ? 1 - DBL_EPSILON : p;
  }
  return -quoth_log(clipped[label] / quoth_sum_pairwise(clipped, n_classes));
}

static double squared_distance(const double *probabilities, uint32_t n_classes, uint32_t label) {
  double sum = 0;
  for (uint32_t c = 0; c < n_classes; c++) {
    double difference = probabilities[c] - (c == label);
    sum += difference * difference;
  }
  return sum;
}

static quoth_status average_losses(quoth_metrics *metrics, const uint32_t *labels,
                                   const double *probabilities, quoth_error *err) {
  size_t n_rows = metrics->n_rows;
  uint32_t n_classes = metrics->n_classes;
  double *losses = quoth_new_array(n_rows, sizeof *losses, err);
  double *distances = quoth_new_array(n_rows, sizeof *distances, err);
  double *clipped = quoth_new_array(n_classes, sizeof *clipped, err);
  bool is_done = losses && distances && clipped;
  for (size_t row = 0; is_done && row < n_rows; row++) {
    const double *of_row = probabilities + row * n_classes;
    losses[row] = log_loss_of_row(of_row, n_classes, labels[row], clipped);
    distances[row] = squared_distance(of_row, n_classes, labels[row]);
  }
  if (is_done) {
    metrics->log_loss = quoth_sum_pairwise(losses, n_rows) / (double)n_rows;
    metrics->brier_score = quoth_sum_pairwise(distances, n_rows) / (double)n_rows;
  }
  free(losses);
  free(distances);
  free(clipped);
  return is_done ? QUOTH_OK : QUOTH_ERR_NOMEM;
}

/* How many classes come before `label`. */
static uint32_t rank_of(const double *probabilities, uint32_t n_classes, uint32_t label) {
  uint32_t rank = 0;
  for (uint32_t c = 0; c < n_classes; c++)
    rank += probabilities[c] > probabilities[label] ||
            (probabilities[c] == probabilities[label] && c > label);
  return rank;
}

static void count_ranks(quoth_metrics *metrics, const uint32_t *labels,
                        const double *probabilities) {
  uint32_t n_classes = metrics->n_classes;
  uint64_t n_in_two = 0, n_in_three = 0;
  for (size_t row = 0; row < metrics->n_rows; row++) {
    uint32_t rank = rank_of(probabilities + row * n_classes, n_classes, labels[row]);
    n_in_two += rank < 2;
    n_in_three += rank < 3;
  }
  double n_rows = (double)metrics->n_rows;
  metrics->top_2_accuracy = n_classes > 2 ? (double)n_in_two / n_rows : NAN;
  metrics->top_3_accuracy = n_classes > 3 ? (double)n_in_three / n_rows : NAN;
}

static quoth_status calibrate(quoth_metrics *metrics, const uint32_t *labels,
                              const double *probabilities, quoth_error *err) {
  size_t n_rows = metrics->n_rows;
  bool *is_right = quoth_new_array(n_rows, sizeof *is_right, err);
  double *confidences = quoth_new_array(n_rows, sizeof *confidences, err);
  quoth_status status = is_right && confidences ? QUOTH_OK : QUOTH_ERR_NOMEM;
  for (size_t row = 0; row < n_rows && !status; row++) {
    const double *of_row = probabilities + row * metrics->n_classes;
    uint32_t predicted = quoth_most_probable(of_row, metrics->n_classes);
    is_right[row] = predicted == labels[row];
    confidences[row] = of_row[predicted];
  }
  if (!status)
    status = quoth_calibration_curve(is_right, confidences, n_rows, QUOTH_BINS_UNIFORM,
                                     metrics->uniform_bins, QUOTH_CALIBRATION_BINS, err);
  if (!status)
    status = quoth_calibration_curve(is_right, confidences, n_rows, QUOTH_BINS_QUANTILE,
                                     metrics->quantile_bins, QUOTH_CALIBRATION_BINS, err);
  metrics->calibration_error =
      quoth_calibration_error(metrics->uniform_bins, QUOTH_CALIBRATION_BINS);
  free(is_right);
  free(confidences);
  return status;
}

static quoth_status allocate(quoth_metrics *metrics, quoth_error *err) {
  size_t n_classes = metrics->n_classes;
  metrics->per_class = quoth_new_array(n_classes, sizeof *metrics->per_class, err);
  metrics->confusion = quoth_new_array(n_classes * n_classes, sizeof *metrics->confusion, err);
  return metrics->per_class && metrics->confusion ? QUOTH_OK : QUOTH_ERR_NOMEM;
}

static quoth_status check_rows(const uint32_t *labels, size_t n_rows, uint32_t n_classes,
                               quoth_error *err) {
  if (n_classes == 0) return quoth_fail(err, QUOTH_ERR_DATA, "metrics: no classes");
  if (n_rows > UINT32_MAX)
    return quoth_fail(err, QUOTH_ERR_DATA, "metrics: more than %u rows", UINT32_MAX);
  for (size_t row = 0; row < n_rows; row++)
    if (labels[row] >= n_classes)
      return quoth_fail(err, QUOTH_ERR_DATA, "metrics: row %zu: label %u of %u classes", row,
                        labels[row], n_classes);
  return QUOTH_OK;
}

quoth_status quoth_metrics_compute(const uint32_t *labels, const double *probabilities,
                                   size_t n_rows, uint32_t n_classes, quoth_metrics *out,
                                   quoth_error *err) {
  *out = (quoth_metrics){.n_rows = n_rows, .n_classes = n_classes};
  quoth_status status = check_rows(labels, n_rows, n_classes, err);
  if (!status) status = allocate(out, err);
  if (!status) {
    count_rows(out, labels, probabilities);
    count_ranks(out, labels, probabilities);
    out->accuracy = (double)rate_classes(out) / (double)n_rows;
    status = rank_classes(out, labels, probabilities, err);
  }
  if (!status) status = average_classes(out, err);
  if (!status) status = average_losses(out, labels, probabilities, err);
  if (!status) status = calibrate(out, labels, probabilities, err);
  if (status) quoth_metrics_clear(out);
  return status;
}
