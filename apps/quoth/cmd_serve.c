/* quoth serve: the HTTP API on this machine; what quothd does. */
#include "cli/options.h"
#include "http/serve.h"
#include "quoth/commands.h"

static int run(const void *settings, const char *const *operands, size_t n_operands) {
  return quoth_serve("quoth", settings, operands, n_operands);
}

const command command_serve = {
    .name = "serve",
    .summary = "answer over HTTP on this machine",
    .usage = "[options] MODEL | NAME=FILE...",
    .details = QUOTH_SERVE_DETAILS,
    .options = quoth_serve_options,
    .n_options = QUOTH_SERVE_N_OPTIONS,
    .settings_size = sizeof(quoth_serve_settings),
    .min_operands = 1,
    .max_operands = QUOTH_SERVE_MAX_MODELS,
    .run = run,
};
