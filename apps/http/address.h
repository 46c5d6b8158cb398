/* address.h - where the server listens: numeric addresses, or sockets that systemd has opened. */
#ifndef QUOTH_HTTP_ADDRESS_H
#define QUOTH_HTTP_ADDRESS_H

#include "base/error.h"

enum { QUOTH_HTTP_ADDRESS_SIZE = 128 };

/* Opens a socket that listens on "HOST:PORT", non-blocking. HOST is an IPv4 address, an IPv6
 * address in brackets, "localhost" (127.0.0.1), or empty for all addresses of the machine; PORT 0
 * has the system choose one. */
quoth_status quoth_http_listen(const char *host_and_port, int *fd, quoth_error *err);

/* "http://127.0.0.1:8080" of a listening socket; a path if it is a Unix socket. */
void quoth_http_address_name(int fd, char name[static QUOTH_HTTP_ADDRESS_SIZE]);

#endif
