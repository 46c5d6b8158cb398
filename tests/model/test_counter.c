/* Words that a counter remembers count as if it met them for the first time. */
#include "testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "model/counter.h"

static const quoth_analyzer nouns = {
    .folding = {.lowercase = true},
    .ngrams = {1, 1},
    .stop_words = QUOTH_STOP_WORDS_ENGLISH,
    .lemmatizer = QUOTH_LEMMATIZER_NOUN,
};

static quoth_bytes bytes_of(const char *text) { return (quoth_bytes){text, strlen(text)}; }

/* 100 for each byte of the term, and its first; terms that begin with z have none. */
static uint32_t number_of(const void *context, quoth_bytes term) {
  (void)context;
  return term.data[0] == 'z' ? QUOTH_STRING_NONE
                             : 100 * (uint32_t)term.size + (unsigned char)term.data[0];
}

static void count(quoth_counter *counter, const quoth_analyzer *analyzer, const char *text) {
  assert_done(
      quoth_counter_count_by(counter, analyzer, number_of, NULL, false, bytes_of(text), err));
}

/* WordNetLemmatizer: wolf, mouse, princess; "the" is a stop word; "zebra" has no number. The last
 * word is of 30 bytes, more than are remembered. */
static void test_known_words(void **state) {
  (void)state;
  static const char text[] = "The Wolves, the MICE. Wolves! zebras; princesses "
                             "abcdefghijklmnopqrstuvwxyzabcd\xC3\x89";
  static const struct {
    uint32_t number, count;
  } expected[] = {{400 + 'w', 2}, {500 + 'm', 1}, {800 + 'p', 1}, {3200 + 'a', 1}};
  quoth_counter counter = {.remembers = true};
  for (int i = 0; i < 3; i++) {
    count(&counter, &nouns, text);
    assert_int_equal(counter.n_pairs, 4);
    for (size_t p = 0; p < 4; p++) {
      assert_int_equal(counter.pairs[p] >> 32, expected[p].number);
      assert_int_equal((uint32_t)counter.pairs[p], expected[p].count);
    }
  }
  quoth_counter_clear(&counter);
}

/* Many words come to the places of a few, and these come back. */
static void test_known_words_are_replaced(void **state) {
  (void)state;
  quoth_counter counter = {.remembers = true};
  uint64_t place = quoth_hash("wolves", 6) % QUOTH_KNOWN_WORDS;
  unsigned n_met = 0;
  for (unsigned i = 0; i < 9 * QUOTH_KNOWN_WORDS; i++) {
    char word[16];
    snprintf(word, sizeof word, "q%06u", i);
    if (quoth_hash(word, 7) % QUOTH_KNOWN_WORDS != place) continue;
    n_met++;
    for (unsigned times = n_met % 3; times > 0; times--) {
      count(&counter, &nouns, "wolves");
      assert_int_equal(counter.pairs[0] >> 32, 400 + 'w');
    }
    for (unsigned times = 1 + n_met % 2; times > 0; times--) {
      count(&counter, &nouns, word);
      assert_int_equal(counter.pairs[0] >> 32, 700 + 'q');
    }
  }
  assert_true(n_met > 3);
  quoth_counter_clear(&counter);
}

/* Terms of two words or of characters are not words: nothing is remembered. */
static void test_other_terms(void **state) {
  (void)state;
  quoth_analyzer pairs = nouns, characters = nouns;
  pairs.ngrams.max_n = 2;
  characters.unit = QUOTH_UNIT_CHAR;
  quoth_counter counter = {.remembers = true};
  for (int i = 0; i < 2; i++) {
    count(&counter, &pairs, "wolves and mice");
    assert_int_equal(counter.n_pairs, 3); /* wolf, mouse, "wolf mouse" */
    assert_int_equal(counter.pairs[2] >> 32, 1000 + 'w');
  }
  count(&counter, &characters, "wolves");
  assert_int_equal(counter.n_pairs, 6);
  quoth_counter_clear(&counter);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_known_words),
      cmocka_unit_test(test_known_words_are_replaced),
      cmocka_unit_test(test_other_terms),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
