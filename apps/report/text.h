/* text.h - writing labels and numbers for people.
 *
 * Labels come from somebody's data and may be anything. Before they are shown, control
 * characters become their pictures (a newline: U+240A), and bytes that are not UTF-8 and
 * characters that end lines or override the direction of what follows become U+FFFD. So a label
 * stays on its line and cannot talk to a terminal.
 *
 * A column is one cell of a terminal: East Asian wide characters and emoji take two, combining
 * marks and joiners none. */
#ifndef QUOTH_REPORT_TEXT_H
#define QUOTH_REPORT_TEXT_H

#include "base/memory.h"

/* Appends to a buffer until something fails, and then nothing more: only the final status needs
 * a look. Start from {.out = ..., .err = ...}. */
typedef struct quoth_writer {
  quoth_buffer *out;
  quoth_error *err;
  quoth_status status;
} quoth_writer;

void quoth_put(quoth_writer *writer, const char *text);
/* For a few numbers and names: at most 255 bytes. */
void quoth_put_format(quoth_writer *writer, const char *format, ...) QUOTH_PRINTF(2, 3);
/* With commas between groups of three digits. */
void quoth_put_count(quoth_writer *writer, uint64_t count);

/* A NUL, for those who want a C string. */
void quoth_put_end(quoth_writer *writer);

/* The label as above, of at most `max_columns` >= 1: if it is wider, or piles up more than eight
 * marks, an ellipsis replaces the rest. Returns the columns taken. */
size_t quoth_put_label(quoth_writer *writer, quoth_bytes label, size_t max_columns);
/* The same, filled up with spaces to exactly `columns`, on the left if `to_right`. */
void quoth_put_cell(quoth_writer *writer, quoth_bytes label, size_t columns, bool to_right);

/* Columns of the label as it is shown. */
size_t quoth_label_columns(quoth_bytes label);

/* The bytes of a C string; none for NULL. */
quoth_bytes quoth_bytes_of(const char *text);

#endif
