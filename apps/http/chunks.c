#include "http/chunks.h"

#include <string.h>

#include "http/request.h"

enum { MAX_LINE = 256, MAX_TRAILERS = QUOTH_HTTP_MAX_HEAD, MAX_SIZE_DIGITS = 15 };

/* What is to be read: data[0..size) behind the decoded bytes. */
typedef struct reader {
  quoth_http_chunks *chunks;
  char *data;
  size_t at, size;
  uint64_t max_body;
  quoth_http_refusal *refusal;
} reader;

static quoth_http_progress refuse(const reader *r, int status, const char *detail) {
  quoth_http_refuse(r->refusal, status, detail);
  return QUOTH_HTTP_REFUSED;
}

static quoth_http_progress take_line(reader *r, size_t max_line, quoth_bytes *line) {
  const char *start = r->data + r->at;
  size_t size = r->size - r->at;
  const char *feed = size ? memchr(start, '\n', size < max_line ? size : max_line) : NULL;
  if (!feed)
    return size < max_line ? QUOTH_HTTP_MORE : refuse(r, 400, "A line between chunks is too long.");
  *line = (quoth_bytes){start, (size_t)(feed - start)};
  if (line->size == 0 || line->data[line->size - 1] != '\r')
    return refuse(r, 400, "Lines end with CR LF.");
  line->size--;
  r->at += line->size + 2;
  return QUOTH_HTTP_DONE;
}

static int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/* "1a" or "1a;name=value": RFC 9112, 7.1.1 wants extensions ignored. */
static bool read_size(quoth_bytes line, uint64_t *out) {
  size_t n_digits = 0;
  *out = 0;
  for (; n_digits < line.size && hex_value(line.data[n_digits]) >= 0; n_digits++) {
    if (n_digits == MAX_SIZE_DIGITS) return false;
    *out = *out * 16 + (uint64_t)hex_value(line.data[n_digits]);
  }
  if (n_digits == 0 || (n_digits < line.size && line.data[n_digits] != ';')) return false;
  for (size_t i = n_digits; i < line.size; i++)
    if ((unsigned char)line.data[i] < 0x20 || line.data[i] == 0x7F) return false;
  return true;
}

static quoth_http_progress take_size(reader *r) {
  quoth_bytes line;
  quoth_http_progress progress = take_line(r, MAX_LINE, &line);
  if (progress != QUOTH_HTTP_DONE) return progress;
  quoth_http_chunks *c = r->chunks;
  if (!read_size(line, &c->n_left)) return refuse(r, 400, "The size of a chunk is not a number.");
  if (c->n_left > r->max_body - c->n_decoded)
    return refuse(r, 413, "The body is longer than is allowed.");
  c->next = c->n_left ? QUOTH_HTTP_CHUNK_DATA : QUOTH_HTTP_CHUNK_TRAILERS;
  return QUOTH_HTTP_DONE;
}

static quoth_http_progress take_data(reader *r) {
  quoth_http_chunks *c = r->chunks;
  size_t available = r->size - r->at;
  size_t n = available < c->n_left ? available : (size_t)c->n_left;
  memmove(r->data + c->n_decoded, r->data + r->at, n);
  r->at += n;
  c->n_decoded += n;
  c->n_left -= n;
  if (c->n_left) return QUOTH_HTTP_MORE;
  c->next = QUOTH_HTTP_CHUNK_END;
  return QUOTH_HTTP_DONE;
}

static quoth_http_progress take_end(reader *r) {
  if (r->size - r->at < 2) return QUOTH_HTTP_MORE;
  if (memcmp(r->data + r->at, "\r\n", 2) != 0)
    return refuse(r, 400, "A chunk is longer than its size says.");
  r->at += 2;
  r->chunks->next = QUOTH_HTTP_CHUNK_SIZE;
  return QUOTH_HTTP_DONE;
}

/* One line of them; an empty one ends the body, told by `*is_last`. */
static quoth_http_progress take_trailer(reader *r, bool *is_last) {
  quoth_bytes line, name, value;
  quoth_http_progress progress = take_line(r, MAX_TRAILERS - r->chunks->n_trailing, &line);
  if (progress != QUOTH_HTTP_DONE) return progress;
  r->chunks->n_trailing += line.size + 2;
  *is_last = line.size == 0;
  if (*is_last) return QUOTH_HTTP_DONE;
  return quoth_http_read_field(line, &name, &value, r->refusal) ? QUOTH_HTTP_DONE
                                                                : QUOTH_HTTP_REFUSED;
}

static quoth_http_progress take_part(reader *r, bool *is_last) {
  switch (r->chunks->next) {
  case QUOTH_HTTP_CHUNK_SIZE:
    return take_size(r);
  case QUOTH_HTTP_CHUNK_DATA:
    return take_data(r);
  case QUOTH_HTTP_CHUNK_END:
    return take_end(r);
  case QUOTH_HTTP_CHUNK_TRAILERS:
    break;
  }
  return take_trailer(r, is_last);
}

quoth_http_progress quoth_http_read_chunks(quoth_http_chunks *chunks, char *data, size_t *size,
                                           uint64_t max_body, quoth_http_refusal *refusal) {
  reader r = {chunks, data, chunks->n_decoded, *size, max_body, refusal};
  bool is_last = false;
  quoth_http_progress progress = QUOTH_HTTP_DONE;
  while (!is_last && progress == QUOTH_HTTP_DONE) progress = take_part(&r, &is_last);
  memmove(data + chunks->n_decoded, data + r.at, r.size - r.at);
  *size = chunks->n_decoded + (r.size - r.at);
  return progress;
}
