#include "http/thread.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static void obey(quoth_http_runner *r, const quoth_http_message *m) {
  switch (m->order) {
  case QUOTH_HTTP_CONNECT:
  case QUOTH_HTTP_REFUSE:
    quoth_http_connect(&r->thread, m->fd, m->order == QUOTH_HTTP_REFUSE);
    break;
  case QUOTH_HTTP_RELOAD:
    quoth_http_service_leave(r->thread.service);
    r->thread.service = m->service;
    break;
  case QUOTH_HTTP_STOP:
    quoth_http_disconnect_all(&r->thread);
    r->is_stopped = true;
    break;
  case QUOTH_HTTP_DRAIN:
    quoth_http_drain(&r->thread);
    break;
  }
}

/* Messages are shorter than PIPE_BUF: each arrives whole. */
static void on_message(evutil_socket_t fd, short events, void *context) {
  (void)events;
  quoth_http_message m;
  while (read(fd, &m, sizeof m) == (ssize_t)sizeof m) obey(context, &m);
}

static void *run(void *context) {
  quoth_http_runner *r = context;
  while (!r->is_stopped && !(r->thread.is_draining && !r->thread.connections))
    event_base_loop(r->thread.base, EVLOOP_ONCE);
  return NULL;
}

/* All connections wait equally long: libevent keeps such timers in a list instead of a heap. */
static void share_timeout(quoth_http_thread *t) {
  const struct timeval *common = event_base_init_common_timeout(t->base, &t->timeout);
  if (common) t->timeout = *common;
}

quoth_status quoth_http_runner_start(quoth_http_runner *r, quoth_error *err) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0)
    return quoth_fail(err, QUOTH_ERR_IO, "cannot open a pipe: %s", strerror(errno));
  r->in = ends[0], r->out = ends[1];
  fcntl(r->in, F_SETFL, O_NONBLOCK);
  r->thread.base = event_base_new();
  if (!r->thread.base) return quoth_fail(err, QUOTH_ERR_IO, "cannot make an event loop");
  share_timeout(&r->thread);
  event_assign(&r->message, r->thread.base, r->in, EV_READ | EV_PERSIST, on_message, r);
  event_add(&r->message, NULL);
  int why = pthread_create(&r->id, NULL, run, r);
  if (why) return quoth_fail(err, QUOTH_ERR_IO, "cannot start a thread: %s", strerror(why));
  r->is_running = true;
  return QUOTH_OK;
}

void quoth_http_runner_send(quoth_http_runner *r, quoth_http_message message) {
  while (r->is_running && write(r->out, &message, sizeof message) < 0 && errno == EINTR) {
  }
}

void quoth_http_runner_join(quoth_http_runner *r, const struct timespec *deadline) {
  if (r->is_running && pthread_timedjoin_np(r->id, NULL, deadline) != 0) {
    quoth_http_runner_send(r, (quoth_http_message){.order = QUOTH_HTTP_STOP});
    pthread_join(r->id, NULL);
  }
  r->is_running = false;
}

void quoth_http_runner_clear(quoth_http_runner *r) {
  if (r->thread.base) {
    event_del(&r->message);
    event_base_free(r->thread.base);
  }
  if (r->in) close(r->in);
  if (r->out) close(r->out);
  quoth_http_service_leave(r->thread.service);
}
