/* request.h - the head of an HTTP/1.1 request (RFC 9112), read strictly.
 *
 * What a proxy in front could understand otherwise is refused, as in message.h. The functions
 * allocate nothing and look at no byte beyond their input. */
#ifndef QUOTH_HTTP_REQUEST_H
#define QUOTH_HTTP_REQUEST_H

#include "http/message.h"

enum {
  QUOTH_HTTP_MAX_HEAD = 16384, /* bytes of request line and fields together */
  QUOTH_HTTP_MAX_FIELDS = 100
};

/* Strings are borrowed from the input; {NULL, 0} where absent. */
typedef struct quoth_http_request {
  quoth_bytes method;       /* capital letters */
  quoth_bytes path;         /* without the query; "*" of an OPTIONS */
  quoth_bytes content_type; /* parameters included */
  quoth_bytes host;
  quoth_http_framing framing;
  bool expects_continue;
} quoth_http_request;

/* Looks for the empty line that ends the head. `*n_scanned` is how much of `input` earlier calls
 * have seen, 0 at first; `*head_size` is set when done. */
quoth_http_progress quoth_http_find_head(quoth_bytes input, size_t *n_scanned, size_t *head_size,
                                         quoth_http_refusal *refusal);

/* Reads a head that quoth_http_find_head has found. False if it is refused; a body of more than
 * `max_body` bytes is. */
bool quoth_http_read_head(quoth_bytes head, uint64_t max_body, quoth_http_request *out,
                          quoth_http_refusal *refusal);

#endif
