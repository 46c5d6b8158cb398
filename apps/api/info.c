/* What GET tells: the page, this API, its health, its metrics, its model. */
#include <stdlib.h>

#include "api/api_documents.h"
#include "api/call.h"
#include "model/describe.h"

static int answer_fixed(quoth_api_call *call, const char *content_type, quoth_bytes body) {
  call->response->content_type = content_type;
  call->response->body = body;
  return 200;
}

int quoth_api_page(quoth_api_call *call) {
  call->response->content_security_policy = page_policy;
  return answer_fixed(call, "text/html; charset=utf-8",
                      (quoth_bytes){(const char *)page, sizeof page - 1});
}

int quoth_api_openapi(quoth_api_call *call) {
  return answer_fixed(call, "application/json",
                      (quoth_bytes){(const char *)openapi, sizeof openapi - 1});
}

static int answer_text(quoth_api_call *call, const char *text) {
  return quoth_api_answer(call, quoth_api_put(&call->worker->body, text),
                          "text/plain; charset=utf-8");
}

int quoth_api_healthz(quoth_api_call *call) { return answer_text(call, "ok\n"); }

int quoth_api_readyz(quoth_api_call *call) {
  if (call->request->is_draining)
    return quoth_api_refuse(call, 503, "the server is about to stop; ask another one");
  return answer_text(call, "ready\n");
}

int quoth_api_get_metrics(quoth_api_call *call) {
  return quoth_api_answer(call,
                          quoth_api_metrics_append(call->api->metrics, &call->worker->body, NULL),
                          "text/plain; version=0.0.4; charset=utf-8");
}

/* What `quoth inspect --json` says, without the vocabulary, with the name. */
static quoth_status describe(const quoth_api_model *model, quoth_buffer *out, quoth_error *err) {
  json_t *description = quoth_model_describe(model->model, err);
  if (!description) return err->status;
  json_t *named = json_pack("{s:s}", "name", model->name);
  json_object_update(named, description);
  json_decref(description);
  quoth_status status = named ? quoth_json_append(out, named, 0, err) : QUOTH_ERR_NOMEM;
  json_decref(named);
  return status ? status : quoth_api_put(out, "\n");
}

/* Finding the topics' words takes long enough to do it only once a worker. */
int quoth_api_get_model(quoth_api_call *call) {
  quoth_buffer *description = &call->worker->description;
  quoth_status status = QUOTH_OK;
  if (description->size == 0)
    status = describe(&call->api->models[0], description, &call->worker->fault);
  if (status) {
    description->size = 0;
    return quoth_api_answer(call, status, NULL);
  }
  return answer_fixed(call, "application/json",
                      (quoth_bytes){description->data, description->size});
}
