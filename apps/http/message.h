/* message.h - what requests and responses of HTTP/1.1 (RFC 9112) have in common: lines, header
 * fields, and what they say of the body's length.
 *
 * Read strictly: bare line feeds, folded lines, spaces before colons, two lengths, a length beside
 * an encoding, and all that is not in the grammar are refused. Nothing is repaired. The functions
 * allocate nothing and look at no byte beyond their input. */
#ifndef QUOTH_HTTP_MESSAGE_H
#define QUOTH_HTTP_MESSAGE_H

#include "base/memory.h"

typedef enum quoth_http_progress {
  QUOTH_HTTP_MORE, /* not all of it is there yet */
  QUOTH_HTTP_DONE,
  QUOTH_HTTP_REFUSED /* the refusal is set; what follows cannot be understood */
} quoth_http_progress;

typedef struct quoth_http_refusal {
  int status;         /* HTTP */
  const char *detail; /* one sentence; constant */
} quoth_http_refusal;

/* Sets the refusal and returns false. */
bool quoth_http_refuse(quoth_http_refusal *refusal, int status, const char *detail);

/* ---- Characters and words -------------------------------------------------- */

bool quoth_http_is_digit(unsigned char c);
bool quoth_http_is_letter(unsigned char c);
bool quoth_http_is_token(unsigned char c); /* tchar of RFC 9110, 5.6.2 */
bool quoth_http_is_path(unsigned char c);  /* pchar of RFC 3986, and the slash */

bool quoth_http_all(quoth_bytes text, bool (*is_allowed)(unsigned char));
bool quoth_http_equals(quoth_bytes text, const char *lower_case);

/* Takes what stands before the first `separator` off `*rest`; all of it if there is none. */
quoth_bytes quoth_http_take_until(quoth_bytes *rest, char separator);
/* Takes a line of a head off `*rest`, without its CRLF. */
quoth_bytes quoth_http_take_line(quoth_bytes *rest);

/* ---- The head -------------------------------------------------------------- */

/* Looks for the empty line that ends a head. `*n_scanned` is how much of `input` earlier calls have
 * seen, 0 at first; `*head_size` is set when done. An empty line before all others is none. */
quoth_http_progress quoth_http_find_empty_line(quoth_bytes input, size_t *n_scanned,
                                               size_t *head_size, quoth_http_refusal *refusal);

/* One field line without its CRLF. The value comes without the white space around it. */
bool quoth_http_read_field(quoth_bytes line, quoth_bytes *name, quoth_bytes *value,
                           quoth_http_refusal *refusal);

/* Where the message ends and whether another may follow. Start from {0}. */
typedef struct quoth_http_framing {
  bool is_http_1_0;
  bool has_length;
  uint64_t content_length; /* 0 without one */
  bool is_chunked;
  bool is_persistent; /* the other side keeps the connection for more */
} quoth_http_framing;

/* "HTTP/1.1", which comes before the fields. */
bool quoth_http_read_version(quoth_bytes version, quoth_http_framing *framing,
                             quoth_http_refusal *refusal);
/* Reads a field if it is one of Content-Length, Transfer-Encoding and Connection, and passes over
 * any other. A body of more than `max_body` bytes is refused. */
bool quoth_http_read_framing(quoth_bytes name, quoth_bytes value, uint64_t max_body,
                             quoth_http_framing *framing, quoth_http_refusal *refusal);

#endif
