/* metrics.h - how good predictions are: scikit-learn's metrics of the same names. */
#ifndef QUOTH_LEARN_METRICS_H
#define QUOTH_LEARN_METRICS_H

#include "base/memory.h"

typedef struct quoth_class_metrics {
  double precision, recall, f1; /* 0 where undefined, as zero_division=0 */
  uint64_t support;             /* rows of the class */
} quoth_class_metrics;

typedef struct quoth_metrics {
  size_t n_rows;
  uint32_t n_classes;
  double accuracy;
  double log_loss;                /* scikit-learn 1.2.1's log_loss, eps 2^-52 */
  quoth_class_metrics *per_class; /* [n_classes] */
  quoth_class_metrics macro;      /* plain means; support is n_rows */
  quoth_class_metrics weighted;   /* means weighted by support */
  uint64_t *confusion;            /* [true class][predicted class] */
} quoth_metrics;

/* `labels` is [n_rows]; `probabilities` is [n_rows][n_classes]. The prediction is the first of
 * the most probable classes. n_rows 0 gives NaN accuracy and log loss. */
quoth_status quoth_metrics_compute(const uint32_t *labels, const double *probabilities,
                                   size_t n_rows, uint32_t n_classes, quoth_metrics *out,
                                   quoth_error *err);
void quoth_metrics_clear(quoth_metrics *metrics);

/* The first of the most probable classes. */
uint32_t quoth_most_probable(const double *probabilities, uint32_t n_classes);

#endif
