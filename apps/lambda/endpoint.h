/* endpoint.h - where the Runtime API is: what $AWS_LAMBDA_RUNTIME_API says. */
#ifndef QUOTH_LAMBDA_ENDPOINT_H
#define QUOTH_LAMBDA_ENDPOINT_H

#include "http/address.h"

typedef struct quoth_lambda_endpoint {
  quoth_http_address addresses[2]; /* [n_addresses], to be tried in turn */
  size_t n_addresses;
  char host[128];   /* "127.0.0.1:9001" */
  char prefix[256]; /* of each path: "" or "/id" */
} quoth_lambda_endpoint;

/* Reads "HOST:PORT", with "http://" before it and a path behind it where an emulator says so. HOST
 * is a numeric address or "localhost": nothing is looked up. */
quoth_status quoth_lambda_endpoint_parse(const char *text, quoth_lambda_endpoint *out,
                                         quoth_error *err);

#endif
