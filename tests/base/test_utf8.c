#include "testing.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

static quoth_bytes bytes(const char *text) { return (quoth_bytes){text, strlen(text)}; }

/* Every scalar value, against the bit patterns of Unicode 15, table 3-6. */
static void test_every_code_point_round_trips(void **state) {
  (void)state;
  for (uint32_t c = 0; c <= 0x10FFFF; c++) {
    if (c >= 0xD800 && c <= 0xDFFF) continue;
    char out[4];
    size_t size = quoth_utf8_put(c, out), at = 0;
    assert_int_equal(size, 1 + (c > 0x7F) + (c > 0x7FF) + (c > 0xFFFF));
    quoth_bytes text = {out, size};
    assert_int_equal(quoth_utf8_next(text, &at), c);
    assert_int_equal(at, size);
    assert_int_equal(quoth_utf8_valid_prefix(text), size);
    assert_int_equal(quoth_utf8_length(text), 1);
  }
}

static void test_known_encodings(void **state) {
  (void)state;
  static const struct {
    uint32_t code_point;
    const char *encoding;
  } KNOWN[] = {/* the standard's table 3-4, and the euro sign */
               {0x4D, "\x4D"},
               {0x430, "\xD0\xB0"},
               {0x4E8C, "\xE4\xBA\x8C"},
               {0x10302, "\xF0\x90\x8C\x82"},
               {0x20AC, "\xE2\x82\xAC"}};
  for (size_t i = 0; i < sizeof KNOWN / sizeof *KNOWN; i++) {
    char out[4];
    quoth_bytes text = bytes(KNOWN[i].encoding);
    assert_int_equal(quoth_utf8_put(KNOWN[i].code_point, out), text.size);
    assert_memory_equal(out, text.data, text.size);
  }
}

/* Tables 3-8 to 3-11 of Unicode 15: one U+FFFD for each maximal subpart. */
static void test_maximal_subparts(void **state) {
  (void)state;
  static const struct {
    const char *text, *decoded; /* '?' for an ill-formed part */
  } CASES[] = {
      {"\xC0\xAF\xE0\x80\xBF\xF0\x81\x82\x41", "????????A"},
      {"\xED\xA0\x80\xED\xBF\xBF\xED\xAF\x41", "????????A"},
      {"\xF4\x91\x92\x93\xFF\x41\x80\xBF\x42", "?????A??B"},
      {"\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41", "????A"},
      {"\xF0\x9F\x98", "?"}, /* cut off by the end */
      {"a\xE2\x82", "a?"},
  };
  for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
    quoth_bytes text = bytes(CASES[i].text);
    char decoded[16] = "";
    size_t at = 0, n = 0;
    while (at < text.size) {
      uint32_t c = quoth_utf8_next(text, &at);
      decoded[n++] = c == QUOTH_UTF8_INVALID ? '?' : (char)c;
    }
    assert_string_equal(decoded, CASES[i].decoded);
    assert_int_equal(at, text.size);
  }
}

static void test_valid_prefix_finds_the_first_bad_byte(void **state) {
  (void)state;
  char text[64];
  for (size_t size = 1; size <= sizeof text; size++)
    for (size_t bad = 0; bad < size; bad++) {
      memset(text, 'a', size);
      text[bad] = '\xFF';
      assert_int_equal(quoth_utf8_valid_prefix((quoth_bytes){text, size}), bad);
    }
  assert_int_equal(quoth_utf8_valid_prefix(bytes("na\xC3\xAFve \xE2\x82")), 7);
  assert_int_equal(quoth_utf8_valid_prefix(bytes("")), 0);
}

static void test_length_counts_characters(void **state) {
  (void)state;
  assert_int_equal(quoth_utf8_length(bytes("")), 0);
  assert_int_equal(quoth_utf8_length(bytes("na\xC3\xAFve")), 5);
  assert_int_equal(quoth_utf8_length(bytes("\xF0\x9F\x98\x80")), 1);
}

/* One '?' for each byte; the good characters between stay. */
static void test_making_valid(void **state) {
  (void)state;
  static const char *const CASES[][2] = {
      {"", ""},
      {"caf\xC3\xA9 \xF0\x9F\x98\x80", "caf\xC3\xA9 \xF0\x9F\x98\x80"},
      {"\xFF", "?"},
      {"a\xE2\x82", "a??"},
      {"\xE2\x82\xC3\xA9", "??\xC3\xA9"},
      {"\xED\xA0\x80z", "???z"},
      {"\xF0\x9F\x98\x80\x80\xC3", "\xF0\x9F\x98\x80??"},
  };
  for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
    char text[32];
    snprintf(text, sizeof text, "%s", CASES[i][0]);
    quoth_utf8_make_valid(text, strlen(text));
    assert_string_equal(text, CASES[i][1]);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_code_point_round_trips),
      cmocka_unit_test(test_known_encodings),
      cmocka_unit_test(test_maximal_subparts),
      cmocka_unit_test(test_valid_prefix_finds_the_first_bad_byte),
      cmocka_unit_test(test_length_counts_characters),
      cmocka_unit_test(test_making_valid),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
