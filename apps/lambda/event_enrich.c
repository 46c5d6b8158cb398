/* Firehose and EventBridge Pipes: records that come back with their prediction. */

#include "base/base64.h"
#include "lambda/event_call.h"

/* The members of `object`, if it is one, but for "prediction"; each with a comma behind it. */
static quoth_status put_members(quoth_buffer *out, quoth_bytes object) {
  quoth_status status = QUOTH_OK;
  quoth_slice_items items = quoth_slice_items_of(object);
  quoth_bytes key, value;
  while (!status && quoth_slice_next(&items, &key, &value)) {
    if (quoth_slice_is(key, "\"prediction\"")) continue;
    status = quoth_buffer_append(out, key.data, key.size, NULL);
    if (!status) status = quoth_lambda_put(out, ":");
    if (!status) status = quoth_buffer_append(out, value.data, value.size, NULL);
    if (!status) status = quoth_lambda_put(out, ",");
  }
  return status;
}

/* ---- Firehose --------------------------------------------------------------- */

/* One line of JSON: the record with its prediction, or its text with it. */
static quoth_status put_line(quoth_buffer *out, const quoth_lambda_prediction *prediction) {
  quoth_status status = quoth_lambda_put(out, "{");
  if (prediction->object.data) {
    if (!status) status = put_members(out, prediction->object);
  } else {
    if (!status) status = quoth_lambda_put(out, "\"text\":");
    if (!status) status = quoth_json_append_string(out, prediction->text, NULL);
    if (!status) status = quoth_lambda_put(out, ",");
  }
  if (!status) status = quoth_lambda_append_prediction(out, prediction);
  return status ? status : quoth_lambda_put(out, "}\n");
}

/* The data as they came, or none if they cannot be read; the log says why. */
static quoth_status put_failed(quoth_lambda_call *call, quoth_bytes id, quoth_bytes data,
                               const quoth_lambda_prediction *prediction) {
  quoth_buffer *out = &call->worker->result;
  quoth_bytes text;
  quoth_status status = quoth_lambda_note(call, id, prediction);
  if (!status) status = quoth_lambda_put(out, ",\"result\":\"ProcessingFailed\",\"data\":");
  if (!status) status = quoth_lambda_decode(call->worker, data, &text);
  if (status == QUOTH_ERR_NOMEM) return status;
  status = quoth_json_append_string(out, text, NULL);
  return status ? status : quoth_lambda_put(out, "}");
}

static quoth_status put_done(quoth_lambda_call *call, const quoth_lambda_prediction *prediction) {
  quoth_buffer *out = &call->worker->result, *line = &call->worker->record;
  line->size = 0;
  quoth_status status = put_line(line, prediction);
  if (!status) status = quoth_lambda_put(out, ",\"result\":\"Ok\",\"data\":\"");
  if (!status) status = quoth_base64_encode(out, (quoth_bytes){line->data, line->size}, NULL);
  return status ? status : quoth_lambda_put(out, "\"}");
}

static quoth_status put_firehose_record(quoth_lambda_call *call, quoth_bytes id_,
                                        quoth_bytes data) {
  quoth_buffer *out = &call->worker->result;
  quoth_lambda_prediction prediction;
  quoth_bytes id;
  quoth_status status = quoth_lambda_predict_string(call, data, true, &prediction);
  if (!status) status = quoth_lambda_read_id(call, id_, &id);
  if (!status) status = quoth_lambda_put(out, "{\"recordId\":");
  if (!status) status = quoth_json_append_string(out, id, NULL);
  if (status) return status;
  return prediction.failure ? put_failed(call, id, data, &prediction) : put_done(call, &prediction);
}

quoth_status quoth_lambda_firehose(quoth_lambda_call *call, quoth_bytes records) {
  static const char *const names[] = {"recordId", "data"};
  call->answer->source = "firehose";
  quoth_buffer *out = &call->worker->result;
  quoth_status status = quoth_lambda_put(out, "{\"records\":[");
  quoth_slice_items items = quoth_slice_items_of(records);
  quoth_bytes key, record, members[2];
  for (size_t i = 0; !status && quoth_slice_next(&items, &key, &record); i++) {
    quoth_slice_members(record, names, 2, members);
    if (i) status = quoth_lambda_put(out, ",");
    if (!status) status = put_firehose_record(call, members[0], members[1]);
  }
  if (!status) status = quoth_lambda_put(out, "]}");
  return status ? status : quoth_lambda_answer_result(call);
}

/* ---- EventBridge Pipes ------------------------------------------------------- */

/* Whether the element can be handed back: slices look at structure alone. */
static quoth_status check_element(quoth_bytes element, bool *is_json) {
  json_error_t fault;
  json_t *json = quoth_api_load_json(element, JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL, &fault);
  *is_json = json != NULL;
  json_decref(json);
  return json || !quoth_json_is_out_of_memory(&fault) ? QUOTH_OK : QUOTH_ERR_NOMEM;
}

/* Where the text is in a pipe's element: an input template's "text", a message's "body", a
 * stream's "data" or Kafka's "value", these two in base64. A template may have parsed the latter
 * three. */
static quoth_status predict_element(quoth_lambda_call *call, quoth_bytes element,
                                    quoth_lambda_prediction *out) {
  static const char *const names[] = {"text", "body", "data", "value"};
  quoth_bytes members[4];
  quoth_slice_members(element, names, 4, members);
  if (members[0].data) return quoth_lambda_predict(call, element, out);
  for (size_t i = 1; i < 4; i++) {
    if (quoth_slice_is_object(members[i])) return quoth_lambda_predict(call, members[i], out);
    if (members[i].data) return quoth_lambda_predict_string(call, members[i], i > 1, out);
  }
  *out = (quoth_lambda_prediction){
      .failure = "the element has no \"text\", \"body\", \"data\" or \"value\""};
  return QUOTH_OK;
}

static quoth_status put_element(quoth_lambda_call *call, quoth_bytes element) {
  quoth_buffer *out = &call->worker->result;
  quoth_lambda_prediction prediction = {.failure = "the element is not a JSON object"};
  bool is_json;
  quoth_status status = check_element(element, &is_json);
  bool is_object = is_json && quoth_slice_is_object(element);
  if (!status && is_object) status = predict_element(call, element, &prediction);
  if (!status) status = quoth_lambda_put(out, "{");
  if (!status && is_object) status = put_members(out, element);
  if (!status) status = quoth_lambda_append_prediction(out, &prediction);
  return status ? status : quoth_lambda_put(out, "}");
}

quoth_status quoth_lambda_pipes(quoth_lambda_call *call) {
  call->answer->source = "pipes";
  quoth_buffer *out = &call->worker->result;
  quoth_status status = quoth_lambda_put(out, "[");
  quoth_slice_items items = quoth_slice_items_of(call->event);
  quoth_bytes key, element;
  for (size_t i = 0; !status && quoth_slice_next(&items, &key, &element); i++) {
    if (i) status = quoth_lambda_put(out, ",");
    if (!status) status = put_element(call, element);
  }
  if (!status) status = quoth_lambda_put(out, "]");
  return status ? status : quoth_lambda_answer_result(call);
}
