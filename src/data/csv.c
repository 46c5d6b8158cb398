/* The data are walked once. Plain fields are scanned byte by byte up to a comma or a line break,
 * quoted ones from quote to quote by memchr. A field is a slice of the data, unless it has
 * doubled quotes: then it is decoded into a buffer. */
#include "data/csv.h"

#include <stdlib.h>
#include <string.h>

struct quoth_csv {
  char *name;
  const char *at, *end; /* what is still to be read */
  const char *nul;      /* the first NUL byte, or `end` */
  uint64_t line;        /* on which `at` lies */

  size_t n_columns;     /* 0 while the header is read */
  quoth_bytes *columns; /* [n_columns] */
  quoth_buffer decoded_columns;
  uint64_t header_line;

  quoth_bytes *fields; /* of the present record: [n_fields], at most n_columns of them */
  size_t n_fields, fields_capacity;
  quoth_buffer decoded; /* the fields with doubled quotes, one behind another */
};

/* ---- Byte order marks ------------------------------------------------------ */

enum { UTF8_MARK_SIZE = 3 };

static bool has_utf8_mark(quoth_bytes text) {
  return text.size >= UTF8_MARK_SIZE && memcmp(text.data, "\xEF\xBB\xBF", UTF8_MARK_SIZE) == 0;
}

static bool has_utf16_mark(quoth_bytes text) {
  return text.size >= 2 &&
         (memcmp(text.data, "\xFF\xFE", 2) == 0 || memcmp(text.data, "\xFE\xFF", 2) == 0);
}

/* ---- Line breaks ----------------------------------------------------------- */

static void skip_line_break(quoth_csv *csv) {
  if (csv->at == csv->end) return;
  csv->at += *csv->at == '\r' && csv->end - csv->at > 1 && csv->at[1] == '\n' ? 2 : 1;
  csv->line++;
}

static void skip_blank_lines(quoth_csv *csv) {
  while (csv->at < csv->end) {
    const char *p = csv->at;
    while (p < csv->end && (*p == ' ' || *p == '\t')) p++;
    if (p < csv->end && *p != '\n' && *p != '\r') return;
    csv->at = p;
    skip_line_break(csv);
  }
}

/* Line breaks in [begin, end). A byte can be read at `end`. */
static uint64_t count_line_breaks(const char *begin, const char *end) {
  uint64_t n = 0;
  for (const char *p = begin; (p = memchr(p, '\n', (size_t)(end - p))); p++) n++;
  for (const char *p = begin; (p = memchr(p, '\r', (size_t)(end - p))); p++) n += p[1] != '\n';
  return n;
}

/* ---- Fields ---------------------------------------------------------------- */

static quoth_status fail_in_field(const quoth_csv *csv, uint64_t line, const char *what,
                                  quoth_error *err) {
  return quoth_fail_at(err, QUOTH_ERR_DATA, csv->name, line, "column %zu: %s", csv->n_fields + 1,
                       what);
}

static quoth_bytes read_plain(quoth_csv *csv) {
  const char *p = csv->at;
  while (p < csv->end && *p != ',' && *p != '\n' && *p != '\r') p++;
  quoth_bytes field = {csv->at, (size_t)(p - csv->at)};
  csv->at = p;
  return field;
}

/* Stands on the opening quote, ends behind the closing one. A field with doubled quotes goes to
 * csv->decoded, which may still move: its data are NULL until the record is complete. */
static quoth_status read_quoted(quoth_csv *csv, quoth_bytes *field, quoth_error *err) {
  const char *open = csv->at, *start = open + 1, *quote;
  size_t decoded_before = csv->decoded.size;
  for (;;) {
    quote = memchr(start, '"', (size_t)(csv->end - start));
    if (!quote)
      return fail_in_field(csv, csv->line, "the quote that opens here is never closed", err);
    if (csv->end - quote < 2 || quote[1] != '"') break;
    quoth_status status =
        quoth_buffer_append(&csv->decoded, start, (size_t)(quote + 1 - start), err);
    if (status) return status;
    start = quote + 2;
  }
  size_t rest = (size_t)(quote - start);
  if (start == open + 1)
    *field = (quoth_bytes){start, rest};
  else {
    quoth_status status = quoth_buffer_append(&csv->decoded, start, rest, err);
    if (status) return status;
    *field = (quoth_bytes){NULL, csv->decoded.size - decoded_before};
  }
  csv->line += count_line_breaks(open, quote);
  csv->at = quote + 1;
  return QUOTH_OK;
}

/* The header decides how many fields are kept; further ones are only counted. */
static quoth_status add_field(quoth_csv *csv, quoth_bytes field, quoth_error *err) {
  if (csv->n_columns == 0 || csv->n_fields < csv->n_columns) {
    quoth_bytes *grown =
        quoth_grow(csv->fields, &csv->fields_capacity, csv->n_fields + 1, sizeof *csv->fields, err);
    if (!grown) return QUOTH_ERR_NOMEM;
    csv->fields = grown;
    csv->fields[csv->n_fields] = field;
  }
  csv->n_fields++;
  return QUOTH_OK;
}

/* Up to the comma or line break that ends the field, or the end of the data. */
static quoth_status read_field(quoth_csv *csv, quoth_error *err) {
  const char *start = csv->at;
  uint64_t line = csv->line;
  quoth_bytes field;
  if (start < csv->end && *start == '"') {
    quoth_status status = read_quoted(csv, &field, err);
    if (status) return status;
    if (csv->at < csv->end && *csv->at != ',' && *csv->at != '\n' && *csv->at != '\r')
      return quoth_fail_at(err, QUOTH_ERR_DATA, csv->name, csv->line,
                           "column %zu: text behind the closing quote of a field that opened on "
                           "line %llu; a quote inside quotes is written twice",
                           csv->n_fields + 1, (unsigned long long)line);
  } else
    field = read_plain(csv);
  if (csv->nul < csv->at)
    return fail_in_field(csv, line + count_line_breaks(start, csv->nul),
                         "a NUL byte; the file is damaged or not a text", err);
  return add_field(csv, field, err);
}

/* ---- Records --------------------------------------------------------------- */

static void place_decoded_fields(quoth_csv *csv) {
  size_t at = 0;
  for (size_t i = 0; i < csv->n_fields; i++)
    if (!csv->fields[i].data) {
      csv->fields[i].data = csv->decoded.data + at;
      at += csv->fields[i].size;
    }
}

static quoth_status check_width(const quoth_csv *csv, uint64_t line, quoth_error *err) {
  if (csv->n_columns == 0 || csv->n_fields == csv->n_columns) return QUOTH_OK;
  return quoth_fail_at(
      err, QUOTH_ERR_DATA, csv->name, line, "%zu field%s where the header has %zu; %s",
      csv->n_fields, csv->n_fields == 1 ? "" : "s", csv->n_columns,
      csv->n_fields > csv->n_columns ? "quote a field that contains a comma"
                                     : "give every column a field, even an empty one");
}

static quoth_status read_record(quoth_csv *csv, quoth_error *err) {
  uint64_t line = csv->line;
  csv->n_fields = 0;
  csv->decoded.size = 0;
  for (;;) {
    quoth_status status = read_field(csv, err);
    if (status) return status;
    if (csv->at == csv->end || *csv->at != ',') break;
    csv->at++;
  }
  quoth_status status = check_width(csv, line, err);
  if (status) return status;
  skip_line_break(csv);
  place_decoded_fields(csv);
  return QUOTH_OK;
}

quoth_status quoth_csv_next(quoth_csv *csv, const quoth_bytes **fields, uint64_t *line,
                            quoth_error *err) {
  *fields = NULL;
  skip_blank_lines(csv);
  *line = csv->line;
  if (csv->at == csv->end) return QUOTH_OK;
  quoth_status status = read_record(csv, err);
  if (!status) *fields = csv->fields;
  return status;
}

/* ---- The reader ------------------------------------------------------------ */

static quoth_status skip_byte_order_mark(quoth_csv *csv, quoth_error *err) {
  quoth_bytes rest = {csv->at, (size_t)(csv->end - csv->at)};
  if (has_utf16_mark(rest))
    return quoth_fail_at(err, QUOTH_ERR_DATA, csv->name, 0, "this is UTF-16; save it as UTF-8");
  if (has_utf8_mark(rest)) csv->at += UTF8_MARK_SIZE;
  return QUOTH_OK;
}

static quoth_status read_header(quoth_csv *csv, quoth_error *err) {
  quoth_status status = skip_byte_order_mark(csv, err);
  if (status) return status;
  skip_blank_lines(csv);
  if (csv->at == csv->end)
    return quoth_fail_at(err, QUOTH_ERR_DATA, csv->name, 0,
                         "the file is empty; its first line must name the columns");
  csv->header_line = csv->line;
  status = read_record(csv, err);
  if (status) return status;
  csv->n_columns = csv->n_fields;
  csv->columns = csv->fields;
  csv->decoded_columns = csv->decoded;
  csv->fields = NULL;
  csv->fields_capacity = 0;
  csv->decoded = (quoth_buffer){0};
  return QUOTH_OK;
}

quoth_status quoth_csv_new(quoth_bytes data, const char *name, quoth_csv **out, quoth_error *err) {
  *out = NULL;
  quoth_csv *csv = quoth_new_array(1, sizeof *csv, err);
  if (!csv) return QUOTH_ERR_NOMEM;
  csv->at = data.size ? data.data : "";
  csv->end = csv->at + data.size;
  csv->nul = memchr(csv->at, '\0', data.size);
  if (!csv->nul) csv->nul = csv->end;
  csv->line = 1;
  csv->name = strdup(name);
  quoth_status status = csv->name ? read_header(csv, err) : quoth_fail_nomem(err, strlen(name) + 1);
  if (status) {
    quoth_csv_free(csv);
    return status;
  }
  *out = csv;
  return QUOTH_OK;
}

void quoth_csv_free(quoth_csv *csv) {
  if (!csv) return;
  free(csv->name);
  free(csv->columns);
  quoth_buffer_clear(&csv->decoded_columns);
  free(csv->fields);
  quoth_buffer_clear(&csv->decoded);
  free(csv);
}

size_t quoth_csv_n_columns(const quoth_csv *csv) { return csv->n_columns; }

quoth_bytes quoth_csv_column(const quoth_csv *csv, size_t column) { return csv->columns[column]; }

uint64_t quoth_csv_header_line(const quoth_csv *csv) { return csv->header_line; }

/* ---- Writing --------------------------------------------------------------- */

/* Beside what RFC 4180 asks for: a blank field would be a blank line if it stood alone, and at
 * the beginning of a file a byte order mark would not be read as part of the field. */
static bool needs_quotes(quoth_bytes field) {
  bool is_blank = true;
  for (size_t i = 0; i < field.size; i++) {
    char c = field.data[i];
    if (c == ',' || c == '"' || c == '\n' || c == '\r') return true;
    is_blank = is_blank && (c == ' ' || c == '\t');
  }
  return is_blank || has_utf8_mark(field) || has_utf16_mark(field);
}

quoth_status quoth_csv_append_field(quoth_buffer *out, quoth_bytes field, quoth_error *err) {
  if (!needs_quotes(field)) return quoth_buffer_append(out, field.data, field.size, err);
  quoth_status status = quoth_buffer_append(out, "\"", 1, err);
  while (!status) {
    const char *quote = field.size ? memchr(field.data, '"', field.size) : NULL;
    if (!quote) break;
    size_t size = (size_t)(quote - field.data) + 1;
    status = quoth_buffer_append(out, field.data, size, err);
    if (!status) status = quoth_buffer_append(out, "\"", 1, err);
    field = (quoth_bytes){field.data + size, field.size - size};
  }
  if (!status) status = quoth_buffer_append(out, field.data, field.size, err);
  return status ? status : quoth_buffer_append(out, "\"", 1, err);
}
