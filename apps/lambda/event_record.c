/* One record of a queue or stream: plain text, or a JSON object with "text". */
#include <string.h>

#include "base/base64.h"
#include "base/utf8.h"
#include "lambda/event_call.h"

static const char no_text[] = "the record's JSON has no string \"text\"";
static const char no_json[] = "the record begins with { and is not a JSON object";
static const char no_utf8[] = "the record is not UTF-8";
static const char no_string[] = "the record is not a string of Unicode characters";
static const char no_base64[] = "the record is not base64";
static const char empty[] = "the record is empty";
static const char failed[] = "the prediction failed";

static bool is_json_object(quoth_bytes record) {
  size_t i = 0;
  while (i < record.size && (record.data[i] == ' ' || record.data[i] == '\t' ||
                             record.data[i] == '\r' || record.data[i] == '\n'))
    i++;
  return i < record.size && record.data[i] == '{';
}

/* The "text" of a JSON object. Its other members may be anything that is JSON. */
static quoth_status read_json(quoth_lambda_worker *worker, quoth_bytes record,
                              quoth_lambda_prediction *out) {
  out->failure = no_json;
  if (!quoth_slice_read(record, &record)) return QUOTH_OK;
  json_error_t fault;
  json_t *object = quoth_api_load_json(
      record, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL, &fault);
  if (!object) return quoth_json_is_out_of_memory(&fault) ? QUOTH_ERR_NOMEM : QUOTH_OK;
  out->object = record;
  json_t *string = json_object_get(object, "text");
  out->failure = json_is_string(string) ? NULL : no_text;
  out->text = (quoth_bytes){json_string_value(string), json_string_length(string)};
  if (!worker->strings) worker->strings = json_array();
  quoth_json_push(&worker->strings, object); /* the text stays with it */
  return worker->strings ? QUOTH_OK : QUOTH_ERR_NOMEM;
}

static quoth_status read_record(quoth_lambda_worker *worker, quoth_bytes record,
                                quoth_lambda_prediction *out) {
  *out = (quoth_lambda_prediction){.text = record};
  if (is_json_object(record)) return read_json(worker, record, out);
  if (record.size == 0) out->failure = empty;
  if (quoth_utf8_valid_prefix(record) < record.size) out->failure = no_utf8;
  return QUOTH_OK;
}

/* The only prediction of the API's answer. */
static quoth_bytes find_prediction(quoth_bytes body) {
  static const char *const names[] = {"predictions"};
  quoth_bytes list, key, prediction;
  quoth_slice_members(body, names, 1, &list);
  quoth_slice_items items = quoth_slice_items_of(list);
  quoth_slice_next(&items, &key, &prediction);
  return prediction;
}

static quoth_status predict_text(quoth_lambda_call *call, quoth_lambda_prediction *out) {
  quoth_lambda_worker *worker = call->worker;
  quoth_buffer *body = &worker->request;
  body->size = 0;
  quoth_status status = quoth_buffer_append(body, "{\"text\":", 8, NULL);
  if (!status) status = quoth_json_append_string(body, out->text, NULL);
  if (!status) status = quoth_buffer_append(body, "}", 1, NULL);
  if (status) return status;
  const quoth_api_request request = {
      .method = {"POST", 4},
      .path = {"/predict", 8},
      .content_type = {"application/json", 16},
      .body = {body->data, body->size},
  };
  quoth_api_response response;
  quoth_api_handle(worker->api, worker->api_worker, &request, &response);
  if (response.status == 200)
    out->json = find_prediction(response.body);
  else
    out->failure = failed;
  call->answer->n_texts += response.n_texts;
  return QUOTH_OK;
}

quoth_status quoth_lambda_predict(quoth_lambda_call *call, quoth_bytes record,
                                  quoth_lambda_prediction *out) {
  quoth_status status = read_record(call->worker, record, out);
  return status || out->failure ? status : predict_text(call, out);
}

quoth_status quoth_lambda_predict_string(quoth_lambda_call *call, quoth_bytes slice, bool is_base64,
                                         quoth_lambda_prediction *out) {
  *out = (quoth_lambda_prediction){.failure = no_string};
  quoth_bytes record;
  quoth_status status = quoth_lambda_decode(call->worker, slice, &record);
  if (status) return status == QUOTH_ERR_DATA ? QUOTH_OK : status;
  if (is_base64) {
    quoth_buffer *bytes = &call->worker->bytes;
    bytes->size = 0;
    status = quoth_base64_decode(bytes, record, NULL);
    out->failure = no_base64;
    if (status) return status == QUOTH_ERR_DATA ? QUOTH_OK : status;
    record = (quoth_bytes){bytes->data, bytes->size};
  }
  return quoth_lambda_predict(call, record, out);
}

quoth_status quoth_lambda_append_prediction(quoth_buffer *out,
                                            const quoth_lambda_prediction *prediction) {
  static const char name[] = "\"prediction\":", error[] = "{\"error\":";
  quoth_status status = quoth_buffer_append(out, name, sizeof name - 1, NULL);
  if (status) return status;
  if (!prediction->failure)
    return quoth_buffer_append(out, prediction->json.data, prediction->json.size, NULL);
  status = quoth_buffer_append(out, error, sizeof error - 1, NULL);
  quoth_bytes why = {prediction->failure, strlen(prediction->failure)};
  if (!status) status = quoth_json_append_string(out, why, NULL);
  return status ? status : quoth_buffer_append(out, "}", 1, NULL);
}
