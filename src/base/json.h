/* json.h - JSON in and out, over jansson. */
#ifndef QUOTH_BASE_JSON_H
#define QUOTH_BASE_JSON_H

#include <jansson.h>

#include "base/memory.h"

/* Parses one document strictly: duplicate keys, NUL, bad UTF-8 and anything behind the
 * document are errors, reported with `name` (a file or an option; may be NULL), line and
 * column. A scalar is a document too. The result is a new reference. */
quoth_status quoth_json_parse(quoth_bytes text, const char *name, json_t **out, quoth_error *err);

/* Whether jansson gave up for want of memory. It does not always say so: sometimes it says nothing,
 * and `fault` is to be {0} before it is called. */
bool quoth_json_is_out_of_memory(const json_error_t *fault);

/* Appends `value` to `out`, keys in insertion order, numbers in their shortest form, other
 * than ASCII as it is. `indent` spaces a level, or everything on one line if 0. NaN and
 * infinity, which JSON lacks, become null. */
quoth_status quoth_json_append(quoth_buffer *out, const json_t *value, int indent,
                               quoth_error *err);

/* Appends `text` as a JSON string, quotes included. */
quoth_status quoth_json_append_string(quoth_buffer *out, quoth_bytes text, quoth_error *err);

/* Appends `item` to *list; takes the item. If it is NULL, or memory runs out, *list is freed and
 * becomes NULL, and so it stays: only the end of a long building needs a look. */
void quoth_json_push(json_t **list, json_t *item);

#endif
