/* log_line.h - what every line of a program's log on standard error has: a time, and one write(2).
 */
#ifndef QUOTH_HTTP_LOG_LINE_H
#define QUOTH_HTTP_LOG_LINE_H

#include <stddef.h>

enum { QUOTH_LOG_TIME_SIZE = 32 };

/* Now: RFC 3339, in UTC, with milliseconds. */
void quoth_log_time(char out[static QUOTH_LOG_TIME_SIZE]);
/* Writes `line`, which ends with a line feed. A log that cannot be written is no reason to stop. */
void quoth_log_write(const char *line, size_t size);

#endif
