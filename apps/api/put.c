/* Writing JSON into the body of an answer. */
#include <math.h>
#include <string.h>

#include "api/call.h"
#include "base/number.h"

quoth_status quoth_api_put(quoth_buffer *out, const char *text) {
  return quoth_buffer_append(out, text, strlen(text), NULL);
}

quoth_status quoth_api_put_string(quoth_buffer *out, const char *text) {
  return quoth_json_append_string(out, (quoth_bytes){text, strlen(text)}, NULL);
}

quoth_status quoth_api_put_number(quoth_buffer *out, double number) {
  if (!isfinite(number)) return quoth_api_put(out, "null");
  char text[QUOTH_NUMBER_SIZE];
  return quoth_buffer_append(out, text, quoth_number_shortest(number, text), NULL);
}
