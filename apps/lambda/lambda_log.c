#include "lambda/lambda_log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/json.h"
#include "base/number.h"
#include "base/utf8.h"
#include "http/log_line.h"

enum { MESSAGE_SIZE = 1280 };

static const char *const level_names[] = {"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"};

static bool environment_is(const char *name, const char *value) {
  const char *text = getenv(name);
  return text && strcasecmp(text, value) == 0;
}

quoth_lambda_log quoth_lambda_log_from_environment(void) {
  quoth_lambda_log log = {environment_is("AWS_LAMBDA_LOG_FORMAT", "json"), QUOTH_LAMBDA_INFO};
  for (size_t i = 0; i < sizeof level_names / sizeof *level_names; i++)
    if (environment_is("AWS_LAMBDA_LOG_LEVEL", level_names[i])) log.least = (quoth_lambda_level)i;
  return log;
}

static quoth_bytes bytes_of(const char *text) { return (quoth_bytes){text, strlen(text)}; }

/* ---- Lines ----------------------------------------------------------------- */

/* All that stands before the message. */
static quoth_status begin(quoth_buffer *line, quoth_lambda_log log, quoth_lambda_level level,
                          const char *request_id) {
  char time[QUOTH_LOG_TIME_SIZE];
  quoth_log_time(time);
  if (!log.is_json)
    return quoth_buffer_printf(line, NULL, "%s %s %s%s", time, level_names[level],
                               request_id ? request_id : "", request_id ? " " : "");
  quoth_status status = quoth_buffer_printf(line, NULL, "{\"timestamp\":\"%s\",\"level\":\"%s\",",
                                            time, level_names[level]);
  if (!status && request_id) /* whose characters need no escape */
    status = quoth_buffer_printf(line, NULL, "\"requestId\":\"%s\",", request_id);
  return status ? status : quoth_buffer_printf(line, NULL, "\"message\":");
}

/* Text on one line, whatever is in it. */
static quoth_status put_plain(quoth_buffer *line, quoth_bytes text) {
  size_t start = line->size;
  quoth_status status = quoth_buffer_append(line, text.data, text.size, NULL);
  for (size_t i = start; i < line->size; i++)
    if ((unsigned char)line->data[i] < 0x20 || line->data[i] == 0x7F) line->data[i] = ' ';
  return status;
}

static quoth_status put_field(quoth_buffer *line, const char *name, quoth_bytes text) {
  quoth_status status = quoth_buffer_printf(line, NULL, ",\"%s\":", name);
  return status ? status : quoth_json_append_string(line, text, NULL);
}

/* A line that there was no memory for is not written. */
static void end(quoth_buffer *line, quoth_lambda_log log, quoth_status status) {
  if (!status && log.is_json) status = quoth_buffer_append(line, "}", 1, NULL);
  if (!status) status = quoth_buffer_append(line, "\n", 1, NULL);
  if (!status) quoth_log_write(line->data, line->size);
  quoth_buffer_clear(line);
}

/* ---- What is told ---------------------------------------------------------- */

void quoth_lambda_log_event(quoth_lambda_log log, quoth_lambda_level level, const char *request_id,
                            const char *format, ...) {
  if (level < log.least) return;
  char message[MESSAGE_SIZE];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(message, sizeof message, format, arguments);
  va_end(arguments);
  quoth_utf8_make_valid(message, strlen(message));
  quoth_buffer line = {0};
  quoth_status status = begin(&line, log, level, request_id);
  if (!status)
    status = log.is_json ? quoth_json_append_string(&line, bytes_of(message), NULL)
                         : put_plain(&line, bytes_of(message));
  end(&line, log, status);
}

static quoth_status put_record_json(quoth_buffer *line, const char *source,
                                    const quoth_lambda_record *r) {
  quoth_status status =
      quoth_buffer_printf(line, NULL, "\"%s record %s\"", source, r->label ? "labelled" : "failed");
  if (!status) status = put_field(line, "record", r->id);
  if (!status && !r->label) return put_field(line, "reason", bytes_of(r->message));
  if (!status) status = put_field(line, "label", bytes_of(r->label));
  char number[QUOTH_NUMBER_SIZE];
  quoth_number_shortest(r->probability, number);
  return status ? status : quoth_buffer_printf(line, NULL, ",\"probability\":%s", number);
}

static quoth_status put_record_text(quoth_buffer *line, const char *source,
                                    const quoth_lambda_record *r) {
  quoth_status status = quoth_buffer_printf(line, NULL, "%s record ", source);
  if (!status) status = put_plain(line, r->id);
  if (!status) status = quoth_buffer_append(line, ": ", 2, NULL);
  if (!status) status = put_plain(line, bytes_of(r->label ? r->label : r->message));
  if (status || !r->label) return status;
  char number[QUOTH_NUMBER_SIZE];
  quoth_number_shortest(r->probability, number);
  return quoth_buffer_printf(line, NULL, " %s", number);
}

void quoth_lambda_log_record(quoth_lambda_log log, const char *request_id, const char *source,
                             const quoth_lambda_record *record) {
  quoth_lambda_level level = record->label ? QUOTH_LAMBDA_INFO : QUOTH_LAMBDA_WARN;
  if (level < log.least) return;
  quoth_buffer line = {0};
  quoth_status status = begin(&line, log, level, request_id);
  if (!status) status = (log.is_json ? put_record_json : put_record_text)(&line, source, record);
  end(&line, log, status);
}
