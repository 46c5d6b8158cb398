/* Explanations against leaving words out by hand. */
#include "testing.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/explain.h"
#include "tiny_model.h"

static tiny_model tiny;
static quoth_scratch *scratch;

static int make_model(void **state) {
  (void)state;
  quoth_error err = {0};
  if (tiny_model_init(&tiny, &err) || quoth_scratch_new(tiny.model, &scratch, &err)) {
    fprintf(stderr, "%s\n", err.message);
    return 1;
  }
  return 0;
}

static int free_model(void **state) {
  (void)state;
  quoth_scratch_free(scratch);
  tiny_model_clear(&tiny);
  return 0;
}

/* The log-odds of class `label` for a text, by the C library's logarithm. */
static double log_odds_of(const char *text, uint32_t label) {
  double p[2];
  assert_done(quoth_predict(tiny.model, scratch, text, strlen(text), p, err));
  return log(p[label] / (1 - p[label]));
}

/* Explains a text: its words in order, with what the text is without each. The texts without a
 * word are written out, so nothing is taken from the code under test. */
static void check(const char *text, size_t n_words, const char *const *words,
                  const char *const *without) {
  double p[2], expected_p[2];
  quoth_explanation explanation;
  assert_done(quoth_explain(tiny.model, scratch, text, strlen(text), p, &explanation, err));
  assert_done(quoth_predict(tiny.model, scratch, text, strlen(text), expected_p, err));
  assert_memory_equal(p, expected_p, sizeof p);
  assert_int_equal(explanation.label, p[1] > p[0]);
  assert_int_equal(explanation.n_words, n_words);
  for (size_t i = 0; i < n_words; i++) {
    const quoth_word *word = &explanation.words[i];
    assert_int_equal(word->end - word->begin, strlen(words[i]));
    assert_memory_equal(text + word->begin, words[i], strlen(words[i]));
    double weight =
        log_odds_of(text, explanation.label) - log_odds_of(without[i], explanation.label);
    if (fabs(word->weight - weight) > 1e-12)
      fail_msg("%s: weight %.17g, by hand %.17g", words[i], word->weight, weight);
  }
  quoth_explanation_clear(&explanation);
}

static void test_words(void **state) {
  (void)state;
  check("A whale by the ship.", 2, (const char *const[]){"whale", "ship"},
        (const char *const[]){"A by the ship.", "A whale by the."});
}

/* "whale" and "Whales" are one term: both are left out at once. */
static void test_terms(void **state) {
  (void)state;
  check("whale, barn, Whales; WHALE", 4, (const char *const[]){"whale", "barn", "Whales", "WHALE"},
        (const char *const[]){"barn", "whale, Whales; WHALE", "barn", "barn"});
}

/* Offsets are bytes; words that the model does not know, and stop words, are not there. */
static void test_places(void **state) {
  (void)state;
  check("Zoë – “Möwe” and\nunheard wheat", 2, (const char *const[]){"Möwe", "wheat"},
        (const char *const[]){"Zoë – “” and\nunheard wheat", "Zoë – “Möwe” and\nunheard"});
}

static void test_terms_tell_words_apart(void **state) {
  (void)state;
  double p[2];
  const char text[] = "ship sail ships";
  quoth_explanation e;
  assert_done(quoth_explain(tiny.model, scratch, text, strlen(text), p, &e, err));
  assert_int_equal(e.n_words, 3);
  assert_int_equal(e.words[0].term, e.words[2].term);
  assert_int_not_equal(e.words[0].term, e.words[1].term);
  quoth_explanation_clear(&e);
}

static void test_without_words(void **state) {
  (void)state;
  check("", 0, NULL, NULL);
  check("the unheard-of", 0, NULL, NULL);
}

static void test_refuses_what_is_no_text(void **state) {
  (void)state;
  double p[2];
  quoth_explanation e;
  quoth_error err = {0};
  assert_int_equal(quoth_explain(tiny.model, scratch, "a\xff", 2, p, &e, &err), QUOTH_ERR_DATA);
  assert_null(e.words);
}

/* The words do have weight: else the tests above would hold for zeros. */
static void test_weights_speak_for_their_class(void **state) {
  (void)state;
  double p[2];
  const char text[] = "the plough and the whale, wheat, barn, hedge, field";
  quoth_explanation e;
  assert_done(quoth_explain(tiny.model, scratch, text, strlen(text), p, &e, err));
  assert_string_equal(quoth_model_class(tiny.model, e.label), "land");
  double heaviest = 0;
  for (size_t i = 0; i < e.n_words; i++) heaviest = fmax(heaviest, fabs(e.words[i].weight));
  assert_true(heaviest > 0.01);
  quoth_explanation_clear(&e);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_words),
      cmocka_unit_test(test_terms),
      cmocka_unit_test(test_places),
      cmocka_unit_test(test_terms_tell_words_apart),
      cmocka_unit_test(test_without_words),
      cmocka_unit_test(test_refuses_what_is_no_text),
      cmocka_unit_test(test_weights_speak_for_their_class),
  };
  return cmocka_run_group_tests(tests, make_model, free_model);
}
