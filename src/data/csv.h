/* csv.h - RFC 4180 as pandas.read_csv and Python's csv module read it: comma, double quotes,
 * "" inside quotes, line breaks inside quotes, LF or CRLF or CR between records, blank lines
 * skipped, a UTF-8 byte order mark ignored, a last line without a line break. Quotes in the
 * middle of an unquoted field are plain characters.
 *
 * Refused, with the line and the column: a quote that is never closed (told where it opened),
 * text behind a closing quote, NUL bytes, a record with another number of fields than the
 * header. */
#ifndef QUOTH_DATA_CSV_H
#define QUOTH_DATA_CSV_H

#include "base/memory.h"

typedef struct quoth_csv quoth_csv;

/* Reads from `data`, which must outlive the reader; `name` (copied) is for messages. Reads the
 * header; a file without one (empty, or blank lines only) is an error. */
quoth_status quoth_csv_new(quoth_bytes data, const char *name, quoth_csv **out, quoth_error *err);
void quoth_csv_free(quoth_csv *csv);

size_t quoth_csv_n_columns(const quoth_csv *csv);
quoth_bytes quoth_csv_column(const quoth_csv *csv, size_t column);

/* The next record's fields, [n_columns]: borrowed until the next call, or for as long as
 * `data` where they lie inside it. *fields is NULL at the end. `line` is the 1-based line on
 * which the record starts. */
quoth_status quoth_csv_next(quoth_csv *csv, const quoth_bytes **fields, uint64_t *line,
                            quoth_error *err);

/* Appends `field` as a CSV field, quoted where it must be. */
quoth_status quoth_csv_append_field(quoth_buffer *out, quoth_bytes field, quoth_error *err);

#endif
