#include "http/service.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Names ----------------------------------------------------------------- */

static const char name_characters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                      "0123456789._-";

/* The file's name without folders and ending, made of allowed characters. */
static void name_of_file(const char *path, char name[static QUOTH_HTTP_MAX_NAME]) {
  const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
  const char *dot = strrchr(base, '.');
  size_t size = dot && dot > base ? (size_t)(dot - base) : strlen(base);
  if (size >= QUOTH_HTTP_MAX_NAME) size = QUOTH_HTTP_MAX_NAME - 1;
  for (size_t i = 0; i < size; i++) name[i] = strchr(name_characters, base[i]) ? base[i] : '-';
  name[size] = '\0';
}

quoth_http_model_file quoth_http_name_model(const char *operand, const char *given,
                                            char name[static QUOTH_HTTP_MAX_NAME]) {
  const char *equals = strchr(operand, '=');
  if (equals && !memchr(operand, '/', (size_t)(equals - operand))) {
    snprintf(name, QUOTH_HTTP_MAX_NAME, "%.*s", (int)(equals - operand), operand);
    return (quoth_http_model_file){name, equals + 1};
  }
  if (given)
    snprintf(name, QUOTH_HTTP_MAX_NAME, "%s", given);
  else
    name_of_file(operand, name);
  return (quoth_http_model_file){name, operand};
}

/* ---- Opening --------------------------------------------------------------- */

static void service_free(quoth_http_service *s) {
  for (size_t i = 0; s->workers && i < s->n_workers; i++) quoth_api_worker_free(s->workers[i]);
  quoth_api_free(s->api);
  for (size_t i = 0; s->models && i < s->n_models; i++)
    quoth_model_free((quoth_model *)(uintptr_t)s->models[i].model);
  free(s->workers);
  free(s->models);
  free(s);
}

static quoth_status open_models(quoth_http_service *s, const quoth_http_model_file *files,
                                quoth_error *err) {
  for (size_t i = 0; i < s->n_models; i++) {
    quoth_model *model;
    quoth_status status = quoth_model_open(files[i].path, 0, &model, err);
    if (status) return status;
    s->models[i] = (quoth_api_model){files[i].name, model};
  }
  return QUOTH_OK;
}

static quoth_status fill(quoth_http_service *s, const quoth_http_model_file *files,
                         quoth_error *err) {
  s->models = quoth_new_array(s->n_models, sizeof *s->models, err);
  s->workers = quoth_new_array(s->n_workers, sizeof *s->workers, err);
  if (!s->models || !s->workers) return QUOTH_ERR_NOMEM;
  quoth_status status = open_models(s, files, err);
  if (!status) status = quoth_api_new(s->models, s->n_models, &s->api, err);
  for (size_t i = 0; i < s->n_workers && !status; i++)
    status = quoth_api_worker_new(s->api, &s->workers[i], err);
  return status;
}

quoth_status quoth_http_service_new(const quoth_http_model_file *files, size_t n_files,
                                    size_t n_workers, quoth_http_service **out, quoth_error *err) {
  quoth_http_service *s = quoth_new_array(1, sizeof *s, err);
  if (!s) return QUOTH_ERR_NOMEM;
  s->n_models = n_files;
  s->n_workers = n_workers;
  atomic_init(&s->n_users, 1);
  quoth_status status = fill(s, files, err);
  if (status) {
    service_free(s);
    return status;
  }
  *out = s;
  return QUOTH_OK;
}

quoth_http_service *quoth_http_service_use(quoth_http_service *s) {
  atomic_fetch_add(&s->n_users, 1);
  return s;
}

void quoth_http_service_leave(quoth_http_service *s) {
  if (s && atomic_fetch_sub(&s->n_users, 1) == 1) service_free(s);
}

void quoth_http_service_log(const quoth_http_service *s, quoth_http_log log) {
  for (size_t i = 0; i < s->n_models; i++)
    quoth_http_log_event(log, "info", "serving %s (%s)", s->models[i].name,
                         quoth_model_digest(s->models[i].model));
}
