/* memory.h - allocation whose sizes cannot overflow and whose failure is told. */
#ifndef QUOTH_BASE_MEMORY_H
#define QUOTH_BASE_MEMORY_H

#include "base/error.h"

/* A slice of somebody else's bytes; not NUL-ended. */
typedef struct quoth_bytes {
  const char *data;
  size_t size;
} quoth_bytes;

/* Whether they are those of `text`. */
bool quoth_bytes_equal(quoth_bytes bytes, const char *text);

/* Zeroed storage for `count` items of `item_size` bytes, or NULL with `err` set. A
 * count of 0 gives a valid pointer. Release with free(). */
void *quoth_new_array(size_t count, size_t item_size, quoth_error *err);

/* The same, aligned to 64 bytes (a cache line, the widest vector). Release with free(). */
void *quoth_new_aligned(size_t count, size_t item_size, quoth_error *err);

/* Aligned alike, but the contents are undefined: for large arrays of which every item is written
 * before it is read, best by several threads, which then share the work of getting its pages. */
void *quoth_new_unset(size_t count, size_t item_size, quoth_error *err);

/* Makes room for at least `need` items in the heap array `items` (NULL for none yet),
 * growing it by half as much again. Returns the array, which may have moved, and
 * updates `*capacity` (in items). New items are not zeroed. NULL with `err` set on
 * failure; `items` is then as it was and still the caller's. */
void *quoth_grow(void *items, size_t *capacity, size_t need, size_t item_size, quoth_error *err);

/* Hands freed memory back to the system, where the C library can. It goes through all free blocks,
 * and whatever is allocated next needs new pages: for the end of phases that held very much. */
void quoth_trim_memory(void);

/* A growing run of bytes. Start from {0}. */
typedef struct quoth_buffer {
  char *data;
  size_t size, capacity;
} quoth_buffer;

/* Makes room for `more` bytes behind the buffer's own, for a caller that writes them itself. */
quoth_status quoth_buffer_reserve(quoth_buffer *buffer, size_t more, quoth_error *err);
quoth_status quoth_buffer_append(quoth_buffer *buffer, const void *data, size_t size,
                                 quoth_error *err);
quoth_status quoth_buffer_printf(quoth_buffer *buffer, quoth_error *err, const char *format, ...)
    QUOTH_PRINTF(3, 4);
void quoth_buffer_clear(quoth_buffer *buffer);

#endif
