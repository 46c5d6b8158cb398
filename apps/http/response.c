#include "http/response.h"

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
  quoth_api_header headers[QUOTH_API_MAX_HEADERS];
  size_t n_headers = quoth_api_headers(r, headers);
  quoth_status status =
      quoth_buffer_printf(out, err, "HTTP/1.1 %d %s\r\nDate: %s\r\nContent-Length: %zu\r\n",
                          r->status, quoth_api_reason(r->status), a->date, r->body.size);
  for (size_t i = 0; i < n_headers && !status; i++)
    status = append_field(out, headers[i].name, headers[i].value, err);
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
