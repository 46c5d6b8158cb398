/* What a handler ends with. */
#include "api/call.h"

int quoth_api_answer(quoth_api_call *call, quoth_status status, const char *content_type) {
  if (status == QUOTH_ERR_NOMEM) return quoth_api_refuse(call, 503, "out of memory to answer");
  if (status) return status == QUOTH_ERR_DATA || status == QUOTH_ERR_ARG ? 422 : 500;
  call->response->content_type = content_type;
  call->response->body = (quoth_bytes){call->worker->body.data, call->worker->body.size};
  return 200;
}
