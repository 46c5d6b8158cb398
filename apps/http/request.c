#include "http/request.h"

#include <string.h>
#include <strings.h>

bool quoth_http_refuse(quoth_http_refusal *refusal, int status, const char *detail) {
  *refusal = (quoth_http_refusal){status, detail};
  return false;
}

/* ---- Characters ------------------------------------------------------------ */

static bool is_digit(unsigned char c) { return c >= '0' && c <= '9'; }
static bool is_capital(unsigned char c) { return c >= 'A' && c <= 'Z'; }
static bool is_letter(unsigned char c) { return is_capital(c) || (c >= 'a' && c <= 'z'); }
static bool is_hex_digit(unsigned char c) {
  return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}
static bool is_visible(unsigned char c) { return c > 0x20 && c < 0x7F; }
static bool is_one_of(unsigned char c, const char *set) { return c && strchr(set, c); }

/* tchar of RFC 9110, 5.6.2 */
static bool is_token(unsigned char c) {
  return is_letter(c) || is_digit(c) || is_one_of(c, "!#$%&'*+-.^_`|~");
}

/* pchar of RFC 3986, and the slash; the two digits behind a percent sign are checked apart. */
static bool is_path(unsigned char c) {
  return is_letter(c) || is_digit(c) || is_one_of(c, "/-._~!$&'()*+,;=:@%");
}

static bool is_query(unsigned char c) { return is_visible(c) && c != '#'; }

/* Of a host and port, an IPv6 address in brackets included. */
static bool is_authority(unsigned char c) {
  return is_letter(c) || is_digit(c) || is_one_of(c, "-._~:[]%");
}

/* field-value of RFC 9110, 5.5, where obs-text is allowed. */
static bool is_value(unsigned char c) { return c == '\t' || (c >= 0x20 && c != 0x7F); }

static bool all(quoth_bytes text, bool (*is_allowed)(unsigned char)) {
  for (size_t i = 0; i < text.size; i++)
    if (!is_allowed((unsigned char)text.data[i])) return false;
  return true;
}

static bool equals(quoth_bytes a, const char *lower_case) {
  return a.size == strlen(lower_case) && strncasecmp(a.data, lower_case, a.size) == 0;
}

static quoth_bytes trim(quoth_bytes text) {
  while (text.size && is_one_of((unsigned char)text.data[0], " \t")) text.data++, text.size--;
  while (text.size && is_one_of((unsigned char)text.data[text.size - 1], " \t")) text.size--;
  return text;
}

/* Takes what stands before the first `separator` off `*rest`; all of it if there is none. */
static quoth_bytes take_until(quoth_bytes *rest, char separator) {
  const char *end = rest->size ? memchr(rest->data, separator, rest->size) : NULL;
  quoth_bytes taken = {rest->data, end ? (size_t)(end - rest->data) : rest->size};
  size_t used = taken.size + (end != NULL);
  *rest = (quoth_bytes){rest->data + used, rest->size - used};
  return taken;
}

/* ---- The end of the head --------------------------------------------------- */

quoth_http_progress quoth_http_find_head(quoth_bytes input, size_t *n_scanned, size_t *head_size,
                                         quoth_http_refusal *refusal) {
  const char *data = input.data;
  if (input.size && data[0] != '\r' && !is_visible((unsigned char)data[0])) {
    quoth_http_refuse(refusal, 400, "A request begins with a method; TLS is not spoken here.");
    return QUOTH_HTTP_REFUSED;
  }
  size_t size = input.size < QUOTH_HTTP_MAX_HEAD ? input.size : QUOTH_HTTP_MAX_HEAD;
  while (*n_scanned < size) {
    const char *feed = memchr(data + *n_scanned, '\n', size - *n_scanned);
    if (!feed) break;
    size_t at = (size_t)(feed - data);
    *n_scanned = at + 1;
    if (at == 0 || data[at - 1] != '\r') {
      quoth_http_refuse(refusal, 400, "Lines end with CR LF.");
      return QUOTH_HTTP_REFUSED;
    }
    /* An empty line before the request line is skipped: RFC 9112, 2.2. */
    if (at > 1 && data[at - 2] == '\n') {
      *head_size = at + 1;
      return QUOTH_HTTP_DONE;
    }
  }
  if (size < QUOTH_HTTP_MAX_HEAD) {
    *n_scanned = size;
    return QUOTH_HTTP_MORE;
  }
  if (memchr(data, '\n', size))
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
  if (method.size == 0 || !all(method, is_token))
    return quoth_http_refuse(refusal, 400, "The request line has no method.");
  if (method.size > 16 || !all(method, is_capital))
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
  quoth_bytes query = target, path = take_until(&query, '?');
  bool is_server =
      path.size == 1 && path.data[0] == '*' && target.size == 1 && equals(out->method, "options");
  bool is_origin = path.size > 0 && path.data[0] == '/' && all(path, is_path) &&
                   has_whole_escapes(path) && all(query, is_query);
  if (!is_server && !is_origin)
    return quoth_http_refuse(refusal, 400, "The request target is not a path such as /predict.");
  out->path = path;
  return true;
}

static bool read_version(quoth_bytes version, quoth_http_request *out,
                         quoth_http_refusal *refusal) {
  const char *v = version.data;
  if (version.size != 8 || memcmp(v, "HTTP/", 5) != 0 || !is_digit((unsigned char)v[5]) ||
      v[6] != '.' || !is_digit((unsigned char)v[7]))
    return quoth_http_refuse(refusal, 400, "The request line does not end with HTTP/1.1.");
  if (v[5] != '1' || v[7] > '1')
    return quoth_http_refuse(refusal, 505, "Only HTTP/1.1 and HTTP/1.0 are spoken here.");
  out->is_http_1_0 = v[7] == '0';
  out->is_persistent = !out->is_http_1_0;
  return true;
}

static bool read_request_line(quoth_bytes line, quoth_http_request *out, quoth_bytes *authority,
                              quoth_http_refusal *refusal) {
  quoth_bytes method = take_until(&line, ' ');
  quoth_bytes target = take_until(&line, ' ');
  return read_method(method, out, refusal) && read_target(target, out, authority, refusal) &&
         read_version(line, out, refusal);
}

/* ---- Fields ---------------------------------------------------------------- */

typedef struct reader {
  quoth_http_request *request;
  quoth_http_refusal *refusal;
  uint64_t max_body;
  bool has_host, has_length, has_encoding, has_type;
} reader;

static bool refuse(const reader *r, int status, const char *detail) {
  return quoth_http_refuse(r->refusal, status, detail);
}

static bool take_host(reader *r, quoth_bytes value) {
  if (r->has_host) return refuse(r, 400, "There is more than one Host.");
  if (!all(value, is_authority)) return refuse(r, 400, "The Host is not a host and port.");
  r->has_host = true;
  r->request->host = value;
  return true;
}

static bool take_content_length(reader *r, quoth_bytes value) {
  if (r->has_length) return refuse(r, 400, "There is more than one Content-Length.");
  if (value.size == 0 || !all(value, is_digit))
    return refuse(r, 400, "The Content-Length is not a number.");
  r->has_length = true;
  uint64_t length = 0;
  for (size_t i = 0; i < value.size && length <= r->max_body; i++)
    length = length * 10 + (uint64_t)(value.data[i] - '0');
  if (length > r->max_body) return refuse(r, 413, "The body is longer than this server takes.");
  r->request->content_length = length;
  return true;
}

static bool take_transfer_encoding(reader *r, quoth_bytes value) {
  if (r->has_encoding) return refuse(r, 400, "There is more than one Transfer-Encoding.");
  if (!equals(value, "chunked"))
    return refuse(r, 501, "The only Transfer-Encoding known here is chunked.");
  if (r->request->is_http_1_0) return refuse(r, 400, "HTTP/1.0 knows no Transfer-Encoding.");
  r->has_encoding = r->request->is_chunked = true;
  return true;
}

static bool take_connection(reader *r, quoth_bytes value) {
  while (value.size) {
    quoth_bytes word = trim(take_until(&value, ','));
    if (equals(word, "close")) r->request->is_persistent = false;
    if (equals(word, "keep-alive") && r->request->is_http_1_0) r->request->is_persistent = true;
  }
  return true;
}

static bool take_expect(reader *r, quoth_bytes value) {
  if (!equals(value, "100-continue"))
    return refuse(r, 417, "The only expectation known here is 100-continue.");
  r->request->expects_continue = !r->request->is_http_1_0;
  return true;
}

static bool take_content_type(reader *r, quoth_bytes value) {
  if (r->has_type) return refuse(r, 400, "There is more than one Content-Type.");
  r->has_type = true;
  r->request->content_type = value;
  return true;
}

static bool take_content_encoding(reader *r, quoth_bytes value) {
  return equals(value, "identity") || refuse(r, 415, "Send the body uncompressed.");
}

static const struct field {
  const char *name;
  bool (*take)(reader *r, quoth_bytes value);
} fields[] = {
    {"host", take_host},
    {"content-length", take_content_length},
    {"transfer-encoding", take_transfer_encoding},
    {"connection", take_connection},
    {"expect", take_expect},
    {"content-type", take_content_type},
    {"content-encoding", take_content_encoding},
};

bool quoth_http_read_field(quoth_bytes line, quoth_bytes *name, quoth_bytes *value,
                           quoth_http_refusal *refusal) {
  if (line.size && is_one_of((unsigned char)line.data[0], " \t"))
    return quoth_http_refuse(refusal, 400, "A header field goes on in a second line.");
  const char *colon = line.size ? memchr(line.data, ':', line.size) : NULL;
  *value = line;
  *name = take_until(value, ':');
  *value = trim(*value);
  if (!colon || name->size == 0 || !all(*name, is_token))
    return quoth_http_refuse(refusal, 400, "A header field has no proper name.");
  if (!all(*value, is_value))
    return quoth_http_refuse(refusal, 400, "A header field holds a control character.");
  return true;
}

static bool take_field(reader *r, quoth_bytes line) {
  quoth_bytes name, value;
  if (!quoth_http_read_field(line, &name, &value, r->refusal)) return false;
  for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
    if (equals(name, fields[i].name)) return fields[i].take(r, value);
  return true;
}

/* ---- The whole ------------------------------------------------------------- */

/* A line without its CRLF; there is one, as quoth_http_find_head has seen to. */
static quoth_bytes take_line(quoth_bytes *rest) {
  quoth_bytes line = take_until(rest, '\n');
  if (line.size) line.size--;
  return line;
}

static bool check_together(const reader *r, quoth_bytes authority) {
  const quoth_http_request *q = r->request;
  if (!q->is_http_1_0 && !r->has_host) return refuse(r, 400, "The Host is missing.");
  if (r->has_length && r->has_encoding)
    return refuse(r, 400, "There are both a Content-Length and a Transfer-Encoding.");
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
  if (!read_request_line(take_line(&head), out, &authority, refusal)) return false;
  for (size_t n_fields = 0;; n_fields++) {
    quoth_bytes line = take_line(&head);
    if (line.size == 0) return check_together(&r, authority);
    if (n_fields == QUOTH_HTTP_MAX_FIELDS)
      return refuse(&r, 431, "There are more than 100 header fields.");
    if (!take_field(&r, line)) return false;
  }
}
