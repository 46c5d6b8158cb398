/* systemd.h - what systemd asks of a service, without libsystemd: sockets that it has opened
 * (sd_listen_fds(3)) and notes on the service's state (sd_notify(3)). */
#ifndef QUOTH_HTTP_SYSTEMD_H
#define QUOTH_HTTP_SYSTEMD_H

#include "base/error.h"

/* The number of listening sockets handed over, from descriptor `*first` on; 0 if none is. They are
 * made non-blocking. */
int quoth_systemd_sockets(int *first);

/* Tells systemd, if it is there: "READY=1", "STOPPING=1". */
void quoth_systemd_notify(const char *state);
/* "RELOADING=1" and the time, which Type=notify-reload wants. */
void quoth_systemd_notify_reloading(void);

#endif
