#include "../model/sample.h"

#include <stdlib.h>
#include <string.h>

#include "data/folds.h"
#include "train/cross_validation.h"
#include "train/search.h"

enum { N_ROWS = 120, N_FOLDS = 4, N_TRIALS = 12 };

typedef struct fixture {
  quoth_buffer csv;
  quoth_dataset dataset;
  quoth_spec spec;
  quoth_search_space space;
  quoth_pool *pool;
  quoth_search_task task;
} fixture;

static fixture f;

static int setup(void **state) {
  (void)state;
  sample_dataset(N_ROWS, &f.csv, &f.dataset);
  assert_done(quoth_spec_from_recipe("bayes", &f.spec, err));
  assert_done(quoth_search_space_add_standard(&f.space, &f.spec, err));
  f.pool = sample_pool(1);
  f.task = (quoth_search_task){.spec = &f.spec,
                               .space = &f.space,
                               .dataset = &f.dataset,
                               .n_folds = N_FOLDS,
                               .seed = 3,
                               .pool = f.pool};
  return 0;
}

static int teardown(void **state) {
  (void)state;
  quoth_search_space_clear(&f.space);
  quoth_spec_clear(&f.spec);
  quoth_dataset_clear(&f.dataset);
  quoth_buffer_clear(&f.csv);
  quoth_pool_free(f.pool);
  f = (fixture){0};
  return 0;
}

static void init(quoth_search *search) { assert_done(quoth_search_init(search, &f.task, err)); }

static void try_more(quoth_search *search, size_t n) {
  for (size_t i = 0; i < n; i++) assert_done(quoth_search_next(search, NULL, err));
}

static void assert_same(const quoth_search *a, const quoth_search *b) {
  assert_int_equal(a->n_trials, b->n_trials);
  assert_int_equal(a->best, b->best);
  for (size_t i = 0; i < a->n_trials; i++) {
    const quoth_trial *x = &a->trials[i], *y = &b->trials[i];
    assert_true(json_equal(x->settings, y->settings));
    assert_true(json_equal(x->spec.root, y->spec.root));
    assert_int_equal(x->n_folds, y->n_folds);
    for (uint32_t k = 0; k < x->n_folds; k++)
      assert_memory_equal(x->folds[k].scores, y->folds[k].scores, sizeof x->folds[k].scores);
  }
}

/* The first trial is the spec as it is, and its scores are those of a cross-validation; the best is
 * the best of those that went through all folds. */
static void test_trials(void **state) {
  (void)state;
  quoth_search search;
  init(&search);
  try_more(&search, N_TRIALS);
  const quoth_trial *first = &search.trials[0];
  assert_int_equal(json_array_size(first->settings), 0);
  assert_true(json_equal(first->spec.root, f.spec.root));
  uint32_t folds[N_ROWS];
  quoth_cross_validation it;
  assert_done(quoth_stratified_folds(&f.dataset, N_FOLDS, f.task.seed, folds, err));
  assert_done(
      quoth_cross_validate(&f.spec, &f.dataset, folds, N_FOLDS, f.pool, "", NULL, &it, err));
  for (uint32_t k = 0; k < N_FOLDS; k++) {
    assert_true(first->folds[k].scores[QUOTH_SEARCH_LOG_LOSS] == it.folds[k].log_loss);
    assert_true(first->folds[k].scores[QUOTH_SEARCH_ACCURACY] == it.folds[k].accuracy);
    assert_true(first->folds[k].scores[QUOTH_SEARCH_MACRO_F1] == it.folds[k].macro_f1);
  }
  quoth_cross_validation_clear(&it);
  double least = quoth_trial_score_of(&search.trials[search.best], QUOTH_SEARCH_LOG_LOSS).mean;
  size_t n_stopped = 0;
  for (size_t i = 0; i < N_TRIALS; i++) {
    const quoth_trial *trial = &search.trials[i];
    n_stopped += trial->n_folds < N_FOLDS;
    if (trial->n_folds == N_FOLDS)
      assert_true(quoth_trial_score_of(trial, QUOTH_SEARCH_LOG_LOSS).mean >= least);
    for (size_t k = 0; k < i; k++)
      assert_false(json_equal(trial->spec.root, search.trials[k].spec.root));
  }
  assert_true(search.best > 0 && n_stopped > 0);
  size_t choice = quoth_search_choice(&search);
  assert_true(choice == 0 || choice == search.best);
  quoth_search_clear(&search);
}

static void test_threads(void **state) {
  (void)state;
  quoth_search one, three;
  init(&one);
  try_more(&one, N_TRIALS);
  quoth_pool *pool = sample_pool(3);
  f.task.pool = pool;
  init(&three);
  try_more(&three, N_TRIALS);
  assert_same(&one, &three);
  quoth_search_clear(&one);
  quoth_search_clear(&three);
  quoth_pool_free(pool);
}

static void save(const quoth_search *search, quoth_buffer *out) {
  out->size = 0;
  assert_done(quoth_search_save(search, out, err));
}

static quoth_status resume(quoth_search *search, const quoth_buffer *saved, quoth_error *err) {
  return quoth_search_resume(search, (quoth_bytes){saved->data, saved->size}, "trials.json", err);
}

/* Wherever it is left, going on from what was saved gives what going on would have given. */
static void test_resume(void **state) {
  (void)state;
  quoth_search whole;
  init(&whole);
  try_more(&whole, N_TRIALS);
  for (size_t n = 0; n <= N_TRIALS; n += 4) {
    quoth_search before, after;
    quoth_buffer saved = {0};
    init(&before);
    try_more(&before, n);
    save(&before, &saved);
    quoth_search_clear(&before);
    init(&after);
    assert_done(resume(&after, &saved, err));
    assert_int_equal(after.n_trials, n);
    try_more(&after, N_TRIALS - n);
    assert_same(&whole, &after);
    quoth_search_clear(&after);
    quoth_buffer_clear(&saved);
  }
  quoth_search_clear(&whole);
}

static void assert_refused(const quoth_buffer *saved, quoth_status wanted, const char *message) {
  quoth_search search;
  quoth_error err = {0};
  init(&search);
  assert_int_equal(resume(&search, saved, &err), wanted);
  if (message) assert_non_null(strstr(err.message, message));
  assert_string_equal(err.file, "trials.json");
  quoth_search_clear(&search);
}

/* Another task's trials are not taken. */
static void test_resume_another(void **state) {
  (void)state;
  quoth_search search;
  quoth_buffer saved = {0}, csv = {0};
  init(&search);
  try_more(&search, 3);
  save(&search, &saved);
  quoth_search_clear(&search);
  const quoth_search_task task = f.task;
  f.task.seed = 4;
  assert_refused(&saved, QUOTH_ERR_ARG, "another seed");
  f.task = task;
  f.task.metric = QUOTH_SEARCH_ACCURACY;
  assert_refused(&saved, QUOTH_ERR_ARG, "another metric");
  f.task = task;
  f.task.n_folds = 3;
  assert_refused(&saved, QUOTH_ERR_ARG, "another number of folds");
  f.task = task;
  quoth_dataset other;
  sample_dataset(N_ROWS + 1, &csv, &other);
  f.task.dataset = &other;
  assert_refused(&saved, QUOTH_ERR_ARG, "another data file");
  f.task = task;
  assert_done(quoth_spec_set(&f.spec, "vectorizer.max_df=0.5", err));
  assert_refused(&saved, QUOTH_ERR_ARG, "another spec");
  assert_done(quoth_spec_set(&f.spec, "vectorizer.max_df=1.0", err));
  quoth_search_space_remove(&f.space, "classifier.alpha=1");
  assert_refused(&saved, QUOTH_ERR_ARG, "another search space");
  quoth_dataset_clear(&other);
  quoth_buffer_clear(&csv);
  quoth_buffer_clear(&saved);
}

/* `saved` with every `from` replaced by `to`, of the same length. */
static void replace(quoth_buffer *saved, const char *from, const char *to) {
  size_t n = strlen(from);
  assert_int_equal(n, strlen(to));
  for (size_t i = 0; i + n <= saved->size; i++)
    if (memcmp(saved->data + i, from, n) == 0) memcpy(saved->data + i, to, n);
}

static void test_resume_damaged(void **state) {
  (void)state;
  static const char *const changes[][2] = {
      {"lowercase=", "lowercasf="},
      {"accuracy", "accuracz"},
      {"\"settings\"", "\"settingz\""},
      {"\"folds\": [", "\"foldz\": ["},
      {"\"quoth_search\"", "\"quoth_sparch\""},
  };
  quoth_search search;
  quoth_buffer saved = {0};
  init(&search);
  try_more(&search, 3);
  for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
    save(&search, &saved);
    replace(&saved, changes[i][0], changes[i][1]);
    assert_refused(&saved, QUOTH_ERR_FORMAT, NULL);
  }
  save(&search, &saved);
  for (size_t size = 0; size + 2 < saved.size; size += 97) {
    quoth_buffer part = {.data = exact_copy(saved.data, size), .size = size};
    quoth_search other;
    init(&other);
    assert_int_not_equal(resume(&other, &part, NULL), QUOTH_OK);
    quoth_search_clear(&other);
    free(part.data);
  }
  quoth_search_clear(&search);
  quoth_buffer_clear(&saved);
}

static bool stop_in_second_fold(void *context, const char *stage, uint64_t done, uint64_t total) {
  (void)context, (void)done, (void)total;
  return strncmp(stage, "2/4", 3) != 0;
}

/* A trial that was stopped is none, and comes again. */
static void test_stop(void **state) {
  (void)state;
  const quoth_progress progress = {NULL, stop_in_second_fold};
  quoth_search straight, stopped;
  init(&straight);
  try_more(&straight, 3);
  init(&stopped);
  for (size_t n = 0; n < 3; n++) {
    assert_int_equal(quoth_search_next(&stopped, &progress, NULL), QUOTH_ERR_STOPPED);
    assert_int_equal(stopped.n_trials, n);
    try_more(&stopped, 1);
  }
  assert_same(&straight, &stopped);
  quoth_search_clear(&straight);
  quoth_search_clear(&stopped);
}

/* alpha is 0.1 as given: three different specs are all there are. */
static void test_exhausted(void **state) {
  (void)state;
  quoth_search search;
  quoth_search_space_clear(&f.space);
  assert_done(quoth_search_space_add(&f.space, &f.spec, "classifier.alpha=1,0.1,0.5", err));
  init(&search);
  try_more(&search, 3);
  assert_false(search.is_exhausted);
  try_more(&search, 1);
  assert_true(search.is_exhausted);
  assert_int_equal(search.n_trials, 3);
  quoth_search_clear(&search);
}

/* Settings with which nothing is left to learn from are told of, and ranked last; as the given ones
 * they are an error. */
static void test_fault(void **state) {
  (void)state;
  quoth_search search, again;
  quoth_buffer saved = {0};
  quoth_search_space_clear(&f.space);
  assert_done(quoth_search_space_add(&f.space, &f.spec, "vectorizer.min_df=1,2,100", err));
  init(&search);
  try_more(&search, 3);
  size_t order[3];
  quoth_search_rank(&search, order);
  const quoth_trial *last = &search.trials[order[2]];
  assert_non_null(last->fault);
  assert_true(last->n_folds == 0 && search.best == order[0]);
  save(&search, &saved);
  init(&again);
  assert_done(resume(&again, &saved, err));
  assert_same(&search, &again);
  quoth_search_clear(&search);
  quoth_search_clear(&again);
  quoth_buffer_clear(&saved);
  assert_done(quoth_spec_set(&f.spec, "vectorizer.min_df=100", err));
  init(&search);
  assert_int_equal(quoth_search_next(&search, NULL, NULL), QUOTH_ERR_ARG);
  quoth_search_clear(&search);
}

static void test_too_few_rows(void **state) {
  (void)state;
  static const char csv[] = "text,label\none,a\ntwo,a\nthree,a\nfour,b\n";
  const quoth_dataset_options options = {.labels = QUOTH_LABELS_REQUIRED};
  quoth_dataset few;
  quoth_search search;
  quoth_error err = {0};
  assert_int_equal(
      quoth_dataset_parse((quoth_bytes){csv, sizeof csv - 1}, "few", &options, &few, &err),
      QUOTH_OK);
  f.task.dataset = &few;
  f.task.n_folds = 2;
  assert_int_equal(quoth_search_init(&search, &f.task, &err), QUOTH_ERR_DATA);
  assert_non_null(strstr(err.message, "class \"b\" has 1 row, and 2 folds need one each"));
  quoth_search_clear(&search);
  f.task.n_folds = 9;
  assert_int_equal(quoth_search_init(&search, &f.task, &err), QUOTH_ERR_DATA);
  assert_non_null(strstr(err.message, "9 folds need one each"));
  quoth_search_clear(&search);
  quoth_dataset_clear(&few);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_trials),         TEST(test_threads),        TEST(test_resume),
      TEST(test_resume_another), TEST(test_resume_damaged), TEST(test_stop),
      TEST(test_exhausted),      TEST(test_fault),          TEST(test_too_few_rows),
  };
  return cmocka_run_group_tests_name("search", tests, NULL, NULL);
}
