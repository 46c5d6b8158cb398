/* key_table.h - numbered distinct texts of which only hashes are kept: a read-only view, of a
 * model's tensors. A tenth of the size of strings.h, which has the texts themselves.
 *
 * Texts are numbered by their 64-bit hashes (digest.h), ascending. Of these the highest bits choose
 * a bucket, and the 32 below them are kept. A text that is not among them has the same bits as one
 * that is about once in 2^32 divided by the size of a bucket, which is 4 to 8: it is then taken for
 * that one. */
#ifndef QUOTH_BASE_KEY_TABLE_H
#define QUOTH_BASE_KEY_TABLE_H

#include "base/strings.h"

typedef struct quoth_key_table {
  const uint32_t *buckets; /* [2^bucket_bits + 1]: bucket i is keys [buckets[i], buckets[i + 1]) */
  const uint32_t *keys;    /* [n_keys], ascending in a bucket */
  uint32_t n_keys;
  uint32_t bucket_bits; /* 1 to 31 */
} quoth_key_table;

/* The number of `text`, or QUOTH_STRING_NONE. */
uint32_t quoth_key_table_find(const quoth_key_table *table, quoth_bytes text);

/* A table of the strings with the numbers `order` ([n]), of which "bytes" and "ends" are read; its
 * arrays are from malloc. `order` is then, for each number in the table, that in `strings`. Of two
 * strings whose keys are the same the lower number is kept, and found in place of the other. */
quoth_status quoth_key_table_new(const quoth_strings *strings, uint32_t *order, uint32_t n,
                                 quoth_key_table *out, quoth_error *err);
void quoth_key_table_free(quoth_key_table *table);

/* Refuses a view (read from a file, sizes being right) that would lead a look-up astray. `what`
 * names it in the message. */
quoth_status quoth_key_table_check(const quoth_key_table *table, const char *what,
                                   quoth_error *err);

#endif
