/* Quantized models as a whole: that language models stay as they were, that classifiers stay near,
 * and that damaged files do no harm. What the tensors hold is for tests/docs/test_quantized.py. */
#include "../model/sample.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "train/quantize.h"

enum { N_ROWS = SAMPLE_ROWS, N_CLASSES = 3 };

/* A model and the quantized one that is made from it. */
typedef struct pair {
  quoth_training training;
  quoth_model *full;
  sample_model small;
} pair;

static void pair_init(pair *p, const char *recipe, const char *const *changes) {
  quoth_spec spec;
  char *image;
  assert_done(quoth_spec_from_recipe(recipe, &spec, err));
  for (; changes && *changes; changes++) assert_done(quoth_spec_set(&spec, *changes, err));
  quoth_pool *pool = sample_pool(2);
  assert_done(quoth_train(&spec, &sampled.dataset, pool, NULL, &p->training, err));
  quoth_pool_free(pool);
  quoth_spec_clear(&spec);
  assert_done(quoth_model_open_memory(p->training.image, p->training.image_size, 0, &p->full, err));
  assert_done(quoth_model_quantize(p->full, 0, &image, &p->small.size, err));
  p->small.image = exact_copy(image, p->small.size);
  free(image);
  assert_done(quoth_model_open_memory(p->small.image, p->small.size, 0, &p->small.model, err));
}

static void pair_clear(pair *p) {
  sample_model_clear(&p->small);
  quoth_model_free(p->full);
  quoth_training_clear(&p->training);
}

static void predict(const quoth_model *model, quoth_bytes text, double *probabilities) {
  quoth_scratch *scratch;
  assert_done(quoth_scratch_new(model, &scratch, err));
  assert_done(quoth_predict(model, scratch, text.data, text.size, probabilities, err));
  quoth_scratch_free(scratch);
}

/* How far apart the two models' probabilities are at most, over all rows. */
static double largest_change(const pair *p) {
  double largest = 0, before[N_CLASSES], after[N_CLASSES];
  for (size_t i = 0; i < sampled.dataset.n_rows; i++) {
    predict(p->full, sampled.dataset.texts[i], before);
    predict(p->small.model, sampled.dataset.texts[i], after);
    for (int c = 0; c < N_CLASSES; c++) largest = fmax(largest, fabs(before[c] - after[c]));
  }
  return largest;
}

/* Packing a table of n-grams loses no count: only rounding differs, by rows that are left out. */
static void test_language_models(void **state) {
  (void)state;
  static const char *const changes[][4] = {
      {NULL},
      {"classifier.smoothing=witten_bell", "classifier.order=2"},
      {"classifier.smoothing=witten_bell", "classifier.min_count=2", "classifier.analyzer=word"},
      {"classifier.smoothing=absolute_discounting", "classifier.order=12", "classifier.cv=null"},
  };
  for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
    pair p;
    pair_init(&p, "ngram", changes[i]);
    assert_true(p.small.size < p.training.image_size);
    assert_true(largest_change(&p) < 1e-12);
    pair_clear(&p);
  }
}

static void test_classifiers(void **state) {
  (void)state;
  static const char *const recipes[] = {"bayes", "linear", "best"};
  for (size_t i = 0; i < sizeof recipes / sizeof *recipes; i++) {
    pair p;
    pair_init(&p, recipes[i], NULL);
    assert_true(p.small.size < 2 * p.training.image_size / 3);
    assert_true(largest_change(&p) < 0.01);
    pair_clear(&p);
  }
}

/* A text of which nothing is known gets the prior, as before. */
static void test_unknown_text(void **state) {
  (void)state;
  pair p;
  double before[N_CLASSES], after[N_CLASSES];
  pair_init(&p, "bayes", NULL);
  const quoth_bytes text = {"xyzzy", 5};
  predict(p.full, text, before);
  predict(p.small.model, text, after);
  assert_memory_equal(before, after, sizeof before);
  pair_clear(&p);
}

/* ---- Damage ---------------------------------------------------------------- */

static void try_image(const char *image, size_t size) {
  quoth_model *model;
  if (quoth_model_open_memory(image, size, QUOTH_TRUST_DIGESTS, &model, NULL)) return;
  quoth_scratch *scratch;
  double *probabilities = calloc(quoth_model_n_classes(model), sizeof *probabilities);
  assert_non_null(probabilities);
  assert_done(quoth_scratch_new(model, &scratch, err));
  const quoth_bytes text = sampled.dataset.texts[0];
  assert_done(quoth_predict(model, scratch, text.data, text.size, probabilities, err));
  quoth_scratch_free(scratch);
  free(probabilities);
  quoth_model_free(model);
}

/* Any byte altered, digests trusted: refused or safe. */
static void test_altered_bytes(void **state) {
  (void)state;
  enum { EVERY = 5 };
  pair p;
  quoth_random random;
  pair_init(&p, "best", NULL);
  quoth_random_seed(&random, 1);
  char *copy = exact_copy(p.small.image, p.small.size);
  for (size_t i = 8; i < p.small.size; i += 1 + quoth_random_below(&random, 2 * EVERY)) {
    char original = copy[i];
    copy[i] = (char)(copy[i] ^ 1 << quoth_random_below(&random, 8));
    try_image(copy, p.small.size);
    copy[i] = original;
  }
  free(copy);
  pair_clear(&p);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_language_models),
      cmocka_unit_test(test_classifiers),
      cmocka_unit_test(test_unknown_text),
      cmocka_unit_test(test_altered_bytes),
  };
  return cmocka_run_group_tests(tests, sample_setup, sample_teardown);
}
