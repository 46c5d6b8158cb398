/* Expected values are those of Python 3.11's re and str.lower(); tests/parity/test_text.py
 * compares every code point. */
#include "testing.h"

#include <stdlib.h>
#include <string.h>

#include "text/unicode.h"

static void test_word_characters(void **state) {
  (void)state;
  static const uint32_t WORD[] = {
      '0',    '9',    'A',    'Z',    'a',     'z',     '_',     0xAA,
      0xB2,   0xB5,   0xBD,   0xE9,   0x130,   0x2B0,           /* letters; superscript, half */
      0x3A3,  0x5D0,  0x661,  0x915,  0x2167,  0x2460,  0x3007, /* digits, Roman, circled, zero */
      0x4E00, 0x9FFF, 0xAC00, 0xD7A3, 0x10400, 0x1D7D8, 0x20000, 0x31349};
  static const uint32_t OTHER[] = {0,      ' ',    '-',    '\'',   '@',     '[',     '`',
                                   '{',    0x7F,   0xA0,   0xD7,   0x301,   0x345,   0x903,
                                   0x20DD, 0x2019, 0x24B6, /* marks; circled A */
                                   0x378,  0xD800, 0xE000, 0xFFFD, 0x1F600, 0xE0100, 0x10FFFF};
  for (size_t i = 0; i < sizeof WORD / sizeof *WORD; i++)
    if (!quoth_unicode_is_word(WORD[i])) fail_msg("U+%04X", WORD[i]);
  for (size_t i = 0; i < sizeof OTHER / sizeof *OTHER; i++)
    if (quoth_unicode_is_word(OTHER[i])) fail_msg("U+%04X", OTHER[i]);
}

static void test_characters_after_unicode_14_are_unassigned(void **state) {
  (void)state;
  assert_false(quoth_unicode_is_word(0x1E4D0)); /* Nag Mundari letter, 15.0 */
  assert_false(quoth_unicode_is_word(0x31350)); /* CJK extension H, 15.0 */
  assert_true(quoth_unicode_is_word(0x1E290));  /* Toto letter, 14.0 */
}

static void test_numbers_above_unicode_are_no_characters(void **state) {
  (void)state;
  assert_false(quoth_unicode_is_word(0x110000));
  assert_false(quoth_unicode_is_word(0x80000041));
  assert_false(quoth_unicode_is_word(QUOTH_UTF8_INVALID));
}

/* All of a text in lower case, ill-formed parts as '?'. */
static void lower(quoth_bytes text, char *out) {
  for (size_t at = 0; at < text.size;) {
    uint32_t lowered[2];
    unsigned n = quoth_unicode_lower_next(text, &at, lowered);
    for (unsigned i = 0; i < n; i++)
      out += quoth_utf8_put(lowered[i] == QUOTH_UTF8_INVALID ? '?' : lowered[i], out);
  }
  *out = 0;
}

static void test_lower_case(void **state) {
  (void)state;
  static const struct {
    const char *text, *lowered;
  } CASES[] = {
      {"", ""},
      {"Hello, WORLD_42 @[`{", "hello, world_42 @[`{"},
      {"ÀÉÎÕÜ ŁĐŒ ẞ ß", "àéîõü łđœ ß ß"},
      {"İstanbul I", "i̇stanbul i"},
      {"Ⱥ Ⱦ", "ⱥ ⱦ"},                    /* two bytes become three */
      {"\u212A \u212B \u2126", "k å ω"}, /* Kelvin, Angstrom, Ohm: three bytes become less */
      {"ǅ Ⓐ Ⅷ 𐐀 Ა Ꭰ", "ǆ ⓐ ⅷ 𐐨 ა ꭰ"},
      {"ΟΔΥΣΣΕΥΣ", "οδυσσευς"},
      {"Σ", "σ"},
      {"Σ ΑΣ ΣΑ", "σ ας σα"},
      {"ΑΣ. ΑΣ.Α ΑΣ.Σ", "ας. ασ.α ασ.ς"}, /* a full stop is Case_Ignorable, a blank is not */
      {"Α\u0301Σ\u0301 Α\u0301Σ\u0301Α", "α\u0301ς\u0301 α\u0301σ\u0301α"},
      {".Σ", ".σ"},
      {"1Σ2", "1σ2"},
      {"\u02B0Σ", "\u02B0σ"}, /* both Cased and Case_Ignorable: ignored */
  };
  for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
    char lowered[64];
    lower((quoth_bytes){CASES[i].text, strlen(CASES[i].text)}, lowered);
    assert_string_equal(lowered, CASES[i].lowered);
  }
}

static void test_ill_formed_parts_end_the_context_of_a_sigma(void **state) {
  (void)state;
  static const struct {
    const char *text, *lowered;
  } CASES[] = {
      {"Α\xFFΣ", "α?σ"}, {"Α\xE2\x82Σ", "α?σ"}, {"ΑΣ\xFFΑ", "ας?α"},
      {"ΑΣ\xCE", "ας?"}, {"\x91Σ", "?σ"},       {"Α\xCC\x81\x81Σ", "α\xCC\x81?σ"},
  };
  for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
    char lowered[64];
    lower((quoth_bytes){CASES[i].text, strlen(CASES[i].text)}, lowered);
    assert_string_equal(lowered, CASES[i].lowered);
  }
}

/* Looking past 10 MB of what a sigma ignores, from each of many sigmas. */
static void test_sigmas_take_linear_time(void **state) {
  (void)state;
  enum { SIZE = 10000000 };
  char *data = malloc(SIZE);
  assert_non_null(data);
  for (size_t gap = 2; gap <= SIZE / 2; gap *= 1250) {
    memset(data, '.', SIZE);
    for (size_t at = 0; at < SIZE; at += gap) memcpy(data + at, "Σ", 2);
    size_t n_final = 0;
    for (size_t at = 0; at < SIZE;) {
      uint32_t lowered[2];
      quoth_unicode_lower_next((quoth_bytes){data, SIZE}, &at, lowered);
      n_final += lowered[0] == 0x3C2;
    }
    assert_int_equal(n_final, 1); /* the last: another sigma follows all others */
  }
  free(data);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_word_characters),
      cmocka_unit_test(test_characters_after_unicode_14_are_unassigned),
      cmocka_unit_test(test_numbers_above_unicode_are_no_characters),
      cmocka_unit_test(test_lower_case),
      cmocka_unit_test(test_ill_formed_parts_end_the_context_of_a_sigma),
      cmocka_unit_test(test_sigmas_take_linear_time),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
