/* columns.h - which columns of a CSV file hold the texts, the labels and the ids. */
#ifndef QUOTH_DATA_COLUMNS_H
#define QUOTH_DATA_COLUMNS_H

#include "data/dataset.h"

#define QUOTH_COLUMN_NONE SIZE_MAX

typedef struct quoth_columns { /* indices; QUOTH_COLUMN_NONE where there is none */
  size_t text, label, id;
} quoth_columns;

/* A header: its column names, valid UTF-8, and where it stands. */
typedef struct quoth_header {
  const quoth_bytes *names; /* [n_columns] */
  size_t n_columns;
  const char *file;
  uint64_t line;
} quoth_header;

/* The rules are in dataset.h. `text` is always found, `label` if options ask for labels. */
quoth_status quoth_columns_find(const quoth_header *header, const quoth_dataset_options *options,
                                quoth_columns *out, quoth_error *err);

/* How many bytes of a column's name a message shows (for "%.*s"): up to 40, whole characters. */
int quoth_column_name_width(quoth_bytes name);

#endif
