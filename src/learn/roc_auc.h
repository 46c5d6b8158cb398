/* roc_auc.h - the area under the ROC curve: how often a row of a class is given a higher
 * probability of it than a row of another class; a tie counts half. */
#ifndef QUOTH_LEARN_ROC_AUC_H
#define QUOTH_LEARN_ROC_AUC_H

#include "base/memory.h"

/* scikit-learn's roc_auc_score of each class against the rest, into `out` ([n_classes]); NaN where
 * it is an error there: for a class that has none or all of the rows. `probabilities`, 0 or more,
 * is [n_rows][n_classes]; n_rows is below 2^32. */
quoth_status quoth_roc_auc(const uint32_t *labels, const double *probabilities, size_t n_rows,
                           uint32_t n_classes, double *out, quoth_error *err);

#endif
