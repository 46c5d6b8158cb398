/* Models of one n-gram language model per class as a whole. That their numbers are right is for
 * tests/parity/test_ngram_lm.py. */
#include "sample.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"

enum { N_ROWS = SAMPLE_ROWS, N_CLASSES = 3, MAX_CLASSES = 50 };

static const char *const words[] = {"classifier.analyzer=word", "classifier.order=2", NULL};
static const char *const kneser_ney[] = {"classifier.analyzer=word", "classifier.order=2",
                                         "classifier.smoothing=kneser_ney", NULL};
static const char *const small[] = {"classifier.analyzer=word",        "classifier.order=2",
                                    "classifier.min_count=2",          "evaluation.test_size=0.8",
                                    "classifier.smoothing=kneser_ney", NULL};

static void train(const quoth_dataset *dataset, const char *const *changes, size_t threads,
                  quoth_training *out) {
  quoth_spec spec;
  assert_done(quoth_spec_from_recipe("ngram", &spec, err));
  for (; changes && *changes; changes++) assert_done(quoth_spec_set(&spec, *changes, err));
  quoth_pool *pool = sample_pool(threads);
  assert_done(quoth_train(&spec, dataset, pool, NULL, out, err));
  quoth_pool_free(pool);
  quoth_spec_clear(&spec);
}

/* What a trained model says of `text`, into [MAX_CLASSES]; or why it is refused. */
static quoth_status predict(const char *image, size_t size, unsigned flags, quoth_bytes text,
                            double *probabilities, quoth_error *err) {
  quoth_model *model;
  quoth_scratch *scratch = NULL;
  quoth_status status = quoth_model_open_memory(image, size, flags, &model, err);
  if (status) return status;
  assert_true(quoth_model_n_classes(model) <= MAX_CLASSES);
  status = quoth_scratch_new(model, &scratch, err);
  if (!status) status = quoth_predict(model, scratch, text.data, text.size, probabilities, err);
  quoth_scratch_free(scratch);
  quoth_model_free(model);
  return status;
}

static void predict_trained(const quoth_training *training, quoth_bytes text, double *p) {
  assert_done(predict(training->image, training->image_size, 0, text, p, err));
}

static quoth_bytes bytes(const char *text) { return (quoth_bytes){text, strlen(text)}; }

static void test_threads(void **state) {
  (void)state;
  const char *const *changes[] = {NULL, words, kneser_ney};
  for (size_t i = 0; i < 3; i++) {
    quoth_training one, more;
    train(&sampled.dataset, changes[i], 1, &one);
    assert_true(one.test.accuracy > 0.6);
    for (size_t threads = 2; threads <= 8; threads += 3) {
      train(&sampled.dataset, changes[i], threads, &more);
      assert_int_equal(more.image_size, one.image_size);
      assert_memory_equal(more.image, one.image, one.image_size);
      quoth_training_clear(&more);
    }
    quoth_training_clear(&one);
  }
}

/* Texts without a known symbol get each class's share of the rows. */
static void test_prior(void **state) {
  (void)state;
  static const char *const texts[] = {"", "\u03be\u03c8", " "};
  quoth_training characters, of_words;
  train(&sampled.dataset, NULL, 1, &characters);
  train(&sampled.dataset, words, 1, &of_words);
  for (size_t i = 0; i < 5; i++) {
    double p[MAX_CLASSES];
    predict_trained(i < 2 ? &characters : &of_words, bytes(texts[i < 2 ? i : i - 2]), p);
    for (uint32_t c = 0; c < N_CLASSES; c++)
      assert_true(fabs(p[c] - (double)sampled.dataset.class_counts[c] / N_ROWS) < 1e-14);
  }
  quoth_training_clear(&of_words);
  quoth_training_clear(&characters);
}

static void test_long_text(void **state) {
  (void)state;
  enum { SIZE = 1 << 20 };
  char *text = malloc(SIZE);
  for (size_t i = 0; i < SIZE; i++) text[i] = (char)('a' + i * i % 23);
  quoth_training training;
  train(&sampled.dataset, NULL, 1, &training);
  double p[MAX_CLASSES], sum = 0;
  predict_trained(&training, (quoth_bytes){text, SIZE}, p);
  for (uint32_t c = 0; c < N_CLASSES; c++) sum += p[c];
  assert_true(fabs(sum - 1) < 1e-12);
  quoth_training_clear(&training);
  free(text);
}

/* Fifty classes, of one row or of a few, some of whose texts are empty. */
static void test_many_classes(void **state) {
  (void)state;
  quoth_bytes texts[4 * MAX_CLASSES];
  char storage[4 * MAX_CLASSES][32];
  uint32_t labels[4 * MAX_CLASSES];
  quoth_bytes classes[MAX_CLASSES];
  uint64_t counts[MAX_CLASSES] = {0};
  size_t n_rows = 0;
  for (uint32_t c = 0; c < MAX_CLASSES; c++) {
    classes[c] = bytes("class");
    for (uint32_t i = 0; i < 1 + c % 4; i++, n_rows++) {
      snprintf(storage[n_rows], sizeof *storage, "w%u w%u w%u", c, (c + i) % 7, c * c % 11);
      texts[n_rows] = bytes(i == 1 ? "" : storage[n_rows]);
      labels[n_rows] = c;
      counts[c]++;
    }
  }
  quoth_dataset dataset = sampled.dataset;
  dataset.n_rows = n_rows;
  dataset.texts = texts;
  dataset.labels = labels;
  dataset.n_classes = MAX_CLASSES;
  dataset.classes = classes;
  dataset.class_counts = counts;
  quoth_training training;
  train(&dataset, words, 3, &training);
  for (size_t row = 0; row < n_rows; row++) {
    double p[MAX_CLASSES], sum = 0;
    predict_trained(&training, texts[row], p);
    for (uint32_t c = 0; c < MAX_CLASSES; c++) {
      assert_true(p[c] >= 0);
      sum += p[c];
    }
    assert_true(fabs(sum - 1) < 1e-12);
  }
  quoth_training_clear(&training);
}

/* Without calibration probabilities are Bayes' rule's: surer than the calibrated ones, of the same
 * class mostly. */
static void test_no_calibration(void **state) {
  (void)state;
  static const char *const raw[] = {"classifier.cv=null", NULL};
  quoth_training calibrated, training;
  train(&sampled.dataset, NULL, 1, &calibrated);
  train(&sampled.dataset, raw, 1, &training);
  size_t n_same = 0, n_surer = 0;
  for (size_t row = 0; row < N_ROWS; row++) {
    double p[MAX_CLASSES], q[MAX_CLASSES];
    predict_trained(&calibrated, sampled.dataset.texts[row], p);
    predict_trained(&training, sampled.dataset.texts[row], q);
    uint32_t best = 0;
    for (uint32_t c = 1; c < N_CLASSES; c++)
      if (q[c] > q[best]) best = c;
    bool is_same = true;
    for (uint32_t c = 0; c < N_CLASSES; c++) is_same = is_same && p[c] <= p[best];
    n_same += is_same;
    n_surer += q[best] > p[best];
  }
  assert_true(n_same > 0.9 * N_ROWS && n_surer > 0.9 * N_ROWS);
  double p[MAX_CLASSES];
  predict_trained(&training, bytes(""), p);
  for (uint32_t c = 0; c < N_CLASSES; c++)
    assert_true(fabs(p[c] - (double)sampled.dataset.class_counts[c] / N_ROWS) < 1e-14);
  quoth_training_clear(&training);
  quoth_training_clear(&calibrated);
}

/* With a row a class there is nothing to calibrate by, and a text is its own class's still. */
static void test_row_a_class(void **state) {
  (void)state;
  quoth_bytes texts[] = {bytes("the cat sat on the mat"), bytes("stock prices fell on monday"),
                         bytes("she sang of ships at sea")};
  uint32_t labels[] = {0, 1, 2};
  quoth_bytes classes[] = {bytes("a"), bytes("b"), bytes("c")};
  uint64_t counts[] = {1, 1, 1};
  quoth_dataset dataset = sampled.dataset;
  dataset.n_rows = 3;
  dataset.texts = texts;
  dataset.labels = labels;
  dataset.n_classes = 3;
  dataset.classes = classes;
  dataset.class_counts = counts;
  quoth_training training;
  train(&dataset, NULL, 1, &training);
  for (size_t row = 0; row < 3; row++) {
    double p[MAX_CLASSES];
    predict_trained(&training, texts[row], p);
    assert_true(p[row] > 0.5 && p[row] < 0.9999);
  }
  quoth_training_clear(&training);
}

/* ---- Files made on purpose ------------------------------------------------- */

/* Any byte altered, and trusted: refused or safe. */
static void test_altered_bytes(void **state) {
  (void)state;
  quoth_random random;
  quoth_random_seed(&random, 1);
  quoth_training training;
  train(&sampled.dataset, small, 1, &training);
  size_t size = training.image_size;
  char *copy = exact_copy(training.image, size);
  for (size_t i = 0; i < size; i++) {
    char original = copy[i];
    double p[MAX_CLASSES];
    copy[i] = (char)(copy[i] ^ 1 << quoth_random_below(&random, 8));
    predict(copy, size, QUOTH_TRUST_DIGESTS, bytes("storm over the old barn, sheep and sails"), p,
            NULL);
    copy[i] = original;
  }
  free(copy);
  quoth_training_clear(&training);
}

/* Numbers that would lead out of the tables. Behind the first n-gram's key is the head of its
 * counts, four for each row, then a class. */
static void test_refusal(void **state) {
  (void)state;
  enum { KEY_SIZE = 7, ROW = 4 };
  static const struct {
    const char *tensor;
    size_t offset;
    uint32_t value;
    size_t n_bytes;
    const char *message;
  } cases[] = {
      {"classifier.buckets", 4, UINT32_MAX, 4, "classifier: the buckets of n-grams overlap"},
      {"classifier.buckets", 0, 1, 4, "classifier: the buckets of n-grams overlap"},
      {"classifier.ngrams", KEY_SIZE, 31 * ROW, 1, "classifier: an n-gram is malformed"},
      {"classifier.ngrams", KEY_SIZE, 1 * ROW + 3, 1, "classifier: an n-gram is malformed"},
      {"classifier.ngrams", KEY_SIZE, UINT32_MAX, 4, "classifier: an n-gram is malformed"},
      {"classifier.ngrams", KEY_SIZE + 1, N_CLASSES, 1, "classifier: an n-gram is malformed"},
      {"classifier.discounts", 8, 769, 4, "classifier: a discount above what it is taken from"},
  };
  quoth_training training;
  train(&sampled.dataset, kneser_ney, 1, &training);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    sample_change change = {
        cases[i].tensor, cases[i].offset, &cases[i].value, cases[i].n_bytes, NULL, NULL};
    char *image;
    size_t size;
    double p[MAX_CLASSES];
    quoth_error fault = {0};
    rewrite_image(training.image, training.image_size, &change, &image, &size);
    assert_int_equal(predict(image, size, 0, bytes("storm"), p, &fault), QUOTH_ERR_FORMAT);
    assert_string_equal(fault.message, cases[i].message);
    free(image);
  }
  quoth_training_clear(&training);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_threads),        cmocka_unit_test(test_prior),
      cmocka_unit_test(test_long_text),      cmocka_unit_test(test_many_classes),
      cmocka_unit_test(test_no_calibration), cmocka_unit_test(test_row_a_class),
      cmocka_unit_test(test_altered_bytes),  cmocka_unit_test(test_refusal),
  };
  return cmocka_run_group_tests(tests, sample_setup, sample_teardown);
}
