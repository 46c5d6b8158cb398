#include "text/unicode.h"

#include "text/unicode_tables.h"

/* ORDER FLAGS: as in tools/make_unicode.py */
enum { WORD = 1, CASED = 2, CASE_IGNORABLE = 4, SPACE = 8, UNSPACED = 16, MARK = 32 };

enum {
  CAPITAL_I_WITH_DOT_ABOVE = 0x130,
  COMBINING_DOT_ABOVE = 0x307,
  CAPITAL_SIGMA = 0x3A3,
  SMALL_FINAL_SIGMA = 0x3C2
};

static unsigned record_of(uint32_t code_point) {
  uint32_t block = code_point / UNICODE_BLOCK_SIZE;
  if (block >= sizeof unicode_blocks) return 0;
  return unicode_records[unicode_blocks[block] * UNICODE_BLOCK_SIZE +
                         code_point % UNICODE_BLOCK_SIZE];
}

static unsigned flags_of(uint32_t code_point) { return unicode_flags[record_of(code_point)]; }

bool quoth_unicode_is_word(uint32_t code_point) { return flags_of(code_point) & WORD; }

bool quoth_unicode_is_space(uint32_t code_point) { return flags_of(code_point) & SPACE; }

bool quoth_unicode_is_unspaced(uint32_t code_point) { return flags_of(code_point) & UNSPACED; }

bool quoth_unicode_is_mark(uint32_t code_point) { return flags_of(code_point) & MARK; }

/* Flags of the nearest character at or behind `at` that is not Case_Ignorable; 0 if none. */
static unsigned flags_after(quoth_bytes text, size_t at) {
  while (at < text.size) {
    unsigned flags = flags_of(quoth_utf8_next(text, &at));
    if (!(flags & CASE_IGNORABLE)) return flags;
  }
  return 0;
}

/* The character that ends at `*end` (> 0); moves `*end` to its begin. A lead byte begins a
 * character wherever decoding started, so what is well-formed here is what decoding forward
 * meets; where anything else ends at `*end`, the result is QUOTH_UTF8_INVALID. */
static uint32_t previous_character(quoth_bytes text, size_t *end) {
  size_t begin = *end - 1;
  while (begin > 0 && *end - begin < 4 && ((unsigned char)text.data[begin] & 0xC0) == 0x80) begin--;
  size_t at = begin;
  uint32_t code_point = quoth_utf8_next(text, &at);
  bool is_whole = at == *end;
  *end = begin;
  return is_whole ? code_point : QUOTH_UTF8_INVALID;
}

/* Flags of the nearest character at or before `end` that is not Case_Ignorable; 0 if none. */
static unsigned flags_before(quoth_bytes text, size_t end) {
  while (end > 0) {
    unsigned flags = flags_of(previous_character(text, &end));
    if (!(flags & CASE_IGNORABLE)) return flags;
  }
  return 0;
}

/* Unicode 15, table 3-17, Final_Sigma. Neither search goes beyond another sigma, which is Cased
 * and not Case_Ignorable, so no byte is looked at by more than two sigmas. */
static bool is_final_sigma(quoth_bytes text, size_t begin, size_t end) {
  return (flags_before(text, begin) & CASED) && !(flags_after(text, end) & CASED);
}

unsigned quoth_unicode_lower_next(quoth_bytes text, size_t *at, uint32_t lowered[static 2]) {
  size_t begin = *at;
  uint32_t code_point = quoth_utf8_next(text, at);
  lowered[0] = code_point + (uint32_t)unicode_deltas[record_of(code_point)];
  if (code_point == CAPITAL_I_WITH_DOT_ABOVE) {
    lowered[1] = COMBINING_DOT_ABOVE;
    return 2;
  }
  if (code_point == CAPITAL_SIGMA && is_final_sigma(text, begin, *at))
    lowered[0] = SMALL_FINAL_SIGMA;
  return 1;
}
