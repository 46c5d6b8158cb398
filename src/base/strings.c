#include "base/strings.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"

int quoth_bytes_compare(quoth_bytes a, quoth_bytes b) {
  size_t shared = a.size < b.size ? a.size : b.size;
  int order = shared ? memcmp(a.data, b.data, shared) : 0;
  return order ? order : (a.size > b.size) - (a.size < b.size);
}

quoth_bytes quoth_strings_get(const quoth_strings *strings, uint32_t id) {
  uint64_t begin = id ? strings->ends[id - 1] : 0;
  return (quoth_bytes){strings->bytes + begin, strings->ends[id] - begin};
}

/* The slot that holds `text`, or the empty one where it belongs; needs n_slots > 0. */
static uint64_t find_slot(const quoth_strings *strings, quoth_bytes text) {
  uint64_t mask = strings->n_slots - 1;
  uint64_t slot = quoth_hash(text.data, text.size) & mask;
  while (strings->slots[slot] != QUOTH_STRING_NONE) {
    quoth_bytes there = quoth_strings_get(strings, strings->slots[slot]);
    if (there.size == text.size && memcmp(there.data, text.data, text.size) == 0) break;
    slot = (slot + 1) & mask;
  }
  return slot;
}

uint32_t quoth_strings_find(const quoth_strings *strings, quoth_bytes text) {
  return strings->n_slots ? strings->slots[find_slot(strings, text)] : QUOTH_STRING_NONE;
}

uint64_t quoth_strings_index_size(uint32_t n_strings) {
  uint64_t n_slots = 16;
  while (n_slots < 2 * (uint64_t)n_strings) n_slots *= 2;
  return n_slots;
}

uint32_t *quoth_strings_index_hashed(const uint64_t *hashes, uint32_t n_strings, uint64_t n_slots,
                                     quoth_error *err) {
  enum { AHEAD = 16 };
  uint32_t *slots = quoth_new_unset(n_slots, sizeof *slots, err);
  if (!slots) return NULL;
  memset(slots, 0xff, n_slots * sizeof *slots);
  uint64_t mask = n_slots - 1;
  for (uint32_t id = 0; id < n_strings; id++) {
    if (id + AHEAD < n_strings) __builtin_prefetch(&slots[hashes[id + AHEAD] & mask], 1);
    uint64_t slot = hashes[id] & mask;
    while (slots[slot] != QUOTH_STRING_NONE) slot = (slot + 1) & mask;
    slots[slot] = id;
  }
  return slots;
}

uint32_t *quoth_strings_index(const quoth_strings *strings, uint64_t n_slots, quoth_error *err) {
  uint64_t *hashes = quoth_new_unset(strings->n_strings, sizeof *hashes, err);
  if (!hashes) return NULL;
  for (uint32_t id = 0; id < strings->n_strings; id++) {
    quoth_bytes text = quoth_strings_get(strings, id);
    hashes[id] = quoth_hash(text.data, text.size);
  }
  uint32_t *slots = quoth_strings_index_hashed(hashes, strings->n_strings, n_slots, err);
  free(hashes);
  return slots;
}

static bool ascend_strictly(const quoth_strings *strings, uint64_t n_bytes) {
  for (uint32_t id = 0; id < strings->n_strings; id++) {
    uint64_t begin = id ? strings->ends[id - 1] : 0;
    if (strings->ends[id] < begin || strings->ends[id] > n_bytes) return false;
    if (id && quoth_bytes_compare(quoth_strings_get(strings, id - 1),
                                  quoth_strings_get(strings, id)) >= 0)
      return false;
  }
  return true;
}

static bool is_sound_index(const quoth_strings *strings) {
  if (strings->n_slots == 0) return strings->n_strings == 0;
  if (strings->n_slots & (strings->n_slots - 1)) return false;
  uint64_t n_used = 0;
  for (uint64_t i = 0; i < strings->n_slots; i++) {
    if (strings->slots[i] == QUOTH_STRING_NONE) continue;
    if (strings->slots[i] >= strings->n_strings) return false;
    n_used++;
  }
  return n_used == strings->n_strings && n_used < strings->n_slots;
}

quoth_status quoth_strings_check(const quoth_strings *strings, uint64_t n_bytes, const char *what,
                                 quoth_error *err) {
  if (!ascend_strictly(strings, n_bytes))
    return quoth_fail(err, QUOTH_ERR_FORMAT, "%s: its strings are out of order or out of range",
                      what);
  if (!is_sound_index(strings))
    return quoth_fail(err, QUOTH_ERR_FORMAT, "%s: its index is damaged", what);
  return QUOTH_OK;
}
