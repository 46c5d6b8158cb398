/* A client's bytes, read as requests. No input may crash; bytes that arrive one by one are
 * understood as those that arrive together; what is taken is in the grammar. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "http/chunks.h"
#include "http/request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX_BODY = 1000 };

static void demand(bool condition) {
  if (!condition) abort();
}

/* What is read of one request. */
typedef struct outcome {
  quoth_http_progress progress;
  quoth_http_refusal refusal;
  size_t n_used, body_size; /* bytes of the input; the body is at the end of them if not chunked */
  char body[MAX_BODY];
} outcome;

/* ---- Reading --------------------------------------------------------------- */

/* Bytes on the heap, as long as they are, so that the sanitizer sees a look behind their end. */
static char *copy(const void *data, size_t size) {
  char *bytes = malloc(size ? size : 1);
  demand(bytes != NULL);
  if (size) memcpy(bytes, data, size);
  return bytes;
}

static quoth_http_progress find_head(quoth_bytes input, size_t step, size_t *head_size,
                                     quoth_http_refusal *refusal) {
  size_t n_scanned = 0;
  quoth_http_progress progress = QUOTH_HTTP_MORE;
  for (size_t size = step < input.size ? step : input.size; progress == QUOTH_HTTP_MORE;
       size = input.size - size < step ? input.size : size + step) {
    char *seen = copy(input.data, size);
    progress = quoth_http_find_head((quoth_bytes){seen, size}, &n_scanned, head_size, refusal);
    free(seen);
    if (size == input.size) break;
  }
  return progress;
}

static void read_chunks(quoth_bytes input, size_t step, outcome *out) {
  quoth_http_chunks chunks = {0};
  size_t size = 0, n_given = 0;
  char *data = copy(NULL, 0);
  out->progress = QUOTH_HTTP_MORE;
  while (out->progress == QUOTH_HTTP_MORE && n_given < input.size) {
    size_t n = input.size - n_given < step ? input.size - n_given : step;
    data = realloc(data, size + n);
    demand(data != NULL);
    memcpy(data + size, input.data + n_given, n);
    n_given += n, size += n;
    out->progress = quoth_http_read_chunks(&chunks, data, &size, MAX_BODY, &out->refusal);
    demand(chunks.n_decoded <= size && chunks.n_decoded <= MAX_BODY);
  }
  if (out->progress == QUOTH_HTTP_DONE) {
    out->body_size = chunks.n_decoded;
    memcpy(out->body, data, chunks.n_decoded);
    out->n_used += n_given - (size - chunks.n_decoded);
  }
  free(data);
}

/* ---- What was taken -------------------------------------------------------- */

static void check_request(const quoth_http_request *q) {
  demand(q->method.size > 0 && q->path.size > 0);
  for (size_t i = 0; i < q->method.size; i++)
    demand(q->method.data[i] >= 'A' && q->method.data[i] <= 'Z');
  for (size_t i = 0; i < q->path.size; i++)
    demand(isgraph((unsigned char)q->path.data[i]) && !strchr("?#\\\"<>", q->path.data[i]));
  demand(q->path.data[0] == '/' || q->path.data[0] == '*');
  for (size_t i = 0; i < q->content_type.size; i++) {
    unsigned char c = (unsigned char)q->content_type.data[i];
    demand(c == '\t' || (c >= ' ' && c != 0x7F));
  }
  demand(q->framing.content_length <= MAX_BODY &&
         !(q->framing.is_chunked && q->framing.content_length));
}

static void read_request(quoth_bytes input, size_t step, outcome *out) {
  *out = (outcome){0};
  size_t head_size;
  out->progress = find_head(input, step, &head_size, &out->refusal);
  if (out->progress != QUOTH_HTTP_DONE) return;
  demand(head_size <= input.size && head_size >= 4);
  demand(memcmp(input.data + head_size - 4, "\r\n\r\n", 4) == 0);
  char *head = copy(input.data, head_size);
  quoth_http_request request;
  if (quoth_http_read_head((quoth_bytes){head, head_size}, MAX_BODY, &request, &out->refusal)) {
    check_request(&request);
    out->n_used = head_size;
    quoth_bytes rest = {input.data + head_size, input.size - head_size};
    if (request.framing.is_chunked) {
      read_chunks(rest, step, out);
    } else {
      out->body_size = (size_t)request.framing.content_length;
      out->progress = rest.size < out->body_size ? QUOTH_HTTP_MORE : QUOTH_HTTP_DONE;
      out->n_used += out->body_size;
    }
  } else {
    out->progress = QUOTH_HTTP_REFUSED;
  }
  demand(out->progress != QUOTH_HTTP_REFUSED ||
         (out->refusal.status >= 400 && out->refusal.detail));
  free(head);
}

/* A refusal may come for another reason when less was there to see, but it comes. */
static void check_same(const outcome *a, const outcome *b) {
  demand(a->progress == b->progress);
  if (a->progress != QUOTH_HTTP_DONE) return;
  demand(a->n_used == b->n_used && a->body_size == b->body_size);
  demand(memcmp(a->body, b->body, sizeof a->body) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const size_t steps[] = {SIZE_MAX / 2, 1, 7};
  quoth_bytes rest = {(const char *)data, size};
  if (size > 4096) return 0;
  outcome whole, parts;
  do {
    read_request(rest, steps[0], &whole);
    for (size_t i = 1; i < sizeof steps / sizeof *steps; i++) {
      read_request(rest, steps[i], &parts);
      check_same(&whole, &parts);
    }
    if (whole.progress != QUOTH_HTTP_DONE) break;
    rest = (quoth_bytes){rest.data + whole.n_used, rest.size - whole.n_used};
  } while (rest.size);
  return 0;
}
