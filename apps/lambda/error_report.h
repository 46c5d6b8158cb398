/* error_report.h - telling the Runtime API what went wrong. */
#ifndef QUOTH_LAMBDA_ERROR_REPORT_H
#define QUOTH_LAMBDA_ERROR_REPORT_H

#include "lambda/client.h"

/* POSTs an error to `path`, such as "/runtime/init/error". `type` is Runtime.Name or Function.Name:
 * the platform keeps no other; `message` is for whoever invoked the function. */
quoth_status quoth_lambda_report_error(quoth_lambda_client *client, const char *path,
                                       const char *type, quoth_bytes message, quoth_error *err);

#endif
