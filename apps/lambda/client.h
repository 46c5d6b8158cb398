/* client.h - one connection to the Runtime API: HTTP/1.1, blocking, one exchange after another. */
#ifndef QUOTH_LAMBDA_CLIENT_H
#define QUOTH_LAMBDA_CLIENT_H

#include "lambda/endpoint.h"
#include "lambda/reply.h"

typedef struct quoth_lambda_client {
  const quoth_lambda_endpoint *endpoint;
  int stop_fd;              /* waiting for events ends once it can be read; -1: never */
  int fd;                   /* -1 without a connection */
  quoth_buffer head;        /* of the request */
  quoth_buffer in;          /* the reply */
  quoth_lambda_reply reply; /* of the last exchange that succeeded */
  bool is_resent;           /* so that the first copy may have arrived, too */
} quoth_lambda_client;

/* Strings are borrowed for the call. */
typedef struct quoth_lambda_request {
  const char *path;        /* "/runtime/invocation/next" */
  const char *error_type;  /* of an error that is reported; else NULL */
  const quoth_bytes *body; /* JSON, of a POST; NULL for a GET */
  bool may_stop;           /* stop_fd ends it before the first byte of the reply */
} quoth_lambda_request;

/* Connects with the first exchange. `endpoint` is borrowed. */
void quoth_lambda_client_init(quoth_lambda_client *client, const quoth_lambda_endpoint *endpoint,
                              int stop_fd);
void quoth_lambda_client_clear(quoth_lambda_client *client);
void quoth_lambda_client_disconnect(quoth_lambda_client *client);

/* Sends a request and waits for the reply as long as it takes. A connection that is lost before the
 * whole reply is there is opened anew, once, and the request sent again. QUOTH_ERR_STOPPED: by
 * stop_fd. */
quoth_status quoth_lambda_exchange(quoth_lambda_client *client, const quoth_lambda_request *request,
                                   quoth_error *err);

/* Borrowed until the next exchange. */
quoth_bytes quoth_lambda_reply_body(const quoth_lambda_client *client);

#endif
