/* metrics.h - how good predictions are: scikit-learn's metrics of the same names. */
#ifndef QUOTH_LEARN_METRICS_H
#define QUOTH_LEARN_METRICS_H

#include "learn/calibration.h"

typedef struct quoth_class_metrics {
  double precision, recall, f1; /* 0 where undefined, as zero_division=0 */
  uint64_t support;             /* rows of the class */
  double roc_auc;               /* of the class against the rest; NaN where undefined */
} quoth_class_metrics;

enum { QUOTH_CALIBRATION_BINS = 15 };

typedef struct quoth_metrics {
  size_t n_rows;
  uint32_t n_classes;
  double accuracy;
  double log_loss; /* scikit-learn 1.2.1's log_loss, eps 2^-52 */
  /* Mean of the squared distance to the label, sum over c of (p[c] - (c == label))^2, from 0 to 2.
   * With two classes it is twice scikit-learn's brier_score_loss. */
  double brier_score;
  /* scikit-learn's top_k_accuracy_score, in which of equals the last class comes first; NaN unless
   * there are more than k classes. */
  double top_2_accuracy, top_3_accuracy;
  /* Of the most probable class: how often it is right beside its probability. */
  double calibration_error; /* expected calibration error of the uniform bins */
  quoth_calibration_bin uniform_bins[QUOTH_CALIBRATION_BINS];
  quoth_calibration_bin quantile_bins[QUOTH_CALIBRATION_BINS];
  quoth_class_metrics *per_class; /* [n_classes] */
  /* Plain means, whose support is n_rows. roc_auc is scikit-learn's roc_auc_score: with two classes
   * that of the second, else one-vs-rest; NaN if a class has no rows. */
  quoth_class_metrics macro;
  quoth_class_metrics weighted; /* means weighted by support */
  uint64_t *confusion;          /* [true class][predicted class] */
} quoth_metrics;

/* `labels` is [n_rows]; `probabilities` is [n_rows][n_classes]. The prediction is the first of
 * the most probable classes. n_rows is below 2^32; 0 gives NaN where 0 rows have no mean. */
quoth_status quoth_metrics_compute(const uint32_t *labels, const double *probabilities,
                                   size_t n_rows, uint32_t n_classes, quoth_metrics *out,
                                   quoth_error *err);
void quoth_metrics_clear(quoth_metrics *metrics);

/* The first of the most probable classes. */
uint32_t quoth_most_probable(const double *probabilities, uint32_t n_classes);

#endif
