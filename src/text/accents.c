#include "text/accents.h"

#include <string.h>

#include "text/accents_tables.h"

_Static_assert(ACCENT_LONGEST <= QUOTH_ACCENTS_MAX, "room for the longest decomposition");

/* Hangul syllables decompose by rule: Unicode 15, section 3.12. */
enum {
  HANGUL_FIRST = 0xAC00,
  HANGUL_LAST = 0xD7A3,
  LEADS = 0x1100,
  VOWELS = 0x1161,
  TAILS = 0x11A7,
  N_VOWELS = 21,
  N_TAILS = 28
};

static unsigned decompose_hangul(uint32_t code_point, uint32_t *out) {
  uint32_t syllable = code_point - HANGUL_FIRST, tail = syllable % N_TAILS;
  out[0] = LEADS + syllable / (N_VOWELS * N_TAILS);
  out[1] = VOWELS + syllable / N_TAILS % N_VOWELS;
  out[2] = TAILS + tail;
  return tail ? 3 : 2;
}

static unsigned record_of(uint32_t code_point) {
  uint32_t block = code_point / ACCENT_BLOCK_SIZE;
  if (block >= sizeof accent_blocks) return 0;
  return accent_records[accent_blocks[block] * ACCENT_BLOCK_SIZE + code_point % ACCENT_BLOCK_SIZE];
}

static unsigned strip(uint32_t code_point, uint32_t *out) {
  if (code_point >= HANGUL_FIRST && code_point <= HANGUL_LAST)
    return decompose_hangul(code_point, out);
  unsigned record = record_of(code_point);
  if (record == 0) {
    out[0] = code_point;
    return 1;
  }
  unsigned begin = accent_begins[record], n = accent_begins[record + 1] - begin;
  memcpy(out, accent_points + begin, n * sizeof *out);
  return n;
}

unsigned quoth_strip_accents_of(quoth_strip_accents how, uint32_t code_point,
                                uint32_t out[static QUOTH_ACCENTS_MAX]) {
  if (how == QUOTH_STRIP_ACCENTS_NONE || code_point < 0x80) {
    out[0] = code_point;
    return 1;
  }
  unsigned n = strip(code_point, out);
  if (how == QUOTH_STRIP_ACCENTS_UNICODE) return n;
  unsigned n_ascii = 0;
  for (unsigned i = 0; i < n; i++)
    if (out[i] < 0x80) out[n_ascii++] = out[i];
  return n_ascii;
}
