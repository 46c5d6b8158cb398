/* The Open Inference Protocol, version 2, over REST:
 * https://github.com/kserve/open-inference-protocol. One input "text" (BYTES, [n] or [n, 1]);
 * outputs "label" (BYTES, [n]) and "probabilities" (FP64, [n, classes]). "parameters" may be
 * there and change nothing; data are in JSON, without the binary extension. */
#include <inttypes.h>
#include <string.h>

#include "api/call.h"
#include "learn/metrics.h"

static int answer_json(quoth_api_call *call, quoth_status status) {
  return quoth_api_answer(call, status, "application/json");
}

/* ---- What there is --------------------------------------------------------- */

int quoth_api_v2_server(quoth_api_call *call) {
  return answer_json(
      call, quoth_buffer_printf(&call->worker->body, NULL,
                                "{\"name\":\"quoth\",\"version\":\"%s\",\"extensions\":[]}\n",
                                quoth_version()));
}

static int check_ready(quoth_api_call *call) {
  if (!call->request->is_draining) return 0;
  return quoth_api_refuse(call, 503, "the server is about to stop; ask another one");
}

int quoth_api_v2_live(quoth_api_call *call) {
  return answer_json(call, quoth_api_put(&call->worker->body, "{\"live\":true}\n"));
}

int quoth_api_v2_ready(quoth_api_call *call) {
  int refusal = check_ready(call);
  return refusal ? refusal
                 : answer_json(call, quoth_api_put(&call->worker->body, "{\"ready\":true}\n"));
}

/* The model that the path names, into *m. */
static int find_model(quoth_api_call *call, size_t *m) {
  *m = quoth_api_find_model(call->api, call->name);
  if (*m < call->api->n_models) return 0;
  return quoth_api_refuse(call, 404, "there is no model \"%.*s\"; the first one is \"%s\"",
                          call->name.size < 60 ? (int)call->name.size : 60, call->name.data,
                          call->api->models[0].name);
}

int quoth_api_v2_model(quoth_api_call *call) {
  size_t m;
  int refusal = find_model(call, &m);
  if (refusal) return refusal;
  const quoth_api_model *model = &call->api->models[m];
  return answer_json(call,
                     quoth_buffer_printf(
                         &call->worker->body, NULL,
                         "{\"name\":\"%s\",\"platform\":\"quoth\","
                         "\"inputs\":[{\"name\":\"text\",\"datatype\":\"BYTES\",\"shape\":[-1]}],"
                         "\"outputs\":[{\"name\":\"label\",\"datatype\":\"BYTES\",\"shape\":[-1]},"
                         "{\"name\":\"probabilities\",\"datatype\":\"FP64\",\"shape\":[-1,%u]}]}\n",
                         model->name, quoth_model_n_classes(model->model)));
}

int quoth_api_v2_model_ready(quoth_api_call *call) {
  size_t m;
  int refusal = find_model(call, &m);
  if (!refusal) refusal = check_ready(call);
  if (refusal) return refusal;
  return answer_json(call, quoth_buffer_printf(&call->worker->body, NULL,
                                               "{\"name\":\"%s\",\"ready\":true}\n",
                                               call->api->models[m].name));
}

/* ---- Inference: the request ------------------------------------------------ */

enum { LABEL, PROBABILITIES, N_OUTPUTS };
static const char *const output_names[N_OUTPUTS] = {"label", "probabilities"};

typedef struct inference {
  size_t model;
  const json_t *id;       /* or NULL */
  int outputs[N_OUTPUTS]; /* [n_outputs], in the order asked for */
  size_t n_outputs;
} inference;

/* Adds the data's texts: strings, or lists of strings. */
static int add_texts(quoth_api_call *call, const json_t *data) {
  int refusal = 0;
  for (size_t i = 0; i < json_array_size(data) && !refusal; i++) {
    const json_t *row = json_array_get(data, i);
    for (size_t j = 0; json_is_array(row) && j < json_array_size(row) && !refusal; j++)
      refusal = quoth_api_add_text(call, json_array_get(row, j), "data", (long)i);
    if (!json_is_array(row)) refusal = quoth_api_add_text(call, row, "data", (long)i);
  }
  return refusal;
}

/* [n] or [n, 1], n being how many texts there are. */
static int check_shape(quoth_api_call *call, const json_t *shape) {
  size_t rank = json_array_size(shape);
  const json_t *rows = json_array_get(shape, 0), *columns = json_array_get(shape, 1);
  bool is_list =
      json_is_integer(rows) &&
      (rank == 1 || (rank == 2 && json_is_integer(columns) && json_integer_value(columns) == 1));
  if (!is_list) return quoth_api_refuse(call, 422, "the input's \"shape\" must be [n] or [n, 1]");
  if (json_integer_value(rows) == (json_int_t)call->worker->n_texts) return 0;
  return quoth_api_refuse(
      call, 422, "the input's \"shape\" says %" JSON_INTEGER_FORMAT " texts, its \"data\" has %zu",
      json_integer_value(rows), call->worker->n_texts);
}

/* "parameters" have no effect, but they are an object. `what` names their owner in messages. */
static int check_parameters(quoth_api_call *call, const json_t *object, const char *what) {
  const json_t *parameters = json_object_get(object, "parameters");
  if (!parameters || json_is_object(parameters)) return 0;
  return quoth_api_refuse(call, 422, "the \"parameters\" of %s are %s; they must be an object",
                          what, quoth_api_type_name(parameters));
}

static int check_object(quoth_api_call *call, const json_t *object, const char *what,
                        const char *const *known) {
  int refusal = quoth_api_check_members(call, object, what, known);
  return refusal ? refusal : check_parameters(call, object, what);
}

/* That `object` has a string `member` that is `value`. */
static int check_string(quoth_api_call *call, const json_t *object, const char *what,
                        const char *member, const char *value) {
  const char *text = json_string_value(json_object_get(object, member));
  if (text && strcmp(text, value) == 0) return 0;
  return quoth_api_refuse(call, 422, "%s must have \"%s\": \"%s\"", what, member, value);
}

static int read_input(quoth_api_call *call) {
  static const char *const members[] = {"name", "shape", "datatype", "parameters", "data", NULL};
  const json_t *inputs = json_object_get(call->worker->json, "inputs");
  const json_t *input = json_array_get(inputs, 0);
  if (json_array_size(inputs) != 1 || !json_is_object(input))
    return quoth_api_refuse(call, 422,
                            "\"inputs\" must be a list of one object, the input \"text\"");
  const json_t *data = json_object_get(input, "data");
  int refusal = check_object(call, input, "the input", members);
  if (!refusal) refusal = check_string(call, input, "the input", "name", "text");
  if (!refusal) refusal = check_string(call, input, "the input", "datatype", "BYTES");
  if (!refusal && json_array_size(data) == 0)
    refusal =
        quoth_api_refuse(call, 422, "the input's \"data\" must be a list of at least one text");
  if (!refusal) refusal = add_texts(call, data);
  return refusal ? refusal : check_shape(call, json_object_get(input, "shape"));
}

static int read_output(quoth_api_call *call, const json_t *output, inference *job) {
  static const char *const members[] = {"name", "parameters", NULL};
  const char *name = json_string_value(json_object_get(output, "name"));
  for (int o = 0; name && o < N_OUTPUTS; o++) {
    if (strcmp(name, output_names[o]) != 0) continue;
    for (size_t i = 0; i < job->n_outputs; i++)
      if (job->outputs[i] == o)
        return quoth_api_refuse(call, 422, "the output \"%s\" is asked for twice", name);
    job->outputs[job->n_outputs++] = o;
    return check_object(call, output, "the output", members);
  }
  return quoth_api_refuse(call, 422,
                          "\"outputs\" must be a list of objects whose \"name\" is \"label\" or "
                          "\"probabilities\"");
}

static int read_outputs(quoth_api_call *call, inference *job) {
  const json_t *outputs = json_object_get(call->worker->json, "outputs");
  if (outputs && !json_is_array(outputs))
    return quoth_api_refuse(call, 422, "\"outputs\" is %s; it must be a list of objects",
                            quoth_api_type_name(outputs));
  for (size_t i = 0; i < json_array_size(outputs); i++) {
    int refusal = read_output(call, json_array_get(outputs, i), job);
    if (refusal) return refusal;
  }
  if (job->n_outputs == 0)
    for (int o = 0; o < N_OUTPUTS; o++) job->outputs[job->n_outputs++] = o;
  return 0;
}

static int read_inference(quoth_api_call *call, inference *job) {
  static const char *const members[] = {"id", "parameters", "inputs", "outputs", NULL};
  quoth_api_media media;
  int refusal = quoth_api_read_media(call, &media);
  if (!refusal && media != QUOTH_API_JSON && media != QUOTH_API_NO_MEDIA)
    refusal = quoth_api_refuse(call, 415,
                               "send application/json; binary tensor data are not spoken here "
                               "(binary_data=False in tritonclient)");
  if (!refusal) refusal = quoth_api_read_object(call, members);
  if (!refusal) refusal = check_parameters(call, call->worker->json, "the body");
  if (refusal) return refusal;
  job->id = json_object_get(call->worker->json, "id");
  if (job->id && !json_is_string(job->id))
    return quoth_api_refuse(call, 422, "\"id\" is %s; it must be a string",
                            quoth_api_type_name(job->id));
  refusal = read_input(call);
  return refusal ? refusal : read_outputs(call, job);
}

/* ---- Inference: the answer ------------------------------------------------- */

/* Appends one text's label and probabilities to the data of the outputs. */
static quoth_status append_data(quoth_api_call *call, size_t m) {
  quoth_api_worker *worker = call->worker;
  const quoth_model *model = call->api->models[m].model;
  uint32_t n_classes = quoth_model_n_classes(model);
  uint32_t label = quoth_most_probable(worker->probabilities, n_classes);
  quoth_buffer *labels = &worker->outputs[LABEL], *numbers = &worker->outputs[PROBABILITIES];
  quoth_api_count_prediction(call, m, label);
  quoth_status status = labels->size ? quoth_api_put(labels, ",") : QUOTH_OK;
  if (!status) status = quoth_api_put_string(labels, quoth_model_class(model, label));
  for (uint32_t c = 0; c < n_classes && !status; c++) {
    if (numbers->size) status = quoth_api_put(numbers, ",");
    if (!status) status = quoth_api_put_number(numbers, worker->probabilities[c]);
  }
  return status;
}

static quoth_status predict_texts(quoth_api_call *call, size_t m) {
  quoth_api_worker *worker = call->worker;
  for (int o = 0; o < N_OUTPUTS; o++) worker->outputs[o].size = 0;
  for (size_t i = 0; i < worker->n_texts; i++) {
    quoth_bytes text = worker->texts[i];
    quoth_status status = quoth_predict(call->api->models[m].model, worker->scratches[m], text.data,
                                        text.size, worker->probabilities, &worker->fault);
    if (!status) status = append_data(call, m);
    if (status) return status;
  }
  return QUOTH_OK;
}

static quoth_status put_output(quoth_api_call *call, size_t m, int output) {
  quoth_buffer *out = &call->worker->body, *data = &call->worker->outputs[output];
  quoth_status status = quoth_buffer_printf(
      out, NULL, "{\"name\":\"%s\",\"datatype\":\"%s\",\"shape\":[%zu", output_names[output],
      output == LABEL ? "BYTES" : "FP64", call->worker->n_texts);
  if (!status && output == PROBABILITIES)
    status =
        quoth_buffer_printf(out, NULL, ",%u", quoth_model_n_classes(call->api->models[m].model));
  if (!status) status = quoth_api_put(out, "],\"data\":[");
  if (!status) status = quoth_buffer_append(out, data->data, data->size, NULL);
  return status ? status : quoth_api_put(out, "]}");
}

static quoth_status put_inference(quoth_api_call *call, const inference *job) {
  quoth_buffer *out = &call->worker->body;
  quoth_status status =
      quoth_buffer_printf(out, NULL, "{\"model_name\":\"%s\"", call->api->models[job->model].name);
  if (!status && job->id) {
    status = quoth_api_put(out, ",\"id\":");
    if (!status) status = quoth_json_append(out, job->id, 0, NULL);
  }
  if (!status) status = quoth_api_put(out, ",\"outputs\":[");
  for (size_t i = 0; i < job->n_outputs && !status; i++) {
    if (i) status = quoth_api_put(out, ",");
    if (!status) status = put_output(call, job->model, job->outputs[i]);
  }
  return status ? status : quoth_api_put(out, "]}\n");
}

int quoth_api_v2_infer(quoth_api_call *call) {
  inference job = {0};
  int refusal = find_model(call, &job.model);
  if (!refusal) refusal = read_inference(call, &job);
  if (refusal) return refusal;
  quoth_status status = predict_texts(call, job.model);
  if (!status) status = put_inference(call, &job);
  return answer_json(call, status);
}
