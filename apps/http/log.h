/* log.h - the server's log on standard error: one line, one write(2), an event. No byte of a
 * client's is ever in it. */
#ifndef QUOTH_HTTP_LOG_H
#define QUOTH_HTTP_LOG_H

#include "base/error.h"
#include "base/memory.h"

typedef enum quoth_http_log { /* the form of a line */
                              QUOTH_HTTP_LOG_TEXT,
                              QUOTH_HTTP_LOG_JSON
} quoth_http_log;

typedef struct quoth_http_log_entry {
  quoth_bytes method; /* as sent: only known ones are printed */
  const char *route;  /* the pattern, not what was asked for */
  int status;
  size_t size_bytes; /* of the answer's body */
  double seconds;
} quoth_http_log_entry;

/* One request that was answered. */
void quoth_http_log_request(quoth_http_log log, const quoth_http_log_entry *entry);

/* What happens to the server itself. `level` is "info", "warning" or "error". */
void quoth_http_log_event(quoth_http_log log, const char *level, const char *format, ...)
    QUOTH_PRINTF(3, 4);
/* "FILE: message" of an error. */
void quoth_http_log_error(quoth_http_log log, const char *what, const quoth_error *err);

#endif
