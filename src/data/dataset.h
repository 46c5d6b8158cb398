/* dataset.h - the texts, labels and ids of a CSV file.
 *
 * Fields are taken as they stand. pandas.read_csv would turn NA, null, NaN, an empty field and
 * a dozen like them into missing values, which scikit-learn then refuses; here they are plain
 * text, on purpose, and an empty text is a document without words. Only an empty label is an
 * error. */
#ifndef QUOTH_DATA_DATASET_H
#define QUOTH_DATA_DATASET_H

#include "base/file.h"

typedef enum quoth_encoding_errors { /* as Python's bytes.decode(errors=...) */
                                     QUOTH_ENCODING_STRICT,  /* an error that names line, column and
                                                                byte */
                                     QUOTH_ENCODING_REPLACE, /* U+FFFD */
                                     QUOTH_ENCODING_IGNORE   /* dropped */
} quoth_encoding_errors;

/* Puts `text` into *out (emptied first) as valid UTF-8: what Python's decode makes of it with
 * errors="replace", or "ignore". */
quoth_status quoth_encoding_repair(quoth_bytes text, quoth_encoding_errors how, quoth_buffer *out,
                                   quoth_error *err);

typedef enum quoth_label_need {
  QUOTH_LABELS_NONE,    /* do not look for labels */
  QUOTH_LABELS_REQUIRED /* the label column must be there; empty labels are errors */
} quoth_label_need;

/* Columns are found by their exact name, else by one that differs in the case of ASCII letters
 * only. A file in which nothing is known (no name given, none of the default names there) is
 * refused, since its first line may be data and not a header. */
typedef struct quoth_dataset_options {
  const char *text_column;  /* NULL: `text`, or the only column that is not label or id */
  const char *label_column; /* NULL: exactly one of label, author, class, category, target */
  const char *id_column;    /* NULL: `id` if there is one */
  quoth_label_need labels;
  quoth_encoding_errors encoding_errors;
} quoth_dataset_options;

typedef struct quoth_dataset {
  size_t n_rows;                              /* below 2^32; 0 is fine */
  quoth_bytes *texts;                         /* [n_rows], valid UTF-8 */
  quoth_bytes *ids;                           /* [n_rows], or NULL if there is no id column */
  quoth_bytes id_name, text_name, label_name; /* the columns found; size 0 if none */

  /* Labels, if asked for. Classes ascend as scikit-learn's would after pandas.read_csv: by
   * value if every label is a decimal number ("-2", "007", "1.5e3"; equal values by bytes,
   * where pandas would make them one class), else by bytes, which is the order of code points. */
  uint32_t n_classes;
  quoth_bytes *classes;   /* [n_classes] */
  uint32_t *labels;       /* [n_rows], each an index into `classes` */
  uint64_t *class_counts; /* [n_classes] */

  char digest[33]; /* of the whole file's bytes (base/digest.h) */
  /* private */
  quoth_file file;
  struct quoth_dataset_block *blocks; /* what does not lie in the file as it is wanted */
} quoth_dataset;

/* `path` "-" is standard input. Errors carry the file and the line on which the record starts
 * (or on which a quote opens that is never closed, or a NUL byte stands). */
quoth_status quoth_dataset_read(const char *path, const quoth_dataset_options *options,
                                quoth_dataset *out, quoth_error *err);
/* The same from memory, which must outlive `out`; `name` is for messages. */
quoth_status quoth_dataset_parse(quoth_bytes data, const char *name,
                                 const quoth_dataset_options *options, quoth_dataset *out,
                                 quoth_error *err);
void quoth_dataset_clear(quoth_dataset *dataset);

#endif
