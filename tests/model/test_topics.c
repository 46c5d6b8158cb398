#include "sample.h"

#include <math.h>
#include <string.h>

#include "model/topics.h"

enum { N_TOPICS = 4 };

static sample_model sample;

static int setup(void **state) {
  (void)state;
  sample_model_init(&sample, 90);
  return 0;
}

static int teardown(void **state) {
  (void)state;
  sample_model_clear(&sample);
  return 0;
}

static double component(uint32_t term, uint32_t topic) {
  const quoth_tensor *components;
  assert_done(quoth_tensors_get(&sample.model->tensors, "lda", "components", QUOTH_F64, 2,
                                &components, err));
  return ((const double *)components->data)[term * N_TOPICS + topic];
}

static void test_vocabulary(void **state) {
  (void)state;
  quoth_strings terms;
  assert_done(quoth_model_vocabulary(sample.model, &terms, err));
  assert_true(terms.n_strings > 20);
  for (uint32_t i = 1; i < terms.n_strings; i++)
    assert_true(
        quoth_bytes_compare(quoth_strings_get(&terms, i - 1), quoth_strings_get(&terms, i)) < 0);
}

/* Heaviest first; equals in order of their numbers; each weight is the component's share. */
static void check_topic(const quoth_topic *topic, uint32_t number, const quoth_strings *terms) {
  double total = 0;
  for (uint32_t v = 0; v < terms->n_strings; v++) total += component(v, number);
  uint32_t last = 0;
  for (size_t i = 0; i < topic->n_words; i++) {
    uint32_t term = quoth_strings_find(terms, topic->words[i].term);
    assert_int_not_equal(term, QUOTH_STRING_NONE);
    assert_true(fabs(topic->words[i].weight - component(term, number) / total) < 1e-15);
    if (i) {
      double weight = component(term, number), before = component(last, number);
      assert_true(before > weight || (before == weight && last < term));
    }
    last = term;
  }
  size_t n_heavier = 0;
  for (uint32_t v = 0; v < terms->n_strings; v++)
    n_heavier += component(v, number) > component(last, number);
  assert_true(n_heavier < topic->n_words);
}

static void test_words(void **state) {
  (void)state;
  quoth_strings terms;
  assert_done(quoth_model_vocabulary(sample.model, &terms, err));
  const uint32_t wanted[] = {1, 5, terms.n_strings, terms.n_strings + 100};
  for (size_t i = 0; i < 4; i++) {
    quoth_topics topics;
    assert_done(quoth_topics_list(sample.model, wanted[i], &topics, err));
    assert_int_equal(topics.n_topics, N_TOPICS);
    double shares = 0;
    for (uint32_t k = 0; k < N_TOPICS; k++) {
      size_t expected = wanted[i] < terms.n_strings ? wanted[i] : terms.n_strings;
      assert_int_equal(topics.topics[k].n_words, expected);
      check_topic(&topics.topics[k], k, &terms);
      shares += topics.topics[k].share;
    }
    assert_true(fabs(shares - 1) < 1e-12);
    quoth_topics_clear(&topics);
  }
}

static void test_no_words(void **state) {
  (void)state;
  quoth_topics topics;
  assert_done(quoth_topics_list(sample.model, 0, &topics, err));
  assert_int_equal(topics.n_topics, N_TOPICS);
  assert_int_equal(topics.topics[0].n_words, 0);
  quoth_topics_clear(&topics);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_vocabulary),
      cmocka_unit_test(test_words),
      cmocka_unit_test(test_no_words),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
