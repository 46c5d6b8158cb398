#include "http/request.h"

#include <string.h>
#include <strings.h>

/* ---- Characters ------------------------------------------------------------ */

static bool is_capital(unsigned char c) { return c >= 'A' && c <= 'Z'; }
static bool is_hex_digit(unsigned char c) {
  return quoth_http_is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}
static bool is_visible(unsigned char c) { return c > 0x20 && c < 0x7F; }

static bool is_query(unsigned char c) { return is_visible(c) && c != '#'; }

/* Of a host and port, an IPv6 address in brackets included. */
static bool is_authority(unsigned char c) {
  return quoth_http_is_digit(c) || quoth_http_is_letter(c) || (c && strchr("-._~:[]%", c));
}

/* ---- The end of the head --------------------------------------------------- */

quoth_http_progress quoth_http_find_head(quoth_bytes input, size_t *n_scanned, size_t *head_size,
                                         quoth_http_refusal *refusal) {
  const char *data = input.data;
  if (input.size && data[0] != '\r' && !is_visible((unsigned char)data[0])) {
    quoth_http_refuse(refusal, 400, "A request begins with a method; TLS is not spoken here.");
    return QUOTH_HTTP_REFUSED;
  }
  if (input.size > QUOTH_HTTP_MAX_HEAD) input.size = QUOTH_HTTP_MAX_HEAD;
  /* An empty line before the request line is skipped: RFC 9112, 2.2. */
  quoth_http_progress progress = quoth_http_find_empty_line(input, n_scanned, head_size, refusal);
  if (progress != QUOTH_HTTP_MORE || input.size < QUOTH_HTTP_MAX_HEAD) return progress;
  if (memchr(data, '\n', input.size))
    quoth_http_refuse(refusal, 431, "The header fields are longer than 16 KiB.");
  else
    quoth_http_refuse(refusal, 414, "The request line is longer than 16 KiB.");
  return QUOTH_HTTP_REFUSED;
}

/* ---- The request line ------------------------------------------------------ */

static bool has_whole_escapes(quoth_bytes path) {
  for (size_t i = 0; i < path.size; i++)
    if (path.data[i] == '%' &&
        (path.size - i < 3 || !is_hex_digit((unsigned char)path.data[i + 1]) ||
         !is_hex_digit((unsigned char)path.data[i + 2])))
      return false;
  return true;
}

static bool read_method(quoth_bytes method, quoth_http_request *out, quoth_http_refusal *refusal) {
  if (method.size == 0 || !quoth_http_all(method, quoth_http_is_token))
    return quoth_http_refuse(refusal, 400, "The request line has no method.");
  if (method.size > 16 || !quoth_http_all(method, is_capital))
    return quoth_http_refuse(refusal, 501, "Methods are capital letters, such as POST.");
  out->method = method;
  return true;
}

/* "http://HOST/PATH": RFC 9112, 3.2.2 wants it understood. Its host goes to `*authority`. */
static void take_scheme(quoth_bytes *target, quoth_bytes *authority) {
  if (target->size < 8 || strncasecmp(target->data, "http://", 7) != 0) return;
  quoth_bytes rest = {target->data + 7, target->size - 7};
  const char *slash = memchr(rest.data, '/', rest.size);
  if (!slash) return;
  *authority = (quoth_bytes){rest.data, (size_t)(slash - rest.data)};
  *target = (quoth_bytes){slash, rest.size - authority->size};
}

static bool read_target(quoth_bytes target, quoth_http_request *out, quoth_bytes *authority,
                        quoth_http_refusal *refusal) {
  take_scheme(&target, authority);
  quoth_bytes query = target, path = quoth_http_take_until(&query, '?');
  bool is_server = path.size == 1 && path.data[0] == '*' && target.size == 1 &&
                   quoth_http_equals(out->method, "options");
  bool is_origin = path.size > 0 && path.data[0] == '/' &&
                   quoth_http_all(path, quoth_http_is_path) && has_whole_escapes(path) &&
                   quoth_http_all(query, is_query);
  if (!is_server && !is_origin)
    return quoth_http_refuse(refusal, 400, "The request target is not a path such as /predict.");
  out->path = path;
  return true;
}

static bool read_request_line(quoth_bytes line, quoth_http_request *out, quoth_bytes *authority,
                              quoth_http_refusal *refusal) {
  quoth_bytes method = quoth_http_take_until(&line, ' ');
  quoth_bytes target = quoth_http_take_until(&line, ' ');
  return read_method(method, out, refusal) && read_target(target, out, authority, refusal) &&
         quoth_http_read_version(line, &out->framing, refusal);
}

/* ---- Fields ---------------------------------------------------------------- */

typedef struct reader {
  quoth_http_request *request;
  quoth_http_refusal *refusal;
  uint64_t max_body;
  bool has_host, has_type;
} reader;

static bool refuse(const reader *r, int status, const char *detail) {
  return quoth_http_refuse(r->refusal, status, detail);
}

static bool take_host(reader *r, quoth_bytes value) {
  if (r->has_host) return refuse(r, 400, "There is more than one Host.");
  if (!quoth_http_all(value, is_authority))
    return refuse(r, 400, "The Host is not a host and port.");
  r->has_host = true;
  r->request->host = value;
  return true;
}

static bool take_expect(reader *r, quoth_bytes value) {
  if (!quoth_http_equals(value, "100-continue"))
    return refuse(r, 417, "The only expectation known here is 100-continue.");
  r->request->expects_continue = !r->request->framing.is_http_1_0;
  return true;
}

static bool take_content_type(reader *r, quoth_bytes value) {
  if (r->has_type) return refuse(r, 400, "There is more than one Content-Type.");
  r->has_type = true;
  r->request->content_type = value;
  return true;
}

static bool take_content_encoding(reader *r, quoth_bytes value) {
  return quoth_http_equals(value, "identity") || refuse(r, 415, "Send the body uncompressed.");
}

static const struct field {
  const char *name;
  bool (*take)(reader *r, quoth_bytes value);
} fields[] = {
    {"host", take_host},
    {"expect", take_expect},
    {"content-type", take_content_type},
    {"content-encoding", take_content_encoding},
};

static bool take_field(reader *r, quoth_bytes line) {
  quoth_bytes name, value;
  if (!quoth_http_read_field(line, &name, &value, r->refusal)) return false;
  for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
    if (quoth_http_equals(name, fields[i].name)) return fields[i].take(r, value);
  return quoth_http_read_framing(name, value, r->max_body, &r->request->framing, r->refusal);
}

/* ---- The whole ------------------------------------------------------------- */

static bool check_together(const reader *r, quoth_bytes authority) {
  const quoth_http_request *q = r->request;
  if (!q->framing.is_http_1_0 && !r->has_host) return refuse(r, 400, "The Host is missing.");
  if (authority.data && (authority.size == 0 || authority.size != q->host.size ||
                         strncasecmp(authority.data, q->host.data, authority.size) != 0))
    return refuse(r, 400, "The request target names another host than the Host.");
  return true;
}

bool quoth_http_read_head(quoth_bytes head, uint64_t max_body, quoth_http_request *out,
                          quoth_http_refusal *refusal) {
  *out = (quoth_http_request){0};
  reader r = {.request = out, .refusal = refusal, .max_body = max_body};
  if (head.size >= 2 && memcmp(head.data, "\r\n", 2) == 0) head.data += 2, head.size -= 2;
  quoth_bytes authority = {0};
  if (!read_request_line(quoth_http_take_line(&head), out, &authority, refusal)) return false;
  for (size_t n_fields = 0;; n_fields++) {
    quoth_bytes line = quoth_http_take_line(&head);
    if (line.size == 0) return check_together(&r, authority);
    if (n_fields == QUOTH_HTTP_MAX_FIELDS)
      return refuse(&r, 431, "There are more than 100 header fields.");
    if (!take_field(&r, line)) return false;
  }
}
