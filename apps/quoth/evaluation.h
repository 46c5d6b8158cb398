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

/* Fills the report from an opened model: title, classes, spec, topics, provenance. The caller adds
 * rows, metrics and timings. */
quoth_status evaluation_init(evaluation *e, const quoth_model *model, quoth_error *err);
void evaluation_clear(evaluation *e);

/* Writes the picture and the page, each if its path is not NULL. */
quoth_status evaluation_write(const evaluation *e, const char *picture, const char *page,
                              quoth_error *err);

/* Refuses, before long work, what check_output refuses, standard output, which is for the tables,
 * and a picture of an unknown kind. NULL paths are fine. */
quoth_status check_outputs(const char *const inputs[2], const char *model, const char *picture,
                           const char *page, quoth_error *err);

#endif
