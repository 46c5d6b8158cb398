#include "report/text.h"

#include <glib.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

enum {
  REPLACEMENT = 0xFFFD,
  CONTROL_PICTURES = 0x2400,
  DELETE = 0x7F,
  DELETE_PICTURE = 0x2421,
  MAX_MARKS = 8, /* in a row: enough for any language, and for the flag of Scotland */
};

static gunichar shown_as(gunichar c) {
  if (c < 0x20) return CONTROL_PICTURES + c;
  if (c == DELETE) return DELETE_PICTURE;
  if ((c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069)) return REPLACEMENT;
  switch (g_unichar_type(c)) {
  case G_UNICODE_CONTROL:
  case G_UNICODE_LINE_SEPARATOR:
  case G_UNICODE_PARAGRAPH_SEPARATOR:
    return REPLACEMENT;
  default:
    return c;
  }
}

/* The character at *at (< label.size) as it is shown; moves *at behind it. */
static gunichar next_shown(quoth_bytes label, size_t *at) {
  uint32_t c = quoth_utf8_next(label, at);
  return c == QUOTH_UTF8_INVALID ? REPLACEMENT : shown_as(c);
}

static size_t columns_of(gunichar c) {
  return g_unichar_iszerowidth(c) ? 0 : g_unichar_iswide(c) ? 2 : 1;
}

size_t quoth_label_columns(quoth_bytes label) {
  size_t columns = 0;
  for (size_t at = 0; at < label.size;) columns += columns_of(next_shown(label, &at));
  return columns;
}

static void put_bytes(quoth_writer *writer, const char *data, size_t size) {
  if (!writer->status) writer->status = quoth_buffer_append(writer->out, data, size, writer->err);
}

void quoth_put(quoth_writer *writer, const char *text) { put_bytes(writer, text, strlen(text)); }

void quoth_put_end(quoth_writer *writer) { put_bytes(writer, "", 1); }

void quoth_put_format(quoth_writer *writer, const char *format, ...) {
  char text[256];
  va_list args;
  va_start(args, format);
  int length = vsnprintf(text, sizeof text, format, args);
  va_end(args);
  if (length >= 0 && (size_t)length < sizeof text)
    put_bytes(writer, text, (size_t)length);
  else if (!writer->status)
    writer->status = quoth_fail(writer->err, QUOTH_ERR_ARG, "a formatted text is too long");
}

void quoth_put_count(quoth_writer *writer, uint64_t count) {
  char digits[24];
  int n = snprintf(digits, sizeof digits, "%llu", (unsigned long long)count);
  for (int i = 0; i < n; i++) {
    if (i && (n - i) % 3 == 0) put_bytes(writer, ",", 1);
    put_bytes(writer, digits + i, 1);
  }
}

size_t quoth_put_label(quoth_writer *writer, quoth_bytes label, size_t max_columns) {
  size_t columns = 0, n_marks = 0;
  size_t cut = writer->out->size, cut_columns = 0; /* as far as there is still room for "…" */
  for (size_t at = 0; at < label.size && !writer->status;) {
    gunichar c = next_shown(label, &at);
    size_t width = columns_of(c);
    columns += width;
    n_marks = width ? 0 : n_marks + 1;
    if (columns > max_columns || n_marks > MAX_MARKS) {
      writer->out->size = cut;
      quoth_put(writer, "…");
      return cut_columns + 1;
    }
    char bytes[4];
    put_bytes(writer, bytes, quoth_utf8_put(c, bytes));
    if (columns == max_columns) continue;
    cut = writer->out->size;
    cut_columns = columns;
  }
  return columns;
}

void quoth_put_cell(quoth_writer *writer, quoth_bytes label, size_t columns, bool to_right) {
  size_t start = writer->out->size;
  size_t padding = columns - quoth_put_label(writer, label, columns);
  size_t size = writer->out->size - start;
  for (size_t i = 0; i < padding; i++) quoth_put(writer, " ");
  if (to_right && padding && !writer->status) {
    char *cell = writer->out->data + start;
    memmove(cell + padding, cell, size);
    memset(cell, ' ', padding);
  }
}

quoth_bytes quoth_bytes_of(const char *text) {
  return (quoth_bytes){text ? text : "", text ? strlen(text) : 0};
}
