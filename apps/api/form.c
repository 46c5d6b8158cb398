/* application/x-www-form-urlencoded, as browsers and curl --data-urlencode send it
 * (https://url.spec.whatwg.org/#application/x-www-form-urlencoded), but strict: an escape that is
 * none is refused. */
#include <string.h>

#include "api/call.h"
#include "base/utf8.h"

static int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c |= 0x20;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Appends body[begin, end) decoded to worker->fields. */
static int decode(quoth_api_call *call, size_t begin, size_t end, quoth_bytes *out) {
  const char *data = call->request->body.data;
  quoth_buffer *fields = &call->worker->fields;
  char *start = fields->data + fields->size, *to = start;
  for (size_t i = begin; i < end; i++) {
    if (data[i] != '%') {
      *to++ = data[i] == '+' ? ' ' : data[i];
      continue;
    }
    int high = end - i > 2 ? hex_digit(data[i + 1]) : -1;
    int low = high >= 0 ? hex_digit(data[i + 2]) : -1;
    if (low < 0)
      return quoth_api_refuse(call, 400,
                              "byte %zu of the form: a %% is followed by two hexadecimal digits; "
                              "the character itself is sent as %%25",
                              i);
    *to++ = (char)(high * 16 + low);
    i += 2;
  }
  *out = (quoth_bytes){start, (size_t)(to - start)};
  fields->size += out->size;
  size_t valid = quoth_utf8_valid_prefix(*out);
  if (valid < out->size)
    return quoth_api_refuse(call, 400,
                            "the form's field at byte %zu is not UTF-8: byte 0x%02x at offset %zu "
                            "of its decoded text",
                            begin, (unsigned char)out->data[valid], valid);
  return 0;
}

int quoth_api_next_field(quoth_api_call *call, size_t *at, quoth_api_field *field) {
  quoth_bytes body = call->request->body;
  *field = (quoth_api_field){0};
  while (*at < body.size && body.data[*at] == '&') ++*at;
  if (*at == body.size) return 0;
  const char *ampersand = memchr(body.data + *at, '&', body.size - *at);
  size_t begin = *at, end = ampersand ? (size_t)(ampersand - body.data) : body.size;
  const char *equals = memchr(body.data + begin, '=', end - begin);
  size_t name_end = equals ? (size_t)(equals - body.data) : end;
  field->offset = begin;
  *at = end;
  int refusal = decode(call, begin, name_end, &field->name);
  return refusal ? refusal : decode(call, equals ? name_end + 1 : end, end, &field->value);
}
