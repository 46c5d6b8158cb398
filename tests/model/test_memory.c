/* Every allocation may fail: training, opening, predicting then say so, and leave nothing behind
 * (AddressSanitizer sees what is lost). */
#include "sample.h"

#include <stdlib.h>
#include <string.h>

#include "failing_memory.h"
#include "model/describe.h"
#include "model/explain.h"
#include "model/slim.h"
#include "model/topics.h"
#include "train/member_choice.h"
#include "train/quantize.h"
#include "train/train_quantized.h"

enum { N_ROWS = 24, N_CLASSES = 3 };

typedef struct fixture {
  quoth_buffer csv;
  quoth_dataset dataset;
  quoth_spec spec;
  quoth_pool *pool;
  quoth_training training; /* what comes out when nothing fails */
} fixture;

static fixture f;

static int setup(void **state) {
  (void)state;
  watch_jansson();
  sample_dataset(N_ROWS, &f.csv, &f.dataset);
  sample_spec(&f.spec);
  assert_done(quoth_spec_set(&f.spec, "forest.n_estimators=2", err));
  f.pool = sample_pool(1);
  assert_done(quoth_train(&f.spec, &f.dataset, f.pool, NULL, &f.training, err));
  return 0;
}

static int teardown(void **state) {
  (void)state;
  quoth_training_clear(&f.training);
  quoth_pool_free(f.pool);
  quoth_spec_clear(&f.spec);
  quoth_dataset_clear(&f.dataset);
  quoth_buffer_clear(&f.csv);
  return 0;
}

/* Work that allocates; returns how it went and frees all that it made. */
typedef quoth_status (*task)(quoth_error *err);

static void check_failure(const char *what, size_t n, quoth_status status, const quoth_error *err) {
  if (status == QUOTH_OK) fail_msg("%s: allocation %zu fails, and nobody notices", what, n);
  if (has_failed_in_parser()) return;
  if (status != QUOTH_ERR_NOMEM || err->status != QUOTH_ERR_NOMEM)
    fail_msg("%s: allocation %zu fails: %s (%s: %s)", what, n, quoth_status_name(status),
             quoth_status_name(err->status), err->message);
}

/* Fails the first allocation, then the one that is `step` behind it, until the work succeeds. */
static void exhaust_in_steps(const char *what, task work, size_t step) {
  size_t n = 1;
  for (;; n += step) {
    quoth_error err = {0};
    fail_allocation(n);
    quoth_status status = work(&err);
    bool is_over = !has_failed();
    if (!is_over) check_failure(what, n, status, &err);
    fail_allocation(0);
    if (is_over) {
      assert_int_equal(status, QUOTH_OK);
      break;
    }
  }
  print_message("# %s: about %zu allocations\n", what, n - 1);
  assert_true(n > 1);
}

static void exhaust(const char *what, task work) { exhaust_in_steps(what, work, 1); }

/* ---- Training -------------------------------------------------------------- */

static quoth_status train_with(quoth_pool *pool, quoth_error *err) {
  quoth_training training;
  quoth_status status = quoth_train(&f.spec, &f.dataset, pool, NULL, &training, err);
  if (status) {
    assert_null(training.image);
    return status;
  }
  assert_int_equal(training.image_size, f.training.image_size);
  assert_memory_equal(training.image, f.training.image, training.image_size);
  quoth_training_clear(&training);
  return QUOTH_OK;
}

static quoth_status train(quoth_error *err) { return train_with(f.pool, err); }

static void test_train(void **state) {
  (void)state;
  exhaust("train", train);
}

/* With three threads, which allocation is the n-th is left to chance. */
static void test_train_in_threads(void **state) {
  (void)state;
  quoth_pool *pool = sample_pool(3);
  for (size_t n = 1;; n += 7) {
    quoth_error err = {0};
    fail_allocation(n);
    quoth_status status = train_with(pool, &err);
    if (!has_failed()) break;
    check_failure("train in threads", n, status, &err);
  }
  fail_allocation(0);
  quoth_pool_free(pool);
}

/* ---- Specs ----------------------------------------------------------------- */

static quoth_status make_spec(quoth_error *err) {
  quoth_spec spec;
  quoth_buffer text = {0};
  quoth_status status = quoth_spec_from_recipe("topics-forest", &spec, err);
  if (!status) status = quoth_spec_set(&spec, "forest.criterion=entropy", err);
  if (!status) status = quoth_spec_set_seed(&spec, 7, err);
  if (!status) status = quoth_spec_append_json(&spec, 2, &text, err);
  quoth_buffer_clear(&text);
  quoth_spec_clear(&spec);
  return status;
}

static void test_spec(void **state) {
  (void)state;
  exhaust("spec", make_spec);
}

/* Refusing needs memory for its words; without it, it still refuses. */
static void test_refusal(void **state) {
  (void)state;
  quoth_spec spec = {0};
  for (size_t n = 1; n < 20; n++) {
    fail_allocation(n);
    quoth_status status = quoth_spec_from_recipe("none", &spec, NULL);
    assert_true(status == QUOTH_ERR_ARG || status == QUOTH_ERR_NOMEM);
    status = quoth_spec_set(&f.spec, "lda.none=3", NULL);
    assert_true(status == QUOTH_ERR_ARG || status == QUOTH_ERR_NOMEM);
  }
  fail_allocation(0);
}

/* ---- Models ---------------------------------------------------------------- */

static const char question[] = "old sheep near the barn, gulls over the harbour, dawn and stars";

static quoth_status open_and_predict(quoth_error *err) {
  quoth_model *model;
  quoth_scratch *scratch = NULL;
  double probabilities[N_CLASSES];
  quoth_status status =
      quoth_model_open_memory(f.training.image, f.training.image_size, 0, &model, err);
  if (!status) status = quoth_scratch_new(model, &scratch, err);
  if (!status)
    status = quoth_predict(model, scratch, question, sizeof question - 1, probabilities, err);
  quoth_scratch_free(scratch);
  quoth_model_free(model);
  return status;
}

static void test_open_and_predict(void **state) {
  (void)state;
  exhaust("open and predict", open_and_predict);
}

static quoth_model *model; /* opened by the tests that follow */

static quoth_status describe(quoth_error *err) {
  json_t *description = quoth_model_describe(model, err);
  if (!description) return err->status;
  json_decref(description);
  return QUOTH_OK;
}

static quoth_status explain(quoth_error *err) {
  quoth_scratch *scratch;
  quoth_explanation explanation = {0};
  double probabilities[N_CLASSES];
  quoth_status status = quoth_scratch_new(model, &scratch, err);
  if (!status)
    status = quoth_explain(model, scratch, question, sizeof question - 1, probabilities,
                           &explanation, err);
  quoth_explanation_clear(&explanation);
  quoth_scratch_free(scratch);
  return status;
}

static void test_describe_and_explain(void **state) {
  (void)state;
  assert_done(quoth_model_open_memory(f.training.image, f.training.image_size, 0, &model, err));
  exhaust("explain", explain);
  exhaust("describe", describe);
  quoth_model_free(model);
}

static quoth_status make_slim(quoth_error *err) {
  char *image;
  size_t size;
  quoth_model *slim = NULL;
  json_t *description = NULL;
  quoth_status status = quoth_model_slim(model, QUOTH_FLOAT32, &image, &size, err);
  if (!status) status = quoth_model_open_memory(image, size, 0, &slim, err);
  if (!status && !(description = quoth_model_describe(slim, err))) status = err->status;
  json_decref(description);
  quoth_model_free(slim);
  free(image);
  return status;
}

static void test_slim(void **state) {
  (void)state;
  assert_done(quoth_model_open_memory(f.training.image, f.training.image_size, 0, &model, err));
  exhaust("slim", make_slim);
  quoth_model_free(model);
}

/* The second time the same texts come, nothing is allocated. */
/* Of every stemmer; the second word is longer, and memory for it grows. */
static quoth_status stem(quoth_error *err) {
  static const char words[] = "aaaeeeiiileriyanungaciones saylarlasinliksizlastirilmissinizcasina";
  quoth_status status = QUOTH_OK;
  for (quoth_stemmer stemmer = QUOTH_STEMMER_arabic; stemmer <= QUOTH_STEMMER_turkish && !status;
       stemmer++) {
    quoth_stemming stemming = {0};
    quoth_bytes result;
    status = quoth_stem(stemmer, &stemming, (quoth_bytes){words, 26}, &result, err);
    if (!status)
      status = quoth_stem(stemmer, &stemming, (quoth_bytes){words, sizeof words - 1}, &result, err);
    quoth_stemming_clear(&stemming);
  }
  return status;
}

static void test_stem(void **state) {
  (void)state;
  exhaust("stem", stem);
}

static void test_predict_allocates_nothing(void **state) {
  (void)state;
  static const char *const texts[] = {question, "", "barn", "Über Λόγος STORM storm"};
  quoth_scratch *scratch;
  double numbers[32];
  assert_done(quoth_model_open_memory(f.training.image, f.training.image_size, 0, &model, err));
  assert_done(quoth_scratch_new(model, &scratch, err));
  for (int round = 0; round < 2; round++) {
    fail_allocation(0);
    for (size_t i = 0; i < 4; i++) {
      assert_done(quoth_predict(model, scratch, texts[i], strlen(texts[i]), numbers, err));
      if (quoth_model_n_features(model))
        assert_done(quoth_transform(model, scratch, texts[i], strlen(texts[i]), numbers, err));
    }
    if (round == 0)
      assert_true(n_allocations() > 0);
    else
      assert_int_equal(n_allocations(), 0);
  }
  quoth_scratch_free(scratch);
  quoth_model_free(model);
}

/* The same with other stages, in steps: most of their allocations are those of above. */
static void test_recipe(const char *recipe, const char *change, size_t step) {
  quoth_training_clear(&f.training);
  quoth_spec_clear(&f.spec);
  assert_done(quoth_spec_from_recipe(recipe, &f.spec, err));
  if (change) assert_done(quoth_spec_set(&f.spec, change, err));
  assert_done(quoth_train(&f.spec, &f.dataset, f.pool, NULL, &f.training, err));
  exhaust_in_steps(recipe, train, step);
  exhaust_in_steps(recipe, open_and_predict, step);
  test_predict_allocates_nothing(NULL);
}

static void test_bayes(void **state) {
  (void)state;
  test_recipe("bayes", NULL, 3);
}

static void test_linear(void **state) {
  (void)state;
  test_recipe("linear", NULL, 3);
}

static void test_ngram(void **state) {
  (void)state;
  test_recipe("ngram", NULL, 3);
}

static void test_best(void **state) {
  (void)state;
  test_recipe("best", "stack.cv=2", 31);
}

static quoth_status choose_members(quoth_error *err) {
  quoth_member_choice choice;
  quoth_status status = quoth_choose_members(&f.spec, &f.dataset, 1e6, f.pool, NULL, &choice, err);
  quoth_member_choice_clear(&choice);
  return status;
}

/* Of the last spec, which is a stack. */
static void test_choice(void **state) {
  (void)state;
  exhaust_in_steps("choose members", choose_members, 101);
}

static quoth_status quantize(quoth_error *err) {
  char *image = NULL;
  size_t size;
  quoth_model *small = NULL;
  quoth_scratch *scratch = NULL;
  double probabilities[N_CLASSES];
  quoth_status status = quoth_model_quantize(model, 0.5, &image, &size, err);
  if (!status) status = quoth_model_open_memory(image, size, 0, &small, err);
  if (!status) status = quoth_scratch_new(small, &scratch, err);
  if (!status)
    status = quoth_predict(small, scratch, question, strlen(question), probabilities, err);
  quoth_scratch_free(scratch);
  quoth_model_free(small);
  free(image);
  return status;
}

static quoth_status train_quantized(quoth_error *err) {
  quoth_training training;
  quoth_quantization quantization;
  quoth_status status =
      quoth_train_quantized(&f.spec, &f.dataset, 0.1, f.pool, NULL, &training, &quantization, err);
  quoth_training_clear(&training);
  return status;
}

static void test_quantize(void **state) {
  (void)state;
  assert_done(quoth_model_open_memory(f.training.image, f.training.image_size, 0, &model, err));
  exhaust_in_steps("quantize", quantize, 3);
  quoth_model_free(model);
  exhaust_in_steps("train quantized", train_quantized, 211);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_train),
      cmocka_unit_test(test_train_in_threads),
      cmocka_unit_test(test_spec),
      cmocka_unit_test(test_refusal),
      cmocka_unit_test(test_open_and_predict),
      cmocka_unit_test(test_describe_and_explain),
      cmocka_unit_test(test_slim),
      cmocka_unit_test(test_stem),
      cmocka_unit_test(test_predict_allocates_nothing),
      cmocka_unit_test(test_bayes),
      cmocka_unit_test(test_linear),
      cmocka_unit_test(test_ngram),
      cmocka_unit_test(test_best),
      cmocka_unit_test(test_choice),
      cmocka_unit_test(test_quantize),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
