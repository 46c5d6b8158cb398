/* import_check.h - whether an imported model predicts what Python did. */
#ifndef QUOTH_APP_IMPORT_CHECK_H
#define QUOTH_APP_IMPORT_CHECK_H

#include "quoth/input.h"
#include "report/text.h"

/* What probabilities may differ by. Topic shares of another machine's numpy differ by up to 1e-11
 * (docs/NUMERICS.md), and what a linear classifier makes of them by little more. */
#define IMPORT_TOLERANCE 1e-9

enum { IMPORT_ROWS_NAMED = 10 };

typedef struct import_check {
  bool is_equal; /* all labels, and probabilities within IMPORT_TOLERANCE */
  size_t n_rows;
  size_t n_equal_labels;
  size_t n_differing; /* rows that differ in label, or in a probability by more */
  bool has_probabilities;
  double largest;                 /* difference of a probability */
  size_t rows[IMPORT_ROWS_NAMED]; /* [min(n_differing, IMPORT_ROWS_NAMED)], from 1 */
  char data_digest[33], predictions_digest[33];
} import_check;

/* Predicts the texts of `data` and compares row by row with `against`, which is CSV with a
 * column label, a column for each class, or both. */
quoth_status import_check_run(const quoth_model *model, const char *data, const char *against,
                              const csv_settings *csv, quoth_pool *pool, import_check *out,
                              quoth_error *err);

/* For people, and for the provenance and --json; NULL if out of memory. */
void import_check_tell(const import_check *check, quoth_writer *out);
json_t *import_check_json(const import_check *check);

#endif
