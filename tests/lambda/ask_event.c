/* Answers events read from standard input, without sockets; for test_events.py.
 *
 * usage: ask_event NAME=MODEL
 *
 * In:  a line "SIZE", then an event of that many bytes.
 * Out: a line of JSON (error_type, source, route, status, n_texts, records, size), then the
 *      result. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/number.h"
#include "lambda/event.h"

static void demand(quoth_status status, const quoth_error *err) {
  if (status == QUOTH_OK) return;
  fprintf(stderr, "ask_event: %s\n", err->message);
  exit(1);
}

static void need(quoth_status status) { demand(status, &(quoth_error){.message = "no memory"}); }

static void append_string(quoth_buffer *out, const char *name, const char *text) {
  need(quoth_buffer_printf(out, NULL, "\"%s\":", name));
  if (text)
    need(quoth_json_append_string(out, (quoth_bytes){text, strlen(text)}, NULL));
  else
    need(quoth_buffer_append(out, "null", 4, NULL));
  need(quoth_buffer_append(out, ",", 1, NULL));
}

static void append_record(quoth_buffer *out, const quoth_lambda_record *record) {
  char id[200], number[QUOTH_NUMBER_SIZE];
  snprintf(id, sizeof id, "%.*s", (int)record->id.size, record->id.data);
  quoth_number_shortest(record->probability, number);
  need(quoth_buffer_append(out, "{", 1, NULL));
  append_string(out, "id", id);
  append_string(out, "label", record->label);
  append_string(out, "message", record->message);
  need(quoth_buffer_printf(out, NULL, "\"probability\":%s}", number));
}

static void print_answer(const quoth_lambda_answer *answer) {
  quoth_buffer out = {0};
  need(quoth_buffer_append(&out, "{", 1, NULL));
  append_string(&out, "error_type", answer->error_type);
  append_string(&out, "source", answer->source);
  append_string(&out, "route", answer->route);
  need(quoth_buffer_printf(&out, NULL, "\"status\":%d,\"n_texts\":%" PRIu32 ",\"records\":[",
                           answer->status, answer->n_texts));
  for (size_t i = 0; i < answer->n_records; i++) {
    if (i) need(quoth_buffer_append(&out, ",", 1, NULL));
    append_record(&out, &answer->records[i]);
  }
  need(quoth_buffer_printf(&out, NULL, "],\"size\":%zu}\n", answer->body.size));
  fwrite(out.data, 1, out.size, stdout);
  fwrite(answer->body.data, 1, answer->body.size, stdout);
  fflush(stdout);
  quoth_buffer_clear(&out);
}

static void answer_all(quoth_lambda_worker *worker) {
  size_t size;
  while (scanf("%zu", &size) == 1 && getchar() == '\n') {
    char *event = malloc(size ? size : 1); /* exactly as large: sanitizers see each byte beyond */
    if (!event || fread(event, 1, size, stdin) != size) exit(1);
    quoth_lambda_answer answer;
    quoth_lambda_handle(worker, (quoth_bytes){event, size}, &answer);
    free(event); /* the answer may borrow nothing from it */
    print_answer(&answer);
  }
}

int main(int argc, char **argv) {
  quoth_error err = {0};
  char *path = argc == 2 ? strchr(argv[1], '=') : NULL;
  if (!path) return 2;
  *path++ = '\0';
  quoth_model *opened;
  demand(quoth_model_open(path, 0, &opened, &err), &err);
  const quoth_api_model model = {argv[1], opened};
  quoth_api *api;
  quoth_api_worker *api_worker;
  quoth_lambda_worker *worker;
  demand(quoth_api_new(&model, 1, &api, &err), &err);
  demand(quoth_api_worker_new(api, &api_worker, &err), &err);
  demand(quoth_lambda_worker_new(api, api_worker, &worker, &err), &err);
  answer_all(worker);
  quoth_lambda_worker_free(worker);
  quoth_api_worker_free(api_worker);
  quoth_api_free(api);
  quoth_model_free(opened);
  return 0;
}
