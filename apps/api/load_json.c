#include "api/load_json.h"

#include <stdlib.h>

/* When the buffer of its lexer cannot grow, jansson 2.14 goes on with a string that lacks bytes,
 * its closing quote maybe, and then reads and writes beyond it (lex_save and lex_scan_string in
 * load.c). So in a load, memory that has run out once stays so: what the string's value wants is
 * not given either, and the load ends. */
static _Thread_local bool is_loading, is_exhausted;

static void *allocate(size_t size) {
  void *memory = is_exhausted ? NULL : malloc(size);
  if (!memory && is_loading) is_exhausted = true;
  return memory;
}

/* Before there are threads: jansson's allocator is that of the process. */
__attribute__((constructor)) static void set_allocator(void) {
  json_set_alloc_funcs(allocate, free);
}

json_t *quoth_api_load_json(quoth_bytes text, size_t flags, json_error_t *fault) {
  *fault = (json_error_t){0};
  is_loading = true;
  json_t *value = json_loadb(text.data, text.size, flags, fault);
  bool was_exhausted = is_exhausted;
  is_loading = is_exhausted = false;
  if (!was_exhausted) return value;
  json_decref(value);
  *fault = (json_error_t){0};
  return NULL;
}
