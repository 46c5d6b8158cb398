/* string_table.h - distinct strings, numbered in order of first appearance. */
#ifndef QUOTH_BASE_STRING_TABLE_H
#define QUOTH_BASE_STRING_TABLE_H

#include "base/strings.h"

typedef struct quoth_string_table {
  quoth_buffer bytes;
  uint64_t *ends, *hashes; /* [n_strings] */
  size_t ends_capacity, hashes_capacity;
  uint64_t *slots;  /* [n_slots]: high half of the hash, number + 1 in the low half; 0: empty */
  uint64_t n_slots; /* at least twice n_strings */
  uint32_t n_strings;
} quoth_string_table; /* start from {0} */

enum { QUOTH_STRINGS_TOGETHER = 32 };

/* The id of `text`, added if it is new. QUOTH_STRING_NONE with `err` set on failure. */
uint32_t quoth_string_table_add(quoth_string_table *table, quoth_bytes text, quoth_error *err);
/* The same for up to QUOTH_STRINGS_TOGETHER texts in turn, which wait for memory together. */
quoth_status quoth_string_table_add_some(quoth_string_table *table, const quoth_bytes *texts,
                                         size_t n, uint32_t *ids, quoth_error *err);
/* The id of `text`, or QUOTH_STRING_NONE. */
uint32_t quoth_string_table_find(const quoth_string_table *table, quoth_bytes text);
/* String `id`; valid until the next _add. */
quoth_bytes quoth_string_table_get(const quoth_string_table *table, uint32_t id);
void quoth_string_table_clear(quoth_string_table *table);

#endif
