/* string_table.h - distinct strings, numbered in order of first appearance.
 *
 * Open addressing with linear probing over a power-of-two array of ids; the strings lie
 * one behind another in one block. */
#ifndef QUOTH_BASE_STRING_TABLE_H
#define QUOTH_BASE_STRING_TABLE_H

#include "base/memory.h"

#define QUOTH_STRING_NONE UINT32_MAX

typedef struct quoth_string_table {
  quoth_buffer bytes;
  size_t *ends; /* [n_strings]: string i is bytes [ends[i-1], ends[i]) */
  uint32_t n_strings;
  size_t ends_capacity;
  uint32_t *slots;    /* [n_slots]: id, or QUOTH_STRING_NONE */
  size_t n_slots;     /* a power of two, at least twice n_strings; 0 before the first string */
} quoth_string_table; /* start from {0} */

/* The id of `text`, added if it is new. QUOTH_STRING_NONE with `err` set on failure. */
uint32_t quoth_string_table_add(quoth_string_table *table, quoth_bytes text, quoth_error *err);
/* The id of `text`, or QUOTH_STRING_NONE. */
uint32_t quoth_string_table_find(const quoth_string_table *table, quoth_bytes text);
/* String `id`; valid until the next _add. */
quoth_bytes quoth_string_table_get(const quoth_string_table *table, uint32_t id);
void quoth_string_table_clear(quoth_string_table *table);

#endif
