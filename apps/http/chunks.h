/* chunks.h - a body that comes in chunks (RFC 9112, 7.1), put together where it lies. */
#ifndef QUOTH_HTTP_CHUNKS_H
#define QUOTH_HTTP_CHUNKS_H

#include "http/message.h"

typedef enum quoth_http_chunk_part {
  QUOTH_HTTP_CHUNK_SIZE,    /* the line before a chunk */
  QUOTH_HTTP_CHUNK_DATA,    /* the chunk */
  QUOTH_HTTP_CHUNK_END,     /* the CRLF behind it */
  QUOTH_HTTP_CHUNK_TRAILERS /* fields behind the last one: checked and dropped */
} quoth_http_chunk_part;

/* How far the reading is. Start from {0}. */
typedef struct quoth_http_chunks {
  quoth_http_chunk_part next;
  uint64_t n_left;   /* bytes of this chunk that are to come */
  size_t n_trailing; /* bytes of trailers so far */
  size_t n_decoded;  /* bytes of the body so far, at the beginning of the input */
} quoth_http_chunks;

/* `data` is [*size]: the body so far, [n_decoded], and behind it what has come in since. Moves the
 * bodies of chunks down and takes their frames out, so that `*size` shrinks. When done, what is
 * behind n_decoded belongs to the next request. */
quoth_http_progress quoth_http_read_chunks(quoth_http_chunks *chunks, char *data, size_t *size,
                                           uint64_t max_body, quoth_http_refusal *refusal);

#endif
