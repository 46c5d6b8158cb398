/* temperature.h - from scores of classes to probabilities: a logistic regression with one slope for
 * all classes and an intercept for each. With the intercepts given it is temperature scaling: Guo
 * et al., "On calibration of modern neural networks" (2017).
 *
 *   P(c | row) = softmax over classes of (intercept_c + slope score_c)
 *
 * Fitted by maximising
 *
 *   sum over rows log P(label | row)
 *     + m sum over classes prior_c log softmax(intercept)_c - (slope s)^2 / 200
 *
 * with m a tenth of the rows: as if there were m rows with no scores, whose classes have the prior,
 * so that a class that is never scored well can't take over; and s^2 the mean variance of a row's
 * scores, over rows where it is not 0, so that the slope stays finite where all rows are scored
 * right. If it is 0 in all rows, nothing is known of the slope, which is 1 then. */
#ifndef QUOTH_LEARN_TEMPERATURE_H
#define QUOTH_LEARN_TEMPERATURE_H

#include "base/memory.h"

/* `scores` is [n_rows][n_classes]. Writes *slope, from 0 up, and `intercept` ([n_classes]): -inf
 * for a class without rows. */
quoth_status quoth_temperature_fit(const double *scores, const uint32_t *labels, size_t n_rows,
                                   uint32_t n_classes, double *slope, double *intercept,
                                   quoth_error *err);

#endif
