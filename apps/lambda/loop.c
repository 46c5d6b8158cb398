#include "lambda/loop.h"

#include <stdio.h>

#include "base/clock.h"
#include "lambda/error_report.h"

enum { PATH_SIZE = 192 };

typedef struct invocation {
  char id[QUOTH_LAMBDA_MAX_ID + 1];
  quoth_bytes event; /* borrowed from the client until the answer is sent */
  quoth_lambda_answer answer;
} invocation;

/* ---- The next event -------------------------------------------------------- */

/* Another status than 200 will not become one by asking again: 4xx is a fault of order, 5xx a
 * platform that asks its functions to end. */
static quoth_status take_event(quoth_lambda_client *client, invocation *i, quoth_error *err) {
  static const quoth_lambda_request next = {.path = "/runtime/invocation/next", .may_stop = true};
  quoth_status status = quoth_lambda_exchange(client, &next, err);
  if (status) return status;
  const quoth_lambda_reply *reply = &client->reply;
  if (reply->status != 200)
    return quoth_fail(err, QUOTH_ERR_IO, "the Runtime API gives no next event: status %d",
                      reply->status);
  if (!reply->request_id[0])
    return quoth_fail(err, QUOTH_ERR_DATA, "the Runtime API gives an event without a request id");
  snprintf(i->id, sizeof i->id, "%s", reply->request_id);
  i->event = quoth_lambda_reply_body(client);
  return QUOTH_OK;
}

/* ---- Its answer ------------------------------------------------------------ */

static void log_answer(const quoth_lambda_loop *loop, const invocation *i, double seconds) {
  const quoth_lambda_answer *a = &i->answer;
  for (size_t r = 0; r < a->n_records; r++)
    quoth_lambda_log_record(loop->log, i->id, a->source, &a->records[r]);
  if (a->error_type)
    quoth_lambda_log_event(loop->log, QUOTH_LAMBDA_ERROR, i->id,
                           "%s, for an event of %zu bytes; the answer says why", a->error_type,
                           i->event.size);
  char http[64] = "";
  if (a->status) snprintf(http, sizeof http, " %s %d", a->route ? a->route : "-", a->status);
  quoth_lambda_log_event(loop->log, QUOTH_LAMBDA_DEBUG, i->id, "%s%s, %u texts, %.3f ms", a->source,
                         http, a->n_texts, seconds * 1e3);
}

static void handle(const quoth_lambda_loop *loop, invocation *i) {
  double start = quoth_seconds();
  quoth_api_count_in_flight(loop->api, 1);
  quoth_lambda_handle(loop->worker, i->event, &i->answer);
  quoth_api_count_in_flight(loop->api, -1);
  double seconds = quoth_seconds() - start;
  const quoth_lambda_answer *a = &i->answer;
  if (a->status) quoth_api_count_request(loop->api, a->route, a->status, seconds);
  log_answer(loop, i, seconds);
}

static quoth_status send_answer(quoth_lambda_client *client, const invocation *i,
                                quoth_error *err) {
  const quoth_lambda_answer *a = &i->answer;
  char path[PATH_SIZE];
  snprintf(path, sizeof path, "/runtime/invocation/%s/%s", i->id,
           a->error_type ? "error" : "response");
  if (a->error_type) return quoth_lambda_report_error(client, path, a->error_type, a->body, err);
  return quoth_lambda_exchange(client, &(quoth_lambda_request){.path = path, .body = &a->body},
                               err);
}

/* Whatever the Runtime API says to an answer, the next thing to do is to ask for an event. */
static void log_outcome(const quoth_lambda_loop *loop, const quoth_lambda_client *client,
                        const invocation *i) {
  int status = client->reply.status;
  if (status / 100 == 2) return;
  if (status == 403 && client->is_resent) /* the first copy had arrived */
    quoth_lambda_log_event(loop->log, QUOTH_LAMBDA_DEBUG, i->id, "the answer was sent twice");
  else if (status == 413)
    quoth_lambda_log_event(loop->log, QUOTH_LAMBDA_ERROR, i->id,
                           "the answer is longer than Lambda takes: %zu bytes",
                           i->answer.body.size);
  else
    quoth_lambda_log_event(loop->log, QUOTH_LAMBDA_ERROR, i->id,
                           "the Runtime API does not take the answer: status %d", status);
}

/* ---- The loop -------------------------------------------------------------- */

static quoth_status run(const quoth_lambda_loop *loop, quoth_lambda_client *client,
                        quoth_error *err) {
  for (;;) {
    invocation i;
    quoth_status status = take_event(client, &i, err);
    if (status) return status;
    handle(loop, &i);
    quoth_error fault;
    if (send_answer(client, &i, &fault))
      quoth_lambda_log_event(loop->log, QUOTH_LAMBDA_ERROR, i.id, "the answer is lost: %s",
                             fault.message);
    else
      log_outcome(loop, client, &i);
  }
}

void quoth_lambda_loop_run(const quoth_lambda_loop *loop) {
  quoth_lambda_client client;
  quoth_lambda_client_init(&client, loop->endpoint, loop->stop_fd);
  quoth_error err = {0};
  if (run(loop, &client, &err) != QUOTH_ERR_STOPPED)
    quoth_lambda_log_event(loop->log, QUOTH_LAMBDA_FATAL, NULL, "%s", err.message);
  quoth_lambda_client_clear(&client);
}
