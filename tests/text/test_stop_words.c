/* The lists themselves are compared with scikit-learn's and Lingua::StopWords' by
 * tests/parity/test_text.py and test_stemmers.py. */
#include "testing.h"

#include <string.h>

#include "base/string_table.h"
#include "text/stop_words.h"

static bool is_stop_word(const char *word) {
  return quoth_is_stop_word(QUOTH_STOP_WORDS_ENGLISH, NULL, (quoth_bytes){word, strlen(word)});
}

static void test_words_of_the_list(void **state) {
  (void)state;
  /* one or two of each size, among them the first and the last of the list */
  static const char *const WORDS[] = {
      "a",        "i",         "am",        "we",       "all",        "you",        "also",
      "your",     "about",     "would",     "across",   "within",     "against",    "whoever",
      "whatever", "something", "sometimes", "yourself", "everywhere", "yourselves", "nevertheless",
      "de",       "amoungst",  "bill",      "fifty",    "sincere"};
  for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
    if (!is_stop_word(WORDS[i])) fail_msg("%s", WORDS[i]);
}

static void test_other_words(void **state) {
  (void)state;
  static const char *const WORDS[] = {"",    "b",        "The",           "thé",          "zz",
                                      "aa",  "amongs",   "raven",         "nevertheles",  "us_",
                                      "ist", "youryour", "neverthelesss", "neverthelexs", "~"};
  for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
    if (is_stop_word(WORDS[i])) fail_msg("%s", WORDS[i]);
  assert_false(quoth_is_stop_word(QUOTH_STOP_WORDS_ENGLISH, NULL, (quoth_bytes){"us\0", 3}));
  assert_false(quoth_is_stop_word(QUOTH_STOP_WORDS_ENGLISH, NULL, (quoth_bytes){"\xFF\xFF", 2}));
}

static void test_no_list(void **state) {
  (void)state;
  assert_false(quoth_is_stop_word(QUOTH_STOP_WORDS_NONE, NULL, (quoth_bytes){"the", 3}));
}

static void test_list(void **state) {
  (void)state;
  quoth_string_table table = {0};
  assert_int_equal(quoth_string_table_add(&table, (quoth_bytes){"Und", 3}, NULL), 0);
  assert_int_equal(quoth_string_table_add(&table, (quoth_bytes){"", 0}, NULL), 1);
  const quoth_string_table none = {0};
  assert_true(quoth_is_stop_word(QUOTH_STOP_WORDS_LISTED, &table, (quoth_bytes){"Und", 3}));
  assert_true(quoth_is_stop_word(QUOTH_STOP_WORDS_LISTED, &table, (quoth_bytes){"", 0}));
  assert_false(quoth_is_stop_word(QUOTH_STOP_WORDS_LISTED, &table, (quoth_bytes){"und", 3}));
  assert_false(quoth_is_stop_word(QUOTH_STOP_WORDS_LISTED, &table, (quoth_bytes){"the", 3}));
  assert_false(quoth_is_stop_word(QUOTH_STOP_WORDS_LISTED, &none, (quoth_bytes){"the", 3}));
  quoth_string_table_clear(&table);
}

static void test_languages(void **state) {
  (void)state;
  quoth_bytes german = quoth_stop_words_of("german");
  assert_true(german.size > 1000);
  assert_memory_equal(german.data, "aber ", 5);
  assert_memory_equal(german.data + german.size - 7, " über ", 7);
  assert_int_equal(quoth_stop_words_of("english").size, 0);
  assert_int_equal(quoth_stop_words_of("latin").size, 0);
  assert_int_equal(quoth_stop_words_of("").size, 0);
}

/* Each of QUOTH_STOP_WORD_LANGUAGES has a list. */
static void test_languages_that_are_named(void **state) {
  (void)state;
  char names[] = QUOTH_STOP_WORD_LANGUAGES, *rest = names;
  size_t n = 0;
  for (char *name; (name = strsep(&rest, ", "));) {
    if (!*name) continue;
    if (quoth_stop_words_of(name).size == 0) fail_msg("%s", name);
    n++;
  }
  assert_int_equal(n, 14);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_words_of_the_list), cmocka_unit_test(test_other_words),
      cmocka_unit_test(test_no_list),           cmocka_unit_test(test_list),
      cmocka_unit_test(test_languages),         cmocka_unit_test(test_languages_that_are_named),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
