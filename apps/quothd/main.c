/* quothd: the runtime. Opens models and answers requests; one static executable. */
#include <stdio.h>
#include <string.h>

#include "cli/options.h"
#include "http/serve.h"
#include "quoth.h"

static int run(const void *settings, const char *const *operands, size_t n_operands) {
  return quoth_serve("quothd", settings, operands, n_operands);
}

static const command quothd = {
    .name = "quothd",
    .is_program = true,
    .summary = "answers over HTTP what a model makes of texts",
    .usage = "[options] MODEL | NAME=FILE...",
    .details = quoth_serve_details,
    .options = quoth_serve_options,
    .n_options = QUOTH_SERVE_N_OPTIONS,
    .settings_size = sizeof(quoth_serve_settings),
    .min_operands = 1,
    .max_operands = QUOTH_SERVE_MAX_MODELS,
    .run = run,
};

int main(int argc, char **argv) {
  if (argc == 2 && strcmp(argv[1], "--version") == 0) {
    printf("quothd %s\n", quoth_version());
    return EXIT_DONE;
  }
  return command_main(&quothd, argc - 1, (const char *const *)argv + 1);
}
