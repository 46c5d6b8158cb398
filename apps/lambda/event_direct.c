/* A direct invocation: "text", {"text": ...}, {"texts": [...]} or ["text", ...], with what else
 * POST /predict takes beside them. The result is what POST /predict answers. */
#include <string.h>

#include "lambda/event_call.h"

/* The event as the body of POST /predict. */
static quoth_status make_body(quoth_lambda_call *call, quoth_bytes *body) {
  *body = call->event;
  if (quoth_slice_is_object(call->event)) return QUOTH_OK;
  quoth_buffer *out = &call->worker->request;
  const char *head = quoth_slice_is_array(call->event) ? "{\"texts\":" : "{\"text\":";
  quoth_status status = quoth_buffer_append(out, head, strlen(head), NULL);
  if (!status) status = quoth_buffer_append(out, call->event.data, call->event.size, NULL);
  if (!status) status = quoth_buffer_append(out, "}", 1, NULL);
  *body = (quoth_bytes){out->data, out->size};
  return status;
}

static quoth_status refuse(quoth_lambda_call *call, const quoth_api_response *response) {
  static const char *const names[] = {"detail"};
  quoth_bytes detail;
  quoth_slice_members(response->body, names, 1, &detail);
  quoth_bytes text;
  quoth_status status = quoth_lambda_decode(call->worker, detail, &text);
  if (status == QUOTH_ERR_NOMEM) return status;
  return quoth_lambda_refuse(call,
                             response->status < 500 ? "Function.BadRequest" : "Runtime.OutOfMemory",
                             "%.*s", (int)text.size, text.size ? text.data : "");
}

quoth_status quoth_lambda_direct(quoth_lambda_call *call) {
  quoth_bytes body;
  quoth_status status = make_body(call, &body);
  if (status) return status;
  const quoth_api_request request = {
      .method = {"POST", 4},
      .path = {"/predict", 8},
      .content_type = {"application/json", 16},
      .body = body,
  };
  quoth_api_response response;
  quoth_api_handle(call->worker->api, call->worker->api_worker, &request, &response);
  if (response.status >= 400) return refuse(call, &response);
  call->answer->n_texts = response.n_texts;
  call->answer->body = response.body;
  return QUOTH_OK;
}
