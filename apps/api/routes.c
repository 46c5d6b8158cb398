/* The routing table. openapi.json describes the same routes; a test compares the two. */
#include <string.h>

#include "api/call.h"

#define NO_STORE "no-store"
#define NO_CACHE "no-cache"

const quoth_api_route quoth_api_routes[] = {
    {"GET", "/", NO_CACHE, quoth_api_page},
    {"POST", "/predict", NO_STORE, quoth_api_predict},
    {"GET", "/model", NO_CACHE, quoth_api_get_model},
    {"GET", "/openapi.json", NO_CACHE, quoth_api_openapi},
    {"GET", "/healthz", NO_STORE, quoth_api_healthz},
    {"GET", "/readyz", NO_STORE, quoth_api_readyz},
    {"GET", "/metrics", NO_STORE, quoth_api_get_metrics},
    {"GET", "/v2", NO_CACHE, quoth_api_v2_server},
    {"GET", "/v2/health/live", NO_STORE, quoth_api_v2_live},
    {"GET", "/v2/health/ready", NO_STORE, quoth_api_v2_ready},
    {"GET", "/v2/models/{name}", NO_CACHE, quoth_api_v2_model},
    {"GET", "/v2/models/{name}/ready", NO_STORE, quoth_api_v2_model_ready},
    {"POST", "/v2/models/{name}/infer", NO_STORE, quoth_api_v2_infer},
};
const size_t quoth_api_n_routes = sizeof quoth_api_routes / sizeof *quoth_api_routes;

/* Whether `path` is `pattern`, in which {name} stands for one or more bytes other than '/'. */
static bool matches(const char *pattern, quoth_bytes path, quoth_bytes *name) {
  static const char placeholder[] = "{name}";
  const char *hole = strstr(pattern, placeholder);
  size_t head = hole ? (size_t)(hole - pattern) : strlen(pattern);
  if (path.size < head || memcmp(path.data, pattern, head) != 0) return false;
  if (!hole) return path.size == head;
  quoth_bytes rest = {path.data + head, path.size - head};
  const char *slash = memchr(rest.data, '/', rest.size);
  *name = (quoth_bytes){rest.data, slash ? (size_t)(slash - rest.data) : rest.size};
  const char *tail = hole + strlen(placeholder);
  return name->size > 0 && rest.size - name->size == strlen(tail) &&
         memcmp(rest.data + name->size, tail, strlen(tail)) == 0;
}

const quoth_api_route *quoth_api_find_route(quoth_bytes path, quoth_bytes *name) {
  for (size_t i = 0; path.size > 0 && i < quoth_api_n_routes; i++)
    if (matches(quoth_api_routes[i].pattern, path, name)) return &quoth_api_routes[i];
  return NULL;
}
