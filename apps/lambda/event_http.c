/* Requests that API Gateway, a function URL or a load balancer made into an event, and the API's
 * responses made into what they want back. */
#include <string.h>
#include <strings.h>

#include "base/base64.h"
#include "lambda/event_call.h"

/* ---- The request ------------------------------------------------------------ */

enum {
  CONTEXT,
  VERSION,
  METHOD,
  PATH,
  RAW_PATH,
  HEADERS,
  MULTI_HEADERS,
  BODY,
  IS_BASE64,
  N_MEMBERS
};
static const char *const member_names[N_MEMBERS] = {
    "requestContext", "version",           "httpMethod", "path",           "rawPath",
    "headers",        "multiValueHeaders", "body",       "isBase64Encoded"};

enum { HTTP, STAGE, CONTEXT_PATH, DOMAIN_NAME, N_CONTEXT };
static const char *const context_names[N_CONTEXT] = {"http", "stage", "path", "domainName"};

typedef struct http_event {
  quoth_lambda_http_shape shape;
  quoth_bytes members[N_MEMBERS], context[N_CONTEXT];
  quoth_bytes method, path; /* slices */
  bool wants_multi_headers;
} http_event;

static const char *source_of(const http_event *event) {
  static const char url[] = ".lambda-url.";
  quoth_bytes domain = event->context[DOMAIN_NAME];
  if (event->shape == QUOTH_LAMBDA_ALB) return "alb";
  if (event->shape == QUOTH_LAMBDA_REST)
    return quoth_slice_is(event->members[VERSION], "\"1.0\"") ? "http-api" : "rest-api";
  bool is_url = domain.size && memmem(domain.data, domain.size, url, sizeof url - 1);
  return is_url ? "function-url" : "http-api";
}

static void find_parts(quoth_bytes json, quoth_lambda_http_shape shape, http_event *event) {
  *event = (http_event){.shape = shape};
  quoth_slice_members(json, member_names, N_MEMBERS, event->members);
  quoth_slice_members(event->members[CONTEXT], context_names, N_CONTEXT, event->context);
  event->method = event->members[METHOD];
  event->path = event->members[PATH];
  event->wants_multi_headers =
      shape == QUOTH_LAMBDA_ALB && event->members[MULTI_HEADERS].data != NULL;
  if (shape != QUOTH_LAMBDA_HTTP_V2) return;
  static const char *const names[] = {"method", "path"};
  quoth_bytes request_line[2];
  quoth_slice_members(event->context[HTTP], names, 2, request_line);
  event->method = request_line[0];
  event->path = event->members[RAW_PATH].data ? event->members[RAW_PATH] : request_line[1];
}

/* A string for the API to judge: what cannot be decoded stays as it stands. */
static quoth_status decode_or_keep(quoth_lambda_call *call, quoth_bytes slice, quoth_bytes *text) {
  quoth_status status = quoth_lambda_decode(call->worker, slice, text);
  if (status != QUOTH_ERR_DATA) return status;
  *text = quoth_slice_unquote(slice);
  return QUOTH_OK;
}

/* Payload 2.0 has the stage in its path unless it is $default. A REST API's path has none, and
 * differs from that of the context, which has it; an HTTP API's with payload 1.0 is the same in
 * both places. A stage may well be called "v2", as routes of the API are. */
static quoth_bytes strip_stage(const http_event *event, quoth_bytes path) {
  quoth_bytes stage = quoth_slice_unquote(event->context[STAGE]);
  quoth_bytes other = event->context[CONTEXT_PATH];
  bool has_stage = event->shape == QUOTH_LAMBDA_HTTP_V2 ||
                   (event->shape == QUOTH_LAMBDA_REST && other.size == event->path.size &&
                    other.size && memcmp(other.data, event->path.data, other.size) == 0);
  if (!has_stage || stage.size == 0 || path.size <= stage.size ||
      memcmp(path.data + 1, stage.data, stage.size) != 0)
    return path;
  quoth_bytes rest = {path.data + 1 + stage.size, path.size - 1 - stage.size};
  if (rest.size == 0) return (quoth_bytes){"/", 1};
  return rest.data[0] == '/' ? rest : path;
}

/* The first value of a header that has several. */
static quoth_bytes first_value(quoth_bytes value) {
  quoth_slice_items items = quoth_slice_items_of(value);
  quoth_bytes key, first = value;
  if (quoth_slice_is_array(value)) quoth_slice_next(&items, &key, &first);
  return first;
}

/* `name` is in lower case. */
static quoth_bytes find_header(const http_event *event, const char *name) {
  const quoth_bytes maps[] = {event->members[HEADERS], event->members[MULTI_HEADERS]};
  quoth_bytes found = {0}, key, value;
  for (size_t m = 0; m < 2 && !quoth_slice_is_string(found); m++) {
    quoth_slice_items items = quoth_slice_items_of(maps[m]);
    while (items.is_object && quoth_slice_next(&items, &key, &value)) {
      key = quoth_slice_unquote(key);
      if (key.size == strlen(name) && strncasecmp(key.data, name, key.size) == 0)
        found = first_value(value);
    }
  }
  return found;
}

static bool is_compressed(const http_event *event) {
  quoth_bytes coding = quoth_slice_unquote(find_header(event, "content-encoding"));
  return coding.size && (coding.size != 8 || strncasecmp(coding.data, "identity", 8) != 0);
}

/* QUOTH_ERR_DATA: the body cannot be understood, and `fault` says why. */
static quoth_status read_body(quoth_lambda_call *call, const http_event *event, quoth_bytes *body,
                              quoth_error *fault) {
  quoth_bytes slice = event->members[BODY];
  if (!slice.data) return QUOTH_OK;
  quoth_status status = quoth_lambda_decode(call->worker, slice, body);
  if (status == QUOTH_ERR_DATA)
    return quoth_fail(fault, status, "the event's \"body\" is not a string of Unicode characters");
  if (status || !quoth_slice_is(event->members[IS_BASE64], "true")) return status;
  quoth_buffer *bytes = &call->worker->bytes;
  status = quoth_base64_decode(bytes, *body, fault);
  *body = (quoth_bytes){bytes->data, bytes->size};
  return status;
}

static quoth_status read_request(quoth_lambda_call *call, const http_event *event,
                                 quoth_api_request *request, quoth_error *fault) {
  quoth_status status = decode_or_keep(call, event->method, &request->method);
  if (!status) status = decode_or_keep(call, event->path, &request->path);
  if (!status)
    status = decode_or_keep(call, find_header(event, "content-type"), &request->content_type);
  if (status) return status;
  request->path = strip_stage(event, request->path);
  return read_body(call, event, &request->body, fault);
}

/* ---- The answer ------------------------------------------------------------- */

static quoth_status put_string(quoth_buffer *out, const char *text) {
  return quoth_json_append_string(out, (quoth_bytes){text, strlen(text)}, NULL);
}

static quoth_status put_headers(quoth_buffer *out, const quoth_api_response *response,
                                bool is_multi) {
  quoth_api_header headers[QUOTH_API_MAX_HEADERS];
  size_t n_headers = quoth_api_headers(response, headers);
  quoth_status status =
      quoth_lambda_put(out, is_multi ? ",\"multiValueHeaders\":{" : ",\"headers\":{");
  for (size_t i = 0; i < n_headers && !status; i++) {
    status = quoth_buffer_printf(out, NULL, "%s\"%s\":%s", i ? "," : "", headers[i].name,
                                 is_multi ? "[" : "");
    if (!status) status = put_string(out, headers[i].value);
    if (!status && is_multi) status = quoth_lambda_put(out, "]");
  }
  return status ? status : quoth_lambda_put(out, "}");
}

static quoth_status put_answer(quoth_lambda_call *call, const http_event *event,
                               const quoth_api_response *response, bool is_head) {
  quoth_buffer *out = &call->worker->result;
  out->size = 0;
  quoth_status status = quoth_buffer_printf(out, NULL, "{\"statusCode\":%d", response->status);
  if (!status && event->shape == QUOTH_LAMBDA_ALB)
    status = quoth_buffer_printf(out, NULL, ",\"statusDescription\":\"%d %s\"", response->status,
                                 quoth_api_reason(response->status));
  if (!status) status = put_headers(out, response, event->wants_multi_headers);
  if (!status) status = quoth_lambda_put(out, ",\"body\":");
  if (!status)
    status = quoth_json_append_string(out, is_head ? (quoth_bytes){"", 0} : response->body, NULL);
  return status ? status : quoth_lambda_put(out, ",\"isBase64Encoded\":false}");
}

/* An answer that is too large to be handed back becomes a problem. */
static quoth_status put_fitting(quoth_lambda_call *call, const http_event *event,
                                quoth_api_response *response, bool is_head) {
  size_t most =
      event->shape == QUOTH_LAMBDA_ALB ? QUOTH_LAMBDA_MAX_ALB_RESULT : QUOTH_LAMBDA_MAX_PAYLOAD;
  quoth_status status = put_answer(call, event, response, is_head);
  size_t size = call->worker->result.size;
  if (status || size <= most) return status;
  char detail[160];
  snprintf(detail, sizeof detail,
           "the answer has %zu bytes and the most is %zu here: send fewer texts, or ask for "
           "\"top\" classes",
           size, most);
  quoth_api_problem(call->worker->api_worker, 413, detail, response);
  return put_answer(call, event, response, is_head);
}

quoth_status quoth_lambda_http(quoth_lambda_call *call, quoth_lambda_http_shape shape) {
  http_event event;
  find_parts(call->event, shape, &event);
  call->answer->source = source_of(&event);
  quoth_api_request request = {0};
  quoth_api_response response;
  quoth_error fault;
  quoth_status status = read_request(call, &event, &request, &fault);
  if (status == QUOTH_ERR_NOMEM) return status;
  if (is_compressed(&event))
    quoth_api_problem(call->worker->api_worker, 415, "Send the body uncompressed.", &response);
  else if (status)
    quoth_api_problem(call->worker->api_worker, 400, fault.message, &response);
  else
    quoth_api_handle(call->worker->api, call->worker->api_worker, &request, &response);
  call->answer->route = response.route;
  call->answer->n_texts = response.n_texts;
  /* Gateways make up a type for an answer without one. */
  if (!response.content_type) response.content_type = "text/plain; charset=utf-8";
  bool is_head = quoth_bytes_equal(request.method, "HEAD");
  status = put_fitting(call, &event, &response, is_head);
  call->answer->status = response.status;
  return status ? status : quoth_lambda_answer_result(call);
}
