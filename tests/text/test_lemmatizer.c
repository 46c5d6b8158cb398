/* Expected lemmas are those of NLTK 3.8's WordNetLemmatizer over WordNet 3.0;
 * tests/parity/test_text.py compares the whole dictionary. */
#include "testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "text/lemmatizer.h"

typedef struct golden {
  const char *word, *lemma;
} golden;

static void check_lemma(quoth_lemma lemma, const golden *expected) {
  char text[64];
  snprintf(text, sizeof text, "%.*s%.*s", (int)lemma.head_size, expected->word,
           (int)lemma.tail.size, lemma.tail.data);
  assert_string_equal(text, expected->lemma);
}

/* Looked up, and again among the words that all kinds of lemmatizers met before. */
static void check(quoth_lemmatizer lemmatizer, const golden *cases, size_t n_cases) {
  static quoth_known_lemma known[QUOTH_KNOWN_LEMMAS];
  for (size_t i = 0; i < n_cases; i++) {
    quoth_bytes word = {cases[i].word, strlen(cases[i].word)};
    check_lemma(quoth_lemmatize(lemmatizer, word), &cases[i]);
    for (int time = 0; time < 2; time++)
      check_lemma(quoth_lemmatize_again(lemmatizer, known, word), &cases[i]);
  }
}

#define CHECK(lemmatizer, ...)                                                                     \
  do {                                                                                             \
    static const golden cases[] = {__VA_ARGS__};                                                   \
    check(lemmatizer, cases, sizeof cases / sizeof *cases);                                        \
  } while (0)

static void test_nouns(void **state) {
  (void)state;
  CHECK(QUOTH_LEMMATIZER_NOUN, {"men", "men"}, {"women", "woman"}, {"us", "u"}, {"was", "wa"},
        {"has", "ha"}, {"as", "a"}, {"wolves", "wolf"}, {"churches", "church"}, {"boxes", "box"},
        {"buzzes", "buzz"}, {"bushes", "bush"}, {"flies", "fly"}, {"mice", "mouse"},
        {"geese", "goose"}, {"possesses", "posse"}, {"ramesses", "ramesses"}, {"catss", "cat"},
        {"iss", "i"}, {"axes", "ax"}, {"dice", "dice"}, {"data", "data"}, {"theses", "thesis"},
        {"species", "specie"}, {"glasses", "glass"}, {"bus", "bus"}, {"leaves", "leaf"});
  CHECK(QUOTH_LEMMATIZER_NOUN, {"ies", "y"}, {"s", "s"}, {"ss", "s"}, {"es", "e"},
        {"sesesesese", "sesesesese"}, {"toothbrushes", "toothbrush"}, {"womens", "woman"},
        {"saleswomen", "saleswoman"}, {"menmen", "menmen"}, {"menses", "menses"},
        {"attorneys_general", "attorneys_general"}, {"corpora", "corpus"}, {"schemata", "schema"},
        {"a.m.", "a.m."}, {"'", "'"}, {"dogs's", "dogs's"});
}

static void test_verbs(void **state) {
  (void)state;
  CHECK(QUOTH_LEMMATIZER_VERB, {"is", "be"}, {"was", "be"}, {"ran", "run"}, {"running", "run"},
        {"flies", "fly"}, {"tried", "try"}, {"making", "make"}, {"goes", "go"}, {"seen", "see"},
        {"sinned", "sin"}, {"beginning", "begin"}, {"leaved", "leave"}, {"lay", "lay"},
        {"lied", "lie"}, {"sings", "sing"}, {"sing", "sing"}, {"singings", "sing"},
        {"inging", "inging"}, {"ed", "ed"}, {"s", "s"});
}

static void test_adjectives_and_adverbs(void **state) {
  (void)state;
  CHECK(QUOTH_LEMMATIZER_ADJ, {"better", "good"}, {"best", "best"}, {"bigger", "big"},
        {"fastest", "fast"}, {"larger", "large"}, {"dowier", "dowier"}, {"nicest", "nice"},
        {"unhappier", "unhappy"}, {"ester", "ester"}, {"er", "er"});
  CHECK(QUOTH_LEMMATIZER_ADV, {"better", "well"}, {"best", "best"}, {"harder", "hard"},
        {"further", "far"}, {"quickly", "quickly"}, {"faster", "faster"});
}

static void test_all_takes_the_shortest(void **state) {
  (void)state;
  CHECK(QUOTH_LEMMATIZER_ALL, {"was", "wa"}, {"better", "good"}, {"leaves", "leaf"}, {"saw", "saw"},
        {"running", "run"}, {"flies", "fly"}, {"made", "made"}, {"been", "be"}, {"harder", "hard"},
        {"further", "far"}, {"less", "le"}, {"quickly", "quickly"}, {"buses", "bus"});
}

static void test_words_outside_the_dictionary_stay(void **state) {
  (void)state;
  static const golden CASES[] = {{"", ""},           {"Dogs", "Dogs"},        {"qzxs", "qzxs"},
                                 {"cafés", "cafés"}, {"\xFF", "\xFF"},        {"dogé", "dogé"},
                                 {"дома", "дома"},   {"dog\x80s", "dog\x80s"}};
  for (int kind = QUOTH_LEMMATIZER_NONE; kind <= QUOTH_LEMMATIZER_ALL; kind++)
    check((quoth_lemmatizer)kind, CASES, sizeof CASES / sizeof *CASES);
  CHECK(QUOTH_LEMMATIZER_NONE, {"wolves", "wolves"});
  quoth_lemma lemma = quoth_lemmatize(QUOTH_LEMMATIZER_NOUN, (quoth_bytes){NULL, 0});
  assert_int_equal(lemma.head_size, 0);
  assert_int_equal(lemma.tail.size, 0);
}

static void test_words_need_not_end_in_nul(void **state) {
  (void)state;
  quoth_lemma lemma = quoth_lemmatize(QUOTH_LEMMATIZER_NOUN, (quoth_bytes){"wolvesx", 6});
  assert_int_equal(lemma.head_size, 3);
  assert_int_equal(lemma.tail.size, 1);
  assert_memory_equal(lemma.tail.data, "f", 1);
  lemma = quoth_lemmatize(QUOTH_LEMMATIZER_NOUN, (quoth_bytes){"mi\0ce", 5});
  assert_int_equal(lemma.head_size, 5);
}

/* Words of the same size come to the place of one that is known, and it comes back. */
static void test_known_lemmas_are_replaced(void **state) {
  (void)state;
  quoth_known_lemma *known = calloc(QUOTH_KNOWN_LEMMAS, sizeof *known);
  static const golden wolves = {"wolves", "wolf"};
  uint64_t place = quoth_hash("wolves", 6) % QUOTH_KNOWN_LEMMAS;
  unsigned n_met = 0;
  for (unsigned i = 0; i < 5 * QUOTH_KNOWN_LEMMAS; i++) {
    char word[16];
    snprintf(word, sizeof word, "q%05u", i);
    if (quoth_hash(word, 6) % QUOTH_KNOWN_LEMMAS != place) continue;
    n_met++;
    check_lemma(quoth_lemmatize_again(QUOTH_LEMMATIZER_NOUN, known, (quoth_bytes){"wolves", 6}),
                &wolves);
    check_lemma(quoth_lemmatize_again(QUOTH_LEMMATIZER_NOUN, known, (quoth_bytes){word, 6}),
                &(golden){word, word});
  }
  assert_true(n_met > 0);
  free(known);
}

/* 10 MB of suffixes that come off one at a time. The lemmas are those of 200 bytes of them. */
static void test_long_words_take_linear_time(void **state) {
  (void)state;
  static const golden SOUPS[] = {
      {"s", "sss"}, {"ses", "sess"}, {"ing", NULL}, {"est", NULL}, {"men", NULL}};
  enum { SIZE = 10000000 };
  char *data = malloc(SIZE);
  assert_non_null(data);
  for (size_t i = 0; i < sizeof SOUPS / sizeof *SOUPS; i++) {
    size_t length = strlen(SOUPS[i].word);
    for (size_t at = 0; at < SIZE; at++) data[at] = SOUPS[i].word[at % length];
    quoth_bytes word = {data, SIZE - SIZE % length};
    quoth_lemma lemma = quoth_lemmatize(QUOTH_LEMMATIZER_ALL, word);
    assert_int_equal(lemma.tail.size, 0);
    assert_int_equal(lemma.head_size, SOUPS[i].lemma ? strlen(SOUPS[i].lemma) : word.size);
  }
  free(data);
}

static void test_names(void **state) {
  (void)state;
  static const char *const NAMES[] = {NULL,          "wordnet",     "wordnet-verb",
                                      "wordnet-adj", "wordnet-adv", "wordnet-all"};
  for (int kind = QUOTH_LEMMATIZER_NONE; kind <= QUOTH_LEMMATIZER_ALL; kind++) {
    const char *name = quoth_lemmatizer_name((quoth_lemmatizer)kind);
    if (kind == QUOTH_LEMMATIZER_NONE)
      assert_null(name);
    else
      assert_string_equal(name, NAMES[kind]);
    quoth_lemmatizer found = QUOTH_LEMMATIZER_ALL;
    assert_true(quoth_lemmatizer_from_name(NAMES[kind], &found));
    assert_int_equal(found, kind);
  }
  quoth_lemmatizer found = QUOTH_LEMMATIZER_ADV;
  assert_false(quoth_lemmatizer_from_name("wordnet-noun", &found));
  assert_false(quoth_lemmatizer_from_name("Wordnet", &found));
  assert_int_equal(found, QUOTH_LEMMATIZER_ADV);
  assert_true(quoth_lemmatizer_from_name("", &found));
  assert_int_equal(found, QUOTH_LEMMATIZER_NONE);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_nouns),
      cmocka_unit_test(test_verbs),
      cmocka_unit_test(test_adjectives_and_adverbs),
      cmocka_unit_test(test_all_takes_the_shortest),
      cmocka_unit_test(test_words_outside_the_dictionary_stay),
      cmocka_unit_test(test_words_need_not_end_in_nul),
      cmocka_unit_test(test_known_lemmas_are_replaced),
      cmocka_unit_test(test_long_words_take_linear_time),
      cmocka_unit_test(test_names),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
