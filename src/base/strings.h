/* strings.h - numbered distinct strings with an index from text to number: a read-only view, of a
 * model's tensors.
 *
 * The index is open addressing with linear probing over a power of two of slots, by the hash of
 * digest.h, which is the same on every machine. */
#ifndef QUOTH_BASE_STRINGS_H
#define QUOTH_BASE_STRINGS_H

#include "base/memory.h"

#define QUOTH_STRING_NONE UINT32_MAX

typedef struct quoth_strings {
  const char *bytes;    /* the strings, one behind another */
  const uint64_t *ends; /* [n_strings]: string i is bytes [ends[i-1], ends[i]) */
  uint32_t n_strings;
  const uint32_t *slots; /* [n_slots]: a string's number, or QUOTH_STRING_NONE */
  uint64_t n_slots;      /* a power of two above n_strings; 0 only if there are no strings */
} quoth_strings;

/* String `id` (below n_strings). */
quoth_bytes quoth_strings_get(const quoth_strings *strings, uint32_t id);
/* The number of `text`, or QUOTH_STRING_NONE. */
uint32_t quoth_strings_find(const quoth_strings *strings, quoth_bytes text);

/* A new index of `n_slots` (a power of two above n_strings) over `strings`, which are distinct and
 * of which bytes, ends and n_strings are read. From malloc. */
uint32_t *quoth_strings_index(const quoth_strings *strings, uint64_t n_slots, quoth_error *err);
/* The same from the strings' hashes, [n_strings]. */
uint32_t *quoth_strings_index_hashed(const uint64_t *hashes, uint32_t n_strings, uint64_t n_slots,
                                     quoth_error *err);
/* The usual size of an index: between a quarter and half full. */
uint64_t quoth_strings_index_size(uint32_t n_strings);

/* Refuses a view (read from a file, bytes being `n_bytes`) whose numbers would lead a look-up
 * astray, or whose strings do not ascend strictly by bytes. `what` names it in the message. */
quoth_status quoth_strings_check(const quoth_strings *strings, uint64_t n_bytes, const char *what,
                                 quoth_error *err);

/* Order by bytes, which for UTF-8 is the order of code points: <0, 0, >0. */
int quoth_bytes_compare(quoth_bytes a, quoth_bytes b);

#endif
