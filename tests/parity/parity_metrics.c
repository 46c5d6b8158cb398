/* parity_metrics.c - metrics as flat numbers for tests/parity/test_metrics.py. */
#include <string.h>

#include "learn/metrics.h"

#define SHIM __attribute__((visibility("default")))

/* numbers: accuracy, log loss, Brier score, top 2, top 3, calibration error, ROC AUC (macro,
 * weighted, of each class). */
SHIM bool parity_probability_metrics(const uint32_t *labels, const double *probabilities,
                                     size_t n_rows, uint32_t n_classes, double *numbers,
                                     quoth_calibration_bin *uniform,
                                     quoth_calibration_bin *quantile) {
  quoth_metrics it;
  if (quoth_metrics_compute(labels, probabilities, n_rows, n_classes, &it, NULL)) return false;
  const double told[] = {it.accuracy,       it.log_loss,        it.brier_score,
                         it.top_2_accuracy, it.top_3_accuracy,  it.calibration_error,
                         it.macro.roc_auc,  it.weighted.roc_auc};
  memcpy(numbers, told, sizeof told);
  for (uint32_t c = 0; c < n_classes; c++)
    numbers[sizeof told / sizeof *told + c] = it.per_class[c].roc_auc;
  memcpy(uniform, it.uniform_bins, sizeof it.uniform_bins);
  memcpy(quantile, it.quantile_bins, sizeof it.quantile_bins);
  quoth_metrics_clear(&it);
  return true;
}

SHIM bool parity_calibration_curve(const bool *outcomes, const double *probabilities, size_t n_rows,
                                   bool is_quantile, quoth_calibration_bin *bins, size_t n_bins) {
  return !quoth_calibration_curve(outcomes, probabilities, n_rows,
                                  is_quantile ? QUOTH_BINS_QUANTILE : QUOTH_BINS_UNIFORM, bins,
                                  n_bins, NULL);
}
