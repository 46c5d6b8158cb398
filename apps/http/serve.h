/* serve.h - the command line of the server, the same for `quothd` and `quoth serve`. */
#ifndef QUOTH_HTTP_SERVE_H
#define QUOTH_HTTP_SERVE_H

#include "cli/options.h"

typedef struct quoth_serve_settings {
  const char *listen, *name, *log;
  option_number threads, max_body, timeout, max_connections;
} quoth_serve_settings;

enum { QUOTH_SERVE_N_OPTIONS = 7, QUOTH_SERVE_MAX_MODELS = 64 };

extern const option quoth_serve_options[QUOTH_SERVE_N_OPTIONS];
extern const char quoth_serve_details[]; /* for --help */

/* Serves the models that `operands` name, until a signal ends it. `program` stands before errors.
 * Returns an exit status. */
int quoth_serve(const char *program, const quoth_serve_settings *settings,
                const char *const *operands, size_t n_operands);

#endif
