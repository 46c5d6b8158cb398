/* text_ids.h - the terms of many texts as numbers, in the order they come in. */
#ifndef QUOTH_CORPUS_TEXT_IDS_H
#define QUOTH_CORPUS_TEXT_IDS_H

#include "base/thread_pool.h"
#include "math/sparse.h"

/* Of QUOTH_CHUNK_TEXTS texts, or of the last ones. */
typedef struct quoth_id_chunk {
  uint32_t *ids; /* [n_ids], text by text, with repeats; owned */
  size_t n_ids;
  quoth_status status;
  quoth_error err;
} quoth_id_chunk;

typedef struct quoth_text_ids {
  size_t n_texts, n_chunks;
  quoth_id_chunk *chunks; /* [n_chunks]; owned */
  size_t *n_ids;          /* [n_texts], of each; owned */
} quoth_text_ids;

enum { QUOTH_CHUNK_TEXTS = 1024 };

/* Clear it also on failure. */
quoth_status quoth_text_ids_init(size_t n_texts, quoth_text_ids *out, quoth_error *err);
void quoth_text_ids_clear(quoth_text_ids *texts);
/* The text behind the last one of a chunk. */
size_t quoth_chunk_end(const quoth_text_ids *texts, size_t chunk);
/* The error of the first chunk that failed, which does not depend on the threads. */
quoth_status quoth_text_ids_failure(const quoth_text_ids *texts, quoth_error *err);

/* How often each text holds each of `n_terms` numbers. Frees the chunks' ids on the way. Clear
 * `out` also on failure. */
quoth_status quoth_text_ids_count(const quoth_text_ids *texts, uint32_t n_terms, quoth_pool *pool,
                                  quoth_sparse *out, quoth_error *err);

#endif
