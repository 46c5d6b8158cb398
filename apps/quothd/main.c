/* quothd: the runtime. Opens models and answers requests over HTTP, or events where it runs as a
 * Lambda function; one static executable. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/options.h"
#include "http/serve.h"
#include "lambda/runtime.h"
#include "quoth.h"

static const char details[] = QUOTH_SERVE_DETAILS
    "\nWhere $AWS_LAMBDA_RUNTIME_API is set, quothd is a Lambda function, the bootstrap of a\n"
    "function.zip. It takes no option, and serves MODEL or the one in $QUOTH_MODEL, beside the\n"
    "executable, in $LAMBDA_TASK_ROOT or in the working directory.\n";

static int serve(const void *settings, const char *const *operands, size_t n_operands) {
  return quoth_serve("quothd", settings, operands, n_operands);
}

static const command server = {
    .name = "quothd",
    .is_program = true,
    .summary = "answers over HTTP what a model makes of texts",
    .usage = "[options] MODEL | NAME=FILE...",
    .details = details,
    .options = quoth_serve_options,
    .n_options = QUOTH_SERVE_N_OPTIONS,
    .settings_size = sizeof(quoth_serve_settings),
    .min_operands = 1,
    .max_operands = QUOTH_SERVE_MAX_MODELS,
    .run = serve,
};

static int answer_events(const void *settings, const char *const *operands, size_t n_operands) {
  (void)settings;
  return quoth_lambda_run(n_operands ? operands[0] : NULL);
}

static const command function = {
    .name = "quothd",
    .is_program = true,
    .summary = "answers events of AWS Lambda with what a model makes of texts",
    .usage = "[MODEL | NAME=FILE]",
    .details = details,
    .max_operands = 1,
    .run = answer_events,
};

int main(int argc, char **argv) {
  if (argc == 2 && strcmp(argv[1], "--version") == 0) {
    printf("quothd %s\n", quoth_version());
    return EXIT_DONE;
  }
  const char *runtime_api = getenv("AWS_LAMBDA_RUNTIME_API");
  return command_main(runtime_api && *runtime_api ? &function : &server, argc - 1,
                      (const char *const *)argv + 1);
}
