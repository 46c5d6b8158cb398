#include "base/string_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"

quoth_bytes quoth_string_table_get(const quoth_string_table *table, uint32_t id) {
  size_t begin = id ? table->ends[id - 1] : 0;
  return (quoth_bytes){table->bytes.data + begin, table->ends[id] - begin};
}

/* The slot that holds `text`, or the empty one where it belongs. */
static size_t find_slot(const quoth_string_table *table, quoth_bytes text) {
  size_t mask = table->n_slots - 1;
  size_t slot = (size_t)quoth_hash(text.data, text.size) & mask;
  while (table->slots[slot] != QUOTH_STRING_NONE) {
    quoth_bytes there = quoth_string_table_get(table, table->slots[slot]);
    if (there.size == text.size && memcmp(there.data, text.data, text.size) == 0) break;
    slot = (slot + 1) & mask;
  }
  return slot;
}

static quoth_status rehash(quoth_string_table *table, size_t n_slots, quoth_error *err) {
  uint32_t *slots = quoth_new_array(n_slots, sizeof *slots, err);
  if (!slots) return QUOTH_ERR_NOMEM;
  memset(slots, 0xff, n_slots * sizeof *slots);
  free(table->slots);
  table->slots = slots;
  table->n_slots = n_slots;
  for (uint32_t id = 0; id < table->n_strings; id++)
    slots[find_slot(table, quoth_string_table_get(table, id))] = id;
  return QUOTH_OK;
}

uint32_t quoth_string_table_find(const quoth_string_table *table, quoth_bytes text) {
  return table->n_slots ? table->slots[find_slot(table, text)] : QUOTH_STRING_NONE;
}

uint32_t quoth_string_table_add(quoth_string_table *table, quoth_bytes text, quoth_error *err) {
  if (2 * ((size_t)table->n_strings + 1) > table->n_slots &&
      rehash(table, table->n_slots ? 2 * table->n_slots : 256, err))
    return QUOTH_STRING_NONE;
  size_t slot = find_slot(table, text);
  if (table->slots[slot] != QUOTH_STRING_NONE) return table->slots[slot];
  if (table->n_strings == QUOTH_STRING_NONE - 1) {
    quoth_fail(err, QUOTH_ERR_DATA, "more than %u distinct strings", table->n_strings);
    return QUOTH_STRING_NONE;
  }
  size_t *ends = quoth_grow(table->ends, &table->ends_capacity, (size_t)table->n_strings + 1,
                            sizeof *ends, err);
  if (!ends) return QUOTH_STRING_NONE;
  table->ends = ends;
  if (quoth_buffer_append(&table->bytes, text.data, text.size, err)) return QUOTH_STRING_NONE;
  table->ends[table->n_strings] = table->bytes.size;
  table->slots[slot] = table->n_strings;
  return table->n_strings++;
}

void quoth_string_table_clear(quoth_string_table *table) {
  quoth_buffer_clear(&table->bytes);
  free(table->ends);
  free(table->slots);
  *table = (quoth_string_table){0};
}
