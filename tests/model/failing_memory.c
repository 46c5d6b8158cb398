#include "failing_memory.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static atomic_size_t count, failing;
static atomic_bool failed, failed_in_parser;
static _Thread_local bool is_parsing;

void fail_allocation(size_t n) {
  atomic_store(&count, 0);
  atomic_store(&failing, n);
  atomic_store(&failed, false);
  atomic_store(&failed_in_parser, false);
}

size_t n_allocations(void) { return atomic_load(&count); }
bool has_failed(void) { return atomic_load(&failed); }
bool has_failed_in_parser(void) { return atomic_load(&failed_in_parser); }

static bool fails(void) {
  if (atomic_fetch_add(&count, 1) + 1 != atomic_load(&failing)) return false;
  atomic_store(&failed, true);
  if (is_parsing) atomic_store(&failed_in_parser, true);
  return true;
}

/* ---- The C library's allocators -------------------------------------------- */

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *block, size_t size);
void *__real_reallocarray(void *block, size_t n, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
char *__real_strdup(const char *text);
char *__real_strndup(const char *text, size_t size);
json_t *__real_json_loadb(const char *data, size_t size, size_t flags, json_error_t *error);
json_t *__real_json_loads(const char *data, size_t flags, json_error_t *error);

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *block, size_t size);
void *__wrap_reallocarray(void *block, size_t n, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
char *__wrap_strdup(const char *text);
char *__wrap_strndup(const char *text, size_t size);
int __wrap_asprintf(char **out, const char *format, ...);
json_t *__wrap_json_loadb(const char *data, size_t size, size_t flags, json_error_t *error);
json_t *__wrap_json_loads(const char *data, size_t flags, json_error_t *error);

void *__wrap_malloc(size_t size) { return fails() ? NULL : __real_malloc(size); }

void *__wrap_calloc(size_t n, size_t size) { return fails() ? NULL : __real_calloc(n, size); }

void *__wrap_realloc(void *block, size_t size) {
  return fails() ? NULL : __real_realloc(block, size);
}

void *__wrap_reallocarray(void *block, size_t n, size_t size) {
  return fails() ? NULL : __real_reallocarray(block, n, size);
}

void *__wrap_aligned_alloc(size_t alignment, size_t size) {
  return fails() ? NULL : __real_aligned_alloc(alignment, size);
}

char *__wrap_strdup(const char *text) { return fails() ? NULL : __real_strdup(text); }

char *__wrap_strndup(const char *text, size_t size) {
  return fails() ? NULL : __real_strndup(text, size);
}

int __wrap_asprintf(char **out, const char *format, ...) {
  if (fails()) return -1;
  va_list arguments;
  va_start(arguments, format);
  int size = vasprintf(out, format, arguments);
  va_end(arguments);
  return size;
}

/* ---- jansson --------------------------------------------------------------- */

json_t *__wrap_json_loadb(const char *data, size_t size, size_t flags, json_error_t *error) {
  is_parsing = true;
  json_t *value = __real_json_loadb(data, size, flags, error);
  is_parsing = false;
  return value;
}

json_t *__wrap_json_loads(const char *data, size_t flags, json_error_t *error) {
  is_parsing = true;
  json_t *value = __real_json_loads(data, flags, error);
  is_parsing = false;
  return value;
}

/* jansson 2.14 does not notice when the buffer of its lexer cannot grow: it goes on with a token
 * that lacks characters (lex_save in load.c). That buffer doubles from 16 bytes, so while jansson
 * parses, such sizes are always granted. */
static void *jansson_malloc(size_t size) {
  bool may_be_token = is_parsing && size >= 32 && (size & (size - 1)) == 0;
  return !may_be_token && fails() ? NULL : __real_malloc(size);
}

void watch_jansson(void) { json_set_alloc_funcs(jansson_malloc, free); }
