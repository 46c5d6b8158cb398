/* criterion.h - how mixed the classes of a tree's node are. */
#ifndef QUOTH_LEARN_CRITERION_H
#define QUOTH_LEARN_CRITERION_H

#include <stdint.h>

#include "base/logarithm.h"

typedef enum quoth_criterion {
  QUOTH_GINI,
  QUOTH_ENTROPY,
  QUOTH_LOG_LOSS /* entropy by its other name */
} quoth_criterion;

/* Class c weighs totals[c], all C classes `weight`. */
static inline double quoth_gini(const double *totals, uint32_t n_classes, double weight) {
  double squares = 0;
  for (uint32_t c = 0; c < n_classes; c++) squares += totals[c] * totals[c];
  return 1 - squares / (weight * weight);
}

/* In bits. */
static inline double quoth_entropy(const double *totals, uint32_t n_classes, double weight) {
  double entropy = 0;
  for (uint32_t c = 0; c < n_classes; c++) {
    if (!(totals[c] > 0)) continue;
    double share = totals[c] / weight;
    entropy -= share * (quoth_log(share) / 0x1.62e42fefa39efp-1); /* ln 2 */
  }
  return entropy;
}

static inline double quoth_impurity(quoth_criterion criterion, const double *totals,
                                    uint32_t n_classes, double weight) {
  return criterion == QUOTH_GINI ? quoth_gini(totals, n_classes, weight)
                                 : quoth_entropy(totals, n_classes, weight);
}

#endif
