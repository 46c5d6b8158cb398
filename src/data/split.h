/* split.h - scikit-learn's train_test_split: the same rows in the same order. */
#ifndef QUOTH_DATA_SPLIT_H
#define QUOTH_DATA_SPLIT_H

#include "base/amount.h"
#include "base/memory.h"

typedef struct quoth_split_params {
  quoth_amount train_size, test_size; /* ALL (not given), SHARE or COUNT; both ALL: test 0.25 */
  bool stratify;
  uint32_t random_state;
} quoth_split_params;

typedef struct quoth_split {
  size_t n_train, n_test;
  uint32_t *train; /* [n_train] row numbers, in scikit-learn's order */
  uint32_t *test;  /* [n_test] */
} quoth_split;

/* `n_rows` is below 2^32. `labels` ([n_rows], below n_classes) is used only to stratify. Errors are
 * scikit-learn's: an empty side, more rows asked for than there are, a class with one row, a side
 * with fewer rows than classes. */
quoth_status quoth_split_rows(const quoth_split_params *params, size_t n_rows,
                              const uint32_t *labels, uint32_t n_classes, quoth_split *out,
                              quoth_error *err);
void quoth_split_clear(quoth_split *split);

#endif
