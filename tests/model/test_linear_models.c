/* Models of linear classifiers as a whole: properties that hold for each recipe. That their numbers
 * are right is for tests/parity/test_classifiers.py. */
#include "sample.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"

enum { N_ROWS = SAMPLE_ROWS, N_CLASSES = 3 };

#define PIPELINE(stage)                                                                            \
  "{\"quoth_spec\": 1, \"evaluation\": {\"refit\": true}, \"pipeline\": ["                         \
  "{\"name\": \"vectorizer\", \"type\": \"count_vectorizer\"}, "                                   \
  "{\"name\": \"tfidf\", \"type\": \"tfidf\"}, "                                                   \
  "{\"name\": \"classifier\", \"type\": \"" stage "\"}]}"

/* Names of recipes, and specs. */
static const char *const recipes[] = {"bayes", "linear", PIPELINE("linear_svc"),
                                      PIPELINE("nb_svm")};
enum { N_RECIPES = sizeof recipes / sizeof *recipes };

/* Trains with `changes` (NULL-ended) and opens what comes out. */
typedef struct trained {
  quoth_training training;
  quoth_model *model;
  quoth_scratch *scratch;
} trained;

static void train(const char *recipe, const char *const *changes, size_t threads, trained *out) {
  quoth_spec spec;
  if (*recipe == '{')
    assert_done(quoth_spec_from_json((quoth_bytes){recipe, strlen(recipe)}, NULL, &spec, err));
  else
    assert_done(quoth_spec_from_recipe(recipe, &spec, err));
  for (; changes && *changes; changes++) assert_done(quoth_spec_set(&spec, *changes, err));
  quoth_pool *pool = sample_pool(threads);
  assert_done(quoth_train(&spec, &sampled.dataset, pool, NULL, &out->training, err));
  quoth_pool_free(pool);
  quoth_spec_clear(&spec);
  assert_done(
      quoth_model_open_memory(out->training.image, out->training.image_size, 0, &out->model, err));
  assert_done(quoth_scratch_new(out->model, &out->scratch, err));
}

static void trained_clear(trained *t) {
  quoth_scratch_free(t->scratch);
  quoth_model_free(t->model);
  quoth_training_clear(&t->training);
}

static void predict(const trained *t, const char *text, double *probabilities) {
  assert_done(quoth_predict(t->model, t->scratch, text, strlen(text), probabilities, err));
}

static void test_threads(void **state) {
  (void)state;
  for (size_t r = 0; r < N_RECIPES; r++) {
    trained one, more;
    train(recipes[r], NULL, 1, &one);
    for (size_t threads = 2; threads <= 8; threads += 3) {
      train(recipes[r], NULL, threads, &more);
      assert_int_equal(more.training.image_size, one.training.image_size);
      assert_memory_equal(more.training.image, one.training.image, one.training.image_size);
      trained_clear(&more);
    }
    trained_clear(&one);
  }
}

/* What is kept has learnt from all rows: how they were split is not seen in it. */
static void test_kept_from_all_rows(void **state) {
  (void)state;
  static const char *const other_split[] = {"evaluation.random_state=7", "evaluation.test_size=0.5",
                                            NULL};
  for (size_t r = 0; r < N_RECIPES; r++) {
    trained one, other;
    train(recipes[r], NULL, 1, &one);
    train(recipes[r], other_split, 1, &other);
    assert_int_equal(other.training.n_test, N_ROWS / 2);
    assert_int_equal(one.model->tensors.n_items, other.model->tensors.n_items);
    for (size_t i = 0; i < one.model->tensors.n_items; i++) {
      const quoth_tensor *a = &one.model->tensors.items[i], *b = &other.model->tensors.items[i];
      assert_int_equal(a->size, b->size);
      assert_memory_equal(a->data, b->data, a->size);
    }
    trained_clear(&other);
    trained_clear(&one);
  }
}

/* What was tested had not: with refit, the test rows' log loss is higher than that of the kept
 * model on the same rows. */
static void test_tested_before(void **state) {
  (void)state;
  static const char *const keep[] = {"evaluation.refit=false", NULL};
  for (size_t r = 0; r < N_RECIPES; r++) {
    trained one, other;
    train(recipes[r], NULL, 1, &one);
    train(recipes[r], keep, 1, &other);
    const quoth_tensor *a, *b;
    assert_done(quoth_tensors_get(&one.model->tensors, "tfidf", "idf", QUOTH_F64, 1, &a, err));
    assert_done(quoth_tensors_get(&other.model->tensors, "tfidf", "idf", QUOTH_F64, 1, &b, err));
    assert_memory_equal(a->data, b->data, a->size); /* features of all rows, both */
    double loss = 0;
    quoth_evaluation evaluation;
    quoth_split split;
    assert_done(quoth_spec_evaluation(&one.model->spec, &evaluation, err));
    assert_done(quoth_split_rows(&evaluation.split, N_ROWS, sampled.dataset.labels, N_CLASSES,
                                 &split, err));
    for (size_t i = 0; i < split.n_test; i++) {
      double p[N_CLASSES];
      quoth_bytes text = sampled.dataset.texts[split.test[i]];
      assert_done(quoth_predict(one.model, one.scratch, text.data, text.size, p, err));
      loss -= log(p[sampled.dataset.labels[split.test[i]]]) / (double)split.n_test;
    }
    assert_true(one.training.test.log_loss > loss + 0.01);
    quoth_split_clear(&split);
    trained_clear(&other);
    trained_clear(&one);
  }
}

/* Texts without known terms get each class's share of the rows. */
static void test_prior(void **state) {
  (void)state;
  for (size_t r = 0; r < N_RECIPES; r++) {
    trained t;
    train(recipes[r], NULL, 1, &t);
    static const char *const texts[] = {"", " ", "unheard-of2"};
    static const char *const changes[] = {"vectorizer.token_pattern=word", NULL};
    trained words;
    train(recipes[r], changes, 1, &words);
    for (size_t i = 0; i < 3; i++) {
      double p[N_CLASSES];
      predict(i < 2 ? &t : &words, texts[i], p);
      for (uint32_t c = 0; c < N_CLASSES; c++)
        assert_true(fabs(p[c] - (double)sampled.dataset.class_counts[c] / N_ROWS) < 1e-14);
    }
    trained_clear(&words);
    trained_clear(&t);
  }
}

/* On topics and on counts as well. */
static void test_other_inputs(void **state) {
  (void)state;
  static const char *const pipelines[] = {
      "{\"name\": \"x\", \"type\": \"latent_dirichlet_allocation\"},", ""};
  static const char *const types[] = {"multinomial_nb", "complement_nb", "logistic_regression",
                                      "linear_svc", "nb_svm"};
  for (size_t i = 0; i < 2 * sizeof types / sizeof *types; i++) {
    quoth_buffer text = {0};
    assert_done(quoth_buffer_printf(
        &text, err,
        "{\"quoth_spec\": 1, \"pipeline\": [{\"name\": \"v\", \"type\": \"count_vectorizer\"}, %s"
        "{\"name\": \"c\", \"type\": \"%s\"}]}",
        pipelines[i % 2], types[i / 2]));
    quoth_spec spec;
    quoth_training training;
    assert_done(quoth_spec_from_json((quoth_bytes){text.data, text.size}, NULL, &spec, err));
    quoth_pool *pool = sample_pool(2);
    assert_done(quoth_train(&spec, &sampled.dataset, pool, NULL, &training, err));
    assert_true(training.test.accuracy > 0.5);
    quoth_training_clear(&training);
    quoth_pool_free(pool);
    quoth_spec_clear(&spec);
    quoth_buffer_clear(&text);
  }
}

/* ---- Files made on purpose ------------------------------------------------- */

static quoth_status try_image(const char *image, size_t size, unsigned flags, quoth_error *err) {
  quoth_model *model;
  quoth_scratch *scratch = NULL;
  quoth_status status = quoth_model_open_memory(image, size, flags, &model, err);
  if (status) return status;
  double *numbers = calloc(quoth_model_n_classes(model), sizeof *numbers);
  static const char text[] = "storm over the old barn, sheep and sails";
  status = quoth_scratch_new(model, &scratch, err);
  if (!status) status = quoth_predict(model, scratch, text, sizeof text - 1, numbers, err);
  quoth_scratch_free(scratch);
  free(numbers);
  quoth_model_free(model);
  return status;
}

/* Any byte altered, and trusted: refused or safe. One of four bytes has its turn:
 * test_hostile_model.c alters all of another model. */
static void test_altered_bytes(void **state) {
  (void)state;
  quoth_random random;
  quoth_random_seed(&random, 1);
  for (size_t r = 0; r < N_RECIPES; r++) {
    trained t;
    train(recipes[r], NULL, 1, &t);
    size_t size = t.training.image_size;
    char *copy = exact_copy(t.training.image, size);
    for (size_t i = 0; i < size; i += 1 + quoth_random_below(&random, 7)) {
      char original = copy[i];
      copy[i] = (char)(copy[i] ^ 1 << quoth_random_below(&random, 8));
      try_image(copy, size, QUOTH_TRUST_DIGESTS, NULL);
      copy[i] = original;
    }
    free(copy);
    trained_clear(&t);
  }
}

/* Numbers that lead nowhere worse than to strange probabilities. */
static void test_strange_numbers(void **state) {
  (void)state;
  static const double strange[] = {-1, 0, 1e308, INFINITY, -INFINITY, NAN};
  static const char *const tensors[][3] = {
      {"tfidf.idf", "classifier.feature_log_prob", "classifier.class_log_prior"},
      {"classifier.intercept", "classifier.coef", "classifier.class_log_prior"},
      {"classifier.intercept", "classifier.sigmoid", "classifier.class_log_prior"},
      {"classifier.intercept", "classifier.coef", "classifier.sigmoid"}};
  for (size_t i = 0; i < N_RECIPES * 6 * 3; i++) {
    trained t;
    size_t r = i / 18, number = i / 3 % 6;
    train(recipes[r], NULL, 1, &t);
    double values[3] = {strange[number], strange[number], strange[number]};
    sample_change change = {tensors[r][i % 3], 0, values, sizeof values, NULL, NULL};
    char *image;
    size_t size;
    rewrite_image(t.training.image, t.training.image_size, &change, &image, &size);
    assert_int_equal(try_image(image, size, 0, NULL), QUOTH_OK);
    free(image);
    trained_clear(&t);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_threads),         cmocka_unit_test(test_kept_from_all_rows),
      cmocka_unit_test(test_tested_before),   cmocka_unit_test(test_prior),
      cmocka_unit_test(test_other_inputs),    cmocka_unit_test(test_altered_bytes),
      cmocka_unit_test(test_strange_numbers),
  };
  return cmocka_run_group_tests(tests, sample_setup, sample_teardown);
}
