#include "http/response.h"

static const char *reason(int status) {
  static const struct {
    int status;
    const char *reason;
  } reasons[] = {
      {200, "OK"},
      {400, "Bad Request"},
      {404, "Not Found"},
      {405, "Method Not Allowed"},
      {408, "Request Timeout"},
      {413, "Content Too Large"},
      {414, "URI Too Long"},
      {415, "Unsupported Media Type"},
      {417, "Expectation Failed"},
      {422, "Unprocessable Content"},
      {431, "Request Header Fields Too Large"},
      {500, "Internal Server Error"},
      {501, "Not Implemented"},
      {503, "Service Unavailable"},
      {505, "HTTP Version Not Supported"},
  };
  for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
    if (reasons[i].status == status) return reasons[i].reason;
  return "";
}

static quoth_status append_field(quoth_buffer *out, const char *name, const char *value,
                                 quoth_error *err) {
  return value ? quoth_buffer_printf(out, err, "%s: %s\r\n", name, value) : QUOTH_OK;
}

static const char *connection_field(const quoth_http_response *a) {
  if (a->is_last) return "close";
  return a->is_http_1_0 ? "keep-alive" : NULL;
}

quoth_status quoth_http_append_response(quoth_buffer *out, const quoth_http_response *a,
                                        quoth_error *err) {
  const quoth_api_response *r = a->response;
  quoth_status status =
      quoth_buffer_printf(out, err, "HTTP/1.1 %d %s\r\nDate: %s\r\nContent-Length: %zu\r\n",
                          r->status, reason(r->status), a->date, r->body.size);
  if (!status) status = append_field(out, "Content-Type", r->content_type, err);
  if (!status) status = append_field(out, "X-Content-Type-Options", "nosniff", err);
  if (!status) status = append_field(out, "Allow", r->allow, err);
  if (!status) status = append_field(out, "Cache-Control", r->cache_control, err);
  if (!status)
    status = append_field(out, "Content-Security-Policy", r->content_security_policy, err);
  if (!status) status = append_field(out, "Connection", connection_field(a), err);
  if (!status) status = quoth_buffer_append(out, "\r\n", 2, err);
  return status || a->is_head ? status : quoth_buffer_append(out, r->body.data, r->body.size, err);
}

const char *quoth_http_date(time_t *second, char date[static 32]) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (now.tv_sec != *second) {
    struct tm utc;
    gmtime_r(&now.tv_sec, &utc);
    strftime(date, 32, "%a, %d %b %Y %H:%M:%S GMT", &utc);
    *second = now.tv_sec;
  }
  return date;
}
