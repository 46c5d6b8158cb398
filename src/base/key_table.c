#include "base/key_table.h"

#include <stdlib.h>

#include "base/digest.h"

enum { KEY_BITS = 32, LEAST_IN_BUCKET = 4, MAX_BUCKET_BITS = 31 };

static uint64_t bucket_of(const quoth_key_table *table, uint64_t hash) {
  return hash >> (64 - table->bucket_bits);
}

static uint32_t key_of(const quoth_key_table *table, uint64_t hash) {
  return (uint32_t)(hash << table->bucket_bits >> (64 - KEY_BITS));
}

uint32_t quoth_key_table_find(const quoth_key_table *table, quoth_bytes text) {
  uint64_t hash = quoth_hash(text.data, text.size), bucket = bucket_of(table, hash);
  uint32_t key = key_of(table, hash), end = table->buckets[bucket + 1];
  for (uint32_t i = table->buckets[bucket]; i < end; i++)
    if (table->keys[i] == key) return i;
  return QUOTH_STRING_NONE;
}

/* ---- Making one ------------------------------------------------------------ */

typedef struct hashed {
  uint64_t hash;
  uint32_t number;
} hashed;

static int compare(const void *a_, const void *b_) {
  const hashed *a = a_, *b = b_;
  if (a->hash != b->hash) return a->hash < b->hash ? -1 : 1;
  return (a->number > b->number) - (a->number < b->number);
}

/* `sorted` is [n]. */
static void fill(const hashed *sorted, uint32_t n, quoth_key_table *table, uint32_t *order) {
  uint32_t *buckets = (uint32_t *)(uintptr_t)table->buckets;
  uint32_t *keys = (uint32_t *)(uintptr_t)table->keys;
  uint64_t bucket = 0;
  for (uint32_t i = 0; i < n; i++) {
    uint64_t own = bucket_of(table, sorted[i].hash);
    uint32_t key = key_of(table, sorted[i].hash);
    while (bucket < own) buckets[++bucket] = table->n_keys;
    if (table->n_keys > buckets[bucket] && keys[table->n_keys - 1] == key) continue;
    order[table->n_keys] = sorted[i].number;
    keys[table->n_keys++] = key;
  }
  while (bucket < (uint64_t)1 << table->bucket_bits) buckets[++bucket] = table->n_keys;
}

quoth_status quoth_key_table_new(const quoth_strings *strings, uint32_t *order, uint32_t n,
                                 quoth_key_table *out, quoth_error *err) {
  *out = (quoth_key_table){.bucket_bits = 1};
  while (out->bucket_bits < MAX_BUCKET_BITS &&
         (uint64_t)LEAST_IN_BUCKET << (out->bucket_bits + 1) <= n)
    out->bucket_bits++;
  hashed *sorted = quoth_new_array(n, sizeof *sorted, err);
  out->buckets = quoth_new_array(((size_t)1 << out->bucket_bits) + 1, sizeof *out->buckets, err);
  out->keys = quoth_new_array(n, sizeof *out->keys, err);
  if (!sorted || !out->buckets || !out->keys) {
    free(sorted);
    quoth_key_table_free(out);
    return QUOTH_ERR_NOMEM;
  }
  for (uint32_t i = 0; i < n; i++) {
    quoth_bytes text = quoth_strings_get(strings, order[i]);
    sorted[i] = (hashed){quoth_hash(text.data, text.size), order[i]};
  }
  if (n > 0) qsort(sorted, n, sizeof *sorted, compare);
  fill(sorted, n, out, order);
  free(sorted);
  return QUOTH_OK;
}

void quoth_key_table_free(quoth_key_table *table) {
  free((void *)(uintptr_t)table->buckets);
  free((void *)(uintptr_t)table->keys);
  *table = (quoth_key_table){0};
}

/* ---- Foreign bytes --------------------------------------------------------- */

quoth_status quoth_key_table_check(const quoth_key_table *table, const char *what,
                                   quoth_error *err) {
  uint64_t n_buckets = (uint64_t)1 << table->bucket_bits;
  bool is_sound = table->buckets[0] == 0 && table->buckets[n_buckets] == table->n_keys;
  for (uint64_t b = 0; b < n_buckets && is_sound; b++)
    is_sound = table->buckets[b] <= table->buckets[b + 1];
  for (uint64_t b = 0; b < n_buckets && is_sound; b++)
    for (uint32_t i = table->buckets[b] + 1; i < table->buckets[b + 1]; i++)
      is_sound = is_sound && table->keys[i - 1] < table->keys[i];
  return is_sound ? QUOTH_OK
                  : quoth_fail(err, QUOTH_ERR_FORMAT, "%s: its table of keys is damaged", what);
}
