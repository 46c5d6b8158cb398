/* After scikit-learn 1.2.1, calibration.py: calibration_curve, and numpy 1.24's percentile. */
#include "learn/calibration.h"

#include <math.h>
#include <stdlib.h>

#include "base/sort.h"

/* Edge `i` of `n_bins`: numpy's linspace(0, 1, n_bins + 1)[i]. */
static double uniform_edge(size_t i, size_t n_bins) {
  return i == n_bins ? 1 : (double)i * (1 / (double)n_bins);
}

/* numpy's percentile, between ranks linearly, rounded as there. */
static double quantile(const double *sorted, size_t n, double share) {
  double rank = share * 100 / 100 * (double)(n - 1);
  size_t below = (size_t)rank, above = below + 1 < n ? below + 1 : below;
  double t = rank - (double)below, step = sorted[above] - sorted[below];
  return t < 0.5 ? sorted[below] + step * t : sorted[above] - step * (1 - t);
}

/* The n_bins - 1 edges between bins; n_rows is at least 1. */
static quoth_status place_quantiles(const double *probabilities, size_t n_rows, double *edges,
                                    size_t n_bins, quoth_error *err) {
  double *sorted = quoth_new_array(n_rows, sizeof *sorted, err);
  uint32_t *order = quoth_new_array(n_rows, sizeof *order, err);
  uint64_t *pairs = quoth_new_array(n_rows, 2 * sizeof *pairs, err);
  bool is_done = sorted && order && pairs;
  if (is_done) {
    quoth_argsort_doubles(probabilities, order, pairs, n_rows);
    for (size_t i = 0; i < n_rows; i++) sorted[i] = probabilities[order[i]];
    for (size_t i = 1; i < n_bins; i++)
      edges[i - 1] = quantile(sorted, n_rows, uniform_edge(i, n_bins));
  }
  free(sorted);
  free(order);
  free(pairs);
  return is_done ? QUOTH_OK : QUOTH_ERR_NOMEM;
}

/* How many of the ascending edges are below `value`. */
static size_t find_bin(const double *edges, size_t n_edges, double value) {
  size_t low = 0, high = n_edges;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (edges[middle] < value)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static void fill_bins(const bool *outcomes, const double *probabilities, size_t n_rows,
                      const double *edges, quoth_calibration_bin *bins, size_t n_bins) {
  for (size_t b = 0; b < n_bins; b++) bins[b] = (quoth_calibration_bin){0};
  for (size_t i = 0; i < n_rows; i++) {
    quoth_calibration_bin *bin = &bins[find_bin(edges, n_bins - 1, probabilities[i])];
    bin->n_rows++;
    bin->mean_probability += probabilities[i];
    bin->share += outcomes[i];
  }
  for (size_t b = 0; b < n_bins; b++) {
    if (bins[b].n_rows == 0) continue;
    bins[b].mean_probability /= (double)bins[b].n_rows;
    bins[b].share /= (double)bins[b].n_rows;
  }
}

quoth_status quoth_calibration_curve(const bool *outcomes, const double *probabilities,
                                     size_t n_rows, quoth_binning binning,
                                     quoth_calibration_bin *bins, size_t n_bins, quoth_error *err) {
  double *edges = quoth_new_array(n_bins, sizeof *edges, err);
  if (!edges) return QUOTH_ERR_NOMEM;
  quoth_status status = QUOTH_OK;
  if (binning == QUOTH_BINS_UNIFORM)
    for (size_t i = 1; i < n_bins; i++) edges[i - 1] = uniform_edge(i, n_bins);
  else if (n_rows)
    status = place_quantiles(probabilities, n_rows, edges, n_bins, err);
  if (!status) fill_bins(outcomes, probabilities, n_rows, edges, bins, n_bins);
  free(edges);
  return status;
}

double quoth_calibration_error(const quoth_calibration_bin *bins, size_t n_bins) {
  double sum = 0;
  uint64_t n_rows = 0;
  for (size_t b = 0; b < n_bins; b++) {
    sum += (double)bins[b].n_rows * fabs(bins[b].share - bins[b].mean_probability);
    n_rows += bins[b].n_rows;
  }
  return n_rows ? sum / (double)n_rows : NAN;
}
