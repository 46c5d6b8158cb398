/* connection.h - one client: its bytes in, requests out of them one after another, answers back in
 * the same order. Lives in one thread, on that thread's event loop. */
#ifndef QUOTH_HTTP_CONNECTION_H
#define QUOTH_HTTP_CONNECTION_H

#include <event2/event.h>
#include <stdatomic.h>
#include <time.h>

#include "http/log.h"
#include "http/service.h"

typedef struct quoth_http_connection quoth_http_connection;

/* What the connections of one thread share. */
typedef struct quoth_http_thread {
  struct event_base *base;
  quoth_http_service *service; /* changes between requests, by a reload */
  size_t number;               /* of its worker in the service */
  quoth_http_log log;
  uint64_t max_body;      /* bytes */
  struct timeval timeout; /* of a request's arrival, an answer's departure, and of idling */
  bool is_draining;       /* answers end their connections */
  quoth_http_connection *connections; /* list */
  atomic_uint *n_connections;         /* of all threads */
  time_t date_second;                 /* what `date` is for */
  char date[32];                      /* for the Date field */
} quoth_http_thread;

/* Takes over the socket `fd`, non-blocking. `is_refused` answers 503 at once: there are too many
 * connections. */
void quoth_http_connect(quoth_http_thread *thread, int fd, bool is_refused);

/* Ends what is idle; the rest ends when it is answered. Who has just connected may still ask. */
void quoth_http_drain(quoth_http_thread *thread);
/* Ends all. */
void quoth_http_disconnect_all(quoth_http_thread *thread);

#endif
