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

/* The labels that are dealt with. */
typedef struct labelled_rows {
  const uint32_t *labels;
  size_t n_rows;
  const uint64_t *class_counts; /* [n_classes] */
  uint32_t n_classes, n_folds;
  quoth_random *random; /* NULL: not shuffled */
} labelled_rows;

/* The folds of the class whose rows would be at [start, end), were all sorted by class: as many of
 * each as its turns, shuffled. */
static void draw_class(const labelled_rows *rows, uint32_t *drawn, size_t start, size_t end) {
  size_t at = start;
  for (uint32_t fold = 0; fold < rows->n_folds; fold++) {
    size_t n = turns_before(end, fold, rows->n_folds) - turns_before(start, fold, rows->n_folds);
    while (n-- > 0) drawn[at++] = fold;
  }
  if (rows->random) quoth_random_shuffle(rows->random, drawn + start, end - start);
}

/* `next` is [n_classes]: where a class begins in `drawn` ([n_rows]). Classes come in the order in
 * which they appear; the number of one that has not is n_rows. */
static void deal(const labelled_rows *rows, size_t *next, uint32_t *drawn, uint32_t *folds) {
  for (uint32_t c = 0; c < rows->n_classes; c++) next[c] = rows->n_rows;
  size_t start = 0;
  for (size_t row = 0; row < rows->n_rows; row++) {
    uint32_t c = rows->labels[row];
    if (next[c] == rows->n_rows) {
      size_t end = start + rows->class_counts[c];
      draw_class(rows, drawn, start, end);
      next[c] = start;
      start = end;
    }
    folds[row] = drawn[next[c]++];
  }
}

static quoth_status deal_all(const labelled_rows *rows, uint32_t *folds, quoth_error *err) {
  size_t *next = quoth_new_array(rows->n_classes, sizeof *next, err);
  uint32_t *drawn = quoth_new_array(rows->n_rows, sizeof *drawn, err);
  bool is_there = next && drawn;
  if (is_there) deal(rows, next, drawn, folds);
  free(next);
  free(drawn);
  return is_there ? QUOTH_OK : QUOTH_ERR_NOMEM;
}

quoth_status quoth_stratified_folds(const quoth_dataset *dataset, uint32_t n_folds,
                                    uint32_t random_state, uint32_t *folds, quoth_error *err) {
  quoth_status status = check_classes(dataset, n_folds, err);
  if (status) return status;
  quoth_random random;
  quoth_random_seed(&random, random_state);
  return deal_all(&(labelled_rows){dataset->labels, dataset->n_rows, dataset->class_counts,
                                   dataset->n_classes, n_folds, &random},
                  folds, err);
}

quoth_status quoth_folds_in_order(const uint32_t *labels, size_t n_rows, uint32_t n_classes,
                                  uint32_t n_folds, uint32_t *folds, quoth_error *err) {
  uint64_t *counts = quoth_new_array(n_classes, sizeof *counts, err);
  if (!counts) return QUOTH_ERR_NOMEM;
  for (size_t row = 0; row < n_rows; row++) counts[labels[row]]++;
  quoth_status status =
      deal_all(&(labelled_rows){labels, n_rows, counts, n_classes, n_folds, NULL}, folds, err);
  free(counts);
  return status;
}

quoth_status quoth_folds_in_turn(const uint32_t *labels, size_t n_rows, uint32_t n_classes,
                                 uint32_t n_folds, uint32_t *folds, quoth_error *err) {
  uint32_t *next = quoth_new_array(n_classes, sizeof *next, err), first = 0;
  if (!next) return QUOTH_ERR_NOMEM;
  for (size_t row = 0; row < n_rows; row++) next[labels[row]]++;
  for (uint32_t c = 0; c < n_classes; c++) {
    uint32_t n = next[c];
    next[c] = first;
    first = (uint32_t)(((uint64_t)first + n) % n_folds);
  }
  for (size_t row = 0; row < n_rows; row++) folds[row] = next[labels[row]]++ % n_folds;
  free(next);
  return QUOTH_OK;
}

quoth_status quoth_fold_split(const uint32_t *folds, size_t n_rows, uint32_t fold, quoth_split *out,
                              quoth_error *err) {
  *out = (quoth_split){.train = quoth_new_array(n_rows, sizeof *out->train, err),
                       .test = quoth_new_array(n_rows, sizeof *out->test, err)};
  if (!out->train || !out->test) return QUOTH_ERR_NOMEM;
  for (size_t row = 0; row < n_rows; row++)
    if (folds[row] == fold)
      out->test[out->n_test++] = (uint32_t)row;
    else
      out->train[out->n_train++] = (uint32_t)row;
  return QUOTH_OK;
}
