/* loop.h - one loop of the function: the next event, its answer, and again. */
#ifndef QUOTH_LAMBDA_LOOP_H
#define QUOTH_LAMBDA_LOOP_H

#include "lambda/client.h"
#include "lambda/lambda_log.h"

typedef struct quoth_lambda_loop { /* pointers are borrowed */
  const quoth_lambda_endpoint *endpoint;
  quoth_api *api;              /* shared */
  quoth_lambda_worker *worker; /* its own */
  quoth_lambda_log log;
  int stop_fd; /* once it can be read, the loop ends with the answer under way; -1: never */
} quoth_lambda_loop;

/* Returns when the Runtime API gives no more events, which is a failure and logged, or when told to
 * stop. */
void quoth_lambda_loop_run(const quoth_lambda_loop *loop);

#endif
