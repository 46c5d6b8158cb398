#include "http/systemd.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { FIRST_SOCKET = 3, MAX_SOCKETS = 16 };

static long environment_number(const char *name) {
  const char *text = getenv(name);
  char *end;
  long number = text ? strtol(text, &end, 10) : 0;
  return text && *text && !*end ? number : 0;
}

int quoth_systemd_sockets(int *first) {
  *first = FIRST_SOCKET;
  long n = environment_number("LISTEN_FDS");
  if (environment_number("LISTEN_PID") != getpid() || n <= 0 || n > MAX_SOCKETS) return 0;
  for (int fd = FIRST_SOCKET; fd < FIRST_SOCKET + n; fd++) {
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
  }
  return (int)n;
}

void quoth_systemd_notify(const char *state) {
  const char *path = getenv("NOTIFY_SOCKET");
  struct sockaddr_un to = {.sun_family = AF_UNIX};
  size_t size = path ? strlen(path) : 0;
  if (size == 0 || size >= sizeof to.sun_path) return;
  memcpy(to.sun_path, path, size);
  if (path[0] == '@') to.sun_path[0] = '\0'; /* Linux's abstract names */
  int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return;
  /* Nothing depends on its arrival: a supervisor that is gone needs no answer. */
  ssize_t sent = sendto(fd, state, strlen(state), MSG_NOSIGNAL, (struct sockaddr *)&to,
                        (socklen_t)(offsetof(struct sockaddr_un, sun_path) + size));
  (void)sent;
  close(fd);
}

void quoth_systemd_notify_reloading(void) {
  struct timespec now;
  char state[80];
  clock_gettime(CLOCK_MONOTONIC, &now);
  snprintf(state, sizeof state, "RELOADING=1\nMONOTONIC_USEC=%" PRId64,
           (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000);
  quoth_systemd_notify(state);
}
