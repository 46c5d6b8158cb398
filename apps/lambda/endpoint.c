#include "lambda/endpoint.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "http/message.h"

static bool copy(quoth_bytes text, char *out, size_t capacity) {
  if (text.size >= capacity) return false;
  memcpy(out, text.data, text.size);
  out[text.size] = '\0';
  return true;
}

/* A machine's localhost is 127.0.0.1, [::1] or both. */
static bool add_addresses(quoth_lambda_endpoint *e) {
  if (e->host[0] == ':' || !quoth_http_address_parse(e->host, &e->addresses[0])) return false;
  e->n_addresses = 1;
  if (strncmp(e->host, "localhost:", 10) == 0)
    e->addresses[e->n_addresses++].v6 = (struct sockaddr_in6){
        .sin6_family = AF_INET6,
        .sin6_port = e->addresses[0].v4.sin_port,
        .sin6_addr = in6addr_loopback,
    };
  return true;
}

static bool parse(const char *text, quoth_lambda_endpoint *out) {
  quoth_bytes host = {text, strcspn(text, "/")},
              path = {text + host.size, strlen(text) - host.size};
  while (path.size && path.data[path.size - 1] == '/') path.size--;
  return copy(host, out->host, sizeof out->host) && copy(path, out->prefix, sizeof out->prefix) &&
         quoth_http_all(path, quoth_http_is_path) && add_addresses(out);
}

quoth_status quoth_lambda_endpoint_parse(const char *text, quoth_lambda_endpoint *out,
                                         quoth_error *err) {
  static const char scheme[] = "http://";
  *out = (quoth_lambda_endpoint){0};
  if (parse(strncasecmp(text, scheme, sizeof scheme - 1) == 0 ? text + sizeof scheme - 1 : text,
            out))
    return QUOTH_OK;
  return quoth_fail(err, QUOTH_ERR_ARG,
                    "AWS_LAMBDA_RUNTIME_API is \"%s\", which should be HOST:PORT with a numeric "
                    "address or localhost, such as 127.0.0.1:9001",
                    text);
}
