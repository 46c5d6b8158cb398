#include "http/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "http/log_line.h"

enum { LINE_SIZE = 512, MESSAGE_SIZE = 1280 };

static const char *known_method(quoth_bytes method) {
  static const char *const known[] = {"GET",    "HEAD",    "POST",  "PUT",
                                      "DELETE", "OPTIONS", "PATCH", "TRACE"};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (quoth_bytes_equal(method, known[i])) return known[i];
  return method.size ? "OTHER" : "-";
}

void quoth_http_log_request(quoth_http_log log, const quoth_http_log_entry *e) {
  char time[QUOTH_LOG_TIME_SIZE], line[LINE_SIZE];
  quoth_log_time(time);
  const char *format =
      log == QUOTH_HTTP_LOG_JSON
          ? "{\"time\":\"%s\",\"level\":\"info\",\"method\":\"%s\",\"route\":\"%s\",\"status\":%d,"
            "\"bytes\":%zu,\"duration_ms\":%.3f}\n"
          : "%s %s %s %d %zu B %.3f ms\n";
  int size = snprintf(line, sizeof line, format, time, known_method(e->method), e->route, e->status,
                      e->size_bytes, e->seconds * 1e3);
  if (size > 0 && (size_t)size < sizeof line) quoth_log_write(line, (size_t)size);
}

static void log_text(const char *time, const char *level, const char *message) {
  char line[MESSAGE_SIZE + 64];
  int size = strcmp(level, "info") == 0
                 ? snprintf(line, sizeof line, "%s %s\n", time, message)
                 : snprintf(line, sizeof line, "%s %s: %s\n", time, level, message);
  if (size > 0 && (size_t)size < sizeof line) quoth_log_write(line, (size_t)size);
}

static void log_json(const char *time, const char *level, const char *message) {
  quoth_buffer line = {0};
  quoth_bytes text = {message, strlen(message)};
  if (!quoth_buffer_printf(&line, NULL, "{\"time\":\"%s\",\"level\":\"%s\",\"message\":", time,
                           level) &&
      !quoth_json_append_string(&line, text, NULL) && !quoth_buffer_append(&line, "}\n", 2, NULL))
    quoth_log_write(line.data, line.size);
  quoth_buffer_clear(&line);
}

void quoth_http_log_event(quoth_http_log log, const char *level, const char *format, ...) {
  char time[QUOTH_LOG_TIME_SIZE], message[MESSAGE_SIZE];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(message, sizeof message, format, arguments);
  va_end(arguments);
  quoth_log_time(time);
  (log == QUOTH_HTTP_LOG_JSON ? log_json : log_text)(time, level, message);
}

void quoth_http_log_error(quoth_http_log log, const char *what, const quoth_error *err) {
  quoth_http_log_event(log, "error", "%s: %s%s%s", what, err->file, err->file[0] ? ": " : "",
                       err->message);
}
