/* csv.h - RFC 4180 as pandas.read_csv and Python's csv module read it: comma, double quotes,
 * "" inside quotes, line breaks inside quotes, LF or CRLF or CR between records, lines of nothing
 * but spaces and tabs skipped, a UTF-8 byte order mark ignored, a last line without a line
 * break. Quotes in the middle of an unquoted field are plain characters.
 *
 * Refused, where those two guess: a quote that is never closed (told where it opened), text
 * behind a closing quote, NUL bytes, UTF-16, a record with another number of fields than the
 * header. Errors carry the file and the line; columns are counted from 1.
 *
 * Lines are counted from 1, as an editor shows them: CRLF is one line break, and those inside
 * quotes count. */
#ifndef QUOTH_DATA_CSV_H
#define QUOTH_DATA_CSV_H

#include "base/memory.h"

typedef struct quoth_csv quoth_csv;

/* Reads from `data`, which must outlive the reader; `name` (copied) is for messages. Reads the
 * header; a file without one (empty, or blank lines only) is an error. */
quoth_status quoth_csv_new(quoth_bytes data, const char *name, quoth_csv **out, quoth_error *err);
void quoth_csv_free(quoth_csv *csv);

/* The header: how many columns, their names as they stand in the file, its line. */
size_t quoth_csv_n_columns(const quoth_csv *csv);
quoth_bytes quoth_csv_column(const quoth_csv *csv, size_t column);
uint64_t quoth_csv_header_line(const quoth_csv *csv);

/* The next record's fields, [n_columns]: borrowed until the next call, or for as long as
 * `data` where they lie inside it. *fields is NULL at the end. `line` is the line on which the
 * record starts. After an error the reader can only be freed. */
quoth_status quoth_csv_next(quoth_csv *csv, const quoth_bytes **fields, uint64_t *line,
                            quoth_error *err);

/* Appends `field` as a CSV field, quoted where it must be so that every reader above finds it
 * again, also as the only field of its line or the first of its file. */
quoth_status quoth_csv_append_field(quoth_buffer *out, quoth_bytes field, quoth_error *err);

#endif
