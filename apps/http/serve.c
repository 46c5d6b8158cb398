#include "http/serve.h"

#include <stdlib.h>
#include <string.h>

#include "base/thread_pool.h"
#include "cli/failure.h"
#include "http/server.h"

enum { MAX_LISTEN = 64 };
static const uint32_t MAX_THREADS = 1024, MAX_BODY = 10000000, TIMEOUT_S = 30,
                      MAX_CONNECTIONS = 1000;

const option quoth_serve_options[QUOTH_SERVE_N_OPTIONS] = {
    {"listen", 'l', OPTION_TEXT, offsetof(quoth_serve_settings, listen), "HOST:PORT",
     "where to listen (default 127.0.0.1:8080)", NULL},
    {"name", 0, OPTION_TEXT, offsetof(quoth_serve_settings, name), "NAME",
     "name of the model (default: its file's)", NULL},
    {"threads", 0, OPTION_NUMBER, offsetof(quoth_serve_settings, threads), "N",
     "threads that answer (default: all cores)", NULL},
    {"max-body", 0, OPTION_NUMBER, offsetof(quoth_serve_settings, max_body), "BYTES",
     "longest body of a request (default 10000000)", NULL},
    {"max-connections", 0, OPTION_NUMBER, offsetof(quoth_serve_settings, max_connections), "N",
     "clients at a time; more are told 503 (default 1000)", NULL},
    {"timeout", 0, OPTION_NUMBER, offsetof(quoth_serve_settings, timeout), "SECONDS",
     "for a request to arrive, and to finish at the end (default 30)", NULL},
    {"log", 0, OPTION_TEXT, offsetof(quoth_serve_settings, log), "FORM",
     "form of the log on standard error: text or json", "text json"},
};

/* ---- Where ----------------------------------------------------------------- */

static const char *choose_listen(const char *given, char from_port[static MAX_LISTEN]) {
  if (given) return given;
  const char *endpoint = getenv("AWS_LAMBDA_HTTP_ENDPOINT"), *port = getenv("PORT");
  if (endpoint && *endpoint) return endpoint;
  if (!port || !*port) return "127.0.0.1:8080";
  snprintf(from_port, MAX_LISTEN, ":%s", port);
  return from_port;
}

/* ---- The whole ------------------------------------------------------------- */

static uint32_t choose(option_number given, uint32_t preset) {
  return given.is_given ? given.value : preset;
}

static quoth_status check_numbers(const quoth_serve_settings *s, quoth_error *err) {
  const struct {
    const char *name;
    option_number given;
    uint32_t least, most;
  } numbers[] = {
      {"threads", s->threads, 0, MAX_THREADS},
      {"max-body", s->max_body, 1, UINT32_MAX},
      {"max-connections", s->max_connections, 1, INT32_MAX},
      {"timeout", s->timeout, 1, UINT32_MAX},
  };
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    uint32_t value = numbers[i].given.value;
    if (numbers[i].given.is_given && (value < numbers[i].least || value > numbers[i].most))
      return quoth_fail(err, QUOTH_ERR_ARG, "--%s cannot be %u; give a number from %u to %u",
                        numbers[i].name, value, numbers[i].least, numbers[i].most);
  }
  return QUOTH_OK;
}

static quoth_status serve(const quoth_serve_settings *s, const char *const *operands, size_t n,
                          quoth_error *err) {
  char names[QUOTH_SERVE_MAX_MODELS][QUOTH_HTTP_MAX_NAME], from_port[MAX_LISTEN];
  quoth_http_model_file files[QUOTH_SERVE_MAX_MODELS];
  for (size_t i = 0; i < n; i++)
    files[i] = quoth_http_name_model(operands[i], i ? NULL : s->name, names[i]);
  return quoth_http_serve(
      &(quoth_http_options){
          .listen = choose_listen(s->listen, from_port),
          .n_threads = s->threads.value ? s->threads.value : quoth_usable_cores(),
          .max_body = choose(s->max_body, MAX_BODY),
          .timeout_s = choose(s->timeout, TIMEOUT_S),
          .max_connections = choose(s->max_connections, MAX_CONNECTIONS),
          .log = s->log && strcmp(s->log, "json") == 0 ? QUOTH_HTTP_LOG_JSON : QUOTH_HTTP_LOG_TEXT,
          .files = files,
          .n_files = n,
      },
      err);
}

int quoth_serve(const char *program, const quoth_serve_settings *settings,
                const char *const *operands, size_t n_operands) {
  quoth_error err = {0};
  quoth_status status = check_numbers(settings, &err);
  if (!status) status = serve(settings, operands, n_operands, &err);
  if (!status) return EXIT_DONE;
  print_failure(program, &err);
  return status == QUOTH_ERR_ARG ? EXIT_USAGE : EXIT_FAILED;
}
