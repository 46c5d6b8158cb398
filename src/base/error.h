/* error.h - filling in a quoth_error. */
#ifndef QUOTH_BASE_ERROR_H
#define QUOTH_BASE_ERROR_H

#include "quoth.h"

#define QUOTH_PRINTF(text, first) __attribute__((format(printf, text, first)))

/* Sets `err` (if not NULL) and returns `status`, so that a function can end with
 * `return quoth_fail(err, QUOTH_ERR_DATA, "...", ...)`. */
quoth_status quoth_fail(quoth_error *err, quoth_status status, const char *format, ...)
    QUOTH_PRINTF(3, 4);

/* The same with a place: `file` may be NULL, `line` 0. */
quoth_status quoth_fail_at(quoth_error *err, quoth_status status, const char *file, uint64_t line,
                           const char *format, ...) QUOTH_PRINTF(5, 6);

/* "out of memory", with how much was asked for. */
quoth_status quoth_fail_nomem(quoth_error *err, size_t size_bytes);

#endif
