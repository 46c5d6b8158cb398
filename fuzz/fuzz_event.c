/* Lambda's events: any bytes. No input may crash; every answer is whole: a result is JSON and not
 * too large, an error is UTF-8, an HTTP response has what its source wants. */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/utf8.h"
#include "lambda/event.h"
#include "tiny_model.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static tiny_model tiny;
static quoth_api_model model;
static quoth_api *api;
static quoth_api_worker *api_worker;
static quoth_lambda_worker *worker;

static void demand(bool condition) {
  if (!condition) abort();
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc;
  (void)argv;
  demand(tiny_model_init(&tiny, NULL) == QUOTH_OK);
  model = (quoth_api_model){"tiny", tiny.model};
  demand(quoth_api_new(&model, 1, &api, NULL) == QUOTH_OK);
  demand(quoth_api_worker_new(api, &api_worker, NULL) == QUOTH_OK);
  demand(quoth_lambda_worker_new(api, api_worker, &worker, NULL) == QUOTH_OK);
  return 0;
}

static void check_http(const quoth_lambda_answer *answer, const json_t *result) {
  demand(json_number_value(json_object_get(result, "statusCode")) == answer->status);
  demand(json_is_object(json_object_get(result, "headers")) !=
         json_is_object(json_object_get(result, "multiValueHeaders")));
  demand(json_is_string(json_object_get(result, "body")));
  demand(json_is_false(json_object_get(result, "isBase64Encoded")));
  demand(!json_object_get(result, "cookies"));
}

static void check_records(const quoth_lambda_answer *answer) {
  for (size_t i = 0; i < answer->n_records; i++) {
    const quoth_lambda_record *record = &answer->records[i];
    demand(record->id.size > 0 && record->id.size <= 128);
    demand((record->label == NULL) == (record->message != NULL));
    demand(record->probability >= 0 && record->probability <= 1);
  }
}

static void check_answer(const quoth_lambda_answer *answer) {
  demand(answer->source && answer->body.data);
  demand(quoth_utf8_valid_prefix(answer->body) == answer->body.size);
  demand(answer->body.size <= QUOTH_LAMBDA_MAX_PAYLOAD);
  if (answer->error_type) {
    demand(strcmp(answer->error_type, "Function.BadRequest") == 0);
    demand(answer->n_records == 0);
    return;
  }
  json_t *result = json_loadb(answer->body.data, answer->body.size,
                              JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL, NULL);
  demand(result != NULL);
  if (answer->status) check_http(answer, result);
  json_decref(result);
  check_records(answer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  char *copy = malloc(size ? size : 1); /* exactly as large, so that reads beyond are seen */
  demand(copy != NULL);
  if (size) memcpy(copy, data, size);
  quoth_lambda_answer answer;
  quoth_lambda_handle(worker, (quoth_bytes){copy, size}, &answer);
  free(copy); /* the answer borrows nothing from the event */
  check_answer(&answer);
  return 0;
}
