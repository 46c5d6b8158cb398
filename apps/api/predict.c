/* POST /predict: texts in, labels out. */
#include <stdlib.h>

#include "api/call.h"
#include "base/utf8.h"
#include "learn/metrics.h"
#include "model/explain.h"

typedef struct wishes {
  size_t model;
  uint32_t top; /* how many probabilities to tell */
  bool explain;
} wishes;

size_t quoth_api_find_model(const quoth_api *api, quoth_bytes name) {
  size_t m = 0;
  while (m < api->n_models && !quoth_bytes_equal(name, api->models[m].name)) m++;
  return m;
}

void quoth_api_count_prediction(quoth_api_call *call, size_t model, uint32_t label) {
  quoth_api_metrics_count_prediction(call->api->metrics, model, label);
  call->response->n_texts++;
}

static int choose_model(quoth_api_call *call, quoth_bytes name, wishes *w) {
  w->model = quoth_api_find_model(call->api, name);
  if (w->model < call->api->n_models) return 0;
  return quoth_api_refuse(call, 422, "there is no model \"%.*s\"; the first one is \"%s\"",
                          name.size < 60 ? (int)name.size : 60, name.data,
                          call->api->models[0].name);
}

/* ---- JSON ------------------------------------------------------------------ */

static int read_json_texts(quoth_api_call *call) {
  const json_t *text = json_object_get(call->worker->json, "text");
  const json_t *texts = json_object_get(call->worker->json, "texts");
  if (!text == !texts)
    return quoth_api_refuse(call, 422, "%s \"text\" (a string) and \"texts\" (a list of strings)",
                            text ? "send only one of" : "send one of");
  if (text) return quoth_api_add_text(call, text, "text", -1);
  if (!json_is_array(texts))
    return quoth_api_refuse(call, 422, "\"texts\" is %s; it must be a list of strings",
                            quoth_api_type_name(texts));
  if (json_array_size(texts) == 0)
    return quoth_api_refuse(call, 422, "\"texts\" is empty; send at least one text");
  for (size_t i = 0; i < json_array_size(texts); i++) {
    int refusal = quoth_api_add_text(call, json_array_get(texts, i), "texts", (long)i);
    if (refusal) return refusal;
  }
  return 0;
}

static int read_json_wishes(quoth_api_call *call, wishes *w) {
  const json_t *top = json_object_get(call->worker->json, "top");
  const json_t *explain = json_object_get(call->worker->json, "explain");
  const json_t *model = json_object_get(call->worker->json, "model");
  if (top && (!json_is_integer(top) || json_integer_value(top) < 1))
    return quoth_api_refuse(call, 422, "\"top\" is %s; it must be a whole number of at least 1",
                            json_is_integer(top) ? "less than 1" : quoth_api_type_name(top));
  if (explain && !json_is_boolean(explain))
    return quoth_api_refuse(call, 422, "\"explain\" is %s; it must be true or false",
                            quoth_api_type_name(explain));
  if (model && !json_is_string(model))
    return quoth_api_refuse(call, 422, "\"model\" is %s; it must be the name of a model",
                            quoth_api_type_name(model));
  if (top && json_integer_value(top) < UINT32_MAX) w->top = (uint32_t)json_integer_value(top);
  w->explain = json_is_true(explain);
  if (!model) return 0;
  return choose_model(call, (quoth_bytes){json_string_value(model), json_string_length(model)}, w);
}

static int read_json(quoth_api_call *call, wishes *w) {
  static const char *const members[] = {"text", "texts", "top", "explain", "model", NULL};
  int refusal = quoth_api_read_object(call, members);
  if (!refusal) refusal = read_json_wishes(call, w);
  return refusal ? refusal : read_json_texts(call);
}

/* ---- Plain text and forms -------------------------------------------------- */

static int read_plain(quoth_api_call *call) {
  quoth_bytes body = call->request->body;
  if (body.size == 0) return quoth_api_refuse(call, 422, "the body is empty; send a text");
  size_t valid = quoth_utf8_valid_prefix(body);
  if (valid < body.size)
    return quoth_api_refuse(call, 400, "the body is not UTF-8: byte 0x%02x at offset %zu",
                            (unsigned char)body.data[valid], valid);
  return quoth_api_push_text(call, body);
}

static int read_form_top(quoth_api_call *call, quoth_bytes value, wishes *w) {
  uint32_t top = 0;
  bool is_number = value.size > 0;
  for (size_t i = 0; i < value.size && is_number; i++) {
    is_number = value.data[i] >= '0' && value.data[i] <= '9';
    if (__builtin_mul_overflow(top, 10, &top) ||
        __builtin_add_overflow(top, value.data[i] - '0', &top))
      top = UINT32_MAX / 10;
  }
  if (!is_number || top == 0)
    return quoth_api_refuse(call, 422, "the form's \"top\" must be a whole number of at least 1");
  w->top = top;
  return 0;
}

static int read_form_field(quoth_api_call *call, const quoth_api_field *field, wishes *w) {
  if (quoth_bytes_equal(field->name, "text")) return quoth_api_push_text(call, field->value);
  if (quoth_bytes_equal(field->name, "top")) return read_form_top(call, field->value, w);
  if (quoth_bytes_equal(field->name, "model")) return choose_model(call, field->value, w);
  if (!quoth_bytes_equal(field->name, "explain"))
    return quoth_api_refuse(call, 422,
                            "the form's field at byte %zu is \"%.*s\", which is none of \"text\", "
                            "\"top\", \"explain\", \"model\"",
                            field->offset, field->name.size < 60 ? (int)field->name.size : 60,
                            field->name.data);
  w->explain = quoth_bytes_equal(field->value, "true");
  if (!w->explain && !quoth_bytes_equal(field->value, "false"))
    return quoth_api_refuse(call, 422, "the form's \"explain\" must be true or false");
  return 0;
}

static int read_form(quoth_api_call *call, wishes *w) {
  quoth_bytes body = call->request->body;
  if (body.size && (body.data[0] == '{' || body.data[0] == '['))
    return quoth_api_refuse(call, 415,
                            "the body looks like JSON but is declared as a form; send "
                            "\"Content-Type: application/json\"");
  quoth_buffer *fields = &call->worker->fields;
  char *room = quoth_grow(fields->data, &fields->capacity, body.size, 1, &call->worker->fault);
  if (!room) return 503;
  fields->data = room;
  fields->size = 0;
  size_t at = 0;
  quoth_api_field field;
  for (;;) {
    int refusal = quoth_api_next_field(call, &at, &field);
    if (refusal) return refusal;
    if (!field.name.data) break;
    refusal = read_form_field(call, &field, w);
    if (refusal) return refusal;
  }
  if (call->worker->n_texts == 0)
    return quoth_api_refuse(call, 422, "the form has no field \"text\"");
  return 0;
}

static int read_request(quoth_api_call *call, wishes *w) {
  quoth_api_media media;
  int refusal = quoth_api_read_media(call, &media);
  if (refusal) return refusal;
  switch (media) {
  case QUOTH_API_JSON:
    return read_json(call, w);
  case QUOTH_API_PLAIN:
    return read_plain(call);
  case QUOTH_API_FORM:
    return read_form(call, w);
  default:
    return quoth_api_refuse(call, 415,
                            "%s; send application/json, text/plain or "
                            "application/x-www-form-urlencoded",
                            media == QUOTH_API_NO_MEDIA ? "there is no Content-Type"
                                                        : "this Content-Type is not known here");
  }
}

/* ---- Answer ---------------------------------------------------------------- */

static int compare_classes(const void *a_, const void *b_, void *probabilities_) {
  const double *probabilities = probabilities_;
  uint32_t a = *(const uint32_t *)a_, b = *(const uint32_t *)b_;
  if (probabilities[a] != probabilities[b]) return probabilities[a] > probabilities[b] ? -1 : 1;
  return a < b ? -1 : a > b;
}

/* All classes in their order, or the `top` most probable ones, most probable first. */
static quoth_status put_probabilities(quoth_api_worker *worker, const quoth_model *model,
                                      uint32_t top) {
  uint32_t n_classes = quoth_model_n_classes(model);
  for (uint32_t c = 0; c < n_classes; c++) worker->order[c] = c;
  if (top)
    qsort_r(worker->order, n_classes, sizeof *worker->order, compare_classes,
            worker->probabilities);
  quoth_buffer *out = &worker->body;
  quoth_status status = quoth_api_put(out, "{");
  for (uint32_t i = 0; i < n_classes && (top == 0 || i < top) && !status; i++) {
    uint32_t c = worker->order[i];
    if (i) status = quoth_api_put(out, ",");
    if (!status) status = quoth_api_put_string(out, quoth_model_class(model, c));
    if (!status) status = quoth_api_put(out, ":");
    if (!status) status = quoth_api_put_number(out, worker->probabilities[c]);
  }
  return status ? status : quoth_api_put(out, "}");
}

static quoth_status put_explanation(quoth_buffer *out, quoth_bytes text,
                                    const quoth_explanation *explanation) {
  quoth_status status = quoth_api_put(out, ",\"explanation\":[");
  for (size_t i = 0; i < explanation->n_words && !status; i++) {
    const quoth_word *word = &explanation->words[i];
    status = quoth_api_put(out, i ? ",{\"word\":" : "{\"word\":");
    if (!status)
      status = quoth_json_append_string(
          out, (quoth_bytes){text.data + word->begin, word->end - word->begin}, NULL);
    if (!status)
      status = quoth_buffer_printf(out, NULL, ",\"start\":%zu,\"end\":%zu,\"weight\":", word->begin,
                                   word->end);
    if (!status) status = quoth_api_put_number(out, word->weight);
    if (!status) status = quoth_api_put(out, "}");
  }
  return status ? status : quoth_api_put(out, "]");
}

static quoth_status put_prediction(quoth_api_call *call, const wishes *w, quoth_bytes text,
                                   const quoth_explanation *explanation, bool is_unknown) {
  quoth_api_worker *worker = call->worker;
  const quoth_model *model = call->api->models[w->model].model;
  uint32_t label = quoth_most_probable(worker->probabilities, quoth_model_n_classes(model));
  quoth_api_count_prediction(call, w->model, label);
  quoth_buffer *out = &worker->body;
  quoth_status status = quoth_api_put(out, "{\"label\":");
  if (!status) status = quoth_api_put_string(out, quoth_model_class(model, label));
  if (!status) status = quoth_api_put(out, ",\"probability\":");
  if (!status) status = quoth_api_put_number(out, worker->probabilities[label]);
  if (!status) status = quoth_api_put(out, ",\"probabilities\":");
  if (!status) status = put_probabilities(worker, model, w->top);
  if (!status && is_unknown) status = quoth_api_put(out, ",\"unknown\":true");
  if (!status && w->explain) status = put_explanation(out, text, explanation);
  return status ? status : quoth_api_put(out, "}");
}

static quoth_status predict_text(quoth_api_call *call, const wishes *w, quoth_bytes text) {
  quoth_api_worker *worker = call->worker;
  const quoth_model *model = call->api->models[w->model].model;
  quoth_scratch *scratch = worker->scratches[w->model];
  quoth_explanation explanation = {0};
  quoth_status status = w->explain
                            ? quoth_explain(model, scratch, text.data, text.size,
                                            worker->probabilities, &explanation, &worker->fault)
                            : quoth_predict(model, scratch, text.data, text.size,
                                            worker->probabilities, &worker->fault);
  size_t n_known = w->explain ? explanation.n_known : quoth_known_terms(scratch);
  if (!status) status = put_prediction(call, w, text, &explanation, n_known == 0);
  quoth_explanation_clear(&explanation);
  return status;
}

static int check_size(quoth_api_call *call, const wishes *w) {
  size_t size = 0;
  for (size_t i = 0; i < call->worker->n_texts; i++) size += call->worker->texts[i].size;
  if (!w->explain || size <= QUOTH_API_MAX_EXPLAINED) return 0;
  return quoth_api_refuse(call, 422,
                          "%zu bytes of text are too much to explain in one request; the most is "
                          "%d; ask for less, or without \"explain\"",
                          size, QUOTH_API_MAX_EXPLAINED);
}

static quoth_status put_model(quoth_api_call *call, const wishes *w) {
  const quoth_api_model *model = &call->api->models[w->model];
  return quoth_buffer_printf(&call->worker->body, NULL,
                             "{\"model\":{\"name\":\"%s\",\"digest\":\"%s\"},\"predictions\":[",
                             model->name, quoth_model_digest(model->model));
}

int quoth_api_predict(quoth_api_call *call) {
  quoth_api_worker *worker = call->worker;
  wishes w = {0};
  int refusal = read_request(call, &w);
  if (!refusal) refusal = check_size(call, &w);
  if (refusal) return refusal;
  quoth_status status = put_model(call, &w);
  for (size_t i = 0; i < worker->n_texts && !status; i++) {
    if (i) status = quoth_api_put(&worker->body, ",");
    if (!status) status = predict_text(call, &w, worker->texts[i]);
  }
  if (!status) status = quoth_api_put(&worker->body, "]}\n");
  return quoth_api_answer(call, status, "application/json");
}
