#include <math.h>

#include "train/train.h"

/* JSON has no NaN. */
static json_t *number_json(double value) { return isnan(value) ? json_null() : json_real(value); }

static json_t *class_metrics_json(const quoth_class_metrics *metrics) {
  return json_pack("{s:f, s:f, s:f, s:I, s:o}", "precision", metrics->precision, "recall",
                   metrics->recall, "f1", metrics->f1, "support", (json_int_t)metrics->support,
                   "roc_auc", number_json(metrics->roc_auc));
}

static json_t *bins_json(const quoth_calibration_bin *bins) {
  json_t *list = json_array();
  for (size_t b = 0; b < QUOTH_CALIBRATION_BINS; b++)
    if (bins[b].n_rows)
      quoth_json_push(&list, json_pack("{s:I, s:f, s:f}", "rows", (json_int_t)bins[b].n_rows,
                                       "mean_probability", bins[b].mean_probability, "accuracy",
                                       bins[b].share));
  return list;
}

static json_t *confusion_json(const quoth_metrics *metrics) {
  json_t *rows = json_array();
  for (uint32_t i = 0; i < metrics->n_classes; i++) {
    json_t *row = json_array();
    for (uint32_t j = 0; j < metrics->n_classes; j++)
      quoth_json_push(
          &row, json_integer((json_int_t)metrics->confusion[(size_t)i * metrics->n_classes + j]));
    quoth_json_push(&rows, row);
  }
  return rows;
}

/* The class, then its metrics. */
static json_t *named_class_json(quoth_bytes name, const quoth_class_metrics *metrics) {
  json_t *item = json_pack("{s:s%}", "class", name.data, name.size);
  json_t *numbers = class_metrics_json(metrics);
  if (json_object_update(item, numbers) != 0) {
    json_decref(item);
    item = NULL;
  }
  json_decref(numbers);
  return item;
}

static json_t *per_class_json(const quoth_metrics *metrics, const quoth_bytes *classes) {
  json_t *list = json_array();
  for (uint32_t c = 0; c < metrics->n_classes; c++)
    quoth_json_push(&list, named_class_json(classes[c], &metrics->per_class[c]));
  return list;
}

json_t *quoth_metrics_json(const quoth_metrics *metrics, const quoth_bytes *classes) {
  return json_pack(
      "{s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:{s:o, s:o}}", "rows",
      (json_int_t)metrics->n_rows, "accuracy", number_json(metrics->accuracy), "log_loss",
      number_json(metrics->log_loss), "confusion_matrix", confusion_json(metrics), "per_class",
      per_class_json(metrics, classes), "macro", class_metrics_json(&metrics->macro), "weighted",
      class_metrics_json(&metrics->weighted), "brier_score", number_json(metrics->brier_score),
      "top_2_accuracy", number_json(metrics->top_2_accuracy), "top_3_accuracy",
      number_json(metrics->top_3_accuracy), "calibration_error",
      number_json(metrics->calibration_error), "calibration_curve", "uniform",
      bins_json(metrics->uniform_bins), "quantile", bins_json(metrics->quantile_bins));
}
