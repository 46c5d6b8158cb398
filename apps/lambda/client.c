#include "lambda/client.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum {
  FIRST_DELAY_MS = 10, /* between attempts to connect; then twice as long, and so on */
  LAST_DELAY_MS = 1280,
  READ_SIZE = 16384,  /* free bytes before a read */
  KEPT_SIZE = 1 << 20 /* what a large event has taken beyond this goes back */
};

void quoth_lambda_client_init(quoth_lambda_client *client, const quoth_lambda_endpoint *endpoint,
                              int stop_fd) {
  *client = (quoth_lambda_client){.endpoint = endpoint, .stop_fd = stop_fd, .fd = -1};
}

void quoth_lambda_client_disconnect(quoth_lambda_client *c) {
  if (c->fd >= 0) close(c->fd);
  c->fd = -1;
}

void quoth_lambda_client_clear(quoth_lambda_client *c) {
  quoth_lambda_client_disconnect(c);
  quoth_buffer_clear(&c->head);
  quoth_buffer_clear(&c->in);
}

quoth_bytes quoth_lambda_reply_body(const quoth_lambda_client *c) {
  return (quoth_bytes){c->in.data + c->reply.head_size, c->reply.body_size};
}

/* ---- Connecting ------------------------------------------------------------ */

/* Until one of `events` happens; returns what has happened. */
static short wait_for(int fd, short events) {
  struct pollfd p = {.fd = fd, .events = events};
  while (poll(&p, 1, -1) < 0 && errno == EINTR) continue;
  return p.revents;
}

/* A connect() that a signal has interrupted goes on by itself. */
static bool finish_connecting(int fd) {
  int fault = errno;
  socklen_t size = sizeof fault;
  if (fault != EINTR) return false;
  wait_for(fd, POLLOUT);
  if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &fault, &size) == 0) errno = fault;
  return fault == 0;
}

/* A socket, or -1 with errno set. */
static int connect_to(const quoth_http_address *address) {
  int fd = socket(address->any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;
  if (fd < 0) return -1;
  if (connect(fd, &address->any, quoth_http_address_size(address)) == 0 || finish_connecting(fd)) {
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    return fd;
  }
  int why = errno;
  close(fd);
  errno = why;
  return -1;
}

/* An end that has been closed while the process was frozen, or bytes that nobody has asked for. */
static bool is_stale(int fd) {
  char byte;
  return recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) >= 0 || (errno != EAGAIN && errno != EINTR);
}

static quoth_status be_connected(quoth_lambda_client *c, quoth_error *err) {
  const quoth_lambda_endpoint *e = c->endpoint;
  if (c->fd >= 0 && is_stale(c->fd)) quoth_lambda_client_disconnect(c);
  for (long delay_ms = FIRST_DELAY_MS; c->fd < 0; delay_ms *= 2) {
    for (size_t i = 0; i < e->n_addresses && c->fd < 0; i++) c->fd = connect_to(&e->addresses[i]);
    if (c->fd >= 0) break;
    if (delay_ms > LAST_DELAY_MS)
      return quoth_fail(err, QUOTH_ERR_IO, "cannot connect to the Runtime API at %s: %s", e->host,
                        strerror(errno));
    nanosleep(&(struct timespec){delay_ms / 1000, delay_ms % 1000 * 1000000}, NULL);
  }
  return QUOTH_OK;
}

/* ---- Sending --------------------------------------------------------------- */

static quoth_status write_head(quoth_lambda_client *c, const quoth_lambda_request *q,
                               quoth_error *err) {
  c->head.size = 0;
  quoth_status status = quoth_buffer_printf(
      &c->head, err, "%s %s/2018-06-01%s HTTP/1.1\r\nHost: %s\r\nUser-Agent: quoth/%s\r\n",
      q->body ? "POST" : "GET", c->endpoint->prefix, q->path, c->endpoint->host, quoth_version());
  if (!status && q->error_type)
    status = quoth_buffer_printf(&c->head, err, "Lambda-Runtime-Function-Error-Type: %s\r\n",
                                 q->error_type);
  if (!status && q->body)
    status = quoth_buffer_printf(
        &c->head, err, "Content-Type: application/json\r\nContent-Length: %zu\r\n", q->body->size);
  return status ? status : quoth_buffer_append(&c->head, "\r\n", 2, err);
}

static void pass_over(struct msghdr *message, size_t n) {
  while (message->msg_iovlen && n >= message->msg_iov->iov_len) {
    n -= message->msg_iov->iov_len;
    message->msg_iov++;
    message->msg_iovlen--;
  }
  if (message->msg_iovlen == 0) return;
  message->msg_iov->iov_base = (char *)message->msg_iov->iov_base + n;
  message->msg_iov->iov_len -= n;
}

/* Head and body go out together: in two writes, the second would wait for the first one's
 * acknowledgement. False if not all could be sent: the other side has gone, or has answered (413)
 * and takes no more. The reply, or its absence, tells which. */
static bool send_request(quoth_lambda_client *c, const quoth_bytes *body) {
  struct iovec parts[] = {{c->head.data, c->head.size},
                          {body ? (void *)(uintptr_t)body->data : NULL, body ? body->size : 0}};
  struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
  while (message.msg_iovlen) {
    ssize_t n = sendmsg(c->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    bool goes_on = n >= 0 || errno == EINTR ||
                   (errno == EAGAIN && wait_for(c->fd, POLLIN | POLLOUT) & POLLOUT);
    if (!goes_on) return false;
    if (n > 0) pass_over(&message, (size_t)n);
  }
  return true;
}

/* ---- Receiving ------------------------------------------------------------- */

typedef enum outcome {
  WHOLE,
  LOST, /* the connection ended before the reply did */
  FAILED
} outcome;

/* For all that is known to come, so that a large event is not moved as it grows. */
static quoth_status make_room(quoth_lambda_client *c, quoth_error *err) {
  const quoth_lambda_reply *r = &c->reply;
  size_t need = r->framing.has_length ? r->head_size + (size_t)r->framing.content_length
                                      : c->in.size + READ_SIZE;
  char *data = quoth_grow(c->in.data, &c->in.capacity, need, 1, err);
  if (!data) return QUOTH_ERR_NOMEM;
  c->in.data = data;
  return QUOTH_OK;
}

/* Bytes that came in; 0 at the end, be it a broken one. */
static size_t receive(quoth_lambda_client *c) {
  ssize_t n;
  do n = recv(c->fd, c->in.data + c->in.size, c->in.capacity - c->in.size, 0);
  while (n < 0 && errno == EINTR);
  if (n > 0) c->in.size += (size_t)n;
  return n > 0 ? (size_t)n : 0;
}

static outcome read_reply(quoth_lambda_client *c, quoth_error *err) {
  if (c->in.capacity > KEPT_SIZE) quoth_buffer_clear(&c->in);
  c->in.size = 0;
  c->reply = (quoth_lambda_reply){0};
  for (;;) {
    if (make_room(c, err)) return FAILED;
    bool is_at_end = receive(c) == 0;
    quoth_http_refusal refusal;
    switch (quoth_lambda_read_reply(&c->reply, c->in.data, &c->in.size, is_at_end, &refusal)) {
    case QUOTH_HTTP_DONE:
      return WHOLE;
    case QUOTH_HTTP_REFUSED:
      quoth_fail(err, QUOTH_ERR_DATA, "the reply of the Runtime API is not understood: %s",
                 refusal.detail);
      return FAILED;
    case QUOTH_HTTP_MORE:
      if (is_at_end) return LOST;
    }
  }
}

/* ---- The whole ------------------------------------------------------------- */

/* Whether to stop before `fd` (-1: none) can be read, for which it waits. */
static bool is_stopped(const quoth_lambda_client *c, int fd) {
  struct pollfd p[] = {{.fd = c->stop_fd, .events = POLLIN}, {.fd = fd, .events = POLLIN}};
  if (c->stop_fd < 0) return false;
  while (poll(p, 2, fd < 0 ? 0 : -1) < 0 && errno == EINTR) continue;
  return p[0].revents && !p[1].revents;
}

/* Once the request is sent, an event may come that has to be answered: so the stop is looked for
 * before and, as long as nothing has come, after it. */
static outcome attempt(quoth_lambda_client *c, const quoth_lambda_request *q, quoth_error *err) {
  bool is_stop = q->may_stop && is_stopped(c, -1), is_sent = false;
  if (!is_stop) {
    if (be_connected(c, err)) return FAILED;
    is_sent = send_request(c, q->body);
    is_stop = q->may_stop && is_stopped(c, c->fd);
  }
  if (is_stop) {
    quoth_fail(err, QUOTH_ERR_STOPPED, "stopped");
    return FAILED;
  }
  outcome how = read_reply(c, err);
  if (how != WHOLE || !is_sent || !c->reply.framing.is_persistent)
    quoth_lambda_client_disconnect(c);
  return how;
}

quoth_status quoth_lambda_exchange(quoth_lambda_client *c, const quoth_lambda_request *request,
                                   quoth_error *err) {
  quoth_error fault = {0};
  c->is_resent = false;
  if (write_head(c, request, err)) return QUOTH_ERR_NOMEM;
  outcome how = attempt(c, request, &fault);
  if (how == LOST) {
    c->is_resent = true;
    how = attempt(c, request, &fault);
  }
  if (how == LOST)
    quoth_fail(&fault, QUOTH_ERR_IO, "the Runtime API at %s ended the connection without a reply",
               c->endpoint->host);
  if (how != WHOLE && err) *err = fault;
  return fault.status;
}
