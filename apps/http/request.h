/* request.h - the head of an HTTP/1.1 request (RFC 9112), read strictly.
 *
 * What a proxy in front could understand otherwise is refused: bare line feeds, folded lines,
 * spaces before colons, two lengths, a length beside an encoding, and all that is not in the
 * grammar. Nothing is repaired. The functions allocate nothing and look at no byte beyond their
 * input. */
#ifndef QUOTH_HTTP_REQUEST_H
#define QUOTH_HTTP_REQUEST_H

#include "base/memory.h"

enum {
  QUOTH_HTTP_MAX_HEAD = 16384, /* bytes of request line and fields together */
  QUOTH_HTTP_MAX_FIELDS = 100
};

typedef enum quoth_http_progress {
  QUOTH_HTTP_MORE, /* not all of it is there yet */
  QUOTH_HTTP_DONE,
  QUOTH_HTTP_REFUSED /* the refusal is set; what follows cannot be understood */
} quoth_http_progress;

typedef struct quoth_http_refusal {
  int status;         /* HTTP */
  const char *detail; /* one sentence; constant */
} quoth_http_refusal;

/* Strings are borrowed from the input; {NULL, 0} where absent. */
typedef struct quoth_http_request {
  quoth_bytes method;       /* capital letters */
  quoth_bytes path;         /* without the query; "*" of an OPTIONS */
  quoth_bytes content_type; /* parameters included */
  quoth_bytes host;
  uint64_t content_length; /* 0 if chunked */
  bool is_chunked;
  bool is_http_1_0;
  bool is_persistent; /* the client keeps the connection for more */
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

/* One field line without its CRLF. The value comes without the white space around it. */
bool quoth_http_read_field(quoth_bytes line, quoth_bytes *name, quoth_bytes *value,
                           quoth_http_refusal *refusal);

/* Sets the refusal and returns false. */
bool quoth_http_refuse(quoth_http_refusal *refusal, int status, const char *detail);

#endif
