/* platt.h - from the decision values of two classes to probabilities: Platt, "Probabilistic outputs
 * for support vector machines" (1999), as scikit-learn's CalibratedClassifierCV has it
 * (method="sigmoid").
 *
 *   P(positive | f) = 1 / (1 + exp(slope f + offset))
 *
 * slope and offset minimise  - sum over rows (t log P + (1 - t) log(1 - P)),  t being
 * (n+ + 1) / (n+ + 2) of the n+ positive rows, 1 / (n- + 2) of the n- negative ones. */
#ifndef QUOTH_LEARN_PLATT_H
#define QUOTH_LEARN_PLATT_H

#include "base/memory.h"

/* `decisions`, finite, and `is_positive` are [n_rows]. */
quoth_status quoth_platt_fit(const double *decisions, const bool *is_positive, size_t n_rows,
                             double *slope, double *offset, quoth_error *err);

#endif
