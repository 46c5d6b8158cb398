/* The Runtime API's bytes, read as replies. No input may crash; bytes that arrive one by one are
 * understood as those that arrive together. */
#include <stdlib.h>
#include <string.h>

#include "lambda/reply.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX_INPUT = 4096 };

static void demand(bool condition) {
  if (!condition) abort();
}

/* What is read of one reply. */
typedef struct outcome {
  quoth_http_progress progress;
  quoth_http_refusal refusal;
  quoth_lambda_reply reply;
  char body[MAX_INPUT];
} outcome;

/* Gives `step` bytes at a time, in a block that is as long as they are, so that the sanitizer sees
 * a look behind its end. */
static void read_reply(const uint8_t *input, size_t input_size, size_t step, outcome *out) {
  *out = (outcome){.progress = QUOTH_HTTP_MORE};
  char *data = malloc(1);
  demand(data != NULL);
  size_t size = 0, n_given = 0;
  bool is_at_end = false;
  while (out->progress == QUOTH_HTTP_MORE && !is_at_end) {
    size_t n = input_size - n_given < step ? input_size - n_given : step;
    is_at_end = n == 0;
    data = realloc(data, size + n ? size + n : 1);
    demand(data != NULL);
    if (n) memcpy(data + size, input + n_given, n);
    n_given += n, size += n;
    out->progress = quoth_lambda_read_reply(&out->reply, data, &size, is_at_end, &out->refusal);
    demand(size <= n_given);
  }
  if (out->progress == QUOTH_HTTP_DONE) {
    demand(out->reply.head_size + out->reply.body_size <= size);
    if (out->reply.body_size) memcpy(out->body, data + out->reply.head_size, out->reply.body_size);
  }
  free(data);
}

static void check(const outcome *o) {
  static const char allowed[] =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
  demand(o->progress != QUOTH_HTTP_REFUSED || (o->refusal.status >= 400 && o->refusal.detail));
  if (o->progress != QUOTH_HTTP_DONE) return;
  demand(o->reply.status >= 200 && o->reply.status <= 599);
  demand(strspn(o->reply.request_id, allowed) == strlen(o->reply.request_id));
}

/* How much of the next message came along with this one is the network's doing; so whether the
 * connection can be used again is not compared. */
static void check_same(const outcome *a, const outcome *b) {
  demand(a->progress == b->progress);
  if (a->progress != QUOTH_HTTP_DONE) return;
  demand(a->reply.status == b->reply.status && a->reply.body_size == b->reply.body_size);
  demand(strcmp(a->reply.request_id, b->reply.request_id) == 0);
  demand(memcmp(a->body, b->body, sizeof a->body) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const size_t steps[] = {1, 7};
  static outcome whole, parts;
  if (size > MAX_INPUT) return 0;
  read_reply(data, size, MAX_INPUT, &whole);
  check(&whole);
  for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
    read_reply(data, size, steps[i], &parts);
    check_same(&whole, &parts);
  }
  return 0;
}
