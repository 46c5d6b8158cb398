#include "../model/sample.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/model.h"
#include "train/cross_validation.h"

enum { N_ROWS = 90, N_FOLDS = 3 };

typedef struct fixture {
  quoth_buffer csv;
  quoth_dataset dataset;
  quoth_spec spec;
  uint32_t folds[N_ROWS];
} fixture;

static fixture f;

static int setup(void **state) {
  (void)state;
  sample_dataset(N_ROWS, &f.csv, &f.dataset);
  sample_spec(&f.spec);
  for (uint32_t i = 0; i < N_ROWS; i++) f.folds[i] = i / 7 % N_FOLDS;
  return 0;
}

static int teardown(void **state) {
  (void)state;
  quoth_spec_clear(&f.spec);
  quoth_dataset_clear(&f.dataset);
  quoth_buffer_clear(&f.csv);
  return 0;
}

static quoth_status validate(size_t threads, const quoth_progress *progress,
                             quoth_cross_validation *out, quoth_error *err) {
  quoth_pool *pool = sample_pool(threads);
  quoth_status status = quoth_cross_validate(&f.spec, &f.dataset, f.folds, N_FOLDS, pool, "small",
                                             progress, out, err);
  quoth_pool_free(pool);
  return status;
}

static void make_fold(uint32_t fold, quoth_split *out) {
  *out = (quoth_split){.train = calloc(N_ROWS, sizeof *out->train),
                       .test = calloc(N_ROWS, sizeof *out->test)};
  assert_true(out->train && out->test);
  for (uint32_t i = 0; i < N_ROWS; i++) {
    bool is_test = f.folds[i] == fold;
    (is_test ? out->test : out->train)[is_test ? out->n_test++ : out->n_train++] = i;
  }
}

/* Each fold's scores are those of a model that is trained on the other rows, and the metrics of all
 * rows count each row once. */
static void test_folds(void **state) {
  (void)state;
  quoth_cross_validation it;
  quoth_pool *pool = sample_pool(1);
  assert_done(validate(1, NULL, &it, err));
  double accuracy = 0, n_right = 0;
  for (uint32_t fold = 0; fold < N_FOLDS; fold++) {
    quoth_split split;
    quoth_training training;
    make_fold(fold, &split);
    assert_done(quoth_train_on(&f.spec, &f.dataset, &split, pool, NULL, &training, err));
    assert_int_equal(it.folds[fold].n_train, split.n_train);
    assert_int_equal(it.folds[fold].n_test, split.n_test);
    assert_true(it.folds[fold].accuracy == training.test.accuracy);
    assert_true(it.folds[fold].macro_f1 == training.test.macro.f1);
    assert_true(it.folds[fold].log_loss == training.test.log_loss);
    assert_int_equal(it.folds[fold].model_bytes, training.image_size);
    accuracy += training.test.accuracy / N_FOLDS;
    n_right += training.test.accuracy * (double)split.n_test;
    quoth_training_clear(&training);
    quoth_split_clear(&split);
  }
  assert_true(fabs(it.mean.accuracy - accuracy) < 1e-15);
  assert_int_equal(it.metrics.n_rows, N_ROWS);
  assert_true(fabs(it.metrics.accuracy - n_right / N_ROWS) < 1e-15);
  quoth_cross_validation_clear(&it);
  quoth_pool_free(pool);
}

static void test_threads(void **state) {
  (void)state;
  quoth_cross_validation one, three;
  assert_done(validate(1, NULL, &one, err));
  assert_done(validate(3, NULL, &three, err));
  for (uint32_t fold = 0; fold < N_FOLDS; fold++)
    assert_true(one.folds[fold].log_loss == three.folds[fold].log_loss);
  assert_true(one.accuracy_std == three.accuracy_std);
  assert_true(one.metrics.log_loss == three.metrics.log_loss);
  quoth_cross_validation_clear(&one);
  quoth_cross_validation_clear(&three);
}

/* Stops in the second fold. */
static bool stop(void *context, const char *stage, uint64_t done, uint64_t total) {
  (void)done, (void)total;
  snprintf(context, 64, "%s", stage);
  return !strstr(stage, "2/3");
}

static void test_stop(void **state) {
  (void)state;
  char stage[64] = "";
  const quoth_progress progress = {stage, stop};
  quoth_cross_validation it;
  quoth_error err;
  assert_int_equal(validate(1, &progress, &it, &err), QUOTH_ERR_STOPPED);
  assert_string_equal(stage, "small 2/3 vectorize");
  assert_null(it.folds);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_folds),
      cmocka_unit_test(test_threads),
      cmocka_unit_test(test_stop),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
