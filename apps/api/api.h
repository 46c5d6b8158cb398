/* api.h - the prediction API: a request's bytes in, a response's bytes out. No sockets, no threads,
 * no clock: the HTTP server and the Lambda runtime stand around it.
 *
 * A quoth_api is immutable but for its counters and may be shared by threads; each thread has a
 * quoth_api_worker of its own. The routes are in openapi.json, which the API itself serves. */
#ifndef QUOTH_API_API_H
#define QUOTH_API_API_H

#include "base/memory.h"
#include "quoth.h"

typedef struct quoth_api quoth_api;
typedef struct quoth_api_worker quoth_api_worker;

typedef struct quoth_api_model { /* borrowed; outlives the API */
  const char *name;              /* in /v2/models/NAME; [A-Za-z0-9._-]+ */
  const quoth_model *model;
} quoth_api_model;

/* The first of `models` ([n_models], at least 1) answers where no name is given. */
quoth_status quoth_api_new(const quoth_api_model *models, size_t n_models, quoth_api **out,
                           quoth_error *err);
void quoth_api_free(quoth_api *api);

quoth_status quoth_api_worker_new(const quoth_api *api, quoth_api_worker **out, quoth_error *err);
void quoth_api_worker_free(quoth_api_worker *worker);

/* Strings are borrowed for the call and need not end in NUL; {NULL, 0} where absent. */
typedef struct quoth_api_request {
  quoth_bytes method;       /* "GET", in capitals */
  quoth_bytes path;         /* "/predict", without the query */
  quoth_bytes content_type; /* header, parameters included */
  quoth_bytes body;
  bool is_draining; /* the server is about to stop: /readyz says so */
} quoth_api_request;

/* Borrowed from the worker until its next request. */
typedef struct quoth_api_response {
  int status;                          /* HTTP */
  const char *content_type;            /* NULL without a body */
  const char *allow;                   /* methods, with a 405 and to OPTIONS; else NULL */
  const char *cache_control;           /* or NULL */
  const char *content_security_policy; /* of the page; else NULL */
  quoth_bytes body;                    /* data is never NULL */
  const char *route; /* the pattern that matched, such as "/v2/models/{name}"; for logs */
  uint32_t n_texts;  /* that were predicted */
} quoth_api_response;

/* Always gives an answer, be it a problem (RFC 9457). A HEAD is answered as its GET with the body
 * still there: the transport drops it. */
void quoth_api_handle(const quoth_api *api, quoth_api_worker *worker,
                      const quoth_api_request *request, quoth_api_response *response);

/* The phrase of a status, such as "Not Found". */
const char *quoth_api_reason(int status);

typedef struct quoth_api_header {
  const char *name, *value;
} quoth_api_header;

enum { QUOTH_API_MAX_HEADERS = 5 };

/* The header fields that go with a response, whatever carries it. Returns how many there are. */
size_t quoth_api_headers(const quoth_api_response *response,
                         quoth_api_header headers[static QUOTH_API_MAX_HEADERS]);

/* A problem document for what the transport itself refuses (400, 408, 413, 431, 503 ...). */
void quoth_api_problem(quoth_api_worker *worker, int status, const char *detail,
                       quoth_api_response *response);

/* What GET /metrics tells beyond the predictions, counted by the transport. Safe from any thread.
 */
void quoth_api_count_request(quoth_api *api, const char *route, int status, double seconds);
void quoth_api_count_in_flight(quoth_api *api,
                               int change); /* +1 at a request's start, -1 at its end */

#endif
