#include "lambda/runtime.h"

#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "cli/options.h"
#include "http/service.h"
#include "lambda/error_report.h"
#include "lambda/loop.h"
#include "lambda/model_search.h"

enum { MAX_LOOPS = 1000 }; /* Lambda allows a function 1,024 threads and files */

typedef struct runtime {
  quoth_lambda_log log;
  quoth_lambda_endpoint endpoint;
  char model_path[PATH_MAX], model_name[QUOTH_HTTP_MAX_NAME];
  quoth_http_service *service;   /* borrows the name */
  quoth_lambda_worker **workers; /* [n_loops] */
  size_t n_loops;
  int stop_fd; /* -1 with one loop */
} runtime;

/* ---- Start ----------------------------------------------------------------- */

/* Managed Instances have several events in flight, and say how many. */
static size_t read_concurrency(void) {
  const char *text = getenv("AWS_LAMBDA_MAX_CONCURRENCY");
  long n = text ? strtol(text, NULL, 10) : 1;
  return n < 1 ? 1 : n > MAX_LOOPS ? MAX_LOOPS : (size_t)n;
}

static quoth_status open_model(runtime *r, const char *operand, quoth_error *err) {
  quoth_status status = operand ? QUOTH_OK : quoth_lambda_find_model(r->model_path, err);
  if (status) return status;
  quoth_http_model_file file =
      quoth_http_name_model(operand ? operand : r->model_path, NULL, r->model_name);
  status = quoth_http_service_new(&file, 1, r->n_loops, &r->service, err);
  if (!status)
    quoth_lambda_log_event(r->log, QUOTH_LAMBDA_INFO, NULL, "serving %s (%s) from %s", file.name,
                           quoth_model_digest(r->service->models[0].model), file.path);
  return status;
}

static quoth_status start(runtime *r, const char *operand, quoth_error *err) {
  r->n_loops = read_concurrency();
  quoth_status status = open_model(r, operand, err);
  if (status) return status;
  r->workers = quoth_new_array(r->n_loops, sizeof *r->workers, err);
  if (!r->workers) return QUOTH_ERR_NOMEM;
  for (size_t i = 0; i < r->n_loops && !status; i++)
    status = quoth_lambda_worker_new(r->service->api, r->service->workers[i], &r->workers[i], err);
  if (status || r->n_loops == 1) return status;
  r->stop_fd = eventfd(0, EFD_CLOEXEC);
  return r->stop_fd >= 0 ? QUOTH_OK : quoth_fail(err, QUOTH_ERR_IO, "cannot make an eventfd");
}

static void clear(runtime *r) {
  for (size_t i = 0; r->workers && i < r->n_loops; i++) quoth_lambda_worker_free(r->workers[i]);
  free(r->workers);
  quoth_http_service_leave(r->service);
  if (r->stop_fd >= 0) close(r->stop_fd);
}

/* Whoever invoked the function is told, too. */
static void report_failed_start(const runtime *r, const quoth_error *why) {
  static const char type[] = "Runtime.ModelLoadFailed";
  char message[sizeof why->file + sizeof why->message + 4];
  snprintf(message, sizeof message, "%s%s%s", why->file, why->file[0] ? ": " : "", why->message);
  quoth_lambda_log_event(r->log, QUOTH_LAMBDA_FATAL, NULL, "%s: %s", type, message);
  quoth_lambda_client client;
  quoth_lambda_client_init(&client, &r->endpoint, -1);
  quoth_error err = {0};
  if (quoth_lambda_report_error(&client, "/runtime/init/error", type,
                                (quoth_bytes){message, strlen(message)}, &err))
    quoth_lambda_log_event(r->log, QUOTH_LAMBDA_ERROR, NULL, "%s", err.message);
  quoth_lambda_client_clear(&client);
}

/* SnapStart takes its picture of the process while this call waits, and each copy of the process
 * goes on from it. A connection made before is not used after it. */
static bool wait_for_restore(const runtime *r) {
  const char *how = getenv("AWS_LAMBDA_INITIALIZATION_TYPE");
  if (!how || strcmp(how, "snap-start") != 0) return true;
  static const quoth_lambda_request request = {.path = "/runtime/restore/next"};
  quoth_lambda_client client;
  quoth_lambda_client_init(&client, &r->endpoint, -1);
  quoth_error err = {0};
  quoth_status status = quoth_lambda_exchange(&client, &request, &err);
  if (!status && client.reply.status != 200)
    status = quoth_fail(&err, QUOTH_ERR_IO, "the Runtime API restores nothing: status %d",
                        client.reply.status);
  quoth_lambda_client_clear(&client);
  if (status) quoth_lambda_log_event(r->log, QUOTH_LAMBDA_FATAL, NULL, "%s", err.message);
  return !status;
}

/* ---- Loops ----------------------------------------------------------------- */

static quoth_lambda_loop make_loop(const runtime *r, size_t number) {
  return (quoth_lambda_loop){.endpoint = &r->endpoint,
                             .api = r->service->api,
                             .worker = r->workers[number],
                             .log = r->log,
                             .stop_fd = r->stop_fd};
}

typedef struct thread {
  pthread_t id;
  quoth_lambda_loop loop;
} thread;

static void stop_all(int stop_fd) {
  uint64_t one = 1;
  ssize_t written = write(stop_fd, &one, sizeof one); /* never read: it stays readable */
  (void)written;
}

/* The first loop to end ends the others. */
static void *run_thread(void *context) {
  const thread *t = context;
  quoth_lambda_loop_run(&t->loop);
  stop_all(t->loop.stop_fd);
  return NULL;
}

static void run_threads(const runtime *r) {
  thread *threads = quoth_new_array(r->n_loops, sizeof *threads, NULL);
  size_t n = 0;
  for (; threads && n < r->n_loops; n++) {
    threads[n].loop = make_loop(r, n);
    if (pthread_create(&threads[n].id, NULL, run_thread, &threads[n]) != 0) break;
  }
  if (n < r->n_loops) {
    quoth_lambda_log_event(r->log, QUOTH_LAMBDA_FATAL, NULL, "cannot start %zu threads",
                           r->n_loops);
    stop_all(r->stop_fd);
  }
  for (size_t i = 0; i < n; i++) pthread_join(threads[i].id, NULL);
  free(threads);
}

static void run_loops(const runtime *r) {
  if (r->n_loops > 1) {
    run_threads(r);
    return;
  }
  quoth_lambda_loop only = make_loop(r, 0);
  quoth_lambda_loop_run(&only);
}

/* ---- The whole ------------------------------------------------------------- */

int quoth_lambda_run(const char *path) {
  signal(SIGPIPE, SIG_IGN); /* a log that nobody reads is no reason to end */
  runtime r = {.log = quoth_lambda_log_from_environment(), .stop_fd = -1};
  quoth_error err = {0};
  if (quoth_lambda_endpoint_parse(getenv("AWS_LAMBDA_RUNTIME_API"), &r.endpoint, &err))
    quoth_lambda_log_event(r.log, QUOTH_LAMBDA_FATAL, NULL, "%s", err.message);
  else if (start(&r, path, &err))
    report_failed_start(&r, &err);
  else if (wait_for_restore(&r))
    run_loops(&r);
  clear(&r);
  return EXIT_FAILED;
}
