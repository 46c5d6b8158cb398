#include "http/server.h"

#include <errno.h>
#include <event2/event.h>
#include <event2/event_struct.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/address.h"
#include "http/systemd.h"
#include "http/thread.h"

enum {
  MAX_LISTENERS = 16,
  OTHER_FILES = 64, /* descriptors that are no connections */
  /* Connections beyond the limit that are told so; yet more are closed without a word. */
  MAX_REFUSED = 64
};

static const struct timeval PAUSE_WITHOUT_FILES = {0, 100000};

typedef struct server {
  const quoth_http_options *options;
  struct event_base *base;
  quoth_http_runner *runners; /* [n_threads] */
  size_t next_runner;
  atomic_uint n_connections;
  uint32_t max_connections;
  struct event listeners[MAX_LISTENERS]; /* [n_listeners] */
  size_t n_listeners;
  bool is_activated; /* the sockets are systemd's */
  struct event on_term, on_int, on_hup, pause;
  bool has_signals;
} server;

/* ---- Connections ----------------------------------------------------------- */

static void hand_over(server *s, int fd) {
  unsigned n = atomic_fetch_add(&s->n_connections, 1);
  if (n >= s->max_connections + MAX_REFUSED) {
    atomic_fetch_sub(&s->n_connections, 1);
    close(fd);
    return;
  }
  quoth_http_order order = n < s->max_connections ? QUOTH_HTTP_CONNECT : QUOTH_HTTP_REFUSE;
  quoth_http_runner_send(&s->runners[s->next_runner],
                         (quoth_http_message){.order = order, .fd = fd});
  s->next_runner = (s->next_runner + 1) % s->options->n_threads;
}

/* Without descriptors or memory, accepting again at once would spin. */
static void pause_accepting(server *s) {
  quoth_http_log_event(s->options->log, "warning", "cannot accept connections: %s",
                       strerror(errno));
  for (size_t i = 0; i < s->n_listeners; i++) event_del(&s->listeners[i]);
  event_add(&s->pause, &PAUSE_WITHOUT_FILES);
}

static void on_pause_end(evutil_socket_t fd, short events, void *context) {
  (void)fd, (void)events;
  server *s = context;
  for (size_t i = 0; i < s->n_listeners; i++) event_add(&s->listeners[i], NULL);
}

static void on_connection(evutil_socket_t listener, short events, void *context) {
  (void)events;
  for (;;) {
    int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) {
      hand_over(context, fd);
    } else if (errno != EINTR && errno != ECONNABORTED) {
      if (errno != EAGAIN) pause_accepting(context);
      return;
    }
  }
}

static void add_listener(server *s, int fd) {
  char name[QUOTH_HTTP_ADDRESS_SIZE];
  struct event *listener = &s->listeners[s->n_listeners++];
  event_assign(listener, s->base, fd, EV_READ | EV_PERSIST, on_connection, s);
  event_add(listener, NULL);
  quoth_http_address_name(fd, name);
  quoth_http_log_event(s->options->log, "info", "listening on %s", name);
}

static quoth_status open_listeners(server *s, quoth_error *err) {
  int first, n = quoth_systemd_sockets(&first);
  s->is_activated = n > 0;
  for (int i = 0; i < n && i < MAX_LISTENERS; i++) add_listener(s, first + i);
  if (s->is_activated) return QUOTH_OK;
  int fd;
  quoth_status status = quoth_http_listen(s->options->listen, &fd, err);
  if (!status) add_listener(s, fd);
  return status;
}

/* Who has connected to a socket of ours is served; systemd keeps its sockets, and who waits there
 * is for the next process. */
static void close_listeners(server *s) {
  for (size_t i = 0; i < s->n_listeners; i++) {
    int fd = event_get_fd(&s->listeners[i]);
    if (!s->is_activated) on_connection(fd, EV_READ, s);
    event_del(&s->listeners[i]);
    close(fd);
  }
  event_del(&s->pause);
  s->n_listeners = 0;
}

/* ---- Signals --------------------------------------------------------------- */

static void on_stop(evutil_socket_t number, short events, void *context) {
  (void)number, (void)events;
  server *s = context;
  event_base_loopbreak(s->base);
}

static void on_reload(evutil_socket_t number, short events, void *context) {
  (void)number, (void)events;
  server *s = context;
  const quoth_http_options *o = s->options;
  quoth_systemd_notify_reloading();
  quoth_http_service *service;
  quoth_error err = {0};
  if (quoth_http_service_new(o->files, o->n_files, o->n_threads, &service, &err)) {
    quoth_http_log_error(o->log, "not reloaded, the model in use stays", &err);
  } else {
    for (size_t i = 0; i < o->n_threads; i++)
      quoth_http_runner_send(&s->runners[i],
                             (quoth_http_message){.order = QUOTH_HTTP_RELOAD,
                                                  .service = quoth_http_service_use(service)});
    quoth_http_service_log(service, o->log);
    quoth_http_service_leave(service);
  }
  quoth_systemd_notify("READY=1");
}

static void catch_signals(server *s) {
  signal(SIGPIPE, SIG_IGN); /* a log that nobody reads is no reason to end */
  evsignal_assign(&s->on_term, s->base, SIGTERM, on_stop, s);
  evsignal_assign(&s->on_int, s->base, SIGINT, on_stop, s);
  evsignal_assign(&s->on_hup, s->base, SIGHUP, on_reload, s);
  event_add(&s->on_term, NULL);
  event_add(&s->on_int, NULL);
  event_add(&s->on_hup, NULL);
  s->has_signals = true;
}

/* From here on a second signal ends the process as it would any other. */
static void release_signals(server *s) {
  if (!s->has_signals) return;
  event_del(&s->on_term);
  event_del(&s->on_int);
  event_del(&s->on_hup);
}

/* ---- Start and end --------------------------------------------------------- */

/* Room for the connections among the process's descriptors, as far as the system allows. */
static uint32_t raise_file_limit(uint32_t max_connections) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return max_connections;
  rlim_t want = (rlim_t)max_connections + MAX_REFUSED + OTHER_FILES;
  if (limit.rlim_cur < want) {
    limit.rlim_cur = want < limit.rlim_max ? want : limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
  }
  if (limit.rlim_cur >= want) return max_connections;
  rlim_t others = MAX_REFUSED + OTHER_FILES;
  return limit.rlim_cur > others ? (uint32_t)(limit.rlim_cur - others) : 1;
}

/* Signals go to the accepting thread only. */
static quoth_status start_threads(server *s, quoth_http_service *service, quoth_error *err) {
  const quoth_http_options *o = s->options;
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  quoth_status status = QUOTH_OK;
  for (size_t i = 0; i < o->n_threads && !status; i++) {
    s->runners[i].thread = (quoth_http_thread){
        .service = quoth_http_service_use(service),
        .number = i,
        .log = o->log,
        .max_body = o->max_body,
        .timeout = {.tv_sec = (time_t)o->timeout_s},
        .n_connections = &s->n_connections,
    };
    status = quoth_http_runner_start(&s->runners[i], err);
  }
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return status;
}

static void stop_threads(server *s) {
  struct timespec deadline;
  clock_gettime(CLOCK_REALTIME, &deadline);
  deadline.tv_sec += (time_t)s->options->timeout_s;
  for (size_t i = 0; i < s->options->n_threads; i++)
    quoth_http_runner_send(&s->runners[i], (quoth_http_message){.order = QUOTH_HTTP_DRAIN});
  for (size_t i = 0; i < s->options->n_threads; i++)
    quoth_http_runner_join(&s->runners[i], &deadline);
  for (size_t i = 0; i < s->options->n_threads; i++) quoth_http_runner_clear(&s->runners[i]);
}

static quoth_status serve(server *s, quoth_error *err) {
  const quoth_http_options *o = s->options;
  quoth_http_service *service;
  quoth_status status = quoth_http_service_new(o->files, o->n_files, o->n_threads, &service, err);
  if (status) return status;
  quoth_http_service_log(service, o->log);
  catch_signals(s);
  status = start_threads(s, service, err);
  quoth_http_service_leave(service);
  if (!status) status = open_listeners(s, err);
  if (status) return status;
  quoth_systemd_notify("READY=1");
  event_base_dispatch(s->base);
  quoth_systemd_notify("STOPPING=1");
  quoth_http_log_event(o->log, "info", "stopping");
  return QUOTH_OK;
}

quoth_status quoth_http_serve(const quoth_http_options *options, quoth_error *err) {
  server s = {.options = options, .base = event_base_new()};
  s.runners = quoth_new_array(options->n_threads, sizeof *s.runners, err);
  s.max_connections = raise_file_limit(options->max_connections);
  quoth_status status = QUOTH_ERR_NOMEM;
  if (!s.base) {
    quoth_fail(err, status, "cannot make an event loop");
  } else if (s.runners) {
    evtimer_assign(&s.pause, s.base, on_pause_end, &s);
    status = serve(&s, err);
    close_listeners(&s);
    release_signals(&s);
    stop_threads(&s);
  }
  if (s.base) event_base_free(s.base);
  free(s.runners);
  return status;
}
