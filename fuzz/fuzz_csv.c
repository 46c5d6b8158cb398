/* The way of a CSV file into a data set. No input may crash; fields that were read, written and
 * read again are the same; what a data set holds is valid. */
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "data/csv.h"
#include "data/dataset.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool condition) {
  if (!condition) abort();
}

static bool same(quoth_bytes a, quoth_bytes b) {
  return a.size == b.size && memcmp(a.data, b.data, a.size) == 0;
}

/* ---- Reading what was written ---------------------------------------------- */

static void write_record(quoth_buffer *out, const quoth_bytes *fields, size_t n) {
  for (size_t i = 0; i < n; i++) {
    demand(i == 0 || !quoth_buffer_append(out, ",", 1, NULL));
    demand(!quoth_csv_append_field(out, fields[i], NULL));
  }
  demand(!quoth_buffer_append(out, "\r\n", 2, NULL));
}

static void write_header(quoth_buffer *out, const quoth_csv *csv) {
  size_t n = quoth_csv_n_columns(csv);
  quoth_bytes *names = calloc(n, sizeof *names);
  demand(names != NULL);
  for (size_t i = 0; i < n; i++) names[i] = quoth_csv_column(csv, i);
  write_record(out, names, n);
  free(names);
}

/* Writes what can be read; true if that is all of it. */
static bool rewrite(quoth_bytes data, quoth_buffer *out) {
  quoth_csv *csv;
  if (quoth_csv_new(data, "input", &csv, NULL)) return false;
  write_header(out, csv);
  const quoth_bytes *fields;
  quoth_status status;
  uint64_t line, last_line = quoth_csv_header_line(csv);
  while (!(status = quoth_csv_next(csv, &fields, &line, NULL)) && fields) {
    demand(line > last_line);
    last_line = line;
    write_record(out, fields, quoth_csv_n_columns(csv));
  }
  quoth_csv_free(csv);
  return !status;
}

static void check_same_fields(quoth_bytes first, quoth_bytes second) {
  quoth_csv *a, *b;
  demand(!quoth_csv_new(first, "first", &a, NULL) && !quoth_csv_new(second, "second", &b, NULL));
  size_t n = quoth_csv_n_columns(a);
  demand(n == quoth_csv_n_columns(b));
  for (size_t i = 0; i < n; i++) demand(same(quoth_csv_column(a, i), quoth_csv_column(b, i)));
  const quoth_bytes *x, *y;
  do {
    uint64_t line;
    demand(!quoth_csv_next(a, &x, &line, NULL) && !quoth_csv_next(b, &y, &line, NULL));
    demand(!x == !y);
    for (size_t i = 0; x && i < n; i++) demand(same(x[i], y[i]));
  } while (x);
  quoth_csv_free(a);
  quoth_csv_free(b);
}

/* ---- Data sets ------------------------------------------------------------- */

static void demand_valid(quoth_bytes text) { demand(quoth_utf8_valid_prefix(text) == text.size); }

static void check_dataset(quoth_bytes data, quoth_label_need labels,
                          quoth_encoding_errors encoding_errors) {
  quoth_dataset dataset;
  quoth_error err = {0};
  quoth_dataset_options options = {.labels = labels, .encoding_errors = encoding_errors};
  if (quoth_dataset_parse(data, "input", &options, &dataset, &err)) {
    demand_valid((quoth_bytes){err.message, strlen(err.message)});
    return;
  }
  uint64_t n_labelled = 0;
  for (size_t i = 0; i < dataset.n_rows; i++) {
    demand_valid(dataset.texts[i]);
    if (dataset.ids) demand_valid(dataset.ids[i]);
    demand(labels == QUOTH_LABELS_NONE || dataset.labels[i] < dataset.n_classes);
  }
  for (uint32_t c = 0; c < dataset.n_classes; c++) {
    demand_valid(dataset.classes[c]);
    demand(dataset.classes[c].size > 0 && dataset.class_counts[c] > 0);
    n_labelled += dataset.class_counts[c];
  }
  demand(n_labelled == (labels == QUOTH_LABELS_NONE ? 0 : dataset.n_rows));
  quoth_dataset_clear(&dataset);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  quoth_bytes input = {(const char *)data, size};
  quoth_buffer rewritten = {0};
  if (rewrite(input, &rewritten))
    check_same_fields(input, (quoth_bytes){rewritten.data, rewritten.size});
  quoth_buffer_clear(&rewritten);
  for (int errors = QUOTH_ENCODING_STRICT; errors <= QUOTH_ENCODING_IGNORE; errors++) {
    check_dataset(input, QUOTH_LABELS_NONE, (quoth_encoding_errors)errors);
    check_dataset(input, QUOTH_LABELS_REQUIRED, (quoth_encoding_errors)errors);
  }
  return 0;
}
