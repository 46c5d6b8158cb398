#include "../model/sample.h"

#include <stdlib.h>
#include <string.h>

#include "train/fitting.h"

enum { N_ROWS = 90, N_TRAIN = 40, N_CLASSES = 3, N_STAGES = 3 };

typedef struct outcome {
  quoth_fitted fitted;
  char *image; /* [size]: of the tensors */
  size_t size;
} outcome;

typedef struct fixture {
  quoth_buffer csv;
  quoth_dataset dataset;
  quoth_spec spec;
  uint32_t rows[N_TRAIN]; /* the classifier's */
} fixture;

static fixture f;

static int setup(void **state) {
  (void)state;
  sample_dataset(N_ROWS, &f.csv, &f.dataset);
  sample_spec(&f.spec);
  for (uint32_t i = 0; i < N_TRAIN; i++) f.rows[i] = (i * 7 + 3) % N_ROWS;
  return 0;
}

static int teardown(void **state) {
  (void)state;
  quoth_spec_clear(&f.spec);
  quoth_dataset_clear(&f.dataset);
  quoth_buffer_clear(&f.csv);
  return 0;
}

static quoth_status try_fit(size_t threads, size_t features_bytes, const uint32_t *rows,
                            const quoth_progress *progress, outcome *out, quoth_error *error) {
  quoth_stage_seconds seconds[N_STAGES] = {0};
  quoth_fitting fitting = {.spec = &f.spec,
                           .texts = f.dataset.texts,
                           .labels = f.dataset.labels,
                           .n_rows = N_ROWS,
                           .n_classes = N_CLASSES,
                           .classifier_rows = rows,
                           .n_classifier_rows = rows ? N_TRAIN : 0,
                           .pool = sample_pool(threads),
                           .progress = progress,
                           .features_bytes = features_bytes};
  *out = (outcome){0};
  quoth_status status = quoth_fit_pipeline(&fitting, true, seconds, &out->fitted, error);
  if (!status) status = quoth_tensors_write(&out->fitted.tensors, &out->image, &out->size, error);
  quoth_pool_free(fitting.pool);
  return status;
}

static void fit(size_t threads, size_t features_bytes, const uint32_t *rows, outcome *out) {
  assert_done(try_fit(threads, features_bytes, rows, NULL, out, err));
}

static void outcome_clear(outcome *out) {
  quoth_fitted_clear(&out->fitted);
  free(out->image);
}

static void assert_same(const outcome *a, const outcome *b) {
  assert_int_equal(a->size, b->size);
  assert_memory_equal(a->image, b->image, a->size);
  const quoth_batch *p = &a->fitted.probabilities, *q = &b->fitted.probabilities;
  assert_int_equal(p->n_rows, N_ROWS);
  assert_int_equal(q->n_rows, N_ROWS);
  assert_memory_equal(p->dense, q->dense, (size_t)N_ROWS * N_CLASSES * sizeof *p->dense);
  assert_int_equal(a->fitted.n_terms, b->fitted.n_terms);
  assert_int_equal(a->fitted.n_entries, b->fitted.n_entries);
}

/* Little memory for features, so that they are made in parts and twice, changes no bit. */
static void test_little_memory(void **state) {
  (void)state;
  static const size_t bytes[] = {1, 32 * 7, 32 * 89};
  for (int selects = 0; selects < 2; selects++) {
    const uint32_t *rows = selects ? f.rows : NULL;
    outcome plain;
    fit(1, 0, rows, &plain);
    for (size_t i = 0; i < 3; i++)
      for (size_t threads = 1; threads <= 3; threads += 2) {
        outcome scarce;
        fit(threads, bytes[i], rows, &scarce);
        assert_same(&scarce, &plain);
        outcome_clear(&scarce);
      }
    outcome_clear(&plain);
  }
}

/* The pipeline says of all rows what it says of them when they come anew, or are counted already.
 */
static void test_probabilities(void **state) {
  (void)state;
  for (size_t bytes = 0; bytes < 2; bytes++) {
    outcome fitted;
    fit(2, bytes, f.rows, &fitted);
    quoth_batch texts = {.kind = QUOTH_DATA_TEXTS, .n_rows = N_ROWS, .texts = f.dataset.texts};
    quoth_batch again = {0};
    quoth_pool *pool = sample_pool(1);
    quoth_corpora corpora = {.texts = f.dataset.texts, .n_texts = N_ROWS};
    for (int is_read = 0; is_read < 2; is_read++) {
      quoth_fitting from = {.spec = &f.spec, .corpora = is_read ? &corpora : NULL, .pool = pool};
      assert_done(quoth_fitted_apply(&fitted.fitted, &from, &texts, &again, err));
      assert_memory_equal(again.dense, fitted.fitted.probabilities.dense,
                          (size_t)N_ROWS * N_CLASSES * sizeof *again.dense);
      quoth_batch_clear(&again);
    }
    quoth_corpora_clear(&corpora);
    quoth_pool_free(pool);
    outcome_clear(&fitted);
  }
}

static bool stop_at_predict(void *context, const char *stage, uint64_t done, uint64_t total) {
  uint64_t *seen = context;
  if (strcmp(stage, "predict") != 0) return true;
  assert_true(done > 0 && done <= total);
  assert_int_equal(total, N_ROWS);
  *seen = done;
  return false;
}

/* Rows that waited are heard of, and training can be stopped while they go. */
static void test_stop(void **state) {
  (void)state;
  uint64_t seen = 0;
  quoth_progress progress = {&seen, stop_at_predict};
  outcome out;
  assert_int_equal(try_fit(2, 1, f.rows, &progress, &out, NULL), QUOTH_ERR_STOPPED);
  assert_true(seen > 0);
  outcome_clear(&out);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_little_memory),
      cmocka_unit_test(test_probabilities),
      cmocka_unit_test(test_stop),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
