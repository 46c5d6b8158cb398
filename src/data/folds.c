/* After scikit-learn 1.2.1, model_selection/_split.py: StratifiedKFold._make_test_folds. */
#include "data/folds.h"

#include <stdlib.h>

#include "base/random.h"

static quoth_status check_classes(const quoth_dataset *dataset, uint32_t n_folds,
                                  quoth_error *err) {
  for (uint32_t c = 0; c < dataset->n_classes; c++) {
    unsigned long long count = dataset->class_counts[c];
    if (count >= n_folds) continue;
    quoth_bytes name = dataset->classes[c];
    return quoth_fail(err, QUOTH_ERR_DATA,
                      "class \"%.*s\" has %llu row%s, and %u folds need one each; add rows, leave "
                      "the class out, or ask for fewer folds",
                      name.size < 80 ? (int)name.size : 80, name.data, count, count == 1 ? "" : "s",
                      n_folds);
  }
  return QUOTH_OK;
}

/* How many of the places [0, end) belong to fold `fold`, if folds take turns. */
static size_t turns_before(size_t end, uint32_t fold, uint32_t n_folds) {
  return (end + n_folds - 1 - fold) / n_folds;
}

/* The folds of the class whose rows would be at [start, end), were all sorted by class: as many of
 * each as its turns, shuffled. */
static void draw_class(quoth_random *random, uint32_t *drawn, size_t start, size_t end,
                       uint32_t n_folds) {
  size_t at = start;
  for (uint32_t fold = 0; fold < n_folds; fold++) {
    size_t n = turns_before(end, fold, n_folds) - turns_before(start, fold, n_folds);
    while (n-- > 0) drawn[at++] = fold;
  }
  quoth_random_shuffle(random, drawn + start, end - start);
}

/* `next` is [n_classes]: where a class begins in `drawn` ([n_rows]). Classes come in the order in
 * which they appear; the number of one that has not is n_rows. */
static void deal(const quoth_dataset *dataset, uint32_t n_folds, uint32_t random_state,
                 size_t *next, uint32_t *drawn, uint32_t *folds) {
  quoth_random random;
  quoth_random_seed(&random, random_state);
  for (uint32_t c = 0; c < dataset->n_classes; c++) next[c] = dataset->n_rows;
  size_t start = 0;
  for (size_t row = 0; row < dataset->n_rows; row++) {
    uint32_t c = dataset->labels[row];
    if (next[c] == dataset->n_rows) {
      size_t end = start + dataset->class_counts[c];
      draw_class(&random, drawn, start, end, n_folds);
      next[c] = start;
      start = end;
    }
    folds[row] = drawn[next[c]++];
  }
}

quoth_status quoth_stratified_folds(const quoth_dataset *dataset, uint32_t n_folds,
                                    uint32_t random_state, uint32_t *folds, quoth_error *err) {
  quoth_status status = check_classes(dataset, n_folds, err);
  if (status) return status;
  size_t *next = quoth_new_array(dataset->n_classes, sizeof *next, err);
  uint32_t *drawn = quoth_new_array(dataset->n_rows, sizeof *drawn, err);
  if (next && drawn)
    deal(dataset, n_folds, random_state, next, drawn, folds);
  else
    status = QUOTH_ERR_NOMEM;
  free(next);
  free(drawn);
  return status;
}
