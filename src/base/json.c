#include "base/json.h"

#include <math.h>
#include <string.h>

#include "base/number.h"

enum { MAX_DEPTH = 64 };

bool quoth_json_is_out_of_memory(const json_error_t *fault) {
  return json_error_code(fault) == json_error_out_of_memory || !fault->text[0];
}

quoth_status quoth_json_parse(quoth_bytes text, const char *name, json_t **out, quoth_error *err) {
  json_error_t fault = {0};
  *out = json_loadb(text.data, text.size, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &fault);
  if (*out) return QUOTH_OK;
  if (quoth_json_is_out_of_memory(&fault)) return quoth_fail_nomem(err, text.size);
  uint64_t line = fault.line > 0 ? (uint64_t)fault.line : 0;
  switch (json_error_code(&fault)) {
  case json_error_null_character:
    return quoth_fail_at(err, QUOTH_ERR_DATA, name, line,
                         "the character \\u0000 is not allowed (column %d)", fault.column);
  case json_error_numeric_overflow:
    return quoth_fail_at(err, QUOTH_ERR_DATA, name, line,
                         "a number is too large to be kept (column %d)", fault.column);
  default:
    return quoth_fail_at(err, QUOTH_ERR_DATA, name, line, "not JSON: %s (column %d)", fault.text,
                         fault.column);
  }
}

void quoth_json_push(json_t **list, json_t *item) {
  if (json_array_append_new(*list, item) == 0) return;
  json_decref(*list);
  *list = NULL;
}

typedef struct json_writer {
  quoth_buffer *out;
  quoth_error *err;
  int indent;
} json_writer;

static quoth_status put(json_writer *writer, const char *text) {
  return quoth_buffer_append(writer->out, text, strlen(text), writer->err);
}

static quoth_status put_line_break(json_writer *writer, int depth) {
  if (writer->indent == 0) return QUOTH_OK;
  return quoth_buffer_printf(writer->out, writer->err, "\n%*s", depth * writer->indent, "");
}

quoth_status quoth_json_append_string(quoth_buffer *out, quoth_bytes text, quoth_error *err) {
  quoth_status status = quoth_buffer_append(out, "\"", 1, err);
  size_t plain = 0; /* start of the run that needs no escape */
  for (size_t i = 0; i < text.size && !status; i++) {
    unsigned char c = (unsigned char)text.data[i];
    if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7f) continue;
    status = quoth_buffer_append(out, text.data + plain, i - plain, err);
    plain = i + 1;
    if (status) break;
    if (c == '"' || c == '\\')
      status = quoth_buffer_printf(out, err, "\\%c", c);
    else if (c == '\n')
      status = quoth_buffer_append(out, "\\n", 2, err);
    else if (c == '\t')
      status = quoth_buffer_append(out, "\\t", 2, err);
    else
      status = quoth_buffer_printf(out, err, "\\u%04x", c);
  }
  if (!status && plain < text.size)
    status = quoth_buffer_append(out, text.data + plain, text.size - plain, err);
  return status ? status : quoth_buffer_append(out, "\"", 1, err);
}

static quoth_status put_value(json_writer *writer, const json_t *value, int depth);

static quoth_status put_string(json_writer *writer, const char *text, size_t size) {
  return quoth_json_append_string(writer->out, (quoth_bytes){text, size}, writer->err);
}

static quoth_status put_real(json_writer *writer, double value) {
  if (!isfinite(value)) return put(writer, "null");
  char text[QUOTH_NUMBER_SIZE];
  quoth_number_shortest(value, text);
  return put(writer, text);
}

static quoth_status put_array(json_writer *writer, const json_t *array, int depth) {
  size_t n = json_array_size(array);
  /* Arrays of plain values stay on one line, whatever the indent. */
  bool is_flat = true;
  for (size_t i = 0; i < n; i++)
    if (json_is_object(json_array_get(array, i)) || json_is_array(json_array_get(array, i)))
      is_flat = false;
  quoth_status status = put(writer, "[");
  for (size_t i = 0; i < n && !status; i++) {
    if (i) status = put(writer, is_flat && writer->indent ? ", " : ",");
    if (!status && !is_flat) status = put_line_break(writer, depth + 1);
    if (!status) status = put_value(writer, json_array_get(array, i), depth + 1);
  }
  if (!status && n && !is_flat) status = put_line_break(writer, depth);
  return status ? status : put(writer, "]");
}

static quoth_status put_object(json_writer *writer, const json_t *object, int depth) {
  quoth_status status = put(writer, "{");
  bool is_first = true;
  /* jansson's iterators are declared for non-const objects; nothing is changed. */
  json_t *items = (json_t *)(uintptr_t)object;
  for (void *item = json_object_iter(items); item && !status;
       item = json_object_iter_next(items, item)) {
    if (!is_first) status = put(writer, ",");
    is_first = false;
    const char *key = json_object_iter_key(item);
    if (!status) status = put_line_break(writer, depth + 1);
    if (!status) status = put_string(writer, key, strlen(key));
    if (!status) status = put(writer, writer->indent ? ": " : ":");
    if (!status) status = put_value(writer, json_object_iter_value(item), depth + 1);
  }
  if (!status && !is_first) status = put_line_break(writer, depth);
  return status ? status : put(writer, "}");
}

static quoth_status put_value(json_writer *writer, const json_t *value, int depth) {
  if (depth > MAX_DEPTH) return quoth_fail(writer->err, QUOTH_ERR_ARG, "JSON nested too deeply");
  switch (json_typeof(value)) {
  case JSON_OBJECT:
    return put_object(writer, value, depth);
  case JSON_ARRAY:
    return put_array(writer, value, depth);
  case JSON_STRING:
    return put_string(writer, json_string_value(value), json_string_length(value));
  case JSON_INTEGER:
    return quoth_buffer_printf(writer->out, writer->err, "%" JSON_INTEGER_FORMAT,
                               json_integer_value(value));
  case JSON_REAL:
    return put_real(writer, json_real_value(value));
  case JSON_TRUE:
    return put(writer, "true");
  case JSON_FALSE:
    return put(writer, "false");
  case JSON_NULL:
    return put(writer, "null");
  }
  return quoth_fail(writer->err, QUOTH_ERR_ARG, "unknown JSON value");
}

quoth_status quoth_json_append(quoth_buffer *out, const json_t *value, int indent,
                               quoth_error *err) {
  json_writer writer = {.out = out, .err = err, .indent = indent};
  return put_value(&writer, value, 0);
}
