#include "lambda/reply.h"

#include <string.h>

/* ---- The head -------------------------------------------------------------- */

/* "HTTP/1.1 200 OK"; what is behind the number is for people. */
static bool read_status_line(quoth_bytes line, quoth_lambda_reply *out,
                             quoth_http_refusal *refusal) {
  quoth_bytes version = quoth_http_take_until(&line, ' ');
  quoth_bytes status = quoth_http_take_until(&line, ' ');
  if (!quoth_http_read_version(version, &out->framing, refusal)) return false;
  const char *s = status.data;
  if (status.size != 3 || !quoth_http_all(status, quoth_http_is_digit) || s[0] < '1' || s[0] > '5')
    return quoth_http_refuse(refusal, 400, "The status is not a number from 100 to 599.");
  out->status = (s[0] - '0') * 100 + (s[1] - '0') * 10 + (s[2] - '0');
  return true;
}

/* unreserved of RFC 3986, which needs no escape in a path. */
static bool is_unreserved(unsigned char c) {
  return quoth_http_is_letter(c) || quoth_http_is_digit(c) || (c && strchr("-._~", c));
}

static bool read_request_id(quoth_bytes value, quoth_lambda_reply *out,
                            quoth_http_refusal *refusal) {
  if (out->request_id[0])
    return quoth_http_refuse(refusal, 400, "There is more than one request id.");
  if (value.size == 0 || value.size > QUOTH_LAMBDA_MAX_ID || !quoth_http_all(value, is_unreserved))
    return quoth_http_refuse(refusal, 400, "The request id does not fit into a path.");
  memcpy(out->request_id, value.data, value.size);
  return true;
}

static bool read_field(quoth_bytes line, quoth_lambda_reply *out, quoth_http_refusal *refusal) {
  quoth_bytes name, value;
  if (!quoth_http_read_field(line, &name, &value, refusal)) return false;
  if (quoth_http_equals(name, "lambda-runtime-aws-request-id"))
    return read_request_id(value, out, refusal);
  return quoth_http_read_framing(name, value, QUOTH_LAMBDA_MAX_BODY, &out->framing, refusal);
}

static bool read_head(quoth_bytes head, quoth_lambda_reply *out, quoth_http_refusal *refusal) {
  if (!read_status_line(quoth_http_take_line(&head), out, refusal)) return false;
  for (;;) {
    quoth_bytes line = quoth_http_take_line(&head);
    if (line.size == 0) return true;
    if (!read_field(line, out, refusal)) return false;
  }
}

static quoth_http_progress take_head(quoth_lambda_reply *r, quoth_bytes input,
                                     quoth_http_refusal *refusal) {
  if (input.size > QUOTH_LAMBDA_MAX_HEAD) input.size = QUOTH_LAMBDA_MAX_HEAD;
  quoth_http_progress progress =
      quoth_http_find_empty_line(input, &r->n_scanned, &r->head_size, refusal);
  if (progress == QUOTH_HTTP_DONE)
    return read_head((quoth_bytes){input.data, r->head_size}, r, refusal) ? QUOTH_HTTP_DONE
                                                                          : QUOTH_HTTP_REFUSED;
  if (progress == QUOTH_HTTP_REFUSED || input.size < QUOTH_LAMBDA_MAX_HEAD) return progress;
  quoth_http_refuse(refusal, 431, "The header fields are longer than 64 KiB.");
  return QUOTH_HTTP_REFUSED;
}

/* ---- The body -------------------------------------------------------------- */

static bool has_no_body(int status) { return status == 204 || status == 304; }

static quoth_http_progress take_until_close(quoth_lambda_reply *r, size_t size, bool is_at_end,
                                            quoth_http_refusal *refusal) {
  r->framing.is_persistent = false;
  r->body_size = size;
  if (size <= QUOTH_LAMBDA_MAX_BODY) return is_at_end ? QUOTH_HTTP_DONE : QUOTH_HTTP_MORE;
  quoth_http_refuse(refusal, 413, "The body is longer than is allowed.");
  return QUOTH_HTTP_REFUSED;
}

/* `body` is [*size]. */
static quoth_http_progress take_body(quoth_lambda_reply *r, char *body, size_t *size,
                                     bool is_at_end, quoth_http_refusal *refusal) {
  const quoth_http_framing *f = &r->framing;
  quoth_http_progress progress = QUOTH_HTTP_DONE;
  if (has_no_body(r->status)) {
    r->body_size = 0;
  } else if (f->is_chunked) {
    progress = quoth_http_read_chunks(&r->chunks, body, size, QUOTH_LAMBDA_MAX_BODY, refusal);
    r->body_size = r->chunks.n_decoded;
  } else if (f->has_length) {
    r->body_size = (size_t)f->content_length;
    if (*size < r->body_size) progress = QUOTH_HTTP_MORE;
  } else {
    return take_until_close(r, *size, is_at_end, refusal);
  }
  /* Nobody has asked for what is behind it. */
  if (progress == QUOTH_HTTP_DONE && *size > r->body_size) r->framing.is_persistent = false;
  return progress;
}

/* ---- The whole ------------------------------------------------------------- */

/* 100 Continue and the like, which may come first: RFC 9110, 15.2. */
static void drop_interim(quoth_lambda_reply *r, char *data, size_t *size) {
  *size -= r->head_size;
  memmove(data, data + r->head_size, *size);
  *r = (quoth_lambda_reply){0};
}

quoth_http_progress quoth_lambda_read_reply(quoth_lambda_reply *reply, char *data, size_t *size,
                                            bool is_at_end, quoth_http_refusal *refusal) {
  while (reply->status < 200) {
    quoth_http_progress progress = take_head(reply, (quoth_bytes){data, *size}, refusal);
    if (progress != QUOTH_HTTP_DONE) return progress;
    if (reply->status < 200) drop_interim(reply, data, size);
  }
  size_t body_size = *size - reply->head_size;
  quoth_http_progress progress =
      take_body(reply, data + reply->head_size, &body_size, is_at_end, refusal);
  *size = reply->head_size + body_size;
  return progress;
}
