/* Problem documents (RFC 9457). */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "api/call.h"
#include "base/utf8.h"

int quoth_api_refuse(quoth_api_call *call, int status, const char *format, ...) {
  char message[sizeof call->worker->fault.message];
  va_list args;
  va_start(args, format);
  vsnprintf(message, sizeof message, format, args);
  va_end(args);
  quoth_fail(&call->worker->fault, QUOTH_ERR_DATA, "%s", message);
  return status;
}

static quoth_status append_problem(quoth_api_worker *worker, int status, const char *detail,
                                   bool with_error) {
  quoth_buffer *body = &worker->body;
  quoth_status done = quoth_buffer_printf(
      body, NULL, "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%d,\"detail\":",
      quoth_api_reason(status), status);
  if (!done) done = quoth_api_put_string(body, detail);
  if (!done && with_error) {
    done = quoth_api_put(body, ",\"error\":");
    if (!done) done = quoth_api_put_string(body, detail);
  }
  return done ? done : quoth_api_put(body, "}\n");
}

void quoth_api_write_problem(quoth_api_worker *worker, int status, const char *detail,
                             bool with_error, quoth_api_response *response) {
  static const char no_memory[] = "{\"type\":\"about:blank\",\"title\":\"Service Unavailable\","
                                  "\"status\":503,\"detail\":\"out of memory\"}\n";
  char valid[sizeof worker->fault.message];
  snprintf(valid, sizeof valid, "%s", detail);
  quoth_utf8_make_valid(valid, strlen(valid)); /* it may quote what was sent */
  worker->body.size = 0;
  response->status = status;
  response->content_type = "application/problem+json";
  response->cache_control = "no-store";
  if (append_problem(worker, status, valid, with_error) == QUOTH_OK) {
    response->body = (quoth_bytes){worker->body.data, worker->body.size};
    return;
  }
  response->status = 503;
  response->body = (quoth_bytes){no_memory, sizeof no_memory - 1};
}

void quoth_api_problem(quoth_api_worker *worker, int status, const char *detail,
                       quoth_api_response *response) {
  *response = (quoth_api_response){0};
  quoth_api_write_problem(worker, status, detail, false, response);
}
