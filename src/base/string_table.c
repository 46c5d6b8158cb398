#include "base/string_table.h"

#include <stdlib.h>

quoth_strings quoth_string_table_view(const quoth_string_table *table) {
  return (quoth_strings){.bytes = table->bytes.data,
                         .ends = table->ends,
                         .n_strings = table->n_strings,
                         .slots = table->slots,
                         .n_slots = table->n_slots};
}

quoth_bytes quoth_string_table_get(const quoth_string_table *table, uint32_t id) {
  quoth_strings view = quoth_string_table_view(table);
  return quoth_strings_get(&view, id);
}

uint32_t quoth_string_table_find(const quoth_string_table *table, quoth_bytes text) {
  quoth_strings view = quoth_string_table_view(table);
  return quoth_strings_find(&view, text);
}

/* Room in the index for one more string. */
static quoth_status reserve_slot(quoth_string_table *table, quoth_error *err) {
  if (2 * ((uint64_t)table->n_strings + 1) <= table->n_slots) return QUOTH_OK;
  quoth_strings view = quoth_string_table_view(table);
  uint64_t n_slots = table->n_slots ? 2 * table->n_slots : 256;
  uint32_t *slots = quoth_strings_index(&view, n_slots, err);
  if (!slots) return QUOTH_ERR_NOMEM;
  free(table->slots);
  table->slots = slots;
  table->n_slots = n_slots;
  return QUOTH_OK;
}

uint32_t quoth_string_table_add(quoth_string_table *table, quoth_bytes text, quoth_error *err) {
  if (reserve_slot(table, err)) return QUOTH_STRING_NONE;
  quoth_strings view = quoth_string_table_view(table);
  uint64_t slot = quoth_strings_slot(&view, text);
  if (table->slots[slot] != QUOTH_STRING_NONE) return table->slots[slot];
  if (table->n_strings == QUOTH_STRING_NONE - 1) {
    quoth_fail(err, QUOTH_ERR_DATA, "more than %u distinct strings", table->n_strings);
    return QUOTH_STRING_NONE;
  }
  uint64_t *ends = quoth_grow(table->ends, &table->ends_capacity, (size_t)table->n_strings + 1,
                              sizeof *ends, err);
  if (!ends) return QUOTH_STRING_NONE;
  table->ends = ends;
  if (quoth_buffer_append(&table->bytes, text.data, text.size, err)) return QUOTH_STRING_NONE;
  ends[table->n_strings] = table->bytes.size;
  table->slots[slot] = table->n_strings;
  return table->n_strings++;
}

void quoth_string_table_clear(quoth_string_table *table) {
  quoth_buffer_clear(&table->bytes);
  free(table->ends);
  free(table->slots);
  *table = (quoth_string_table){0};
}
