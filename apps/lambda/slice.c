#include "lambda/slice.h"

#include <string.h>

static bool skip_value(quoth_slice_items *in, int depth);

static void skip_space(quoth_slice_items *in) {
  while (in->at < in->end && strchr(" \t\r\n", *in->at) && *in->at) in->at++;
}

/* Skips `c`, and white space before it. */
static bool skip_char(quoth_slice_items *in, char c) {
  skip_space(in);
  if (in->at == in->end || *in->at != c) return false;
  in->at++;
  return true;
}

/* A quote ends the string unless an odd number of backslashes stands before it. */
static bool skip_string(quoth_slice_items *in) {
  const char *quote = in->at;
  for (;;) {
    const char *next = quote + 1;
    quote = memchr(next, '"', (size_t)(in->end - next));
    if (!quote) return false;
    size_t n_slashes = 0;
    while (quote[-1 - (ptrdiff_t)n_slashes] == '\\') n_slashes++;
    if (n_slashes % 2 == 0) break;
  }
  in->at = quote + 1;
  return true;
}

/* A number or one of true, false and null, whatever is in it. */
static bool skip_word(quoth_slice_items *in) {
  static const char allowed[] = "+-.0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  const char *begin = in->at;
  while (in->at < in->end && *in->at && strchr(allowed, *in->at)) in->at++;
  return in->at > begin;
}

/* The name of a member and its colon; nothing in an array. */
static bool skip_key(quoth_slice_items *in, bool is_object) {
  if (!is_object) return true;
  skip_space(in);
  return in->at < in->end && *in->at == '"' && skip_string(in) && skip_char(in, ':');
}

static bool skip_container(quoth_slice_items *in, int depth) {
  bool is_object = *in->at++ == '{';
  char close = is_object ? '}' : ']';
  if (depth == QUOTH_SLICE_MAX_DEPTH) return false;
  if (skip_char(in, close)) return true;
  do {
    if (!skip_key(in, is_object) || !skip_value(in, depth + 1)) return false;
  } while (skip_char(in, ','));
  return skip_char(in, close);
}

static bool skip_value(quoth_slice_items *in, int depth) {
  skip_space(in);
  if (in->at == in->end) return false;
  if (*in->at == '{' || *in->at == '[') return skip_container(in, depth);
  return *in->at == '"' ? skip_string(in) : skip_word(in);
}

static quoth_bytes slice_between(const char *begin, const char *end) {
  return (quoth_bytes){begin, (size_t)(end - begin)};
}

bool quoth_slice_read(quoth_bytes text, quoth_bytes *value) {
  *value = (quoth_bytes){0};
  if (text.size == 0) return false;
  quoth_slice_items in = {.at = text.data, .end = text.data + text.size};
  skip_space(&in);
  const char *begin = in.at;
  if (!skip_value(&in, 0)) return false;
  *value = slice_between(begin, in.at);
  skip_space(&in);
  return in.at == in.end;
}

static bool begins_with(quoth_bytes slice, char c) { return slice.size && slice.data[0] == c; }

bool quoth_slice_is_string(quoth_bytes slice) { return begins_with(slice, '"'); }
bool quoth_slice_is_object(quoth_bytes slice) { return begins_with(slice, '{'); }
bool quoth_slice_is_array(quoth_bytes slice) { return begins_with(slice, '['); }

bool quoth_slice_is(quoth_bytes slice, const char *text) {
  return slice.size > 0 && quoth_bytes_equal(slice, text);
}

quoth_bytes quoth_slice_unquote(quoth_bytes string) {
  if (!quoth_slice_is_string(string)) return (quoth_bytes){0};
  return (quoth_bytes){string.data + 1, string.size - 2};
}

quoth_slice_items quoth_slice_items_of(quoth_bytes container) {
  bool is_object = quoth_slice_is_object(container);
  if (!is_object && !quoth_slice_is_array(container)) return (quoth_slice_items){0};
  return (quoth_slice_items){container.data + 1, container.data + container.size - 1, is_object};
}

bool quoth_slice_next(quoth_slice_items *items, quoth_bytes *key, quoth_bytes *value) {
  *key = *value = (quoth_bytes){0};
  skip_space(items);
  const char *begin = items->at;
  if (items->is_object) {
    if (begin == items->end || !skip_string(items)) return false;
    *key = slice_between(begin, items->at);
    skip_char(items, ':');
    skip_space(items);
    begin = items->at;
  }
  if (!skip_value(items, 0)) return false;
  *value = slice_between(begin, items->at);
  skip_char(items, ',');
  return true;
}

void quoth_slice_members(quoth_bytes object, const char *const *names, size_t n,
                         quoth_bytes *values) {
  for (size_t i = 0; i < n; i++) values[i] = (quoth_bytes){0};
  if (!quoth_slice_is_object(object)) return;
  quoth_slice_items items = quoth_slice_items_of(object);
  quoth_bytes key, value;
  while (quoth_slice_next(&items, &key, &value)) {
    quoth_bytes name = quoth_slice_unquote(key);
    for (size_t i = 0; i < n; i++)
      if (quoth_slice_is(name, names[i]))
        values[i] = quoth_slice_is(value, "null") ? (quoth_bytes){0} : value;
  }
}
