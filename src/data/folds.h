/* folds.h - rows dealt to folds that keep the classes' shares. Fold `folds[row]`, below `n_folds`
 * >= 2, tests row `row`; the others learn from it. */
#ifndef QUOTH_DATA_FOLDS_H
#define QUOTH_DATA_FOLDS_H

#include "data/dataset.h"
#include "data/split.h"

/* scikit-learn's StratifiedKFold(n_folds, shuffle=True, random_state). A class with fewer rows than
 * folds, of which scikit-learn warns, is an error that names it. */
quoth_status quoth_stratified_folds(const quoth_dataset *dataset, uint32_t n_folds,
                                    uint32_t random_state, uint32_t *folds, quoth_error *err);

/* scikit-learn's StratifiedKFold(n_folds): a class's first rows are in the first fold, and so on.
 * Classes may have fewer rows than folds. */
quoth_status quoth_folds_in_order(const uint32_t *labels, size_t n_rows, uint32_t n_classes,
                                  uint32_t n_folds, uint32_t *folds, quoth_error *err);

/* A class's rows go to one fold after another, and each class goes on where the one before ended,
 * so that neither rows that lie together nor small classes end up in one fold. */
quoth_status quoth_folds_in_turn(const uint32_t *labels, size_t n_rows, uint32_t n_classes,
                                 uint32_t n_folds, uint32_t *folds, quoth_error *err);

/* The rows of fold `fold` to test on, all others to learn from. Release with quoth_split_clear,
 * also on failure. */
quoth_status quoth_fold_split(const uint32_t *folds, size_t n_rows, uint32_t fold, quoth_split *out,
                              quoth_error *err);

#endif
