#include "http/connection.h"

#include <errno.h>
#include <event2/event_struct.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/chunks.h"
#include "http/request.h"
#include "http/response.h"

enum {
  READ_SIZE = 4096,         /* free bytes before a read */
  BODY_READ_SIZE = 1 << 18, /* the same while a body comes */
  UNSENT_SIZE = 1 << 17,    /* bytes that the system takes before the client does */
  KEPT_SIZE = 8192,         /* a larger buffer is given back when the connection idles */
  MAX_WAITING = 1 << 16     /* bytes of answers not taken by the client that stop the reading */
};

/* For a client to read its last answer, and while draining for one that has just connected to send
 * its request. */
static const struct timeval LINGER_TIME = {2, 0};

typedef enum stage {
  READS_HEAD,
  READS_BODY,
  FLUSHES, /* the last answer is on its way */
  LINGERS  /* nothing more is sent; what comes is dropped, so that no reset kills the answer */
} stage;

struct quoth_http_connection {
  quoth_http_thread *thread;
  quoth_http_connection *previous, *next;
  int fd;
  struct event readable, writable, deadline;
  stage stage;
  bool is_timed;  /* the deadline is that of the request under way */
  bool is_at_end; /* the client sends no more */
  bool is_used;   /* has been answered */
  quoth_buffer in;
  size_t in_start; /* of the request under way */
  size_t n_scanned, head_size;
  quoth_http_request request; /* borrows from `in`: its strings last until the next read */
  quoth_http_chunks chunks;
  quoth_buffer out;
  size_t n_sent; /* of `out` */
};

static void drop(quoth_http_connection *c) {
  event_del(&c->readable);
  event_del(&c->writable);
  event_del(&c->deadline);
  close(c->fd);
  if (c->previous)
    c->previous->next = c->next;
  else
    c->thread->connections = c->next;
  if (c->next) c->next->previous = c->previous;
  atomic_fetch_sub(c->thread->n_connections, 1);
  quoth_buffer_clear(&c->in);
  quoth_buffer_clear(&c->out);
  free(c);
}

static size_t n_waiting(const quoth_http_connection *c) { return c->out.size - c->n_sent; }
static quoth_bytes unread(const quoth_http_connection *c) {
  return (quoth_bytes){c->in.data + c->in_start, c->in.size - c->in_start};
}
static bool reads(const quoth_http_connection *c) { return c->stage <= READS_BODY; }

/* ---- Answers --------------------------------------------------------------- */

static double seconds_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* Puts an answer, `seconds` in the making, into `out`. Without memory for it, the connection ends
 * after what is there. */
static void put(quoth_http_connection *c, const quoth_api_response *response, bool is_last,
                double seconds) {
  quoth_http_thread *t = c->thread;
  quoth_http_response answer = {
      .response = response,
      .is_head = quoth_bytes_equal(c->request.method, "HEAD"),
      .is_last = is_last,
      .is_http_1_0 = c->request.framing.is_http_1_0,
      .date = quoth_http_date(&t->date_second, t->date),
  };
  size_t size = c->out.size;
  if (quoth_http_append_response(&c->out, &answer, NULL)) {
    c->out.size = size;
    is_last = true;
  }
  if (is_last) c->stage = FLUSHES;
  c->is_timed = false;
  c->is_used = true;
  const char *route = response->route ? response->route : "-";
  quoth_api_count_request(t->service->api, route, response->status, seconds);
  quoth_http_log_request(t->log, &(quoth_http_log_entry){
                                     .method = c->request.method,
                                     .route = route,
                                     .status = response->status,
                                     .size_bytes = answer.is_head ? 0 : response->body.size,
                                     .seconds = seconds,
                                 });
}

static quoth_api_worker *worker(const quoth_http_connection *c) {
  return c->thread->service->workers[c->thread->number];
}

/* What cannot be read ends the connection: where its next request begins is anyone's guess. */
static void refuse(quoth_http_connection *c, int status, const char *detail) {
  quoth_api_response response;
  quoth_api_problem(worker(c), status, detail, &response);
  c->in_start = c->in.size;
  put(c, &response, true, 0);
}

static void answer(quoth_http_connection *c, quoth_bytes body) {
  quoth_http_thread *t = c->thread;
  quoth_api_request request = {
      .method = c->request.method,
      .path = c->request.path,
      .content_type = c->request.content_type,
      .body = body,
      .is_draining = t->is_draining,
  };
  quoth_api_response response;
  double start = seconds_now();
  quoth_api_count_in_flight(t->service->api, 1);
  quoth_api_handle(t->service->api, worker(c), &request, &response);
  put(c, &response, t->is_draining || !c->request.framing.is_persistent, seconds_now() - start);
  quoth_api_count_in_flight(t->service->api, -1);
}

/* ---- Requests -------------------------------------------------------------- */

/* Ready for the request whose first byte is at `in_start`. */
static void begin_request(quoth_http_connection *c) {
  c->request = (quoth_http_request){0};
  c->chunks = (quoth_http_chunks){0};
  c->n_scanned = c->head_size = 0;
  if (reads(c)) c->stage = READS_HEAD;
}

static quoth_http_progress read_head(quoth_http_connection *c, quoth_http_refusal *refusal) {
  quoth_http_progress progress =
      quoth_http_find_head(unread(c), &c->n_scanned, &c->head_size, refusal);
  if (progress != QUOTH_HTTP_DONE) return progress;
  quoth_bytes head = {unread(c).data, c->head_size};
  if (!quoth_http_read_head(head, c->thread->max_body, &c->request, refusal)) {
    c->request.method.size = 0;
    return QUOTH_HTTP_REFUSED;
  }
  c->stage = READS_BODY;
  return QUOTH_HTTP_DONE;
}

/* The body is behind the head in `in`. */
static quoth_http_progress read_body(quoth_http_connection *c, size_t *body_size,
                                     quoth_http_refusal *refusal) {
  size_t body_start = c->in_start + c->head_size, size = c->in.size - body_start;
  if (!c->request.framing.is_chunked) {
    *body_size = (size_t)c->request.framing.content_length;
    return size < *body_size ? QUOTH_HTTP_MORE : QUOTH_HTTP_DONE;
  }
  quoth_http_progress progress = quoth_http_read_chunks(&c->chunks, c->in.data + body_start, &size,
                                                        c->thread->max_body, refusal);
  c->in.size = body_start + size;
  *body_size = c->chunks.n_decoded;
  return progress;
}

/* A client that waits to be asked for its body is asked once. */
static void ask_for_body(quoth_http_connection *c) {
  static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
  if (c->request.expects_continue && unread(c).size == c->head_size)
    quoth_buffer_append(&c->out, go_on, sizeof go_on - 1, NULL);
  c->request.expects_continue = false;
}

/* Reads on in what is there; true if a whole request was answered. */
static bool take_request(quoth_http_connection *c) {
  quoth_http_refusal refusal;
  size_t body_size = 0;
  quoth_http_progress progress = QUOTH_HTTP_DONE;
  if (c->stage == READS_HEAD) progress = read_head(c, &refusal);
  if (progress == QUOTH_HTTP_DONE) progress = read_body(c, &body_size, &refusal);
  if (progress == QUOTH_HTTP_REFUSED) refuse(c, refusal.status, refusal.detail);
  if (progress == QUOTH_HTTP_MORE && c->stage == READS_BODY) ask_for_body(c);
  if (progress != QUOTH_HTTP_DONE) return false;
  answer(c, (quoth_bytes){unread(c).data + c->head_size, body_size});
  c->in_start += c->head_size + body_size;
  begin_request(c);
  return true;
}

/* Moves the request under way to the front, and gives memory back that idling does not need. */
static void compact(quoth_http_connection *c) {
  size_t size = c->in.size - c->in_start;
  if (c->in_start && size) memmove(c->in.data, c->in.data + c->in_start, size);
  c->in.size = size;
  c->in_start = 0;
  if (size == 0 && c->in.capacity > KEPT_SIZE) {
    quoth_buffer_clear(&c->in);
    c->in = (quoth_buffer){0};
  }
}

/* ---- Sending --------------------------------------------------------------- */

/* Sends what the client takes now. False if it has gone. */
static bool flush(quoth_http_connection *c) {
  while (n_waiting(c)) {
    ssize_t n = send(c->fd, c->out.data + c->n_sent, n_waiting(c), MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno == EAGAIN;
    c->n_sent += (size_t)n;
  }
  c->out.size = c->n_sent = 0;
  if (c->out.capacity > KEPT_SIZE) {
    quoth_buffer_clear(&c->out);
    c->out = (quoth_buffer){0};
  }
  return true;
}

static void linger(quoth_http_connection *c) {
  shutdown(c->fd, SHUT_WR);
  c->stage = LINGERS;
  event_add(&c->deadline, &LINGER_TIME);
}

/* A request has one timeout from its first byte to its last. Else each step of the client renews
 * it: taking a part of an answer, or beginning the next request. */
static void set_deadline(quoth_http_connection *c) {
  bool is_in_request = unread(c).size > 0;
  if (is_in_request && c->is_timed) return;
  c->is_timed = is_in_request;
  event_add(&c->deadline, &c->thread->timeout);
}

static bool is_idle(const quoth_http_connection *c) {
  return reads(c) && unread(c).size == 0 && n_waiting(c) == 0;
}

/* Answers what is whole, sends what can go, and waits for what comes next. */
static void drive(quoth_http_connection *c) {
  bool is_paused; /* until the client has taken its answers */
  do {
    while (reads(c) && n_waiting(c) < MAX_WAITING && unread(c).size && take_request(c)) {
    }
    is_paused = n_waiting(c) >= MAX_WAITING;
    if (!flush(c)) {
      drop(c);
      return;
    }
  } while (is_paused && n_waiting(c) == 0 && reads(c));
  if (n_waiting(c) == 0 && (c->is_at_end || (c->thread->is_draining && is_idle(c)))) {
    drop(c);
    return;
  }
  if (c->stage == FLUSHES && n_waiting(c) == 0)
    linger(c);
  else
    set_deadline(c);
  if (n_waiting(c)) event_add(&c->writable, NULL);
  if (c->stage == LINGERS || (reads(c) && !c->is_at_end && n_waiting(c) < MAX_WAITING))
    event_add(&c->readable, NULL);
  else
    event_del(&c->readable);
}

/* ---- Events ---------------------------------------------------------------- */

/* Receives into the free end of `in`: the byte count, 0 at the end, or -1 as recv(2) has it. */
static ssize_t receive(quoth_http_connection *c) {
  bool has_moved = c->in_start > 0;
  if (has_moved) compact(c);
  size_t room = READ_SIZE;
  if (c->stage == READS_BODY) {
    uint64_t left = c->request.framing.content_length + c->head_size - c->in.size;
    room = c->request.framing.is_chunked || left > BODY_READ_SIZE ? BODY_READ_SIZE : (size_t)left;
  }
  char *data = quoth_grow(c->in.data, &c->in.capacity, c->in.size + room, 1, NULL);
  if (!data) {
    errno = ENOMEM;
    return -1;
  }
  has_moved |= data != c->in.data;
  c->in.data = data;
  ssize_t n = recv(c->fd, data + c->in.size, c->in.capacity - c->in.size, 0);
  if (n > 0) c->in.size += (size_t)n;
  if (has_moved && c->stage == READS_BODY) {
    bool expects_continue = c->request.expects_continue;
    quoth_http_refusal refusal; /* none: it has been read before */
    quoth_http_read_head((quoth_bytes){data, c->head_size}, c->thread->max_body, &c->request,
                         &refusal);
    c->request.expects_continue = expects_continue;
  }
  return n;
}

static void on_readable(evutil_socket_t fd, short events, void *context) {
  (void)fd, (void)events;
  quoth_http_connection *c = context;
  if (c->stage == LINGERS) c->in.size = c->in_start = 0;
  ssize_t n = receive(c);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (n < 0 || (n == 0 && c->stage == LINGERS)) {
    drop(c);
    return;
  }
  if (c->stage == LINGERS) return;
  if (n == 0) c->is_at_end = true;
  drive(c);
}

static void on_writable(evutil_socket_t fd, short events, void *context) {
  (void)fd, (void)events;
  drive(context);
}

static void on_deadline(evutil_socket_t fd, short events, void *context) {
  (void)fd, (void)events;
  quoth_http_connection *c = context;
  if (!reads(c) || n_waiting(c) || is_idle(c)) {
    drop(c);
    return;
  }
  refuse(c, 408, "The request did not arrive in time.");
  drive(c);
}

/* ---- The connections of a thread ------------------------------------------- */

void quoth_http_connect(quoth_http_thread *thread, int fd, bool is_refused) {
  quoth_http_connection *c = calloc(1, sizeof *c);
  if (!c) {
    close(fd);
    atomic_fetch_sub(thread->n_connections, 1);
    return;
  }
  c->thread = thread;
  c->fd = fd;
  c->next = thread->connections;
  if (c->next) c->next->previous = c;
  thread->connections = c;
  /* These fail on a Unix socket, where they are not needed. With megabytes in the system's hands, a
   * client that reads slowly would look like one that does not read. */
  int one = 1, unsent = UNSENT_SIZE;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent, sizeof unsent);
  event_assign(&c->readable, thread->base, fd, EV_READ | EV_PERSIST, on_readable, c);
  event_assign(&c->writable, thread->base, fd, EV_WRITE, on_writable, c);
  evtimer_assign(&c->deadline, thread->base, on_deadline, c);
  begin_request(c);
  if (is_refused) refuse(c, 503, "This server has as many connections as it takes.");
  drive(c);
}

void quoth_http_drain(quoth_http_thread *thread) {
  thread->is_draining = true;
  quoth_http_connection *next;
  for (quoth_http_connection *c = thread->connections; c; c = next) {
    next = c->next;
    char byte; /* a request that has arrived but was not read yet is still answered */
    if (!is_idle(c) || recv(c->fd, &byte, 1, MSG_PEEK) > 0) continue;
    if (c->is_used)
      drop(c);
    else
      event_add(&c->deadline, &LINGER_TIME);
  }
}

void quoth_http_disconnect_all(quoth_http_thread *thread) {
  quoth_http_connection *next;
  for (quoth_http_connection *c = thread->connections; c; c = next) {
    next = c->next;
    drop(c);
  }
}
