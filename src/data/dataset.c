#include "data/dataset.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/string_table.h"
#include "base/utf8.h"
#include "data/class_order.h"
#include "data/columns.h"
#include "data/csv.h"

typedef struct quoth_dataset_block {
  struct quoth_dataset_block *next;
  size_t size, capacity;
  char data[];
} quoth_dataset_block;

typedef struct dataset_reader {
  quoth_csv *csv;
  quoth_dataset *dataset; /* what is being filled */
  quoth_bytes data;       /* of the whole file */
  const char *name;
  uint64_t line; /* on which the present record starts */
  quoth_encoding_errors encoding_errors;

  quoth_bytes *column_names; /* [n_columns], valid UTF-8; size 0 until read */
  quoth_columns columns;
  quoth_buffer repaired;          /* the last field that was not UTF-8 */
  quoth_string_table label_names; /* ids in order of first appearance */
  size_t texts_capacity, ids_capacity, labels_capacity;
} dataset_reader;

/* ---- Storage --------------------------------------------------------------- */

static char *allocate(quoth_dataset *dataset, size_t size, quoth_error *err) {
  enum { BLOCK_SIZE = 1 << 18 };
  quoth_dataset_block *block = dataset->blocks;
  if (!block || block->capacity - block->size < size) {
    size_t capacity = size > BLOCK_SIZE ? size : BLOCK_SIZE;
    block = capacity < SIZE_MAX - sizeof *block ? malloc(sizeof *block + capacity) : NULL;
    if (!block) {
      quoth_fail_nomem(err, capacity);
      return NULL;
    }
    *block = (quoth_dataset_block){.next = dataset->blocks, .capacity = capacity};
    dataset->blocks = block;
  }
  block->size += size;
  return block->data + block->size - size;
}

/* A slice of the file itself is kept as it is; anything else is copied. */
static quoth_status keep(dataset_reader *reader, quoth_bytes text, quoth_bytes *kept,
                         quoth_error *err) {
  *kept = text;
  if ((uintptr_t)text.data - (uintptr_t)reader->data.data < reader->data.size) return QUOTH_OK;
  char *copy = allocate(reader->dataset, text.size, err);
  if (!copy) return QUOTH_ERR_NOMEM;
  if (text.size) memcpy(copy, text.data, text.size);
  kept->data = copy;
  return QUOTH_OK;
}

/* ---- UTF-8 ----------------------------------------------------------------- */

static quoth_status fail_encoding(const dataset_reader *reader, size_t column, char bad,
                                  quoth_error *err) {
  quoth_bytes name = reader->column_names[column];
  return quoth_fail_at(err, QUOTH_ERR_DATA, reader->name, reader->line,
                       "column %zu%s%.*s%s: byte 0x%02X is not UTF-8; save the file as UTF-8, or "
                       "give --encoding-errors replace or ignore",
                       column + 1, name.size ? " (" : "", quoth_column_name_width(name), name.data,
                       name.size ? ")" : "", (unsigned char)bad);
}

/* Each maximal ill-formed part becomes U+FFFD or nothing. */
quoth_status quoth_encoding_repair(quoth_bytes text, quoth_encoding_errors how, quoth_buffer *out,
                                   quoth_error *err) {
  quoth_bytes replacement = {"\xEF\xBF\xBD", how == QUOTH_ENCODING_REPLACE ? 3 : 0};
  out->size = 0;
  for (size_t at = 0; at < text.size;) {
    quoth_bytes rest = {text.data + at, text.size - at};
    size_t valid = quoth_utf8_valid_prefix(rest), after = valid;
    quoth_status status = quoth_buffer_append(out, rest.data, valid, err);
    if (!status && valid < rest.size) {
      quoth_utf8_next(rest, &after);
      status = quoth_buffer_append(out, replacement.data, replacement.size, err);
    }
    if (status) return status;
    at += after;
  }
  return QUOTH_OK;
}

/* A field as valid UTF-8: itself, or reader->repaired until the next call. */
static quoth_status make_valid(dataset_reader *reader, quoth_bytes field, size_t column,
                               quoth_bytes *valid, quoth_error *err) {
  *valid = field;
  size_t prefix = quoth_utf8_valid_prefix(field);
  if (prefix == field.size) return QUOTH_OK;
  if (reader->encoding_errors == QUOTH_ENCODING_STRICT)
    return fail_encoding(reader, column, field.data[prefix], err);
  quoth_status status =
      quoth_encoding_repair(field, reader->encoding_errors, &reader->repaired, err);
  *valid = (quoth_bytes){reader->repaired.data, reader->repaired.size};
  return status;
}

/* ---- The header ------------------------------------------------------------ */

static quoth_status read_column_names(dataset_reader *reader, quoth_error *err) {
  size_t n_columns = quoth_csv_n_columns(reader->csv);
  reader->column_names = quoth_new_array(n_columns, sizeof *reader->column_names, err);
  if (!reader->column_names) return QUOTH_ERR_NOMEM;
  reader->line = quoth_csv_header_line(reader->csv);
  for (size_t i = 0; i < n_columns; i++) {
    quoth_bytes name;
    quoth_status status = make_valid(reader, quoth_csv_column(reader->csv, i), i, &name, err);
    if (!status) status = keep(reader, name, &reader->column_names[i], err);
    if (status) return status;
  }
  return QUOTH_OK;
}

/* Names the columns found; arrays that stay without rows are there all the same. */
static quoth_status start_columns(dataset_reader *reader, quoth_error *err) {
  quoth_dataset *dataset = reader->dataset;
  const quoth_bytes *names = reader->column_names;
  dataset->text_name = names[reader->columns.text];
  dataset->texts = quoth_new_array(0, sizeof *dataset->texts, err);
  if (!dataset->texts) return QUOTH_ERR_NOMEM;
  if (reader->columns.label != QUOTH_COLUMN_NONE)
    dataset->label_name = names[reader->columns.label];
  if (reader->columns.id == QUOTH_COLUMN_NONE) return QUOTH_OK;
  dataset->id_name = names[reader->columns.id];
  dataset->ids = quoth_new_array(0, sizeof *dataset->ids, err);
  return dataset->ids ? QUOTH_OK : QUOTH_ERR_NOMEM;
}

static quoth_status read_header(dataset_reader *reader, const quoth_dataset_options *options,
                                quoth_error *err) {
  quoth_status status = read_column_names(reader, err);
  if (status) return status;
  quoth_header header = {reader->column_names, quoth_csv_n_columns(reader->csv), reader->name,
                         reader->line};
  status = quoth_columns_find(&header, options, &reader->columns, err);
  return status ? status : start_columns(reader, err);
}

/* ---- Rows ------------------------------------------------------------------ */

/* Appends a field to the texts or the ids. */
static quoth_status add_text(dataset_reader *reader, quoth_bytes field, size_t column,
                             quoth_bytes **texts, size_t *capacity, quoth_error *err) {
  size_t row = reader->dataset->n_rows;
  quoth_bytes *grown = quoth_grow(*texts, capacity, row + 1, sizeof **texts, err);
  if (!grown) return QUOTH_ERR_NOMEM;
  *texts = grown;
  quoth_bytes valid;
  quoth_status status = make_valid(reader, field, column, &valid, err);
  return status ? status : keep(reader, valid, &grown[row], err);
}

static quoth_status add_label(dataset_reader *reader, quoth_bytes field, quoth_error *err) {
  quoth_dataset *dataset = reader->dataset;
  quoth_bytes label;
  quoth_status status = make_valid(reader, field, reader->columns.label, &label, err);
  if (status) return status;
  if (label.size == 0)
    return quoth_fail_at(err, QUOTH_ERR_DATA, reader->name, reader->line,
                         "column %zu (%.*s): the label is empty; give one or drop the row",
                         reader->columns.label + 1, quoth_column_name_width(dataset->label_name),
                         dataset->label_name.data);
  uint32_t *grown = quoth_grow(dataset->labels, &reader->labels_capacity, dataset->n_rows + 1,
                               sizeof *dataset->labels, err);
  if (!grown) return QUOTH_ERR_NOMEM;
  dataset->labels = grown;
  grown[dataset->n_rows] = quoth_string_table_add(&reader->label_names, label, err);
  return grown[dataset->n_rows] == QUOTH_STRING_NONE ? QUOTH_ERR_NOMEM : QUOTH_OK;
}

static quoth_status add_row(dataset_reader *reader, const quoth_bytes *fields, quoth_error *err) {
  quoth_dataset *dataset = reader->dataset;
  const quoth_columns *columns = &reader->columns;
  if (dataset->n_rows == UINT32_MAX)
    return quoth_fail_at(err, QUOTH_ERR_DATA, reader->name, reader->line,
                         "more than %u rows; split the file", UINT32_MAX);
  quoth_status status = add_text(reader, fields[columns->text], columns->text, &dataset->texts,
                                 &reader->texts_capacity, err);
  if (!status && columns->id != QUOTH_COLUMN_NONE)
    status = add_text(reader, fields[columns->id], columns->id, &dataset->ids,
                      &reader->ids_capacity, err);
  if (!status && columns->label != QUOTH_COLUMN_NONE)
    status = add_label(reader, fields[columns->label], err);
  if (!status) dataset->n_rows++;
  return status;
}

static quoth_status read_rows(dataset_reader *reader, quoth_error *err) {
  for (;;) {
    const quoth_bytes *fields;
    quoth_status status = quoth_csv_next(reader->csv, &fields, &reader->line, err);
    if (status || !fields) return status;
    status = add_row(reader, fields, err);
    if (status) return status;
  }
}

/* ---- Classes --------------------------------------------------------------- */

/* Labels are ids in order of first appearance; makes them indices into the ordered classes. */
static quoth_status number_classes(dataset_reader *reader, quoth_class *order, uint32_t *rank,
                                   quoth_error *err) {
  quoth_dataset *dataset = reader->dataset;
  for (uint32_t i = 0; i < dataset->n_classes; i++)
    order[i] = (quoth_class){quoth_string_table_get(&reader->label_names, i), i};
  quoth_class_order(order, dataset->n_classes);
  for (uint32_t c = 0; c < dataset->n_classes; c++) {
    rank[order[c].id] = c;
    quoth_status status = keep(reader, order[c].name, &dataset->classes[c], err);
    if (status) return status;
  }
  for (size_t row = 0; row < dataset->n_rows; row++) {
    dataset->labels[row] = rank[dataset->labels[row]];
    dataset->class_counts[dataset->labels[row]]++;
  }
  return QUOTH_OK;
}

static quoth_status make_classes(dataset_reader *reader, quoth_error *err) {
  quoth_dataset *dataset = reader->dataset;
  uint32_t n = dataset->n_classes = reader->label_names.n_strings;
  dataset->classes = quoth_new_array(n, sizeof *dataset->classes, err);
  if (!dataset->classes) return QUOTH_ERR_NOMEM;
  dataset->class_counts = quoth_new_array(n, sizeof *dataset->class_counts, err);
  if (!dataset->class_counts) return QUOTH_ERR_NOMEM;
  quoth_class *order = quoth_new_array(n, sizeof *order, err);
  uint32_t *rank = order ? quoth_new_array(n, sizeof *rank, err) : NULL;
  quoth_status status = rank ? number_classes(reader, order, rank, err) : QUOTH_ERR_NOMEM;
  free(order);
  free(rank);
  return status;
}

/* ---- The whole ------------------------------------------------------------- */

static quoth_status read_all(dataset_reader *reader, const quoth_dataset_options *options,
                             quoth_error *err) {
  quoth_status status = quoth_csv_new(reader->data, reader->name, &reader->csv, err);
  if (!status) status = read_header(reader, options, err);
  if (!status) status = read_rows(reader, err);
  if (!status && reader->columns.label != QUOTH_COLUMN_NONE) status = make_classes(reader, err);
  return status;
}

static void reader_clear(dataset_reader *reader) {
  quoth_csv_free(reader->csv);
  free(reader->column_names);
  quoth_buffer_clear(&reader->repaired);
  quoth_string_table_clear(&reader->label_names);
}

quoth_status quoth_dataset_parse(quoth_bytes data, const char *name,
                                 const quoth_dataset_options *options, quoth_dataset *out,
                                 quoth_error *err) {
  *out = (quoth_dataset){0};
  dataset_reader reader = {
      .dataset = out, .data = data, .name = name, .encoding_errors = options->encoding_errors};
  quoth_status status = read_all(&reader, options, err);
  reader_clear(&reader);
  if (status)
    quoth_dataset_clear(out);
  else
    quoth_digest(data.data, data.size, out->digest);
  return status;
}

quoth_status quoth_dataset_read(const char *path, const quoth_dataset_options *options,
                                quoth_dataset *out, quoth_error *err) {
  *out = (quoth_dataset){0};
  quoth_file file;
  quoth_status status = quoth_file_open(path, &file, err);
  if (status) return status;
  const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
  status = quoth_dataset_parse((quoth_bytes){file.data, file.size}, name, options, out, err);
  if (status)
    quoth_file_close(&file);
  else
    out->file = file;
  return status;
}

void quoth_dataset_clear(quoth_dataset *dataset) {
  free(dataset->texts);
  free(dataset->ids);
  free(dataset->labels);
  free(dataset->classes);
  free(dataset->class_counts);
  for (quoth_dataset_block *block = dataset->blocks, *next; block; block = next) {
    next = block->next;
    free(block);
  }
  quoth_file_close(&dataset->file);
  *dataset = (quoth_dataset){0};
}
