/* response.h - a response of the API as the bytes of HTTP/1.1. */
#ifndef QUOTH_HTTP_RESPONSE_H
#define QUOTH_HTTP_RESPONSE_H

#include <time.h>

#include "api/api.h"

typedef struct quoth_http_response {
  const quoth_api_response *response;
  bool is_head;     /* of a HEAD: no body, but its length */
  bool is_last;     /* the connection ends behind it */
  bool is_http_1_0; /* of the request */
  const char *date; /* as in quoth_http_date */
} quoth_http_response;

quoth_status quoth_http_append_response(quoth_buffer *out, const quoth_http_response *answer,
                                        quoth_error *err);

/* "Sun, 06 Nov 1994 08:49:37 GMT" of now; `second` and `date` remember the last one made. */
const char *quoth_http_date(time_t *second, char date[static 32]);

#endif
