/* lambda_log.h - the function's log on standard error, in the form and from the level on that the
 * platform asks for. No byte of an event's is ever in it. */
#ifndef QUOTH_LAMBDA_LAMBDA_LOG_H
#define QUOTH_LAMBDA_LAMBDA_LOG_H

#include "lambda/event.h"

typedef enum quoth_lambda_level { /* Lambda's, ascending */
                                  QUOTH_LAMBDA_TRACE,
                                  QUOTH_LAMBDA_DEBUG,
                                  QUOTH_LAMBDA_INFO,
                                  QUOTH_LAMBDA_WARN,
                                  QUOTH_LAMBDA_ERROR,
                                  QUOTH_LAMBDA_FATAL
} quoth_lambda_level;

typedef struct quoth_lambda_log {
  bool is_json;             /* else text */
  quoth_lambda_level least; /* that is written */
} quoth_lambda_log;

/* What AWS_LAMBDA_LOG_FORMAT and AWS_LAMBDA_LOG_LEVEL say; without them text from INFO on. */
quoth_lambda_log quoth_lambda_log_from_environment(void);

/* One line. `request_id` is that of the invocation, or NULL. */
void quoth_lambda_log_event(quoth_lambda_log log, quoth_lambda_level level, const char *request_id,
                            const char *format, ...) QUOTH_PRINTF(4, 5);
/* What became of a record of a queue or stream: INFO, or WARN if it failed. */
void quoth_lambda_log_record(quoth_lambda_log log, const char *request_id, const char *source,
                             const quoth_lambda_record *record);

#endif
