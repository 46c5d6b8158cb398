/* Writing the body of an answer. */
#include <math.h>
#include <string.h>

#include "api/call.h"
#include "base/number.h"

quoth_status quoth_api_put(quoth_buffer *out, const char *text) {
  return quoth_buffer_append(out, text, strlen(text), NULL);
}

quoth_status quoth_api_put_string(quoth_buffer *out, const char *text) {
  return quoth_json_append_string(out, (quoth_bytes){text, strlen(text)}, NULL);
}

quoth_status quoth_api_put_number(quoth_buffer *out, double number) {
  if (!isfinite(number)) return quoth_api_put(out, "null");
  char text[QUOTH_NUMBER_SIZE];
  return quoth_buffer_append(out, text, quoth_number_shortest(number, text), NULL);
}

int quoth_api_answer(quoth_api_call *call, quoth_status status, const char *content_type) {
  if (status == QUOTH_ERR_NOMEM) return quoth_api_refuse(call, 503, "out of memory to answer");
  if (status) return status == QUOTH_ERR_DATA || status == QUOTH_ERR_ARG ? 422 : 500;
  call->response->content_type = content_type;
  call->response->body = (quoth_bytes){call->worker->body.data, call->worker->body.size};
  return 200;
}
