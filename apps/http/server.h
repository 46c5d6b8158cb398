/* server.h - the HTTP server around the prediction API. One thread takes connections, signals and
 * reloads; the others, each with an event loop of its own, answer. */
#ifndef QUOTH_HTTP_SERVER_H
#define QUOTH_HTTP_SERVER_H

#include "http/log.h"
#include "http/service.h"

typedef struct quoth_http_options {
  const char *listen; /* HOST:PORT, see address.h; unused if systemd hands sockets over */
  size_t n_threads;   /* that answer; at least 1 */
  uint64_t max_body;  /* bytes */
  uint32_t timeout_s; /* seconds; see connection.h */
  uint32_t max_connections;
  quoth_http_log log;
  const quoth_http_model_file *files; /* [n_files] */
  size_t n_files;
} quoth_http_options;

/* Serves until SIGTERM or SIGINT; then answers what is under way, at most for the timeout. SIGHUP
 * opens the model files anew; if one cannot be used, the server keeps what it has and logs why. */
quoth_status quoth_http_serve(const quoth_http_options *options, quoth_error *err);

#endif
