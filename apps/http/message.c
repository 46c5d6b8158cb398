#include "http/message.h"

#include <string.h>
#include <strings.h>

bool quoth_http_refuse(quoth_http_refusal *refusal, int status, const char *detail) {
  *refusal = (quoth_http_refusal){status, detail};
  return false;
}

/* ---- Characters and words -------------------------------------------------- */

static bool is_one_of(unsigned char c, const char *set) { return c && strchr(set, c); }

bool quoth_http_is_letter(unsigned char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }

/* field-value of RFC 9110, 5.5, where obs-text is allowed. */
static bool is_value(unsigned char c) { return c == '\t' || (c >= 0x20 && c != 0x7F); }

bool quoth_http_is_digit(unsigned char c) { return c >= '0' && c <= '9'; }

bool quoth_http_is_token(unsigned char c) {
  return quoth_http_is_letter(c) || quoth_http_is_digit(c) || is_one_of(c, "!#$%&'*+-.^_`|~");
}

bool quoth_http_is_path(unsigned char c) {
  return quoth_http_is_letter(c) || quoth_http_is_digit(c) || is_one_of(c, "/-._~!$&'()*+,;=:@%");
}

bool quoth_http_all(quoth_bytes text, bool (*is_allowed)(unsigned char)) {
  for (size_t i = 0; i < text.size; i++)
    if (!is_allowed((unsigned char)text.data[i])) return false;
  return true;
}

bool quoth_http_equals(quoth_bytes text, const char *lower_case) {
  return text.size == strlen(lower_case) && strncasecmp(text.data, lower_case, text.size) == 0;
}

static quoth_bytes trim(quoth_bytes text) {
  while (text.size && is_one_of((unsigned char)text.data[0], " \t")) text.data++, text.size--;
  while (text.size && is_one_of((unsigned char)text.data[text.size - 1], " \t")) text.size--;
  return text;
}

quoth_bytes quoth_http_take_until(quoth_bytes *rest, char separator) {
  const char *end = rest->size ? memchr(rest->data, separator, rest->size) : NULL;
  quoth_bytes taken = {rest->data, end ? (size_t)(end - rest->data) : rest->size};
  size_t used = taken.size + (end != NULL);
  *rest = (quoth_bytes){rest->data + used, rest->size - used};
  return taken;
}

/* There is a CRLF, as quoth_http_find_empty_line has seen to. */
quoth_bytes quoth_http_take_line(quoth_bytes *rest) {
  quoth_bytes line = quoth_http_take_until(rest, '\n');
  if (line.size) line.size--;
  return line;
}

/* ---- The end of the head --------------------------------------------------- */

quoth_http_progress quoth_http_find_empty_line(quoth_bytes input, size_t *n_scanned,
                                               size_t *head_size, quoth_http_refusal *refusal) {
  const char *data = input.data;
  while (*n_scanned < input.size) {
    const char *feed = memchr(data + *n_scanned, '\n', input.size - *n_scanned);
    if (!feed) break;
    size_t at = (size_t)(feed - data);
    *n_scanned = at + 1;
    if (at == 0 || data[at - 1] != '\r') {
      quoth_http_refuse(refusal, 400, "Lines end with CR LF.");
      return QUOTH_HTTP_REFUSED;
    }
    if (at > 1 && data[at - 2] == '\n') {
      *head_size = at + 1;
      return QUOTH_HTTP_DONE;
    }
  }
  *n_scanned = input.size;
  return QUOTH_HTTP_MORE;
}

/* ---- Fields ---------------------------------------------------------------- */

bool quoth_http_read_field(quoth_bytes line, quoth_bytes *name, quoth_bytes *value,
                           quoth_http_refusal *refusal) {
  if (line.size && is_one_of((unsigned char)line.data[0], " \t"))
    return quoth_http_refuse(refusal, 400, "A header field goes on in a second line.");
  const char *colon = line.size ? memchr(line.data, ':', line.size) : NULL;
  *value = line;
  *name = quoth_http_take_until(value, ':');
  *value = trim(*value);
  if (!colon || name->size == 0 || !quoth_http_all(*name, quoth_http_is_token))
    return quoth_http_refuse(refusal, 400, "A header field has no proper name.");
  if (!quoth_http_all(*value, is_value))
    return quoth_http_refuse(refusal, 400, "A header field holds a control character.");
  return true;
}

/* ---- Framing --------------------------------------------------------------- */

bool quoth_http_read_version(quoth_bytes version, quoth_http_framing *out,
                             quoth_http_refusal *refusal) {
  const char *v = version.data;
  if (version.size != 8 || memcmp(v, "HTTP/", 5) != 0 ||
      !quoth_http_is_digit((unsigned char)v[5]) || v[6] != '.' ||
      !quoth_http_is_digit((unsigned char)v[7]))
    return quoth_http_refuse(refusal, 400, "The first line has no version such as HTTP/1.1.");
  if (v[5] != '1' || v[7] > '1')
    return quoth_http_refuse(refusal, 505, "Only HTTP/1.1 and HTTP/1.0 are spoken here.");
  out->is_http_1_0 = v[7] == '0';
  out->is_persistent = !out->is_http_1_0;
  return true;
}

static bool refuse_both(quoth_http_refusal *refusal) {
  return quoth_http_refuse(refusal, 400,
                           "There are both a Content-Length and a Transfer-Encoding.");
}

static bool read_length(quoth_bytes value, uint64_t max_body, quoth_http_framing *out,
                        quoth_http_refusal *refusal) {
  if (out->has_length)
    return quoth_http_refuse(refusal, 400, "There is more than one Content-Length.");
  if (out->is_chunked) return refuse_both(refusal);
  if (value.size == 0 || !quoth_http_all(value, quoth_http_is_digit))
    return quoth_http_refuse(refusal, 400, "The Content-Length is not a number.");
  out->has_length = true;
  uint64_t length = 0;
  for (size_t i = 0; i < value.size && length <= max_body; i++)
    length = length * 10 + (uint64_t)(value.data[i] - '0');
  if (length > max_body)
    return quoth_http_refuse(refusal, 413, "The body is longer than is allowed.");
  out->content_length = length;
  return true;
}

static bool read_encoding(quoth_bytes value, quoth_http_framing *out, quoth_http_refusal *refusal) {
  if (out->is_chunked)
    return quoth_http_refuse(refusal, 400, "There is more than one Transfer-Encoding.");
  if (!quoth_http_equals(value, "chunked"))
    return quoth_http_refuse(refusal, 501, "The only Transfer-Encoding known here is chunked.");
  if (out->is_http_1_0)
    return quoth_http_refuse(refusal, 400, "HTTP/1.0 knows no Transfer-Encoding.");
  if (out->has_length) return refuse_both(refusal);
  out->is_chunked = true;
  return true;
}

static void read_connection(quoth_bytes value, quoth_http_framing *out) {
  while (value.size) {
    quoth_bytes word = trim(quoth_http_take_until(&value, ','));
    if (quoth_http_equals(word, "close")) out->is_persistent = false;
    if (quoth_http_equals(word, "keep-alive") && out->is_http_1_0) out->is_persistent = true;
  }
}

bool quoth_http_read_framing(quoth_bytes name, quoth_bytes value, uint64_t max_body,
                             quoth_http_framing *framing, quoth_http_refusal *refusal) {
  if (quoth_http_equals(name, "content-length"))
    return read_length(value, max_body, framing, refusal);
  if (quoth_http_equals(name, "transfer-encoding")) return read_encoding(value, framing, refusal);
  if (quoth_http_equals(name, "connection")) read_connection(value, framing);
  return true;
}
