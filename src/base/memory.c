#include "base/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef __linux__
#include <sys/mman.h>
#endif
#ifdef __GLIBC__ /* which the headers above define */
#include <malloc.h>
#endif

enum { CACHE_LINE = 64, LARGE_PAGE = 2 << 20, LARGE = 32 << 20 };

bool quoth_bytes_equal(quoth_bytes bytes, const char *text) {
  return bytes.size == strlen(text) &&
         (bytes.size == 0 || memcmp(bytes.data, text, bytes.size) == 0);
}

void *quoth_new_array(size_t count, size_t item_size, quoth_error *err) {
  void *items = calloc(count ? count : 1, item_size);
  if (!items) quoth_fail_nomem(err, count * item_size);
  return items;
}

/* A hint to the kernel, before the memory is touched. Rows all over a large table would otherwise
 * wait for page tables as long as for the rows. A small table is not worth it: on a virtual machine
 * that has been idle, the host may have to find large pages first, which takes longer. */
static void ask_for_large_pages(char *memory, size_t size) {
#ifdef MADV_HUGEPAGE
  size_t skipped = -(uintptr_t)memory % LARGE_PAGE;
  if (size > skipped)
    madvise(memory + skipped, (size - skipped) / LARGE_PAGE * LARGE_PAGE, MADV_HUGEPAGE);
#else
  (void)memory;
  (void)size;
#endif
}

/* `size` bytes and at least one more, in whole cache lines. */
static size_t padded(size_t size) { return (size / CACHE_LINE + 1) * CACHE_LINE; }

void *quoth_new_unset(size_t count, size_t item_size, quoth_error *err) {
  size_t size;
  if (__builtin_mul_overflow(count, item_size, &size) || size > SIZE_MAX - CACHE_LINE) {
    quoth_fail_nomem(err, SIZE_MAX);
    return NULL;
  }
  size = padded(size);
  void *items = aligned_alloc(CACHE_LINE, size);
  if (!items) quoth_fail_nomem(err, size);
  if (items && size >= LARGE) ask_for_large_pages(items, size);
  return items;
}

void *quoth_new_aligned(size_t count, size_t item_size, quoth_error *err) {
  void *items = quoth_new_unset(count, item_size, err);
  if (items) memset(items, 0, padded(count * item_size));
  return items;
}

void *quoth_grow(void *items, size_t *capacity, size_t need, size_t item_size, quoth_error *err) {
  if (items && need <= *capacity) return items;
  size_t grown = *capacity + *capacity / 2;
  if (grown < need) grown = need;
  if (grown < 16) grown = 16;
  void *moved = reallocarray(items, grown, item_size);
  if (!moved) {
    quoth_fail_nomem(err, need);
    return NULL;
  }
  *capacity = grown;
  return moved;
}

void quoth_trim_memory(void) {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

quoth_status quoth_buffer_reserve(quoth_buffer *buffer, size_t more, quoth_error *err) {
  if (more > SIZE_MAX - buffer->size) return quoth_fail_nomem(err, more);
  char *data = quoth_grow(buffer->data, &buffer->capacity, buffer->size + more, 1, err);
  if (!data) return QUOTH_ERR_NOMEM;
  buffer->data = data;
  return QUOTH_OK;
}

quoth_status quoth_buffer_append(quoth_buffer *buffer, const void *data, size_t size,
                                 quoth_error *err) {
  quoth_status status = quoth_buffer_reserve(buffer, size, err);
  if (status) return status;
  if (size) memcpy(buffer->data + buffer->size, data, size);
  buffer->size += size;
  return QUOTH_OK;
}

quoth_status quoth_buffer_printf(quoth_buffer *buffer, quoth_error *err, const char *format, ...) {
  va_list args, again;
  va_start(args, format);
  va_copy(again, args);
  int length = vsnprintf(NULL, 0, format, args);
  va_end(args);
  quoth_status status = QUOTH_OK;
  if (length < 0)
    status = quoth_fail(err, QUOTH_ERR_ARG, "text cannot be formatted");
  else
    status = quoth_buffer_reserve(buffer, (size_t)length + 1, err);
  if (!status) {
    vsnprintf(buffer->data + buffer->size, (size_t)length + 1, format, again);
    buffer->size += (size_t)length;
  }
  va_end(again);
  return status;
}

void quoth_buffer_clear(quoth_buffer *buffer) {
  free(buffer->data);
  *buffer = (quoth_buffer){0};
}
