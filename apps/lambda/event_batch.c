/* SQS and Kinesis: records whose predictions go into the log. What failed is told in
 * "batchItemFailures", so that the platform hands only that over again. */
#include <string.h>

#include "lambda/event_call.h"

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
    status = quoth_lambda_read_id(call, members[0], &id);
    if (!status && !is_blocked)
      status = quoth_lambda_predict_string(call, members[1], false, &prediction);
    if (!status) status = quoth_lambda_note(call, id, &prediction);
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
    status = quoth_lambda_read_id(call, members[0], &id);
    if (!status) status = quoth_lambda_predict_string(call, members[1], true, &prediction);
    if (!status) status = quoth_lambda_note(call, id, &prediction);
    if (!status && prediction.failure) status = put_failure(out, id);
  }
  return status ? status : end_failures(call);
}
