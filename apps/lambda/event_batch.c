/* SQS and Kinesis: records whose predictions go into the log. What failed is told in
 * "batchItemFailures", so that the platform hands only that over again. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lambda/event_call.h"

/* Ids are for logs if they are short and need no escape there. */
static quoth_bytes loggable(quoth_bytes id) {
  enum { MAX_ID = 128 };
  bool is_plain = id.size > 0 && id.size <= MAX_ID;
  for (size_t i = 0; i < id.size && is_plain; i++)
    is_plain = id.data[i] > ' ' && id.data[i] < 0x7f && id.data[i] != '"' && id.data[i] != '\\';
  return is_plain ? id : (quoth_bytes){"-", 1};
}

static quoth_status add_record(quoth_lambda_worker *worker, const quoth_lambda_record *record) {
  quoth_lambda_record *records = quoth_grow(worker->records, &worker->records_capacity,
                                            worker->n_records + 1, sizeof *records, NULL);
  if (!records) return QUOTH_ERR_NOMEM;
  worker->records = records;
  records[worker->n_records++] = *record;
  return QUOTH_OK;
}

/* The label and its probability, from the prediction's JSON. */
static quoth_status read_prediction(quoth_lambda_worker *worker, quoth_bytes prediction,
                                    quoth_lambda_record *record) {
  static const char *const names[] = {"label", "probability"};
  quoth_bytes members[2], label;
  quoth_slice_members(prediction, names, 2, members);
  quoth_status status = quoth_lambda_decode(worker, members[0], &label);
  if (status) return status;
  record->label = label.data;
  record->probability = members[1].data ? strtod(members[1].data, NULL) : NAN;
  return QUOTH_OK;
}

static quoth_status note(quoth_lambda_call *call, quoth_bytes id,
                         const quoth_lambda_prediction *prediction) {
  quoth_lambda_record record = {.id = loggable(id), .message = prediction->failure};
  quoth_status status = QUOTH_OK;
  if (!prediction->failure) status = read_prediction(call->worker, prediction->json, &record);
  return status ? status : add_record(call->worker, &record);
}

static quoth_status begin_failures(quoth_buffer *out) {
  return quoth_buffer_printf(out, NULL, "{\"batchItemFailures\":[");
}

static quoth_status put_failure(quoth_buffer *out, quoth_bytes id) {
  bool is_first = out->data[out->size - 1] == '[';
  quoth_status status =
      quoth_buffer_printf(out, NULL, "%s{\"itemIdentifier\":", is_first ? "" : ",");
  if (!status) status = quoth_json_append_string(out, id, NULL);
  return status ? status : quoth_buffer_append(out, "}", 1, NULL);
}

static quoth_status end_failures(quoth_lambda_call *call) {
  quoth_status status = quoth_buffer_append(&call->worker->result, "]}", 2, NULL);
  return status ? status : quoth_lambda_answer_result(call);
}

/* An id that cannot be read is the empty one, for which the platform takes the whole batch. */
static quoth_status read_id(quoth_lambda_call *call, quoth_bytes slice, quoth_bytes *id) {
  quoth_status status = quoth_lambda_decode(call->worker, slice, id);
  if (status == QUOTH_ERR_DATA) *id = (quoth_bytes){"", 0};
  return status == QUOTH_ERR_DATA ? QUOTH_OK : status;
}

static bool is_fifo(quoth_bytes arn) {
  static const char end[] = ".fifo\"";
  size_t size = sizeof end - 1;
  return arn.size > size && memcmp(arn.data + arn.size - size, end, size) == 0;
}

/* A FIFO queue's messages behind one that failed must wait for it: they fail untried. */
quoth_status quoth_lambda_sqs(quoth_lambda_call *call, quoth_bytes records) {
  static const char *const names[] = {"messageId", "body", "eventSourceARN"};
  call->answer->source = "sqs";
  bool is_blocked = false;
  quoth_buffer *out = &call->worker->result;
  quoth_status status = begin_failures(out);
  quoth_slice_items items = quoth_slice_items_of(records);
  quoth_bytes key, record, members[3], id;
  while (!status && quoth_slice_next(&items, &key, &record)) {
    quoth_lambda_prediction prediction = {.failure = "not tried: a message before it failed"};
    quoth_slice_members(record, names, 3, members);
    status = read_id(call, members[0], &id);
    if (!status && !is_blocked)
      status = quoth_lambda_predict_string(call, members[1], false, &prediction);
    if (!status) status = note(call, id, &prediction);
    if (!status && prediction.failure) status = put_failure(out, id);
    is_blocked = is_blocked || (prediction.failure && is_fifo(members[2]));
  }
  return status ? status : end_failures(call);
}

/* A stream is read again from the first record that failed, so nothing behind it is tried. */
quoth_status quoth_lambda_kinesis(quoth_lambda_call *call, quoth_bytes records) {
  static const char *const names[] = {"kinesis"}, *const parts[] = {"sequenceNumber", "data"};
  call->answer->source = "kinesis";
  quoth_buffer *out = &call->worker->result;
  quoth_status status = begin_failures(out);
  quoth_slice_items items = quoth_slice_items_of(records);
  quoth_bytes key, record, kinesis, members[2], id;
  quoth_lambda_prediction prediction = {0};
  while (!status && !prediction.failure && quoth_slice_next(&items, &key, &record)) {
    quoth_slice_members(record, names, 1, &kinesis);
    quoth_slice_members(kinesis, parts, 2, members);
    status = read_id(call, members[0], &id);
    if (!status) status = quoth_lambda_predict_string(call, members[1], true, &prediction);
    if (!status) status = note(call, id, &prediction);
    if (!status && prediction.failure) status = put_failure(out, id);
  }
  return status ? status : end_failures(call);
}
