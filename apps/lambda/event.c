/* Tells events apart and has them answered. */
#include "lambda/event.h"

#include <stdlib.h>

#include "lambda/event_call.h"

/* ---- Making ---------------------------------------------------------------- */

void quoth_lambda_worker_free(quoth_lambda_worker *worker) {
  if (!worker) return;
  quoth_buffer_clear(&worker->result);
  quoth_buffer_clear(&worker->request);
  quoth_buffer_clear(&worker->bytes);
  quoth_buffer_clear(&worker->record);
  json_decref(worker->strings);
  free(worker->records);
  free(worker);
}

quoth_status quoth_lambda_worker_new(const quoth_api *api, quoth_api_worker *api_worker,
                                     quoth_lambda_worker **out, quoth_error *err) {
  *out = quoth_new_array(1, sizeof **out, err);
  if (!*out) return QUOTH_ERR_NOMEM;
  (*out)->api = api;
  (*out)->api_worker = api_worker;
  return QUOTH_OK;
}

/* What one event left behind. Memory that a large one took goes back. */
static void clear_event(quoth_lambda_worker *worker) {
  enum { KEPT = 1 << 20 };
  quoth_buffer *buffers[] = {&worker->result, &worker->request, &worker->bytes, &worker->record};
  for (size_t i = 0; i < sizeof buffers / sizeof *buffers; i++) {
    if (buffers[i]->capacity > KEPT) quoth_buffer_clear(buffers[i]);
    buffers[i]->size = 0;
  }
  json_decref(worker->strings);
  worker->strings = NULL;
  worker->n_records = 0;
}

/* ---- What quoth cannot answer ----------------------------------------------- */

typedef struct foreign_source {
  const char *name, *slice; /* for logs; what stands in the event */
  const char *title, *advice;
} foreign_source;

#define OVER_PIPES                                                                                 \
  "connect it through EventBridge Pipes, with this function as the enrichment and an input "       \
  "template that makes {\"text\": ...}"

static const foreign_source foreign_records[] = {
    {"s3", "\"aws:s3\"", "an S3 event",
     "it names an object and does not hold its text; send the text itself"},
    {"sns", "\"aws:sns\"", "an SNS event",
     "put an SQS queue between, subscribed with raw message delivery"},
    {"dynamodb", "\"aws:dynamodb\"", "a DynamoDB event", OVER_PIPES},
};
static const foreign_source unknown_records = {"unknown", "",
                                               "an event with records of a source "
                                               "that is not known here",
                                               OVER_PIPES};
static const foreign_source kafka = {"kafka", "", "a Kafka event", OVER_PIPES};
static const foreign_source cloudwatch_logs = {"cloudwatch-logs", "", "a CloudWatch Logs event",
                                               "its lines are compressed; send their texts to a "
                                               "queue"};
static const foreign_source eventbridge = {
    "eventbridge", "", "an EventBridge event",
    "give the rule's target an input transformer that makes {\"text\": ...}"};
static const foreign_source websocket = {"websocket", "", "an API Gateway WebSocket event",
                                         "use a function URL, a REST API or an HTTP API"};

static quoth_status refuse_source(quoth_lambda_call *call, const foreign_source *source) {
  call->answer->source = source->name;
  return quoth_lambda_refuse(
      call, "Function.BadRequest",
      "this is %s, which quoth does not answer: %s. It answers API Gateway, function URLs, load "
      "balancers, SQS, Kinesis, Firehose, EventBridge Pipes and {\"text\": ...}",
      source->title, source->advice);
}

/* ---- Telling apart ----------------------------------------------------------- */

enum { REQUEST_CONTEXT, HTTP_METHOD, RECORDS, STREAM_RECORDS, LOGS, DETAIL_TYPE, N_MEMBERS };
static const char *const member_names[N_MEMBERS] = {"requestContext", "httpMethod", "Records",
                                                    "records",        "awslogs",    "detail-type"};

static quoth_status answer_records(quoth_lambda_call *call, quoth_bytes records) {
  static const char *const names[] = {"eventSource", "EventSource"}; /* the latter in SNS */
  quoth_slice_items items = quoth_slice_items_of(records);
  quoth_bytes key, first, sources[2];
  if (!quoth_slice_next(&items, &key, &first))
    return quoth_lambda_refuse(call, "Function.BadRequest", "\"Records\" has no records");
  quoth_slice_members(first, names, 2, sources);
  quoth_bytes source = sources[0].data ? sources[0] : sources[1];
  if (quoth_slice_is(source, "\"aws:sqs\"")) return quoth_lambda_sqs(call, records);
  if (quoth_slice_is(source, "\"aws:kinesis\"")) return quoth_lambda_kinesis(call, records);
  for (size_t i = 0; i < sizeof foreign_records / sizeof *foreign_records; i++)
    if (quoth_slice_is(source, foreign_records[i].slice))
      return refuse_source(call, &foreign_records[i]);
  return refuse_source(call, &unknown_records);
}

static quoth_status answer_object(quoth_lambda_call *call) {
  static const char *const context_names[] = {"elb", "http", "connectionId"};
  quoth_bytes members[N_MEMBERS], context[3];
  quoth_slice_members(call->event, member_names, N_MEMBERS, members);
  quoth_slice_members(members[REQUEST_CONTEXT], context_names, 3, context);
  if (context[0].data) return quoth_lambda_http(call, QUOTH_LAMBDA_ALB);
  if (context[1].data) return quoth_lambda_http(call, QUOTH_LAMBDA_HTTP_V2);
  if (members[HTTP_METHOD].data) return quoth_lambda_http(call, QUOTH_LAMBDA_REST);
  if (context[2].data) return refuse_source(call, &websocket);
  if (quoth_slice_is_array(members[RECORDS])) return answer_records(call, members[RECORDS]);
  if (quoth_slice_is_array(members[STREAM_RECORDS]))
    return quoth_lambda_firehose(call, members[STREAM_RECORDS]);
  if (quoth_slice_is_object(members[STREAM_RECORDS])) return refuse_source(call, &kafka);
  if (members[LOGS].data) return refuse_source(call, &cloudwatch_logs);
  if (members[DETAIL_TYPE].data) return refuse_source(call, &eventbridge);
  return quoth_lambda_direct(call);
}

static quoth_status answer_event(quoth_lambda_call *call, quoth_bytes bytes) {
  if (bytes.size > QUOTH_LAMBDA_MAX_PAYLOAD)
    return quoth_lambda_refuse(call, "Function.BadRequest",
                               "the event has %zu bytes; the most is %d", bytes.size,
                               QUOTH_LAMBDA_MAX_PAYLOAD);
  if (!quoth_slice_read(bytes, &call->event))
    return quoth_lambda_refuse(call, "Function.BadRequest",
                               "the event, %zu bytes, is not JSON, is cut off, or is nested deeper "
                               "than %d levels",
                               bytes.size, QUOTH_SLICE_MAX_DEPTH);
  if (quoth_slice_is_object(call->event)) return answer_object(call);
  quoth_slice_items items = quoth_slice_items_of(call->event);
  quoth_bytes key, first;
  if (quoth_slice_next(&items, &key, &first) && quoth_slice_is_object(first))
    return quoth_lambda_pipes(call);
  return quoth_lambda_direct(call);
}

void quoth_lambda_handle(quoth_lambda_worker *worker, quoth_bytes event,
                         quoth_lambda_answer *answer) {
  static const char no_memory[] = "out of memory to answer the event";
  clear_event(worker);
  *answer = (quoth_lambda_answer){.source = "direct", .body = {"", 0}};
  quoth_lambda_call call = {.worker = worker, .answer = answer};
  quoth_status status = answer_event(&call, event);
  if (!status && answer->body.size > QUOTH_LAMBDA_MAX_PAYLOAD)
    status = quoth_lambda_refuse(&call, "Function.ResponseSizeTooLarge",
                                 "the result has %zu bytes; the most is %d: send fewer texts, or "
                                 "ask for \"top\" classes",
                                 answer->body.size, QUOTH_LAMBDA_MAX_PAYLOAD);
  if (status) {
    answer->error_type = "Runtime.OutOfMemory";
    answer->body = (quoth_bytes){no_memory, sizeof no_memory - 1};
  }
  if (answer->error_type) return;
  answer->records = worker->records;
  answer->n_records = worker->n_records;
}
