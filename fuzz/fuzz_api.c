/* The prediction API: any method, path, content type and body. No input may crash; every answer is
 * whole: a known status, JSON where it says so, a problem where it refuses.
 *
 * An input is three lines (method, path, content type) and the body behind them. */
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "base/json.h"
#include "base/utf8.h"
#include "tiny_model.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static tiny_model tiny;
static quoth_api_model model;
static quoth_api *api;
static quoth_api_worker *worker;

static void demand(bool condition) {
  if (!condition) abort();
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc;
  (void)argv;
  demand(tiny_model_init(&tiny, NULL) == QUOTH_OK);
  model = (quoth_api_model){"tiny", tiny.model};
  demand(quoth_api_new(&model, 1, &api, NULL) == QUOTH_OK);
  demand(quoth_api_worker_new(api, &worker, NULL) == QUOTH_OK);
  return 0;
}

/* Takes a line off *rest. */
static quoth_bytes cut_line(quoth_bytes *rest) {
  const char *end = memchr(rest->data, '\n', rest->size);
  quoth_bytes line = {rest->data, end ? (size_t)(end - rest->data) : rest->size};
  size_t taken = line.size + (end != NULL);
  *rest = (quoth_bytes){rest->data + taken, rest->size - taken};
  return line;
}

static void check_json(quoth_bytes body) {
  json_t *value = json_loadb(body.data, body.size, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
  demand(value != NULL);
  json_decref(value);
}

static void check_response(const quoth_api_response *response) {
  const char *type = response->content_type;
  demand(response->body.data != NULL);
  demand(response->status == 200 || response->status == 204 ||
         (response->status >= 400 && response->status <= 503));
  demand((type == NULL) == (response->status == 204));
  demand(response->status < 400 || strcmp(type, "application/problem+json") == 0);
  demand(response->status != 500);
  demand((response->allow != NULL) == (response->status == 405 || response->status == 204));
  demand(quoth_utf8_valid_prefix(response->body) == response->body.size);
  if (type && strstr(type, "json")) check_json(response->body);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  char *copy = malloc(size ? size : 1); /* exactly as large, so that reads beyond are seen */
  demand(copy != NULL);
  if (size) memcpy(copy, data, size);
  quoth_bytes rest = {copy, size};
  quoth_api_request request = {.is_draining = size % 2};
  request.method = cut_line(&rest);
  request.path = cut_line(&rest);
  request.content_type = cut_line(&rest);
  request.body = rest;
  quoth_api_response response;
  quoth_api_handle(api, worker, &request, &response);
  check_response(&response);
  quoth_api_count_request(api, response.route, response.status, 0.001);
  free(copy);
  return 0;
}
