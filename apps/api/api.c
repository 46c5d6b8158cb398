#include "api/api.h"

#include <stdlib.h>
#include <string.h>

#include "api/call.h"

/* ---- Making ---------------------------------------------------------------- */

void quoth_api_free(quoth_api *api) {
  if (!api) return;
  quoth_api_metrics_free(api->metrics);
  free(api);
}

/* Names stand in paths and in metrics as they are. */
static quoth_status check_name(const char *name, quoth_error *err) {
  static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
  if (*name && name[strspn(name, allowed)] == '\0') return QUOTH_OK;
  return quoth_fail(err, QUOTH_ERR_ARG,
                    "\"%s\" cannot be the name of a model: use letters, digits, '.', '_' and '-'",
                    name);
}

static quoth_status check_models(const quoth_api_model *models, size_t n, quoth_error *err) {
  if (n == 0) return quoth_fail(err, QUOTH_ERR_ARG, "there is no model to serve");
  for (size_t i = 0; i < n; i++) {
    quoth_status status = check_name(models[i].name, err);
    if (status) return status;
    for (size_t j = 0; j < i; j++)
      if (strcmp(models[i].name, models[j].name) == 0)
        return quoth_fail(err, QUOTH_ERR_ARG, "two models are called \"%s\"", models[i].name);
  }
  return QUOTH_OK;
}

quoth_status quoth_api_new(const quoth_api_model *models, size_t n_models, quoth_api **out,
                           quoth_error *err) {
  *out = NULL;
  quoth_status status = check_models(models, n_models, err);
  if (status) return status;
  quoth_api *api = quoth_new_array(1, sizeof *api, err);
  if (!api) return QUOTH_ERR_NOMEM;
  *api = (quoth_api){.models = models, .n_models = n_models};
  status = quoth_api_metrics_new(models, n_models, &api->metrics, err);
  if (status)
    quoth_api_free(api);
  else
    *out = api;
  return status;
}

void quoth_api_worker_free(quoth_api_worker *worker) {
  if (!worker) return;
  for (size_t m = 0; worker->scratches && m < worker->n_models; m++)
    quoth_scratch_free(worker->scratches[m]);
  free(worker->scratches);
  free(worker->probabilities);
  free(worker->order);
  quoth_buffer_clear(&worker->body);
  quoth_buffer_clear(&worker->fields);
  quoth_buffer_clear(&worker->description);
  for (size_t i = 0; i < sizeof worker->outputs / sizeof *worker->outputs; i++)
    quoth_buffer_clear(&worker->outputs[i]);
  free(worker->texts);
  json_decref(worker->json);
  free(worker);
}

static quoth_status fill_worker(quoth_api_worker *worker, const quoth_api *api, quoth_error *err) {
  uint32_t most = 0;
  worker->scratches = quoth_new_array(api->n_models, sizeof(quoth_scratch *), err);
  if (!worker->scratches) return QUOTH_ERR_NOMEM;
  worker->n_models = api->n_models;
  for (size_t m = 0; m < api->n_models; m++) {
    uint32_t n_classes = quoth_model_n_classes(api->models[m].model);
    if (n_classes > most) most = n_classes;
    quoth_status status = quoth_scratch_new(api->models[m].model, &worker->scratches[m], err);
    if (status) return status;
  }
  worker->probabilities = quoth_new_array(most, sizeof *worker->probabilities, err);
  worker->order = quoth_new_array(most, sizeof *worker->order, err);
  return worker->probabilities && worker->order ? QUOTH_OK : QUOTH_ERR_NOMEM;
}

quoth_status quoth_api_worker_new(const quoth_api *api, quoth_api_worker **out, quoth_error *err) {
  *out = NULL;
  quoth_api_worker *worker = quoth_new_array(1, sizeof *worker, err);
  if (!worker) return QUOTH_ERR_NOMEM;
  quoth_status status = fill_worker(worker, api, err);
  if (status)
    quoth_api_worker_free(worker);
  else
    *out = worker;
  return status;
}

/* ---- Answering ------------------------------------------------------------- */

static const char *allowed_methods(const quoth_api_route *route) {
  return strcmp(route->method, "GET") == 0 ? "GET, HEAD, OPTIONS" : "POST, OPTIONS";
}

static int answer(quoth_api_call *call, const quoth_api_route *route) {
  quoth_bytes method = call->request->method, path = call->request->path;
  int shown = path.size < 100 ? (int)path.size : 100;
  bool asks_for_methods = quoth_bytes_equal(method, "OPTIONS");
  if (asks_for_methods && quoth_bytes_equal(path, "*")) { /* those of any path */
    call->response->allow = "GET, HEAD, POST, OPTIONS";
    return 204;
  }
  if (!route)
    return quoth_api_refuse(call, 404, "there is no \"%.*s\" here; GET /openapi.json lists what is",
                            shown, path.size ? path.data : "");
  if (quoth_bytes_equal(method, route->method) ||
      (quoth_bytes_equal(method, "HEAD") && strcmp(route->method, "GET") == 0)) {
    call->response->cache_control = route->cache_control;
    return route->handle(call);
  }
  call->response->allow = allowed_methods(route);
  if (asks_for_methods) return 204;
  return quoth_api_refuse(call, 405, "%s takes %s", route->pattern, call->response->allow);
}

/* What one request left behind in the worker. Memory that one large request made it take goes
 * back, so that it does not stay as large as the largest of them. */
static void clear_request(quoth_api_worker *worker) {
  enum { KEPT = 1 << 20 };
  quoth_buffer *buffers[] = {&worker->body, &worker->fields, &worker->outputs[0],
                             &worker->outputs[1]};
  for (size_t i = 0; i < sizeof buffers / sizeof *buffers; i++) {
    if (buffers[i]->capacity > KEPT) quoth_buffer_clear(buffers[i]);
    buffers[i]->size = 0;
  }
  worker->n_texts = 0;
  worker->fault = (quoth_error){0};
}

void quoth_api_handle(const quoth_api *api, quoth_api_worker *worker,
                      const quoth_api_request *request, quoth_api_response *response) {
  *response = (quoth_api_response){.body = {"", 0}};
  clear_request(worker);
  quoth_api_call call = {.api = api, .worker = worker, .request = request, .response = response};
  const quoth_api_route *route = quoth_api_find_route(request->path, &call.name);
  if (route) response->route = route->pattern;
  response->status = answer(&call, route);
  json_decref(worker->json);
  worker->json = NULL;
  if (response->status < 400) return;
  bool is_v2 = request->path.size >= 3 && memcmp(request->path.data, "/v2", 3) == 0;
  response->n_texts = 0;
  response->content_security_policy = NULL;
  quoth_api_write_problem(worker, response->status, worker->fault.message, is_v2, response);
}

/* ---- Counting -------------------------------------------------------------- */

void quoth_api_count_request(quoth_api *api, const char *route, int status, double seconds) {
  quoth_api_metrics_count_request(api->metrics, route, status, seconds);
}

void quoth_api_count_in_flight(quoth_api *api, int change) {
  quoth_api_metrics_count_in_flight(api->metrics, change);
}
