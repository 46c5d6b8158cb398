#include "http/address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- Parsing --------------------------------------------------------------- */

static bool parse_port(const char *text, in_port_t *port) {
  char *end;
  unsigned long number = strtoul(text, &end, 10);
  if (*text < '0' || *text > '9' || *end || number > 65535) return false;
  *port = htons((uint16_t)number);
  return true;
}

static bool parse_host(const char *host, in_port_t port, quoth_http_address *out) {
  size_t size = strlen(host);
  *out = (quoth_http_address){0};
  if (size == 0) {
    out->v6 =
        (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_port = port, .sin6_addr = in6addr_any};
    return true;
  }
  if (host[0] == '[' && host[size - 1] == ']') {
    char inner[INET6_ADDRSTRLEN];
    out->v6 = (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_port = port};
    return size - 2 < sizeof inner &&
           snprintf(inner, sizeof inner, "%.*s", (int)(size - 2), host + 1) >= 0 &&
           inet_pton(AF_INET6, inner, &out->v6.sin6_addr) == 1;
  }
  out->v4 = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = port};
  return inet_pton(AF_INET, strcmp(host, "localhost") == 0 ? "127.0.0.1" : host,
                   &out->v4.sin_addr) == 1;
}

bool quoth_http_address_parse(const char *text, quoth_http_address *out) {
  const char *colon = strrchr(text, ':');
  char host[64];
  in_port_t port;
  if (!colon || (size_t)(colon - text) >= sizeof host || !parse_port(colon + 1, &port))
    return false;
  memcpy(host, text, (size_t)(colon - text));
  host[colon - text] = '\0';
  return parse_host(host, port, out);
}

socklen_t quoth_http_address_size(const quoth_http_address *a) {
  return a->any.sa_family == AF_INET6 ? sizeof a->v6 : sizeof a->v4;
}

/* ---- Sockets --------------------------------------------------------------- */

static bool try_listen(const quoth_http_address *a, int *out) {
  bool is_v6 = a->any.sa_family == AF_INET6;
  int fd = socket(a->any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  int one = 1, zero = 0;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (is_v6) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &zero, sizeof zero);
  if (bind(fd, &a->any, quoth_http_address_size(a)) == 0 && listen(fd, SOMAXCONN) == 0) {
    *out = fd;
    return true;
  }
  int why = errno;
  close(fd);
  errno = why;
  return false;
}

quoth_status quoth_http_listen(const char *host_and_port, int *fd, quoth_error *err) {
  quoth_http_address a;
  if (!quoth_http_address_parse(host_and_port, &a))
    return quoth_fail(err, QUOTH_ERR_ARG,
                      "cannot listen on \"%s\": give HOST:PORT with a numeric address, such as "
                      "127.0.0.1:8080, [::1]:8080 or :8080",
                      host_and_port);
  if (try_listen(&a, fd)) return QUOTH_OK;
  /* All addresses, on a machine without IPv6. */
  if (host_and_port[0] == ':' && (errno == EAFNOSUPPORT || errno == EADDRNOTAVAIL)) {
    in_port_t port = a.v6.sin6_port;
    a = (quoth_http_address){.v4 = {.sin_family = AF_INET, .sin_port = port}};
    if (try_listen(&a, fd)) return QUOTH_OK;
  }
  return quoth_fail(err, QUOTH_ERR_IO, "cannot listen on %s: %s", host_and_port, strerror(errno));
}

void quoth_http_address_name(int fd, char name[static QUOTH_HTTP_ADDRESS_SIZE]) {
  quoth_http_address a = {0};
  socklen_t size = sizeof a;
  char host[INET6_ADDRSTRLEN] = "";
  snprintf(name, QUOTH_HTTP_ADDRESS_SIZE, "a socket");
  if (getsockname(fd, &a.any, &size) != 0) return;
  if (a.any.sa_family == AF_INET) {
    inet_ntop(AF_INET, &a.v4.sin_addr, host, sizeof host);
    snprintf(name, QUOTH_HTTP_ADDRESS_SIZE, "http://%s:%u", host, ntohs(a.v4.sin_port));
  } else if (a.any.sa_family == AF_INET6) {
    inet_ntop(AF_INET6, &a.v6.sin6_addr, host, sizeof host);
    snprintf(name, QUOTH_HTTP_ADDRESS_SIZE, "http://[%s]:%u", host, ntohs(a.v6.sin6_port));
  } else if (a.any.sa_family == AF_UNIX) {
    snprintf(name, QUOTH_HTTP_ADDRESS_SIZE, "%.*s", (int)sizeof a.local.sun_path, a.local.sun_path);
  }
}
