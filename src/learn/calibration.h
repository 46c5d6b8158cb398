/* calibration.h - whether what is said with a probability of 0.8 comes true 8 times in 10. */
#ifndef QUOTH_LEARN_CALIBRATION_H
#define QUOTH_LEARN_CALIBRATION_H

#include "base/memory.h"

typedef enum quoth_binning {
  QUOTH_BINS_UNIFORM,  /* of the same width */
  QUOTH_BINS_QUANTILE, /* of the same number of rows, but for ties */
} quoth_binning;

typedef struct quoth_calibration_bin {
  uint64_t n_rows;
  double mean_probability; /* of its rows; 0 without any */
  double share;            /* of its rows that came true; 0 without any */
} quoth_calibration_bin;

/* scikit-learn's calibration_curve(outcomes, probabilities, n_bins, strategy), with the empty bins
 * that it leaves out. `bins` is [n_bins], ascending; a bin holds its upper edge, and not its lower.
 * `probabilities`, in [0, 1], and `outcomes` are [n_rows]; n_rows is below 2^32. */
quoth_status quoth_calibration_curve(const bool *outcomes, const double *probabilities,
                                     size_t n_rows, quoth_binning binning,
                                     quoth_calibration_bin *bins, size_t n_bins, quoth_error *err);

/* Expected calibration error: the mean over the rows of |share - mean_probability| of their bins;
 * NaN without rows. C. Guo et al., "On calibration of modern neural networks", 2017. */
double quoth_calibration_error(const quoth_calibration_bin *bins, size_t n_bins);

#endif
