/* thread.h - a thread that answers: its event loop, and the messages that the accepting thread
 * sends it through a pipe. */
#ifndef QUOTH_HTTP_THREAD_H
#define QUOTH_HTTP_THREAD_H

#include <event2/event_struct.h>
#include <pthread.h>

#include "http/connection.h"

typedef enum quoth_http_order {
  QUOTH_HTTP_CONNECT, /* a new client */
  QUOTH_HTTP_REFUSE,  /* a new client, to be told that there are too many */
  QUOTH_HTTP_RELOAD,  /* answer from this service from now on */
  QUOTH_HTTP_DRAIN,   /* answer what is under way, then end */
  QUOTH_HTTP_STOP     /* end now */
} quoth_http_order;

typedef struct quoth_http_message {
  quoth_http_order order;
  int fd;                      /* of the client */
  quoth_http_service *service; /* used once for the receiver */
} quoth_http_message;

typedef struct quoth_http_runner {
  quoth_http_thread thread;
  pthread_t id;
  int in, out; /* the pipe's ends; 0 while not open */
  struct event message;
  bool is_running; /* seen by the sender only */
  bool is_stopped; /* seen by the thread only */
} quoth_http_runner;

/* Starts the thread; all is zero but what `runner->thread` says of its work, and its service, used
 * once for it. */
quoth_status quoth_http_runner_start(quoth_http_runner *runner, quoth_error *err);
void quoth_http_runner_send(quoth_http_runner *runner, quoth_http_message message);
/* Waits for the thread's end, at most until `deadline` (CLOCK_REALTIME), then stops it. */
void quoth_http_runner_join(quoth_http_runner *runner, const struct timespec *deadline);
/* After the join, or if the start failed. */
void quoth_http_runner_clear(quoth_http_runner *runner);

#endif
