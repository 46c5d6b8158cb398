/* slice.h - JSON looked at where it stands: finds values in an event without building the rest.
 *
 * An event is mostly what nobody asked for, and platforms put bytes into it that are not UTF-8 and
 * escapes that are none. So only its structure is checked (strings end, brackets match); a value
 * that is wanted is decoded by itself, strictly. A slice is a value's bytes, quotes or brackets
 * included, and {NULL, 0} where there is none. */
#ifndef QUOTH_LAMBDA_SLICE_H
#define QUOTH_LAMBDA_SLICE_H

#include "base/memory.h"

enum { QUOTH_SLICE_MAX_DEPTH = 128 };

/* Whether `text` is one value by its structure, and not nested deeper than that; `*value` is it,
 * without the white space around it. The functions below want parts of such a value. */
bool quoth_slice_read(quoth_bytes text, quoth_bytes *value);

bool quoth_slice_is_string(quoth_bytes slice);
bool quoth_slice_is_object(quoth_bytes slice);
bool quoth_slice_is_array(quoth_bytes slice);
/* Whether its bytes are those of `text`, such as "true" or "\"2.0\"". */
bool quoth_slice_is(quoth_bytes slice, const char *text);
/* A string's bytes as they stand between its quotes. */
quoth_bytes quoth_slice_unquote(quoth_bytes string);

/* What is left of an array or an object. */
typedef struct quoth_slice_items {
  const char *at, *end;
  bool is_object;
} quoth_slice_items;

/* Nothing, if `container` is neither. */
quoth_slice_items quoth_slice_items_of(quoth_bytes container);
/* Takes the next item; false at the end. `key` is a string's slice, or {NULL, 0} in an array. */
bool quoth_slice_next(quoth_slice_items *items, quoth_bytes *key, quoth_bytes *value);

/* Finds members of an object in one pass: values[i] is that of names[i] ([n] each), and {NULL, 0}
 * if it is absent or null. Of two members with one name the last counts. Names with escapes in them
 * are not recognised. */
void quoth_slice_members(quoth_bytes object, const char *const *names, size_t n,
                         quoth_bytes *values);

#endif
