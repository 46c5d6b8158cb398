/* comparison.h - recipes beside each other: as a table, and as a picture. */
#ifndef QUOTH_REPORT_COMPARISON_H
#define QUOTH_REPORT_COMPARISON_H

#include "base/memory.h"
#include "report/drawing.h"

typedef struct quoth_contender {
  const char *name;
  double accuracy, accuracy_std, macro_f1, log_loss, calibration_error;
  double train_seconds, text_seconds; /* to learn; to label one text */
  size_t model_bytes;
} quoth_contender;

typedef struct quoth_comparison {
  const char *data_name;
  uint64_t n_rows;
  uint32_t n_classes, n_folds;
  const quoth_contender *contenders; /* [n_contenders], at least one, best first */
  size_t n_contenders;
} quoth_comparison;

quoth_status quoth_comparison_append_table(quoth_buffer *out, const quoth_comparison *comparison,
                                           quoth_error *err);

/* Accuracy, with its standard deviation, against the time that a text takes. Borrows `comparison`;
 * fails if no font is installed. */
quoth_status quoth_comparison_drawing_new(const quoth_comparison *comparison, quoth_drawing **out,
                                          quoth_error *err);

#endif
