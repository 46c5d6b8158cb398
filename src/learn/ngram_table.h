/* ngram_table.h - how the table of ngram_lm.h is read, for what scores with it and what packs it.
 * The table is sound: quoth_ngram_lm_check. */
#ifndef QUOTH_LEARN_NGRAM_TABLE_H
#define QUOTH_LEARN_NGRAM_TABLE_H

#include <string.h>

#include "learn/ngram_lm.h"

enum { QUOTH_NGRAM_MORE = 1 << 7 };   /* marks a byte of a number that others follow */
enum { QUOTH_NGRAM_MAX_KIND = 2 };    /* of runs; 3 if the table is packed */
enum { QUOTH_NGRAM_PACKED_BITS = 4 }; /* of the numbers in a run of kind 0 of a packed table */

/* Numbers in a row. */
enum { QUOTH_NGRAM_COUNTED = 2, QUOTH_NGRAM_FOLLOWING = 3, QUOTH_NGRAM_DISCOUNTED = 4 };

/* Rows of numbers that are all of as many bits. */
typedef struct quoth_ngram_run {
  const uint8_t *at; /* the next number; if packed, the first */
  size_t bit;        /* where behind `at` the next number begins, if packed */
  uint32_t n_rows;   /* that are left */
  uint32_t width;    /* of a number, in bytes; in bits, if packed: 4, 8, 16 or 32 */
  uint32_t mask;     /* the bits of a number */
} quoth_ngram_run;

/* Whether a table is packed is a parameter of what follows, and each reader compiled twice:
 * unpacked tables are read faster. */

static inline uint32_t quoth_ngram_n_following(const quoth_ngram_lm *lm) {
  return lm->discounts ? QUOTH_NGRAM_DISCOUNTED : QUOTH_NGRAM_FOLLOWING;
}

/* The low bytes of a key, and what is behind it. No n-gram with the padding behind it takes less
 * than eight bytes. */
static inline uint64_t quoth_ngram_low_bytes(const uint8_t *at) {
  uint64_t bytes;
  memcpy(&bytes, at, sizeof bytes);
  return bytes;
}

static inline uint32_t quoth_ngram_read_number(const uint8_t **at) {
  uint32_t number = *(*at)++;
  if (number < QUOTH_NGRAM_MORE) return number;
  number -= QUOTH_NGRAM_MORE;
  for (uint32_t shift = 7;; shift += 7) {
    uint32_t byte = *(*at)++;
    number |= (byte & (QUOTH_NGRAM_MORE - 1)) << shift;
    if (byte < QUOTH_NGRAM_MORE) return number;
  }
}

/* Bytes of a run behind its head. */
static inline size_t quoth_ngram_run_size(bool is_packed, uint32_t head, uint32_t n_numbers) {
  size_t units = (size_t)(head >> 2) * n_numbers << (head & 3);
  return is_packed ? (units * QUOTH_NGRAM_PACKED_BITS + 7) / 8 : units;
}

static inline quoth_ngram_run quoth_ngram_read_run(bool is_packed, const uint8_t **at,
                                                   uint32_t n_numbers) {
  static const uint32_t masks[] = {UINT8_MAX, UINT16_MAX, UINT32_MAX};
  uint32_t head = quoth_ngram_read_number(at), kind = head & 3;
  quoth_ngram_run rows = {.at = *at, .n_rows = head >> 2};
  rows.width = (is_packed ? QUOTH_NGRAM_PACKED_BITS : 1u) << kind;
  rows.mask = is_packed ? UINT32_MAX >> (32 - rows.width) : masks[kind];
  *at += quoth_ngram_run_size(is_packed, head, n_numbers);
  return rows;
}

static inline void quoth_ngram_skip_run(bool is_packed, const uint8_t **at, uint32_t n_numbers) {
  uint32_t head = quoth_ngram_read_number(at);
  *at += quoth_ngram_run_size(is_packed, head, n_numbers);
}

/* The next number of a row. */
static inline uint32_t quoth_ngram_next(bool is_packed, quoth_ngram_run *rows) {
  uint32_t number;
  if (is_packed) {
    memcpy(&number, rows->at + rows->bit / 8, sizeof number);
    number >>= rows->bit % 8;
    rows->bit += rows->width;
  } else {
    memcpy(&number, rows->at, sizeof number);
    rows->at += rows->width;
  }
  return number & rows->mask;
}

/* The class of the next row; UINT32_MAX if there is none. */
static inline uint32_t quoth_ngram_next_class(bool is_packed, quoth_ngram_run *rows) {
  if (rows->n_rows == 0) return UINT32_MAX;
  rows->n_rows--;
  return quoth_ngram_next(is_packed, rows);
}

#endif
