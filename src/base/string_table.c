/* Open addressing with linear probing. A slot holds half of its string's hash, so that other
 * strings are passed over without a look at them. */
#include "base/string_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"

static const uint64_t TAG = 0xFFFFFFFF00000000;

static uint32_t number_in(uint64_t slot) { return (uint32_t)slot - 1; }

static uint64_t begin_of(const quoth_string_table *table, uint32_t id) {
  return id ? table->ends[id - 1] : 0;
}

quoth_bytes quoth_string_table_get(const quoth_string_table *table, uint32_t id) {
  uint64_t begin = begin_of(table, id);
  return (quoth_bytes){table->bytes.data + begin, table->ends[id] - begin};
}

/* The first slot from the hash's own on that is empty or has its tag. */
static uint64_t *find_tag(const quoth_string_table *table, uint64_t hash, uint64_t at) {
  uint64_t mask = table->n_slots - 1;
  for (at &= mask; table->slots[at] && (table->slots[at] ^ hash) & TAG;) at = (at + 1) & mask;
  return &table->slots[at];
}

/* The slot that holds `text`, or the empty one where it belongs. */
static uint64_t *find_slot(const quoth_string_table *table, quoth_bytes text, uint64_t hash) {
  uint64_t *slot = find_tag(table, hash, hash);
  while (*slot) {
    quoth_bytes there = quoth_string_table_get(table, number_in(*slot));
    if (there.size == text.size && memcmp(there.data, text.data, text.size) == 0) break;
    slot = find_tag(table, hash, (uint64_t)(slot - table->slots) + 1);
  }
  return slot;
}

uint32_t quoth_string_table_find(const quoth_string_table *table, quoth_bytes text) {
  if (!table->n_slots) return QUOTH_STRING_NONE;
  uint64_t slot = *find_slot(table, text, quoth_hash(text.data, text.size));
  return slot ? number_in(slot) : QUOTH_STRING_NONE;
}

/* ---- Adding ---------------------------------------------------------------- */

static void fill_slots(const quoth_string_table *table) {
  uint64_t mask = table->n_slots - 1;
  for (uint32_t id = 0; id < table->n_strings; id++) {
    uint64_t at = table->hashes[id] & mask;
    while (table->slots[at]) at = (at + 1) & mask;
    table->slots[at] = (table->hashes[id] & TAG) | (id + 1);
  }
}

/* Room in the index for `more` strings. */
static quoth_status reserve_slots(quoth_string_table *table, size_t more, quoth_error *err) {
  uint64_t n_slots = table->n_slots ? table->n_slots : 256;
  while (n_slots < 2 * ((uint64_t)table->n_strings + more)) n_slots *= 2;
  if (n_slots == table->n_slots) return QUOTH_OK;
  /* Zeroed by hand: pages that are read before they are written are mapped twice, and all threads
   * stop for that. */
  uint64_t *slots = quoth_new_aligned(n_slots, sizeof *slots, err);
  if (!slots) return QUOTH_ERR_NOMEM;
  free(table->slots);
  table->slots = slots;
  table->n_slots = n_slots;
  fill_slots(table);
  return QUOTH_OK;
}

static quoth_status append(quoth_string_table *table, quoth_bytes text, uint64_t hash,
                           quoth_error *err) {
  size_t need = (size_t)table->n_strings + 1;
  if (need >= QUOTH_STRING_NONE)
    return quoth_fail(err, QUOTH_ERR_DATA, "more than %u distinct strings", table->n_strings);
  uint64_t *ends = quoth_grow(table->ends, &table->ends_capacity, need, sizeof *ends, err);
  if (!ends) return QUOTH_ERR_NOMEM;
  table->ends = ends;
  uint64_t *hashes = quoth_grow(table->hashes, &table->hashes_capacity, need, sizeof *hashes, err);
  if (!hashes) return QUOTH_ERR_NOMEM;
  table->hashes = hashes;
  quoth_status status = quoth_buffer_append(&table->bytes, text.data, text.size, err);
  if (status) return status;
  ends[table->n_strings] = table->bytes.size;
  hashes[table->n_strings++] = hash;
  return QUOTH_OK;
}

/* Needs room in the index. */
static quoth_status add_hashed(quoth_string_table *table, quoth_bytes text, uint64_t hash,
                               uint32_t *id, quoth_error *err) {
  uint64_t *slot = find_slot(table, text, hash);
  if (!*slot) {
    quoth_status status = append(table, text, hash, err);
    if (status) return status;
    *slot = (hash & TAG) | table->n_strings;
  }
  *id = number_in(*slot);
  return QUOTH_OK;
}

uint32_t quoth_string_table_add(quoth_string_table *table, quoth_bytes text, quoth_error *err) {
  uint32_t id = QUOTH_STRING_NONE;
  return quoth_string_table_add_some(table, &text, 1, &id, err) ? QUOTH_STRING_NONE : id;
}

/* Each loop asks for the memory that the next one needs. */
quoth_status quoth_string_table_add_some(quoth_string_table *table, const quoth_bytes *texts,
                                         size_t n, uint32_t *ids, quoth_error *err) {
  uint64_t hashes[QUOTH_STRINGS_TOGETHER];
  quoth_status status = reserve_slots(table, n, err);
  if (status) return status;
  for (size_t i = 0; i < n; i++) {
    hashes[i] = quoth_hash(texts[i].data, texts[i].size);
    __builtin_prefetch(&table->slots[hashes[i] & (table->n_slots - 1)]);
  }
  for (size_t i = 0; i < n; i++) {
    ids[i] = number_in(*find_tag(table, hashes[i], hashes[i]));
    if (ids[i] != QUOTH_STRING_NONE) __builtin_prefetch(&table->ends[ids[i]]);
  }
  for (size_t i = 0; i < n; i++)
    if (ids[i] != QUOTH_STRING_NONE)
      __builtin_prefetch(table->bytes.data + begin_of(table, ids[i]));
  for (size_t i = 0; i < n && !status; i++)
    status = add_hashed(table, texts[i], hashes[i], &ids[i], err);
  return status;
}

void quoth_string_table_clear(quoth_string_table *table) {
  quoth_buffer_clear(&table->bytes);
  free(table->ends);
  free(table->hashes);
  free(table->slots);
  *table = (quoth_string_table){0};
}
