/* Expected terms are those of scikit-learn 1.2.1's CountVectorizer with NLTK 3.8's lemmatiser;
 * tests/parity/test_text.py compares random texts. */
#include "testing.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "text/analyzer.h"

static const quoth_analyzer PLAIN = {.folding = {.lowercase = true}, .ngrams = {1, 1}};
static const quoth_analyzer CASED = {
    .ngrams = {1, 1}, .stop_words = QUOTH_STOP_WORDS_ENGLISH, .lemmatizer = QUOTH_LEMMATIZER_NOUN};
static const quoth_analyzer FULL = {.folding = {.lowercase = true},
                                    .ngrams = {1, 1},
                                    .stop_words = QUOTH_STOP_WORDS_ENGLISH,
                                    .lemmatizer = QUOTH_LEMMATIZER_NOUN};

static quoth_status join_term(void *context, quoth_bytes term, quoth_error *err) {
  quoth_buffer *joined = context;
  quoth_status status = quoth_buffer_append(joined, "|", joined->size > 0, err);
  return status ? status : quoth_buffer_append(joined, term.data, term.size, err);
}

/* The terms joined with "|". */
static void check(const quoth_analyzer *analyzer, quoth_bytes text, const char *expected) {
  quoth_analyzer_scratch scratch = {0};
  quoth_buffer joined = {0};
  assert_done(quoth_analyze(analyzer, &scratch, text, join_term, &joined, err));
  assert_done(quoth_buffer_append(&joined, "", 1, err));
  assert_string_equal(joined.data, expected);
  quoth_buffer_clear(&joined);
  quoth_analyzer_scratch_clear(&scratch);
}

static quoth_bytes bytes(const char *text) { return (quoth_bytes){text, strlen(text)}; }

static void test_tokens(void **state) {
  (void)state;
  check(&PLAIN, (quoth_bytes){NULL, 0}, "");
  check(&PLAIN, bytes("a b c."), "");
  check(&PLAIN, bytes("It's the 2nd X-ray, id_7 __ _"), "it|the|2nd|ray|id_7|__");
  check(&PLAIN, bytes("end"), "end");
  check(&PLAIN, bytes("na\u00efve nai\u0308ve Stra\u00dfe"), "naïve|nai|ve|straße");
  check(&PLAIN, bytes("ΟΔΥΣΣΕΥΣ, ΣΑΣ"), "οδυσσευς|σας");
  check(&PLAIN, bytes("aİb İstanbul éİ é"), "ai|stanbul|éi"); /* İ is i and a combining mark */
  check(&PLAIN, bytes("漢字 한국 𝟘𝟙 𐐀𐐁 字"), "漢字|한국|𝟘𝟙|𐐨𐐩");
  check(&PLAIN, (quoth_bytes){"in\0between", 10}, "in|between");
}

/* \b\w\w+\b of ASCII, byte by byte. */
static void split_naively(const char *text, bool lowercase, char *joined) {
  char *begin = joined, *to = joined;
  for (;; text++) {
    if (isalnum((unsigned char)*text) || *text == '_') {
      *to++ = lowercase ? (char)tolower((unsigned char)*text) : *text;
      continue;
    }
    if (to - begin >= 2) {
      *to++ = '|';
      begin = to;
    }
    to = begin;
    if (!*text) break;
  }
  if (to > joined) to--;
  *to = 0;
}

/* Every character at every place of a long word. */
static void test_runs_of_ascii(void **state) {
  (void)state;
  static const quoth_analyzer KEPT = {.ngrams = {1, 1}};
  for (int byte = 1; byte < 128; byte++)
    for (size_t at = 0; at < 20; at++) {
      char text[] = "aZ0_bYzA9xQqrst_UVw7", expected[2 * sizeof text];
      text[at] = (char)byte;
      split_naively(text, true, expected);
      check(&PLAIN, bytes(text), expected);
      split_naively(text, false, expected);
      check(&KEPT, bytes(text), expected);
    }
}

static void test_stop_words_come_before_lemmas(void **state) {
  (void)state;
  check(&FULL, bytes("It was us who found the WOLVES as mice"), "wolf|mouse");
  check(&FULL, bytes("The gases, possesses 'ours' a's wases"), "gas|posse|wa");
  check(&FULL, bytes("Ravens"), "raven");
  check(&FULL, bytes("ie ies"), "y"); /* "ie" is a stop word; a lemma may be one character */
}

static void test_case_is_kept_if_wanted(void **state) {
  (void)state;
  check(&CASED, bytes("The the Wolves wolves ÉTÉS étés ΣΑΣ"), "The|Wolves|wolf|ÉTÉS|étés|ΣΑΣ");
}

static void check_ngrams(quoth_term_unit unit, uint32_t min_n, uint32_t max_n, const char *text,
                         const char *expected) {
  quoth_analyzer analyzer = PLAIN;
  analyzer.unit = unit;
  analyzer.ngrams = (quoth_ngram_range){min_n, max_n};
  check(&analyzer, bytes(text), expected);
}

/* Printed by CountVectorizer(analyzer=..., ngram_range=...).build_analyzer(). */
static void test_ngrams(void **state) {
  (void)state;
  check_ngrams(QUOTH_UNIT_WORD, 1, 2, "The old, OLD mill",
               "the|old|old|mill|the old|old old|old mill");
  check_ngrams(QUOTH_UNIT_WORD, 2, 3, "the old mill", "the old|old mill|the old mill");
  check_ngrams(QUOTH_UNIT_WORD, 2, 100, "mill", "");
  check_ngrams(QUOTH_UNIT_CHAR, 2, 3, "a \n Bé\tc", "a | b|bé|é\t|\tc|a b| bé|bé\t|é\tc");
  check_ngrams(QUOTH_UNIT_CHAR, 1, 9, "", "");
  check_ngrams(QUOTH_UNIT_CHAR, 3, 3, "ab", "");
  check_ngrams(QUOTH_UNIT_CHAR_WB, 2, 4, "a  bcd", " a|a | a | b|bc|cd|d | bc|bcd|cd | bcd|bcd ");
  check_ngrams(QUOTH_UNIT_CHAR_WB, 5, 6, " a\nbcd ", " a | bcd ");
  check_ngrams(QUOTH_UNIT_CHAR_WB, 1, 2, " \t ", "");
}

/* Printed by scikit-learn, too. */
static void test_patterns_and_accents(void **state) {
  (void)state;
  quoth_analyzer analyzer = PLAIN;
  analyzer.tokens = QUOTH_TOKENS_WORD_PUNCT;
  check(&analyzer, bytes("It's — a 2nd \"try\"..."), "it|'|s|—|a|2nd|\"|try|\"|.|.|.");
  analyzer.tokens = QUOTH_TOKENS_WHITESPACE;
  check(&analyzer, bytes("It's — a\u00a02nd \"try\"..."), "it's|—|a|2nd|\"try\"...");
  analyzer.folding.strip_accents = QUOTH_STRIP_ACCENTS_UNICODE;
  check(&analyzer, bytes("Crème ﬁn Å ½ Łódź 각 é\u0301"),
        "creme|fin|a|1⁄2|łodz|\u1100\u1161\u11a8|e");
  analyzer.folding.strip_accents = QUOTH_STRIP_ACCENTS_ASCII;
  check(&analyzer, bytes("Crème ﬁn Å ½ Łódź 각 é\u0301"), "creme|fin|a|12|odz|e");
}

/* Expected by the definition in analyzer.h; tests/parity/test_text.py has an oracle. */
static void test_scripts_without_spaces(void **state) {
  (void)state;
  quoth_analyzer analyzer = PLAIN;
  analyzer.tokens = QUOTH_TOKENS_WORD_PUNCT_UNSPACED;
  check(&analyzer, bytes("It's — a 2nd \"try\"..."), "it|'|s|—|a|2nd|\"|try|\"|.|.|.");
  check(&analyzer, bytes("我爱AI、你呢。"), "我|爱|ai|、|你|呢|。");
  check(&analyzer, bytes("ユーザーIDは42番"), "ユ|ー|ザ|ー|id|は|42|番");
  check(&analyzer, bytes("か\u3099\u3099x\u0301\u0301"), "か\u3099\u3099|x|\u0301|\u0301");
  check(&analyzer, bytes("ที่ พ.ศ. ๒๕๖๗"), "ที่|พ|.|ศ|.|๒๕๖๗");
  check(&analyzer, bytes("漢 \u0301\u0301"), "漢|\u0301|\u0301");
  check(&analyzer, bytes("漢a\u0301"), "漢|a|\u0301");
  check(&analyzer, bytes("한국어 हिन्दी"), "한국어|ह|\u093f|न|\u094d|द|\u0940");
  analyzer.ngrams.max_n = 2;
  check(&analyzer, bytes("日本go"), "日|本|go|日 本|本 go");
  analyzer.tokens = QUOTH_TOKENS_WORD_PUNCT;
  check(&analyzer, bytes("日本go か\u3099"), "日本go|か|\u3099|日本go か|か \u3099");
}

static void test_ill_formed_bytes_separate_tokens(void **state) {
  (void)state;
  check(&PLAIN,
        bytes("ab\xFF"
              "cd"),
        "ab|cd");
  check(&PLAIN, bytes("ab\xC3"), "ab");
  check(&PLAIN,
        bytes("ab\xF0\x9D\x9F"
              "cd\xED\xA0\x80"
              "ef"),
        "ab|cd|ef");
  check(&PLAIN, bytes("\x80"), "");
}

static void test_tokens_know_their_place(void **state) {
  (void)state;
  static const char TEXT[] = "The WOLVES, ȺȺ mice\u0301 bİ";
  static const char *const SOURCES[] = {"WOLVES", "ȺȺ", "mice", "bİ"};
  quoth_analyzer_scratch scratch = {0};
  assert_done(quoth_tokenize(&FULL, &scratch, bytes(TEXT), err));
  assert_int_equal(scratch.n_tokens, 4);
  for (size_t i = 0; i < scratch.n_tokens; i++) {
    const quoth_token *token = &scratch.tokens[i];
    assert_int_equal(token->source_end - token->source_begin, strlen(SOURCES[i]));
    assert_memory_equal(TEXT + token->source_begin, SOURCES[i], strlen(SOURCES[i]));
  }
  quoth_analyzer_scratch_clear(&scratch);
}

static quoth_status stop_at_second(void *context, quoth_bytes term, quoth_error *err) {
  (void)term;
  int *n_terms = context;
  return ++*n_terms == 2 ? quoth_fail(err, QUOTH_ERR_STOPPED, "enough") : QUOTH_OK;
}

static void test_the_sink_may_stop(void **state) {
  (void)state;
  static const char *const TEXTS[] = {"one two three", "one two"};
  for (size_t i = 0; i < 2; i++) {
    quoth_analyzer_scratch scratch = {0};
    quoth_error err = {0};
    int n_terms = 0;
    assert_int_equal(
        quoth_analyze(&PLAIN, &scratch, bytes(TEXTS[i]), stop_at_second, &n_terms, &err),
        QUOTH_ERR_STOPPED);
    assert_int_equal(n_terms, 2);
    assert_string_equal(err.message, "enough");
    quoth_analyzer_scratch_clear(&scratch);
  }
}

/* What stopped one text leaves nothing behind for the next. */
static void test_scratch_can_be_used_again(void **state) {
  (void)state;
  quoth_analyzer_scratch scratch = {0};
  quoth_buffer joined = {0};
  int n_terms = 1;
  assert_int_equal(
      quoth_analyze(&PLAIN, &scratch, bytes("left over"), stop_at_second, &n_terms, NULL),
      QUOTH_ERR_STOPPED);
  assert_done(quoth_analyze(&PLAIN, &scratch, bytes("next"), join_term, &joined, err));
  assert_int_equal(joined.size, 4);
  assert_memory_equal(joined.data, "next", 4);
  quoth_buffer_clear(&joined);
  quoth_analyzer_scratch_clear(&scratch);
}

static quoth_status add_size(void *context, quoth_bytes term, quoth_error *err) {
  (void)err;
  *(size_t *)context += term.size;
  return QUOTH_OK;
}

/* 100 MB without a break, of one byte a character and of two. */
static void test_long_tokens(void **state) {
  (void)state;
  enum { SIZE = 100000000 };
  char *data = malloc(SIZE);
  assert_non_null(data);
  for (int kind = 0; kind < 2; kind++) {
    for (size_t at = 0; at < SIZE; at += 2) memcpy(data + at, kind ? "É" : "Xs", 2);
    quoth_analyzer_scratch scratch = {0};
    size_t size = 0;
    assert_done(quoth_analyze(&FULL, &scratch, (quoth_bytes){data, SIZE}, add_size, &size, err));
    assert_int_equal(size, SIZE);
    quoth_analyzer_scratch_clear(&scratch);
  }
  free(data);
}

/* "whiles" is no stop word, though its stem is one. "s" has an empty stem, which is a term. */
static void test_stems(void **state) {
  (void)state;
  static const quoth_analyzer STEMS = {.folding = {.lowercase = true},
                                       .ngrams = {1, 2},
                                       .stop_words = QUOTH_STOP_WORDS_ENGLISH,
                                       .stemmer = QUOTH_STEMMER_english};
  check(&STEMS, bytes("KNIGHTS are consigned, ours"), "knight|consign|knight consign");
  check(&STEMS, bytes("Whiles"), "while");
  static const quoth_analyzer LEMMAS_TOO = {.folding = {.lowercase = true},
                                            .ngrams = {1, 1},
                                            .lemmatizer = QUOTH_LEMMATIZER_NOUN,
                                            .stemmer = QUOTH_STEMMER_english};
  check(&LEMMAS_TOO, bytes("geese, knightly"), "goos|knight");
  static const quoth_analyzer PORTER = {
      .ngrams = {1, 2}, .tokens = QUOTH_TOKENS_WHITESPACE, .stemmer = QUOTH_STEMMER_porter};
  check(&PORTER, bytes("s knees s"), "knee|| knee|knee ");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_tokens),
      cmocka_unit_test(test_runs_of_ascii),
      cmocka_unit_test(test_stop_words_come_before_lemmas),
      cmocka_unit_test(test_stems),
      cmocka_unit_test(test_case_is_kept_if_wanted),
      cmocka_unit_test(test_ngrams),
      cmocka_unit_test(test_patterns_and_accents),
      cmocka_unit_test(test_scripts_without_spaces),
      cmocka_unit_test(test_ill_formed_bytes_separate_tokens),
      cmocka_unit_test(test_tokens_know_their_place),
      cmocka_unit_test(test_the_sink_may_stop),
      cmocka_unit_test(test_scratch_can_be_used_again),
      cmocka_unit_test(test_long_tokens),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
