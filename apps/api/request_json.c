/* The body of a request as JSON: strict, and telling what is wrong. */
#include <string.h>

#include "api/call.h"

enum { SHOWN = 60 }; /* bytes of a foreign name in a message */

const char *quoth_api_type_name(const json_t *value) {
  switch (json_typeof(value)) {
  case JSON_OBJECT:
    return "an object";
  case JSON_ARRAY:
    return "an array";
  case JSON_STRING:
    return "a string";
  case JSON_INTEGER:
  case JSON_REAL:
    return "a number";
  case JSON_TRUE:
  case JSON_FALSE:
    return "true or false";
  case JSON_NULL:
    return "null";
  }
  return "something else";
}

static bool is_among(const char *name, const char *const *known) {
  for (; *known; known++)
    if (strcmp(name, *known) == 0) return true;
  return false;
}

int quoth_api_check_members(quoth_api_call *call, const json_t *object, const char *what,
                            const char *const *known) {
  /* jansson's iterators are declared for non-const objects; nothing is changed. */
  json_t *members = (json_t *)(uintptr_t)object;
  for (void *item = json_object_iter(members); item; item = json_object_iter_next(members, item)) {
    const char *name = json_object_iter_key(item);
    if (is_among(name, known)) continue;
    char list[200] = "";
    for (const char *const *k = known; *k; k++) {
      size_t used = strlen(list);
      snprintf(list + used, sizeof list - used, "%s\"%s\"", used ? ", " : "", *k);
    }
    return quoth_api_refuse(call, 422, "%s has a member \"%.*s\", which is none of %s", what, SHOWN,
                            name, list);
  }
  return 0;
}

int quoth_api_read_object(quoth_api_call *call, const char *const *known) {
  quoth_bytes body = call->request->body;
  if (body.size == 0) return quoth_api_refuse(call, 400, "the body is empty; send a JSON object");
  json_error_t fault;
  json_t *json =
      quoth_api_load_json(body, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL, &fault);
  call->worker->json = json;
  if (!json && quoth_json_is_out_of_memory(&fault))
    return quoth_api_refuse(call, 503, "out of memory to read the body");
  if (!json)
    return quoth_api_refuse(call, 400, "the body is not JSON: %s (line %d, column %d, byte %d)",
                            fault.text, fault.line, fault.column, fault.position);
  if (!json_is_object(json))
    return quoth_api_refuse(call, 422, "the body is %s; send an object such as {\"text\": \"...\"}",
                            quoth_api_type_name(json));
  return quoth_api_check_members(call, json, "the body", known);
}
