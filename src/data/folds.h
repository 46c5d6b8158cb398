/* folds.h - scikit-learn's StratifiedKFold(n_splits, shuffle=True, random_state): the same rows. */
#ifndef QUOTH_DATA_FOLDS_H
#define QUOTH_DATA_FOLDS_H

#include "data/dataset.h"

/* Fold `folds[row]`, below `n_folds` >= 2, tests row `row`; the others learn from it. A class with
 * fewer rows than folds, of which scikit-learn warns, is an error that names it. */
quoth_status quoth_stratified_folds(const quoth_dataset *dataset, uint32_t n_folds,
                                    uint32_t random_state, uint32_t *folds, quoth_error *err);

#endif
