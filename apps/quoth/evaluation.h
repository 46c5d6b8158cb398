/* evaluation.h - what train and eval share in reporting how good a model is. */
#ifndef QUOTH_APP_EVALUATION_H
#define QUOTH_APP_EVALUATION_H

#include "learn/metrics.h"
#include "model/topics.h"
#include "report/summary.h"

/* A report with what it borrows. Start from {0}. */
typedef struct evaluation {
  quoth_report report;
  quoth_topics topics;
  quoth_bytes *classes;   /* [n_classes] */
  uint64_t *class_counts; /* [n_classes] */
  quoth_fact *facts;
  quoth_buffer spec; /* NUL-ended */
  char title[96];
} evaluation;

/* Where a report goes, beside the terminal; NULL where it doesn't. */
typedef struct report_paths {
  const char *picture, *calibration, *page;
} report_paths;

/* Their rows in an option table, for a struct of settings with a member `paths`. */
#define PICTURE_OPTION(settings)                                                                   \
  {                                                                                                \
    "picture", 0, OPTION_TEXT, offsetof(settings, paths.picture), "FILE",                          \
        "draw the confusion matrix: .png, .svg or .pdf", NULL                                      \
  }
#define CALIBRATION_OPTION(settings)                                                               \
  {                                                                                                \
    "calibration", 0, OPTION_TEXT, offsetof(settings, paths.calibration), "FILE",                  \
        "draw how right the probabilities are: .png, .svg or .pdf", NULL                           \
  }
#define REPORT_OPTION(settings)                                                                    \
  {                                                                                                \
    "report", 0, OPTION_TEXT, offsetof(settings, paths.page), "FILE.html",                         \
        "write everything as one page", NULL                                                       \
  }

/* Fills the report from an opened model: title, classes, spec, topics, provenance. The caller adds
 * rows, metrics and timings. */
quoth_status evaluation_init(evaluation *e, const quoth_model *model, quoth_error *err);
void evaluation_clear(evaluation *e);

quoth_status evaluation_write(const evaluation *e, const report_paths *paths, quoth_error *err);

/* Refuses, before long work, what check_output refuses, standard output, which is for the tables,
 * a picture of an unknown kind, and pictures where no libraries or fonts are to draw them with.
 * `model` may be NULL. */
quoth_status check_outputs(const char *const inputs[2], const char *model,
                           const report_paths *paths, quoth_error *err);

#endif
