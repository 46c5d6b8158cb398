/* service.h - what requests are answered from: open models, the API over them, a worker of the API
 * for each thread. A reload makes a new one; the old one goes when the last thread has left it. */
#ifndef QUOTH_HTTP_SERVICE_H
#define QUOTH_HTTP_SERVICE_H

#include <stdatomic.h>

#include "api/api.h"
#include "http/log.h"

typedef struct quoth_http_model_file { /* borrowed */
  const char *name;                    /* [A-Za-z0-9._-]+ */
  const char *path;
} quoth_http_model_file;

enum { QUOTH_HTTP_MAX_NAME = 128 };

/* What an operand "NAME=FILE" or "FILE" means. Without NAME the model is called `given`, or if that
 * is NULL as its file is, less folders and ending. Whether a name is good is the API's to say. */
quoth_http_model_file quoth_http_name_model(const char *operand, const char *given,
                                            char name[static QUOTH_HTTP_MAX_NAME]);

typedef struct quoth_http_service {
  atomic_uint n_users;
  quoth_api_model *models; /* [n_models] */
  size_t n_models;
  quoth_api *api;
  quoth_api_worker **workers; /* [n_workers] */
  size_t n_workers;
} quoth_http_service;

/* Opens the files, [n_files]. The caller is the first user. */
quoth_status quoth_http_service_new(const quoth_http_model_file *files, size_t n_files,
                                    size_t n_workers, quoth_http_service **out, quoth_error *err);
quoth_http_service *quoth_http_service_use(quoth_http_service *service);
/* Frees it with its last user. NULL is fine. */
void quoth_http_service_leave(quoth_http_service *service);
/* Says what is served. */
void quoth_http_service_log(const quoth_http_service *service, quoth_http_log log);

#endif
