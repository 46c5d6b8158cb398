/* serve.h - the command line of the server, the same for `quothd` and `quoth serve`. */
#ifndef QUOTH_HTTP_SERVE_H
#define QUOTH_HTTP_SERVE_H

#include "cli/options.h"

typedef struct quoth_serve_settings {
  const char *listen, *name, *log;
  option_number threads, max_body, timeout, max_connections;
} quoth_serve_settings;

enum { QUOTH_SERVE_N_OPTIONS = 7, QUOTH_SERVE_MAX_MODELS = 64 };

/* For --help. */
#define QUOTH_SERVE_DETAILS                                                                        \
  "MODEL may be NAME=FILE; the first one answers where a request names none.\n"                    \
  "HOST is a numeric address, IPv6 in brackets, or empty for all; PORT 0 lets the system\n"        \
  "choose. Without --listen, $AWS_LAMBDA_HTTP_ENDPOINT (HOST:PORT) or $PORT says where.\n"         \
  "Sockets of systemd's (LISTEN_FDS) go before all of these.\n\n"                                  \
  "SIGTERM and Ctrl-C end it when what is under way is answered. SIGHUP reads the model\n"         \
  "files again.\n"

extern const option quoth_serve_options[QUOTH_SERVE_N_OPTIONS];

/* Serves the models that `operands` name, until a signal ends it. `program` stands before errors.
 * Returns an exit status. */
int quoth_serve(const char *program, const quoth_serve_settings *settings,
                const char *const *operands, size_t n_operands);

#endif
