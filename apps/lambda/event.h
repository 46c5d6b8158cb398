/* event.h - what Lambda hands over, answered: an event's bytes in, the result's bytes out. No
 * sockets, no threads, no clock.
 *
 * Told apart by their form: API Gateway REST (v1) and HTTP (v2), function URL, Application Load
 * Balancer, SQS, Kinesis, Firehose, EventBridge Pipes, and a direct invocation with "text",
 * {"text": ...}, {"texts": [...]} or ["text", ...]. docs/LAMBDA.md has the forms. */
#ifndef QUOTH_LAMBDA_EVENT_H
#define QUOTH_LAMBDA_EVENT_H

#include "api/api.h"

enum {
  QUOTH_LAMBDA_MAX_PAYLOAD = (6 << 20) + 100, /* bytes of an event, and of a result */
  QUOTH_LAMBDA_MAX_ALB_RESULT = 1000000       /* bytes of a result for a load balancer: "1 MB" */
};

typedef struct quoth_lambda_worker quoth_lambda_worker;

/* What a thread answers events with. `api` and `api_worker` are borrowed and outlive it. */
quoth_status quoth_lambda_worker_new(const quoth_api *api, quoth_api_worker *api_worker,
                                     quoth_lambda_worker **out, quoth_error *err);
void quoth_lambda_worker_free(quoth_lambda_worker *worker);

/* One record of a queue or stream, which has nobody to answer to: its result is for the log. */
typedef struct quoth_lambda_record {
  quoth_bytes id;      /* messageId or sequenceNumber; characters that a log may hold */
  const char *label;   /* NULL: it failed */
  double probability;  /* of the label */
  const char *message; /* why it failed, without a byte of the record; else NULL */
} quoth_lambda_record;

/* Strings are borrowed from the worker until its next event. */
typedef struct quoth_lambda_answer {
  quoth_bytes body;       /* the result, JSON; with an error, its message in plain text, which may
                             quote the event: for the caller, not for logs */
  const char *error_type; /* NULL, or that the invocation failed: "Function.BadRequest",
                             "Function.ResponseSizeTooLarge", "Runtime.OutOfMemory" */
  const char *source;     /* "function-url", "sqs" ...; for logs; never NULL */
  const char *route;      /* the API's, of an HTTP-shaped event; else NULL */
  int status;             /* HTTP, of an HTTP-shaped event; else 0 */
  uint32_t n_texts;       /* that were predicted */
  const quoth_lambda_record *records; /* [n_records], of SQS and Kinesis */
  size_t n_records;
} quoth_lambda_answer;

/* Always gives an answer. What a client got wrong in an HTTP-shaped event is an HTTP status in a
 * result; only an event that nothing can be made of is an error. */
void quoth_lambda_handle(quoth_lambda_worker *worker, quoth_bytes event,
                         quoth_lambda_answer *answer);

#endif
