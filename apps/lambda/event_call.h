/* event_call.h - one event on its way: what the kinds of events share. */
#ifndef QUOTH_LAMBDA_EVENT_CALL_H
#define QUOTH_LAMBDA_EVENT_CALL_H

#include "api/load_json.h"
#include "lambda/event.h"
#include "lambda/slice.h"

struct quoth_lambda_worker {
  const quoth_api *api;
  quoth_api_worker *api_worker;
  quoth_buffer result;          /* the answer's body, unless it is the API's own */
  quoth_buffer request;         /* a body for the API */
  quoth_buffer bytes;           /* decoded from base64 */
  quoth_buffer record;          /* one that Firehose gets back, before it is base64 */
  json_t *strings;              /* array: what was decoded stays until the next event */
  quoth_lambda_record *records; /* [n_records] */
  size_t n_records, records_capacity;
};

typedef struct quoth_lambda_call {
  quoth_lambda_worker *worker;
  quoth_bytes event; /* one JSON value */
  quoth_lambda_answer *answer;
} quoth_lambda_call;

/* Functions that take a call answer it, and fail only for want of memory. */

/* The invocation becomes an error. */
quoth_status quoth_lambda_refuse(quoth_lambda_call *call, const char *error_type,
                                 const char *format, ...) QUOTH_PRINTF(3, 4);
/* Appends `text`. */
quoth_status quoth_lambda_put(quoth_buffer *out, const char *text);
/* Hands the worker's result over. */
quoth_status quoth_lambda_answer_result(quoth_lambda_call *call);
/* Decodes a string, which then stays until the next event. QUOTH_ERR_DATA if `slice` is not one, or
 * not Unicode. */
quoth_status quoth_lambda_decode(quoth_lambda_worker *worker, quoth_bytes slice, quoth_bytes *text);

/* ---- event_http.c ---- */

typedef enum quoth_lambda_http_shape {
  QUOTH_LAMBDA_REST,    /* REST API, or HTTP API with payload 1.0 */
  QUOTH_LAMBDA_HTTP_V2, /* HTTP API with payload 2.0, or function URL */
  QUOTH_LAMBDA_ALB
} quoth_lambda_http_shape;

quoth_status quoth_lambda_http(quoth_lambda_call *call, quoth_lambda_http_shape shape);

/* ---- event_direct.c ---- */

quoth_status quoth_lambda_direct(quoth_lambda_call *call);

/* ---- event_record.c ---- */

/* What became of one record; borrowed until the next one. */
typedef struct quoth_lambda_prediction {
  quoth_bytes json;    /* as in "predictions" of the API */
  const char *failure; /* constant, and quotes nothing; NULL if there is a prediction */
  quoth_bytes text;    /* that was predicted */
  quoth_bytes object;  /* the record's slice, if it is an object; else {NULL, 0} */
} quoth_lambda_prediction;

/* Predicts a record: plain text, or a JSON object with "text". */
quoth_status quoth_lambda_predict(quoth_lambda_call *call, quoth_bytes record,
                                  quoth_lambda_prediction *out);
/* The same for the slice of a string that holds the record, as it is or in base64. */
quoth_status quoth_lambda_predict_string(quoth_lambda_call *call, quoth_bytes slice, bool is_base64,
                                         quoth_lambda_prediction *out);
/* Appends the member "prediction": the prediction, or {"error": why there is none}. */
quoth_status quoth_lambda_append_prediction(quoth_buffer *out,
                                            const quoth_lambda_prediction *prediction);

/* ---- event_note.c ---- */

/* A record's id, decoded; "" if it cannot be read, for which platforms take the whole batch. */
quoth_status quoth_lambda_read_id(quoth_lambda_call *call, quoth_bytes slice, quoth_bytes *id);
/* Has the log tell what became of the record `id`. */
quoth_status quoth_lambda_note(quoth_lambda_call *call, quoth_bytes id,
                               const quoth_lambda_prediction *prediction);

/* ---- event_batch.c: records without an answer ---- */

quoth_status quoth_lambda_sqs(quoth_lambda_call *call, quoth_bytes records);
quoth_status quoth_lambda_kinesis(quoth_lambda_call *call, quoth_bytes records);

/* ---- event_enrich.c: records that come back with their prediction ---- */

quoth_status quoth_lambda_firehose(quoth_lambda_call *call, quoth_bytes records);
quoth_status quoth_lambda_pipes(quoth_lambda_call *call);

#endif
