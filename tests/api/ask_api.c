/* Answers requests read from standard input through the API, without sockets; for test_api.py.
 *
 * usage: ask_api NAME=MODEL...
 *
 * In:  a line "DRAINING N_METHOD N_PATH N_TYPE N_BODY", then that many bytes of each.
 * Out: a line of JSON (status, route, n_texts, content_type, allow, cache_control,
 *      content_security_policy, size), then the body. Each answer is counted as a request that
 *      took 1 ms. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/api.h"

static void demand(quoth_status status, const quoth_error *err) {
  if (status == QUOTH_OK) return;
  fprintf(stderr, "ask_api: %s\n", err->message);
  exit(1);
}

static quoth_bytes read_bytes(size_t size) {
  char *data = malloc(size ? size : 1); /* exactly as large: sanitizers see each byte beyond */
  if (!data || fread(data, 1, size, stdin) != size) exit(1);
  return (quoth_bytes){data, size};
}

static void print_member(const char *name, const char *text) {
  /* What the API puts into headers needs no escapes but those of quotes. */
  printf(",\"%s\":", name);
  if (!text) {
    printf("null");
    return;
  }
  putchar('"');
  for (; *text; text++) printf(*text == '"' ? "\\%c" : "%c", *text);
  putchar('"');
}

static void print_response(const quoth_api_response *response) {
  printf("{\"status\":%d,\"n_texts\":%u,\"size\":%zu", response->status, response->n_texts,
         response->body.size);
  print_member("route", response->route);
  print_member("content_type", response->content_type);
  print_member("allow", response->allow);
  print_member("cache_control", response->cache_control);
  print_member("content_security_policy", response->content_security_policy);
  printf("}\n");
  fwrite(response->body.data, 1, response->body.size, stdout);
  fflush(stdout);
}

static void answer_all(quoth_api *api, quoth_api_worker *worker) {
  int is_draining;
  size_t n_method, n_path, n_type, n_body;
  while (scanf("%d %zu %zu %zu %zu", &is_draining, &n_method, &n_path, &n_type, &n_body) == 5 &&
         getchar() == '\n') {
    quoth_api_request request = {.is_draining = is_draining != 0};
    request.method = read_bytes(n_method);
    request.path = read_bytes(n_path);
    request.content_type = read_bytes(n_type);
    request.body = read_bytes(n_body);
    quoth_api_response response;
    quoth_api_count_in_flight(api, 1);
    quoth_api_handle(api, worker, &request, &response);
    print_response(&response);
    quoth_api_count_request(api, response.route, response.status, 0.001);
    quoth_api_count_in_flight(api, -1);
    free((void *)(uintptr_t)request.method.data);
    free((void *)(uintptr_t)request.path.data);
    free((void *)(uintptr_t)request.content_type.data);
    free((void *)(uintptr_t)request.body.data);
  }
}

int main(int argc, char **argv) {
  quoth_error err = {0};
  size_t n_models = (size_t)argc - 1;
  quoth_api_model *models = calloc(n_models ? n_models : 1, sizeof *models);
  quoth_model **opened = calloc(n_models ? n_models : 1, sizeof(quoth_model *));
  if (!models || !opened) return 1;
  for (size_t i = 0; i < n_models; i++) {
    char *path = strchr(argv[i + 1], '=');
    if (!path) return 2;
    *path++ = '\0';
    demand(quoth_model_open(path, 0, &opened[i], &err), &err);
    models[i] = (quoth_api_model){argv[i + 1], opened[i]};
  }
  quoth_api *api;
  quoth_api_worker *worker;
  demand(quoth_api_new(models, n_models, &api, &err), &err);
  demand(quoth_api_worker_new(api, &worker, &err), &err);
  answer_all(api, worker);
  quoth_api_worker_free(worker);
  quoth_api_free(api);
  for (size_t i = 0; i < n_models; i++) quoth_model_free(opened[i]);
  free(opened);
  free(models);
  return 0;
}
