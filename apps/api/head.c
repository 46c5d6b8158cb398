/* What a transport writes in front of a response's body. */
#include "api/api.h"

typedef struct reason {
  int status;
  const char *phrase; /* RFC 9110, section 15 */
} reason;

static const reason reasons[] = {
    {200, "OK"},
    {204, "No Content"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {408, "Request Timeout"},
    {411, "Length Required"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {417, "Expectation Failed"},
    {422, "Unprocessable Content"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {503, "Service Unavailable"},
    {505, "HTTP Version Not Supported"},
};

const char *quoth_api_reason(int status) {
  for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
    if (reasons[i].status == status) return reasons[i].phrase;
  return "Error";
}

size_t quoth_api_headers(const quoth_api_response *response,
                         quoth_api_header headers[static QUOTH_API_MAX_HEADERS]) {
  const quoth_api_header all[QUOTH_API_MAX_HEADERS] = {
      {"Content-Type", response->content_type},
      {"X-Content-Type-Options", "nosniff"},
      {"Allow", response->allow},
      {"Cache-Control", response->cache_control},
      {"Content-Security-Policy", response->content_security_policy},
  };
  size_t n = 0;
  for (size_t i = 0; i < QUOTH_API_MAX_HEADERS; i++)
    if (all[i].value) headers[n++] = all[i];
  return n;
}
