/* After scikit-learn 1.2.1, model_selection/_split.py: _validate_shuffle_split, ShuffleSplit and
 * StratifiedShuffleSplit._iter_indices. Every random draw counts, also those without effect. */
#include "data/split.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"

/* ---- Sizes ----------------------------------------------------------------- */

static quoth_status check_part(const quoth_amount *part, const char *name, size_t n_rows,
                               quoth_error *err) {
  if (part->kind == QUOTH_AMOUNT_SHARE && !(part->share > 0 && part->share < 1))
    return quoth_fail(err, QUOTH_ERR_ARG, "%s is %g; a share lies between 0 and 1", name,
                      part->share);
  if (part->kind == QUOTH_AMOUNT_COUNT && (part->count == 0 || part->count >= n_rows))
    return quoth_fail(err, QUOTH_ERR_ARG,
                      "%s is %llu rows; there are %zu, and each side needs some", name,
                      (unsigned long long)part->count, n_rows);
  return QUOTH_OK;
}

/* Rounds train down and test up; what is not given is the rest. */
static void count_rows(const quoth_amount *train, const quoth_amount *test, size_t n_rows,
                       quoth_split *out) {
  static const quoth_amount QUARTER = {.kind = QUOTH_AMOUNT_SHARE, .share = 0.25};
  bool has_train = train->kind != QUOTH_AMOUNT_ALL;
  if (!has_train && test->kind == QUOTH_AMOUNT_ALL) test = &QUARTER;
  bool has_test = test->kind != QUOTH_AMOUNT_ALL;
  double n = (double)n_rows;
  out->n_train = train->kind == QUOTH_AMOUNT_SHARE ? (size_t)floor(train->share * n) : train->count;
  out->n_test = test->kind == QUOTH_AMOUNT_SHARE ? (size_t)ceil(test->share * n) : test->count;
  if (!has_train) out->n_train = n_rows - out->n_test;
  if (!has_test) out->n_test = n_rows - out->n_train;
}

static quoth_status decide_sizes(const quoth_split_params *params, size_t n_rows, quoth_split *out,
                                 quoth_error *err) {
  const quoth_amount *train = &params->train_size, *test = &params->test_size;
  quoth_status status = check_part(train, "train_size", n_rows, err);
  if (!status) status = check_part(test, "test_size", n_rows, err);
  if (status) return status;
  if (train->kind == QUOTH_AMOUNT_SHARE && test->kind == QUOTH_AMOUNT_SHARE &&
      train->share + test->share > 1)
    return quoth_fail(err, QUOTH_ERR_ARG, "train_size %g and test_size %g add up to more than 1",
                      train->share, test->share);
  count_rows(train, test, n_rows, out);
  if (out->n_train + out->n_test > n_rows)
    return quoth_fail(err, QUOTH_ERR_ARG,
                      "train_size and test_size ask for %zu rows; there are %zu",
                      out->n_train + out->n_test, n_rows);
  if (out->n_train == 0 || out->n_test == 0)
    return quoth_fail(err, QUOTH_ERR_ARG,
                      "of %zu rows none is left to %s; change train_size or test_size, or give "
                      "more rows",
                      n_rows, out->n_train ? "test on" : "train on");
  return QUOTH_OK;
}

/* ---- Plain ----------------------------------------------------------------- */

static quoth_status split_plain(quoth_random *random, size_t n_rows, quoth_split *out,
                                quoth_error *err) {
  uint32_t *rows = quoth_new_array(n_rows, sizeof *rows, err);
  if (!rows) return QUOTH_ERR_NOMEM;
  for (size_t i = 0; i < n_rows; i++) rows[i] = (uint32_t)i;
  quoth_random_shuffle(random, rows, n_rows);
  memcpy(out->test, rows, out->n_test * sizeof *rows);
  memcpy(out->train, rows + out->n_test, out->n_train * sizeof *rows);
  free(rows);
  return QUOTH_OK;
}

/* ---- Stratified ------------------------------------------------------------ */

typedef struct class_remainder {
  double value;
  uint32_t stratum;
} class_remainder;

typedef struct class_strata { /* the classes that have rows, ascending */
  uint32_t n_strata;
  size_t *left;                /* [n_strata]: rows not drawn yet; at first all */
  size_t *n_train;             /* [n_strata] */
  size_t *n_test;              /* [n_strata] */
  class_remainder *remainders; /* [n_strata], scratch */
  uint32_t *tied;              /* [n_strata], scratch */
  uint32_t *rows;              /* [n_rows]: stratum after stratum, ascending inside each */
} class_strata;

static void strata_clear(class_strata *strata) {
  free(strata->left);
  free(strata->n_train);
  free(strata->n_test);
  free(strata->remainders);
  free(strata->tied);
  free(strata->rows);
}

static quoth_status strata_allocate(class_strata *strata, size_t n_rows, size_t n,
                                    quoth_error *err) {
  bool done = (strata->left = quoth_new_array(n, sizeof *strata->left, err)) &&
              (strata->n_train = quoth_new_array(n, sizeof *strata->n_train, err)) &&
              (strata->n_test = quoth_new_array(n, sizeof *strata->n_test, err)) &&
              (strata->remainders = quoth_new_array(n, sizeof *strata->remainders, err)) &&
              (strata->tied = quoth_new_array(n, sizeof *strata->tied, err)) &&
              (strata->rows = quoth_new_array(n_rows, sizeof *strata->rows, err));
  return done ? QUOTH_OK : QUOTH_ERR_NOMEM;
}

/* A counting sort of the rows by class; classes without rows then drop out. `ends` is
 * [n_classes]. */
static void group_rows(class_strata *strata, size_t *ends, const uint32_t *labels, size_t n_rows,
                       uint32_t n_classes) {
  for (size_t i = 0; i < n_rows; i++) ends[labels[i]]++;
  size_t n_before = 0;
  for (uint32_t c = 0; c < n_classes; c++) {
    size_t size = ends[c];
    if (size) strata->left[strata->n_strata++] = size;
    ends[c] = n_before;
    n_before += size;
  }
  for (size_t i = 0; i < n_rows; i++) strata->rows[ends[labels[i]]++] = (uint32_t)i;
}

static quoth_status strata_init(class_strata *strata, const uint32_t *labels, size_t n_rows,
                                uint32_t n_classes, quoth_error *err) {
  quoth_status status = strata_allocate(strata, n_rows, n_classes, err);
  if (status) return status;
  size_t *ends = quoth_new_array(n_classes, sizeof *ends, err);
  if (!ends) return QUOTH_ERR_NOMEM;
  group_rows(strata, ends, labels, n_rows, n_classes);
  free(ends);
  return QUOTH_OK;
}

static quoth_status check_strata(const class_strata *strata, const quoth_split *sizes,
                                 quoth_error *err) {
  for (uint32_t s = 0; s < strata->n_strata; s++)
    if (strata->left[s] < 2)
      return quoth_fail(err, QUOTH_ERR_DATA,
                        "the least populated class has only 1 row; stratify needs at least 2 of "
                        "each class");
  bool train_is_small = sizes->n_train < strata->n_strata;
  if (train_is_small || sizes->n_test < strata->n_strata)
    return quoth_fail(err, QUOTH_ERR_ARG,
                      "%zu %s rows are fewer than the %u classes; stratify needs one of each",
                      train_is_small ? sizes->n_train : sizes->n_test,
                      train_is_small ? "train" : "test", strata->n_strata);
  return QUOTH_OK;
}

/* Largest first; equal ones by stratum. */
static int compare_remainders(const void *a, const void *b) {
  const class_remainder *x = a, *y = b;
  if (x->value != y->value) return x->value > y->value ? -1 : 1;
  return (x->stratum > y->stratum) - (x->stratum < y->stratum);
}

/* One more row for each of `n` strata of the run of equal remainders at `first`; if that is
 * not the whole run, those are a random choice. numpy's choice(replace=False) shuffles even
 * when all are taken. Returns the length of the run. */
static uint32_t add_to_largest(class_strata *strata, uint32_t first, size_t n, size_t *drawn,
                               quoth_random *random) {
  uint32_t n_tied = 0;
  const class_remainder *run = strata->remainders + first;
  for (; first + n_tied < strata->n_strata && run[n_tied].value == run[0].value; n_tied++)
    strata->tied[n_tied] = run[n_tied].stratum;
  quoth_random_shuffle(random, strata->tied, n_tied);
  for (uint32_t i = 0; i < n_tied && i < n; i++) drawn[strata->tied[i]]++;
  return n_tied;
}

/* sklearn.utils._approximate_mode: shares `n_draws` rows out in proportion to what is left of
 * each stratum, rounded down, and the rest to the largest remainders. */
static void share_out(class_strata *strata, size_t n_draws, size_t *drawn, quoth_random *random) {
  size_t n_left = 0, n_missing = n_draws;
  for (uint32_t s = 0; s < strata->n_strata; s++) n_left += strata->left[s];
  for (uint32_t s = 0; s < strata->n_strata; s++) {
    double share = (double)strata->left[s] / (double)n_left * (double)n_draws;
    drawn[s] = (size_t)share;
    n_missing -= drawn[s];
    strata->remainders[s] = (class_remainder){share - floor(share), s};
  }
  qsort(strata->remainders, strata->n_strata, sizeof *strata->remainders, compare_remainders);
  for (uint32_t first = 0; n_missing > 0 && first < strata->n_strata;) {
    uint32_t n_tied = add_to_largest(strata, first, n_missing, drawn, random);
    n_missing -= n_tied < n_missing ? n_tied : n_missing;
    first += n_tied;
  }
  for (uint32_t s = 0; s < strata->n_strata; s++) {
    if (drawn[s] > strata->left[s]) drawn[s] = strata->left[s]; /* after a rounding error */
    strata->left[s] -= drawn[s];
  }
}

/* Of each stratum's shuffled rows the first go to train, the next to test. */
static void draw_rows(class_strata *strata, quoth_random *random, quoth_split *out) {
  uint32_t *rows = strata->rows;
  out->n_train = out->n_test = 0;
  for (uint32_t s = 0; s < strata->n_strata; s++) {
    size_t n_train = strata->n_train[s], n_test = strata->n_test[s];
    size_t size = n_train + n_test + strata->left[s];
    quoth_random_shuffle(random, rows, size);
    memcpy(out->train + out->n_train, rows, n_train * sizeof *rows);
    memcpy(out->test + out->n_test, rows + n_train, n_test * sizeof *rows);
    out->n_train += n_train;
    out->n_test += n_test;
    rows += size;
  }
  quoth_random_shuffle(random, out->train, out->n_train);
  quoth_random_shuffle(random, out->test, out->n_test);
}

static quoth_status split_stratified(quoth_random *random, const uint32_t *labels, size_t n_rows,
                                     uint32_t n_classes, quoth_split *out, quoth_error *err) {
  class_strata strata = {0};
  quoth_status status = strata_init(&strata, labels, n_rows, n_classes, err);
  if (!status) status = check_strata(&strata, out, err);
  if (!status) {
    share_out(&strata, out->n_train, strata.n_train, random);
    share_out(&strata, out->n_test, strata.n_test, random);
    draw_rows(&strata, random, out);
  }
  strata_clear(&strata);
  return status;
}

/* ---- Both ------------------------------------------------------------------ */

static quoth_status draw(const quoth_split_params *params, size_t n_rows, const uint32_t *labels,
                         uint32_t n_classes, quoth_split *out, quoth_error *err) {
  out->train = quoth_new_array(out->n_train, sizeof *out->train, err);
  if (!out->train) return QUOTH_ERR_NOMEM;
  out->test = quoth_new_array(out->n_test, sizeof *out->test, err);
  if (!out->test) return QUOTH_ERR_NOMEM;
  quoth_random random;
  quoth_random_seed(&random, params->random_state);
  if (params->stratify) return split_stratified(&random, labels, n_rows, n_classes, out, err);
  return split_plain(&random, n_rows, out, err);
}

quoth_status quoth_split_rows(const quoth_split_params *params, size_t n_rows,
                              const uint32_t *labels, uint32_t n_classes, quoth_split *out,
                              quoth_error *err) {
  *out = (quoth_split){0};
  quoth_status status = decide_sizes(params, n_rows, out, err);
  if (!status) status = draw(params, n_rows, labels, n_classes, out, err);
  if (status) quoth_split_clear(out);
  return status;
}

void quoth_split_clear(quoth_split *split) {
  free(split->train);
  free(split->test);
  *split = (quoth_split){0};
}
