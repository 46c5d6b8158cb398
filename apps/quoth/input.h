/* input.h - what the commands share in reading CSV files and models. */
#ifndef QUOTH_APP_INPUT_H
#define QUOTH_APP_INPUT_H

#include "cli/options.h"
#include "data/dataset.h"
#include "model/model.h"

/* Settings of a command that reads a CSV file. */
typedef struct csv_settings {
  const char *text, *label, *id, *encoding_errors;
} csv_settings;

/* Their rows in an option table, for a struct of settings with a member `csv`. */
#define CSV_TEXT_OPTION(settings)                                                                  \
  {                                                                                                \
    "text", 0, OPTION_TEXT, offsetof(settings, csv.text), "COL",                                   \
        "the column of texts (default: text)", NULL                                                \
  }
#define CSV_LABEL_OPTION(settings)                                                                 \
  {                                                                                                \
    "label", 0, OPTION_TEXT, offsetof(settings, csv.label), "COL",                                 \
        "the column of labels (default: label, author, class, category or target)", NULL           \
  }
#define CSV_ID_OPTION(settings)                                                                    \
  {                                                                                                \
    "id", 0, OPTION_TEXT, offsetof(settings, csv.id), "COL",                                       \
        "the column of row names (default: id)", NULL                                              \
  }
#define CSV_ENCODING_OPTION(settings)                                                              \
  {                                                                                                \
    "encoding-errors", 0, OPTION_TEXT, offsetof(settings, csv.encoding_errors), "HOW",             \
        "bytes that are not UTF-8: strict (an error, the default), replace or ignore",             \
        "strict replace ignore"                                                                    \
  }

/* Makes `*text` valid UTF-8 as `settings` say, in *repaired if need be; strictly, an error. */
quoth_status make_valid(quoth_bytes *text, const csv_settings *settings, quoth_buffer *repaired,
                        quoth_error *err);

/* Rows that several commands share, for settings with a member of that name. */
#define THREADS_OPTION(settings)                                                                   \
  {                                                                                                \
    "threads", 0, OPTION_NUMBER, offsetof(settings, threads), "N",                                 \
        "threads (default: all cores); never changes a result", NULL                               \
  }
#define NO_VERIFY_OPTION(settings)                                                                 \
  {                                                                                                \
    "no-verify", 0, OPTION_FLAG, offsetof(settings, no_verify), NULL,                              \
        "do not check the model's digests", NULL                                                   \
  }

quoth_status read_csv(const char *path, const csv_settings *settings, quoth_label_need labels,
                      quoth_dataset *out, quoth_error *err);

/* Columns that the command line does not name become those that the model was trained on, where
 * their names are not among those looked for anyway. */
void remember_columns(const quoth_model *model, csv_settings *settings);

/* Sends the texts through the model's first `n_stages` stages: [n_rows][columns]. */
quoth_status apply_model(const quoth_model *model, size_t n_stages, const quoth_bytes *texts,
                         size_t n_rows, quoth_pool *pool, quoth_batch *out, quoth_error *err);

/* Writes a CSV file of one number a column, with 17 significant digits: `id`, then the columns of
 * `numbers`, named by `names` ([numbers->n_columns]). Rows are named by dataset->ids or, without
 * them, numbered from 1. */
quoth_status write_numbers(const char *path, const quoth_dataset *dataset,
                           const quoth_batch *numbers, const quoth_bytes *names, quoth_error *err);

/* What people know a path by: "standard input" for "-". */
const char *input_name(const char *path);

/* An error about the data at `path` as a whole gets the file's name; one of a row has it. Returns
 * `status`. */
quoth_status name_data(const char *path, quoth_status status, quoth_error *err);

/* Refuses an output that is one of the inputs (NULL for none) and would replace it. */
quoth_status check_no_input(const char *const inputs[2], const char *output, quoth_error *err);

/* The same, before long work, and an output that cannot be written. NULL and "-" are standard
 * output. */
quoth_status check_output(const char *const inputs[2], const char *output, quoth_error *err);

/* Writes a whole file; an interrupt waits until it is written. "-" is standard output. */
quoth_status write_file(const char *path, const void *data, size_t size, quoth_error *err);

/* The name of row `row`: its id, or its number from 1, which is put into `number`. */
quoth_bytes row_name(const quoth_dataset *dataset, size_t row, char number[static 24]);

#endif
