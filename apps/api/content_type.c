/* The Content-Type of a request: RFC 9110, section 8.3. */
#include <string.h>
#include <strings.h>

#include "api/call.h"

static bool is(quoth_bytes text, const char *name) {
  return text.size == strlen(name) && strncasecmp(text.data, name, text.size) == 0;
}

static quoth_bytes trim(quoth_bytes text) {
  while (text.size && (text.data[0] == ' ' || text.data[0] == '\t')) text.data++, text.size--;
  while (text.size && (text.data[text.size - 1] == ' ' || text.data[text.size - 1] == '\t'))
    text.size--;
  return text;
}

/* Takes what is before the next `separator` outside of quotes off *rest. */
static quoth_bytes cut(quoth_bytes *rest, char separator) {
  size_t size = 0;
  bool is_quoted = false;
  for (; size < rest->size; size++) {
    char c = rest->data[size];
    if (is_quoted && c == '\\' && size + 1 < rest->size)
      size++;
    else if (c == '"')
      is_quoted = !is_quoted;
    else if (c == separator && !is_quoted)
      break;
  }
  quoth_bytes part = {rest->data, size};
  size_t skipped = size < rest->size ? size + 1 : size;
  *rest = (quoth_bytes){rest->data + skipped, rest->size - skipped};
  return trim(part);
}

static quoth_bytes unquote(quoth_bytes text) {
  if (text.size >= 2 && text.data[0] == '"' && text.data[text.size - 1] == '"')
    return (quoth_bytes){text.data + 1, text.size - 2};
  return text;
}

static quoth_api_media media_of(quoth_bytes type) {
  if (type.size == 0) return QUOTH_API_NO_MEDIA;
  if (is(type, "application/json")) return QUOTH_API_JSON;
  if (is(type, "text/plain")) return QUOTH_API_PLAIN;
  if (is(type, "application/x-www-form-urlencoded")) return QUOTH_API_FORM;
  return QUOTH_API_OTHER_MEDIA;
}

int quoth_api_read_media(quoth_api_call *call, quoth_api_media *media) {
  quoth_bytes rest = call->request->content_type;
  *media = rest.size ? media_of(cut(&rest, ';')) : QUOTH_API_NO_MEDIA;
  while (rest.size) {
    quoth_bytes value = cut(&rest, ';');
    if (!is(cut(&value, '='), "charset")) continue;
    quoth_bytes charset = unquote(trim(value));
    if (!is(charset, "utf-8") && !is(charset, "utf8"))
      return quoth_api_refuse(call, 415, "the body's charset is \"%.*s\"; send UTF-8",
                              charset.size < 60 ? (int)charset.size : 60, charset.data);
  }
  return 0;
}
