#include "sample.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "model/describe.h"
#include "model/slim.h"

/* A model and the slim one that is made from it. */
typedef struct pair {
  sample_model full, slim;
} pair;

static void slim_init(const quoth_model *full, quoth_precision precision, sample_model *slim) {
  char *image;
  assert_done(quoth_model_slim(full, precision, &image, &slim->size, err));
  slim->image = exact_copy(image, slim->size);
  free(image);
  assert_done(quoth_model_open_memory(slim->image, slim->size, 0, &slim->model, err));
}

static void pair_init(pair *p, size_t n_rows) {
  sample_model_init(&p->full, n_rows);
  slim_init(p->full.model, QUOTH_FLOAT64, &p->slim);
}

static void pair_clear(pair *p) {
  sample_model_clear(&p->slim);
  sample_model_clear(&p->full);
}

/* ---- Predictions ----------------------------------------------------------- */

/* Words of the vocabulary and others, in a row. */
static void append_words(quoth_buffer *text, const quoth_strings *terms, quoth_random *random) {
  uint32_t n_words = quoth_random_below(random, 40);
  for (uint32_t i = 0; i < n_words; i++) {
    quoth_bytes term = quoth_strings_get(terms, quoth_random_below(random, terms->n_strings));
    assert_done(quoth_buffer_append(text, term.data, term.size, err));
    assert_done(quoth_buffer_printf(text, err, i % 5 ? " " : " unheard "));
  }
}

static void check_predictions(const pair *p, uint32_t seed) {
  enum { N_TEXTS = 300, MAX_NUMBERS = 8 };
  quoth_strings terms;
  quoth_scratch *scratch[2];
  quoth_random random;
  quoth_buffer text = {0};
  assert_done(quoth_model_vocabulary(p->full.model, &terms, err));
  assert_done(quoth_scratch_new(p->full.model, &scratch[0], err));
  assert_done(quoth_scratch_new(p->slim.model, &scratch[1], err));
  quoth_random_seed(&random, seed);
  for (size_t i = 0; i < N_TEXTS; i++) {
    double expected[MAX_NUMBERS] = {0}, numbers[MAX_NUMBERS] = {0};
    text.size = 0;
    append_words(&text, &terms, &random);
    assert_done(quoth_predict(p->full.model, scratch[0], text.data, text.size, expected, err));
    assert_done(quoth_predict(p->slim.model, scratch[1], text.data, text.size, numbers, err));
    assert_memory_equal(numbers, expected, sizeof expected);
    assert_done(quoth_transform(p->full.model, scratch[0], text.data, text.size, expected, err));
    assert_done(quoth_transform(p->slim.model, scratch[1], text.data, text.size, numbers, err));
    assert_memory_equal(numbers, expected, sizeof expected);
  }
  quoth_scratch_free(scratch[0]);
  quoth_scratch_free(scratch[1]);
  quoth_buffer_clear(&text);
}

static void test_same_predictions(void **state) {
  (void)state;
  for (uint32_t n_rows = 30; n_rows < 300; n_rows += 60) {
    pair p;
    pair_init(&p, n_rows);
    check_predictions(&p, n_rows);
    pair_clear(&p);
  }
}

/* ---- Float32 --------------------------------------------------------------- */

/* The image with other bytes at the beginning of exp_beta, opened. */
static void change_beta(const sample_model *from, const void *bytes, size_t size,
                        sample_model *changed) {
  char *image;
  sample_change change = {.tensor = "lda.exp_beta", .bytes = bytes, .n_bytes = size};
  rewrite_image(from->image, from->size, &change, &image, &changed->size);
  changed->image = exact_copy(image, changed->size);
  free(image);
  assert_done(quoth_model_open_memory(changed->image, changed->size, 0, &changed->model, err));
}

static const quoth_tensor *beta_of(const sample_model *model) {
  return quoth_tensors_find(&model->model->tensors, "lda", "exp_beta");
}

/* Each entry is the nearest float; but what is too small to count is 0. */
static void test_rounding(void **state) {
  (void)state;
  static const double entries[] = {1,       0x1.fffffefp-1, 1.0 / 3, 1e-20,
                                   0x1p-76, 0x1.fffffp-77,  1e-40,   0};
  static const float expected[] = {
      1, 0x1.fffffep-1f, 0x1.555556p-2f, 0x1.79ca10p-67f, 0x1p-76f, 0, 0, 0};
  sample_model full, changed, slim;
  sample_model_init(&full, 60);
  change_beta(&full, entries, sizeof entries, &changed);
  slim_init(changed.model, QUOTH_FLOAT32, &slim);
  const quoth_tensor *before = beta_of(&changed), *after = beta_of(&slim);
  assert_int_equal(after->dtype, QUOTH_F32);
  assert_int_equal(after->shape[0], before->shape[0]);
  assert_int_equal(after->shape[1], before->shape[1]);
  const double *wide = before->data;
  const float *narrow = after->data;
  assert_memory_equal(narrow, expected, sizeof expected);
  for (size_t i = sizeof entries / sizeof *entries; i < after->size / sizeof *narrow; i++)
    assert_true(fabs(narrow[i] - wide[i]) <= 0x1p-24 * wide[i]);
  sample_model_clear(&slim);
  sample_model_clear(&changed);
  sample_model_clear(&full);
}

/* Inference is in doubles: a table of doubles with the rounded values gives the same bits. */
static void test_widening(void **state) {
  (void)state;
  pair p;
  sample_model full;
  sample_model_init(&full, 90);
  slim_init(full.model, QUOTH_FLOAT32, &p.slim);
  const quoth_tensor *beta = beta_of(&p.slim);
  size_t n = beta->size / sizeof(float);
  double *widened = malloc(n * sizeof *widened);
  assert_non_null(widened);
  for (size_t i = 0; i < n; i++) widened[i] = ((const float *)beta->data)[i];
  change_beta(&full, widened, n * sizeof *widened, &p.full);
  free(widened);
  check_predictions(&p, 90);
  sample_model_clear(&full);
  pair_clear(&p);
}

/* Numbers that somebody put there on purpose lead nowhere worse than to strange shares. */
static void test_strange_numbers(void **state) {
  (void)state;
  static const float strange[] = {-1, 0, 1e38f, 1e-45f, __builtin_inff(), __builtin_nanf("")};
  static const char text[] = "storm over the old barn, sheep and sails";
  sample_model full, slim;
  sample_model_init(&full, 60);
  slim_init(full.model, QUOTH_FLOAT32, &slim);
  for (size_t i = 0; i < sizeof strange / sizeof *strange; i++) {
    float values[16];
    double probabilities[3];
    sample_model changed;
    quoth_scratch *scratch;
    for (size_t v = 0; v < 16; v++) values[v] = strange[i];
    change_beta(&slim, values, sizeof values, &changed);
    assert_done(quoth_scratch_new(changed.model, &scratch, err));
    assert_done(quoth_predict(changed.model, scratch, text, sizeof text - 1, probabilities, err));
    quoth_scratch_free(scratch);
    sample_model_clear(&changed);
  }
  sample_model_clear(&slim);
  sample_model_clear(&full);
}

/* ---- Contents -------------------------------------------------------------- */

static void test_tensors(void **state) {
  (void)state;
  static const char *const expected[] = {"vectorizer.vocabulary",
                                         "vectorizer.vocabulary_ends",
                                         "vectorizer.vocabulary_index",
                                         "lda.exp_beta",
                                         "forest.tree_begin",
                                         "forest.feature",
                                         "forest.threshold",
                                         "forest.right",
                                         "forest.value",
                                         "forest.importances"};
  pair p;
  pair_init(&p, 60);
  size_t n = 0;
  for (size_t i = 0; i < p.slim.model->tensors.n_items; i++) {
    const quoth_tensor *tensor = &p.slim.model->tensors.items[i];
    if (quoth_tensor_is_padding(tensor)) continue;
    assert_true(n < sizeof expected / sizeof *expected);
    assert_string_equal(tensor->name, expected[n++]);
  }
  assert_int_equal(n, sizeof expected / sizeof *expected);
  pair_clear(&p);
}

/* A slim model made from a slim model is the same. */
static void test_again(void **state) {
  (void)state;
  sample_model full, slim, again;
  sample_model_init(&full, 60);
  for (quoth_precision precision = QUOTH_FLOAT64; precision <= QUOTH_FLOAT32; precision++) {
    slim_init(full.model, precision, &slim);
    slim_init(slim.model, precision, &again);
    assert_int_equal(again.size, slim.size);
    assert_memory_equal(again.image, slim.image, again.size);
    sample_model_clear(&again);
    sample_model_clear(&slim);
  }
  sample_model_clear(&full);
}

/* Members of a description that a slim model answers as its original does. */
static void test_description(void **state) {
  (void)state;
  static const char *const same[] = {"version", "spec", "classes", "metrics", "topics"};
  pair p;
  pair_init(&p, 60);
  json_t *full = quoth_model_describe(p.full.model, NULL);
  json_t *slim = quoth_model_describe(p.slim.model, NULL);
  assert_true(json_array_size(json_object_get(full, "topics")) > 0);
  for (size_t i = 0; i < sizeof same / sizeof *same; i++)
    if (!json_equal(json_object_get(full, same[i]), json_object_get(slim, same[i])))
      fail_msg("%s differ", same[i]);
  json_t *provenance = json_object_get(slim, "provenance");
  assert_string_equal(json_string_value(json_object_get(provenance, "made_from")),
                      quoth_model_digest(p.full.model));
  json_object_del(provenance, "made_from");
  assert_true(json_equal(provenance, json_object_get(full, "provenance")));
  json_decref(full);
  json_decref(slim);
  pair_clear(&p);
}

static void test_number_of_words(void **state) {
  (void)state;
  pair p;
  quoth_topics topics, expected;
  quoth_error fault = {0};
  pair_init(&p, 60);
  assert_done(quoth_topics_list(p.slim.model, 3, &topics, err));
  assert_done(quoth_topics_list(p.full.model, 3, &expected, err));
  for (size_t k = 0; k < topics.n_topics; k++) {
    assert_int_equal(topics.topics[k].n_words, 3);
    for (size_t i = 0; i < 3; i++) {
      quoth_topic_word word = topics.topics[k].words[i], other = expected.topics[k].words[i];
      assert_int_equal(quoth_bytes_compare(word.term, other.term), 0);
      assert_true(word.weight == other.weight);
    }
  }
  quoth_topics_clear(&topics);
  quoth_topics_clear(&expected);
  assert_int_equal(quoth_topics_list(p.slim.model, 11, &topics, &fault), QUOTH_ERR_ARG);
  assert_non_null(strstr(fault.message, "has 10 words a topic"));
  pair_clear(&p);
}

/* ---- Damage ---------------------------------------------------------------- */

static void test_damaged_topics(void **state) {
  (void)state;
  static const char *const damaged[] = {
      "",
      "7",
      "[",
      "{}",
      "[]",
      "[{}]",
      "[1,2,3,4]",
      "[{\"share\":0.1,\"words\":[]},{},{},{}]",
      "[{\"share\":0.1,\"words\":[{\"word\":\"unheard\",\"weight\":0.1}]},{},{},{}]",
      "[{\"share\":0.1,\"words\":[{\"word\":\"storm\"}]},{},{},{}]",
      "[{\"share\":\"much\",\"words\":[{\"word\":\"storm\",\"weight\":0.1}]},{},{},{}]"};
  pair p;
  pair_init(&p, 60);
  for (size_t i = 0; i < sizeof damaged / sizeof *damaged; i++) {
    sample_model changed;
    quoth_topics topics;
    quoth_error fault = {0};
    sample_change change = {.metadata = QUOTH_KEY_TOPICS, .value = damaged[i]};
    char *image;
    rewrite_image(p.slim.image, p.slim.size, &change, &image, &changed.size);
    changed.image = exact_copy(image, changed.size);
    free(image);
    assert_done(quoth_model_open_memory(changed.image, changed.size, 0, &changed.model, err));
    quoth_status status = quoth_topics_list(changed.model, 1, &topics, &fault);
    if (status != QUOTH_ERR_FORMAT && status != QUOTH_ERR_ARG)
      fail_msg("%s: %s", damaged[i], quoth_status_name(status));
    sample_model_clear(&changed);
  }
  pair_clear(&p);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_rounding),        cmocka_unit_test(test_widening),
      cmocka_unit_test(test_strange_numbers), cmocka_unit_test(test_same_predictions),
      cmocka_unit_test(test_tensors),         cmocka_unit_test(test_again),
      cmocka_unit_test(test_description),     cmocka_unit_test(test_number_of_words),
      cmocka_unit_test(test_damaged_topics),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
