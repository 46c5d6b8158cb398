/* Flat functions over src/base and src/data for test_data.py. Messages are char[1024]:
 * "LINE: what is wrong", empty if nothing is. */
#include <stdio.h>
#include <string.h>

#include "base/logarithm.h"
#include "base/random.h"
#include "data/csv.h"
#include "data/dataset.h"
#include "data/folds.h"
#include "data/split.h"

#define PARITY __attribute__((visibility("default")))

static void put_message(const quoth_error *err, char *message) {
  if (err->status)
    snprintf(message, 1024, "%llu: %s", (unsigned long long)err->line, err->message);
  else
    message[0] = '\0';
}

/* ---- Numbers --------------------------------------------------------------- */

PARITY void parity_log(const double *x, double *out, size_t n) {
  for (size_t i = 0; i < n; i++) out[i] = quoth_log(x[i]);
}

PARITY void parity_random_u32(uint32_t seed, uint32_t *out, size_t n) {
  quoth_random random;
  quoth_random_seed(&random, seed);
  for (size_t i = 0; i < n; i++) out[i] = quoth_random_u32(&random);
}

PARITY void parity_random_unit(uint32_t seed, double *out, size_t n) {
  quoth_random random;
  quoth_random_seed(&random, seed);
  for (size_t i = 0; i < n; i++) out[i] = quoth_random_unit(&random);
}

PARITY void parity_random_normal(uint32_t seed, double *out, size_t n) {
  quoth_random random;
  quoth_random_seed(&random, seed);
  for (size_t i = 0; i < n; i++) out[i] = quoth_random_normal(&random);
}

PARITY void parity_random_gamma(uint32_t seed, double shape, double scale, double *out, size_t n) {
  quoth_random random;
  quoth_random_seed(&random, seed);
  for (size_t i = 0; i < n; i++) out[i] = quoth_random_gamma(&random, shape, scale);
}

PARITY void parity_random_below(uint32_t seed, uint32_t bound, uint32_t *out, size_t n) {
  quoth_random random;
  quoth_random_seed(&random, seed);
  for (size_t i = 0; i < n; i++) out[i] = quoth_random_below(&random, bound);
}

PARITY void parity_random_permutation(uint32_t seed, uint32_t *out, size_t n) {
  quoth_random random;
  quoth_random_seed(&random, seed);
  for (size_t i = 0; i < n; i++) out[i] = (uint32_t)i;
  quoth_random_shuffle(&random, out, n);
}

/* ---- CSV ------------------------------------------------------------------- */

/* Texts one behind another, each with its end. */
typedef struct text_sink {
  char *text;
  uint64_t *ends;
  size_t n_texts;
} text_sink;

static void put_text(text_sink *sink, quoth_bytes text) {
  uint64_t begin = sink->n_texts ? sink->ends[sink->n_texts - 1] : 0;
  if (text.size) memcpy(sink->text + begin, text.data, text.size);
  sink->ends[sink->n_texts++] = begin + text.size;
}

/* All fields, the header's first, row by row. Returns the number of rows, the header not
 * counted; `lines` is where each starts. */
PARITY size_t parity_csv(const char *data, size_t size, char *text, uint64_t *ends, uint64_t *lines,
                         size_t *n_columns, char *message) {
  quoth_error err = {0};
  quoth_csv *csv = NULL;
  text_sink sink = {text, ends, 0};
  size_t n_rows = 0;
  *n_columns = 0;
  quoth_status status = quoth_csv_new((quoth_bytes){data, size}, "test.csv", &csv, &err);
  if (!status) {
    *n_columns = quoth_csv_n_columns(csv);
    for (size_t i = 0; i < *n_columns; i++) put_text(&sink, quoth_csv_column(csv, i));
  }
  while (!status) {
    const quoth_bytes *fields;
    status = quoth_csv_next(csv, &fields, &lines[n_rows], &err);
    if (status || !fields) break;
    for (size_t i = 0; i < *n_columns; i++) put_text(&sink, fields[i]);
    n_rows++;
  }
  quoth_csv_free(csv);
  put_message(&err, message);
  return n_rows;
}

PARITY size_t parity_csv_write(const char *field, size_t size, char *out) {
  quoth_buffer buffer = {0};
  if (quoth_csv_append_field(&buffer, (quoth_bytes){field, size}, NULL)) return 0;
  size_t written = buffer.size;
  memcpy(out, buffer.data, written);
  quoth_buffer_clear(&buffer);
  return written;
}

/* The texts, then the classes. Returns the number of rows. */
PARITY size_t parity_dataset(const char *data, size_t size, int encoding_errors, char *text,
                             uint64_t *ends, uint32_t *labels, size_t *n_classes, char *message) {
  quoth_error err = {0};
  quoth_dataset dataset;
  quoth_dataset_options options = {.labels = QUOTH_LABELS_REQUIRED,
                                   .encoding_errors = (quoth_encoding_errors)encoding_errors};
  text_sink sink = {text, ends, 0};
  quoth_dataset_parse((quoth_bytes){data, size}, "test.csv", &options, &dataset, &err);
  for (size_t i = 0; i < dataset.n_rows; i++) {
    put_text(&sink, dataset.texts[i]);
    labels[i] = dataset.labels[i];
  }
  for (size_t c = 0; c < dataset.n_classes; c++) put_text(&sink, dataset.classes[c]);
  size_t n_rows = dataset.n_rows;
  *n_classes = dataset.n_classes;
  quoth_dataset_clear(&dataset);
  put_message(&err, message);
  return n_rows;
}

/* ---- Splits ---------------------------------------------------------------- */

/* kinds, shares and rows: of the train side, of the test side. */
PARITY void parity_split(const int *kinds, const double *shares, const uint64_t *rows, int stratify,
                         uint32_t seed, size_t n_rows, const uint32_t *labels, uint32_t n_classes,
                         uint32_t *train, size_t *n_train, uint32_t *test, size_t *n_test,
                         char *message) {
  quoth_error err = {0};
  quoth_split split;
  quoth_split_params params = {.stratify = stratify, .random_state = seed};
  quoth_amount *parts[] = {&params.train_size, &params.test_size};
  for (int i = 0; i < 2; i++) {
    parts[i]->kind = kinds[i];
    parts[i]->share = shares[i];
    parts[i]->count = rows[i];
  }
  quoth_split_rows(&params, n_rows, labels, n_classes, &split, &err);
  *n_train = split.n_train;
  *n_test = split.n_test;
  if (split.n_train) memcpy(train, split.train, split.n_train * sizeof *train);
  if (split.n_test) memcpy(test, split.test, split.n_test * sizeof *test);
  quoth_split_clear(&split);
  put_message(&err, message);
}

PARITY void parity_folds(uint32_t *labels, size_t n_rows, uint32_t n_classes,
                         uint64_t *class_counts, uint32_t n_folds, uint32_t seed, uint32_t *folds,
                         char *message) {
  quoth_error err = {0};
  quoth_bytes names[64] = {0};
  const quoth_dataset dataset = {.n_rows = n_rows,
                                 .n_classes = n_classes,
                                 .classes = names,
                                 .labels = labels,
                                 .class_counts = class_counts};
  quoth_stratified_folds(&dataset, n_folds, seed, folds, &err);
  put_message(&err, message);
}

PARITY void parity_folds_in_order(const uint32_t *labels, size_t n_rows, uint32_t n_classes,
                                  uint32_t n_folds, uint32_t *folds) {
  quoth_folds_in_order(labels, n_rows, n_classes, n_folds, folds, NULL);
}
