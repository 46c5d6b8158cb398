/* address.h - numeric addresses, and sockets that listen there. */
#ifndef QUOTH_HTTP_ADDRESS_H
#define QUOTH_HTTP_ADDRESS_H

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/error.h"

enum { QUOTH_HTTP_ADDRESS_SIZE = 128 };

typedef union quoth_http_address {
  struct sockaddr any;
  struct sockaddr_in v4;
  struct sockaddr_in6 v6;
  struct sockaddr_un local; /* of a socket that systemd has opened */
} quoth_http_address;

/* Reads "HOST:PORT". HOST is an IPv4 address, an IPv6 address in brackets, "localhost"
 * (127.0.0.1), or empty for all addresses of the machine. False if it is something else. */
bool quoth_http_address_parse(const char *text, quoth_http_address *out);
/* Bytes of what parse has made, for bind and connect. */
socklen_t quoth_http_address_size(const quoth_http_address *address);

/* Opens a socket that listens on "HOST:PORT", non-blocking; PORT 0 has the system choose one. */
quoth_status quoth_http_listen(const char *host_and_port, int *fd, quoth_error *err);

/* "http://127.0.0.1:8080" of a listening socket; a path if it is a Unix socket. */
void quoth_http_address_name(int fd, char name[static QUOTH_HTTP_ADDRESS_SIZE]);

#endif
