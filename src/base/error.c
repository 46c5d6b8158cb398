#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *quoth_version(void) { return QUOTH_VERSION_STRING; }

const char *quoth_status_name(quoth_status status) {
  switch (status) {
#define QUOTH_STATUS_NAME(name, value, text)                                                       \
  case QUOTH_##name:                                                                               \
    return "QUOTH_" #name;
    QUOTH_STATUS_TABLE(QUOTH_STATUS_NAME)
#undef QUOTH_STATUS_NAME
  }
  return "QUOTH_ERR_UNKNOWN";
}

const char *quoth_status_text(quoth_status status) {
  switch (status) {
#define QUOTH_STATUS_TEXT(name, value, text)                                                       \
  case QUOTH_##name:                                                                               \
    return text;
    QUOTH_STATUS_TABLE(QUOTH_STATUS_TEXT)
#undef QUOTH_STATUS_TEXT
  }
  return "unknown status";
}

/* A message is one line, whatever foreign text went into it. */
static void make_one_line(char *text) {
  for (; *text; text++)
    if ((unsigned char)*text < 0x20 || *text == 0x7f) *text = ' ';
}

/* Cuts a copy that did not fit back to a whole UTF-8 character. */
static void cut_to_character(char *text, size_t length) {
  size_t start = length;
  while (start > 0 && ((unsigned char)text[start - 1] & 0xC0) == 0x80) start--;
  if (start == 0) return;
  unsigned char lead = (unsigned char)text[start - 1];
  size_t need = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (lead >= 0xC0 && length - (start - 1) < need) text[start - 1] = '\0';
}

static quoth_status fill(quoth_error *err, quoth_status status, const char *file, uint64_t line,
                         const char *format, va_list args) {
  if (!err) return status;
  err->status = status;
  err->line = line;
  snprintf(err->file, sizeof err->file, "%s", file ? file : "");
  int length = vsnprintf(err->message, sizeof err->message, format, args);
  if (length >= (int)sizeof err->message) cut_to_character(err->message, sizeof err->message - 1);
  make_one_line(err->message);
  return status;
}

quoth_status quoth_fail(quoth_error *err, quoth_status status, const char *format, ...) {
  va_list args;
  va_start(args, format);
  fill(err, status, NULL, 0, format, args);
  va_end(args);
  return status;
}

quoth_status quoth_fail_at(quoth_error *err, quoth_status status, const char *file, uint64_t line,
                           const char *format, ...) {
  va_list args;
  va_start(args, format);
  fill(err, status, file, line, format, args);
  va_end(args);
  return status;
}

quoth_status quoth_fail_nomem(quoth_error *err, size_t size_bytes) {
  return quoth_fail(err, QUOTH_ERR_NOMEM, "out of memory (asked for %zu bytes)", size_bytes);
}
