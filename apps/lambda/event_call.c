#include "lambda/event_call.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

quoth_status quoth_lambda_answer_result(quoth_lambda_call *call) {
  call->answer->body = (quoth_bytes){call->worker->result.data, call->worker->result.size};
  return QUOTH_OK;
}

quoth_status quoth_lambda_put(quoth_buffer *out, const char *text) {
  return quoth_buffer_append(out, text, strlen(text), NULL);
}

quoth_status quoth_lambda_refuse(quoth_lambda_call *call, const char *error_type,
                                 const char *format, ...) {
  char message[sizeof(((quoth_error *)0)->message)];
  va_list args;
  va_start(args, format);
  int length = vsnprintf(message, sizeof message, format, args);
  va_end(args);
  size_t size = length < (int)sizeof message ? (size_t)length : sizeof message - 1;
  /* A message that had to be cut may end in half a character. */
  size = quoth_utf8_valid_prefix((quoth_bytes){message, size});
  call->worker->result.size = 0;
  quoth_status status = quoth_buffer_append(&call->worker->result, message, size, NULL);
  if (status) return status;
  call->answer->error_type = error_type;
  return quoth_lambda_answer_result(call);
}

quoth_status quoth_lambda_decode(quoth_lambda_worker *worker, quoth_bytes slice,
                                 quoth_bytes *text) {
  *text = (quoth_bytes){0};
  if (!quoth_slice_is_string(slice)) return QUOTH_ERR_DATA;
  if (!worker->strings) worker->strings = json_array();
  json_error_t fault;
  json_t *string = quoth_api_load_json(slice, JSON_DECODE_ANY | JSON_ALLOW_NUL, &fault);
  if (!string) return quoth_json_is_out_of_memory(&fault) ? QUOTH_ERR_NOMEM : QUOTH_ERR_DATA;
  quoth_json_push(&worker->strings, string);
  if (!worker->strings) return QUOTH_ERR_NOMEM;
  *text = (quoth_bytes){json_string_value(string), json_string_length(string)};
  return QUOTH_OK;
}
