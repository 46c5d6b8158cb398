/* reply.h - a response of the Runtime API, read as it comes in (RFC 9112). As strict as the
 * server's reader of requests; allocates nothing and looks at no byte beyond its input. */
#ifndef QUOTH_LAMBDA_REPLY_H
#define QUOTH_LAMBDA_REPLY_H

#include "http/chunks.h"

enum {
  QUOTH_LAMBDA_MAX_HEAD = 65536,
  QUOTH_LAMBDA_MAX_BODY = 8 << 20, /* Lambda cuts events at 6,291,556 bytes */
  QUOTH_LAMBDA_MAX_ID = 128
};

/* Start from {0}. */
typedef struct quoth_lambda_reply {
  int status; /* 0 until the head is read */
  quoth_http_framing framing;
  /* Lambda-Runtime-Aws-Request-Id: characters that a path may hold; "" without one. */
  char request_id[QUOTH_LAMBDA_MAX_ID + 1];
  size_t head_size, body_size; /* the body is behind the head */
  size_t n_scanned;
  quoth_http_chunks chunks;
} quoth_lambda_reply;

/* `data` is [*size]: what has come in of the reply, less the frames of chunks that earlier calls
 * took out. `is_at_end` says that nothing more comes. MORE at the end: the reply is cut off. */
quoth_http_progress quoth_lambda_read_reply(quoth_lambda_reply *reply, char *data, size_t *size,
                                            bool is_at_end, quoth_http_refusal *refusal);

#endif
