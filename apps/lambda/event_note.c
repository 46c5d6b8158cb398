/* What became of a record, for the log. */
#include <math.h>
#include <stdlib.h>

#include "lambda/event_call.h"

quoth_status quoth_lambda_read_id(quoth_lambda_call *call, quoth_bytes slice, quoth_bytes *id) {
  quoth_status status = quoth_lambda_decode(call->worker, slice, id);
  if (status == QUOTH_ERR_DATA) *id = (quoth_bytes){"", 0};
  return status == QUOTH_ERR_DATA ? QUOTH_OK : status;
}

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

quoth_status quoth_lambda_note(quoth_lambda_call *call, quoth_bytes id,
                               const quoth_lambda_prediction *prediction) {
  quoth_lambda_record record = {.id = loggable(id), .message = prediction->failure};
  quoth_status status = QUOTH_OK;
  if (!prediction->failure) status = read_prediction(call->worker, prediction->json, &record);
  return status ? status : add_record(call->worker, &record);
}
