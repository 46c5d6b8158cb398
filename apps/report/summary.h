/* summary.h - what a report tells about a model: plain numbers and names, borrowed from whoever
 * trained or evaluated it. Everything may be left 0 or NULL, except the classes' names where
 * metrics are given. */
#ifndef QUOTH_REPORT_SUMMARY_H
#define QUOTH_REPORT_SUMMARY_H

#include "base/memory.h"
#include "learn/metrics.h"
#include "model/topics.h"

typedef struct quoth_fact {
  const char *name, *value;
} quoth_fact;

typedef struct quoth_timing {
  const char *stage;
  double seconds;
} quoth_timing;

typedef struct quoth_report {
  const char *title;     /* such as "topics-forest" */
  const char *data_name; /* the file that was read */
  uint64_t n_rows;
  uint32_t n_classes;
  const quoth_bytes *class_names;    /* [n_classes], UTF-8 */
  const uint64_t *class_counts;      /* [n_classes]: rows of the data */
  uint64_t vocabulary_size;          /* terms */
  uint64_t nnz;                      /* counts other than 0 in the document-term matrix */
  const quoth_metrics *train, *test; /* each of n_classes classes */
  const quoth_topic *topics;         /* [n_topics] */
  size_t n_topics;
  const quoth_fact *provenance; /* [n_provenance] */
  size_t n_provenance;
  const quoth_timing *timings; /* [n_timings] */
  size_t n_timings;
  const char *spec; /* indented JSON */
} quoth_report;

/* The metrics that count: of the test rows or, without any, of the train rows. May be NULL. */
const quoth_metrics *quoth_report_metrics(const quoth_report *report);
/* What those rows are called: "test" or "train". */
const char *quoth_report_rows_name(const quoth_report *report);

/* The first class that none of the rows has, without which ROC AUC is undefined; UINT32_MAX if
 * there is none. */
uint32_t quoth_report_missing_class(const quoth_metrics *metrics);

/* `truth` was taken for `guess`, `count` times: `share` of the rows of `truth`. */
typedef struct quoth_confusion {
  uint32_t truth, guess;
  uint64_t count;
  double share;
} quoth_confusion;

/* Writes the most frequent confusions, most frequent first (equal ones by class), and returns
 * how many there are, at most `capacity`. */
size_t quoth_report_confusions(const quoth_metrics *metrics, quoth_confusion *out, size_t capacity);

#endif
