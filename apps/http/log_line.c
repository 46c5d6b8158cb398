#include "http/log_line.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

void quoth_log_time(char out[static QUOTH_LOG_TIME_SIZE]) {
  struct timespec now;
  struct tm utc;
  clock_gettime(CLOCK_REALTIME, &now);
  gmtime_r(&now.tv_sec, &utc);
  size_t n = strftime(out, QUOTH_LOG_TIME_SIZE, "%Y-%m-%dT%H:%M:%S", &utc);
  snprintf(out + n, QUOTH_LOG_TIME_SIZE - n, ".%03ldZ", now.tv_nsec / 1000000);
}

void quoth_log_write(const char *line, size_t size) {
  ssize_t written = write(STDERR_FILENO, line, size);
  (void)written;
}
