#include "base/strings.h"

#include <endian.h>
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

/* The first 16 bytes as two numbers that are ordered like them; 0 for what is missing. */
typedef struct first_bytes {
  uint64_t high, low;
} first_bytes;

/* Eight bytes at `text`, of which the first `size` count. */
static uint64_t number_of(const char *text, size_t size) {
  uint64_t number;
  memcpy(&number, text, sizeof number);
  return be64toh(number) & (size >= 8 ? UINT64_MAX : ~(UINT64_MAX >> 8 * size));
}

/* There are 16 bytes at `text`, of which the first `size` are the string's. */
static first_bytes first_bytes_of(const char *text, size_t size) {
  return (first_bytes){number_of(text, size), number_of(text + 8, size > 8 ? size - 8 : 0)};
}

/* Terms mostly differ early, but where, no branch can foresee: so two numbers a term are compared,
 * and terms themselves only if these are alike. */
static bool ascend_strictly(const quoth_strings *strings, uint64_t n_bytes) {
  first_bytes last = {0, 0};
  uint64_t begin = 0;
  for (uint32_t id = 0; id < strings->n_strings; id++) {
    uint64_t end = strings->ends[id];
    if (end < begin || end > n_bytes) return false;
    first_bytes first = {0, 0}; /* of the last few there may not be 16 bytes */
    if (n_bytes - begin >= 16) first = first_bytes_of(strings->bytes + begin, end - begin);
    bool is_after = (last.high < first.high) | ((last.high == first.high) & (last.low < first.low));
    if (!is_after && id &&
        quoth_bytes_compare(quoth_strings_get(strings, id - 1), quoth_strings_get(strings, id)) >=
            0)
      return false;
    last = first;
    begin = end;
  }
  return true;
}

/* Counted without branches: which slots are empty is as good as random. */
static bool is_sound_index(const quoth_strings *strings) {
  if (strings->n_slots == 0) return strings->n_strings == 0;
  if (strings->n_slots & (strings->n_slots - 1)) return false;
  uint64_t n_used = 0, n_inside = 0;
  for (uint64_t i = 0; i < strings->n_slots; i++) {
    n_used += strings->slots[i] != QUOTH_STRING_NONE;
    n_inside += strings->slots[i] < strings->n_strings;
  }
  return n_inside == n_used && n_used == strings->n_strings && n_used < strings->n_slots;
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
