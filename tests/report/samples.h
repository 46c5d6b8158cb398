/* samples.h - reports to draw: any number of classes, labels of many kinds, counts made up but
 * always the same. */
#ifndef QUOTH_TESTS_REPORT_SAMPLES_H
#define QUOTH_TESTS_REPORT_SAMPLES_H

#include "report/summary.h"

typedef enum sample_labels {
  SAMPLE_SHORT,   /* c0, c1, ... */
  SAMPLE_WORDS,   /* words and phrases of many scripts */
  SAMPLE_LONG,    /* phrases that must be shortened */
  SAMPLE_HOSTILE, /* markup, controls, ten thousand characters, not UTF-8 */
} sample_labels;

typedef struct sample {
  quoth_report report;
  quoth_metrics train, test;
  quoth_bytes *names;
  uint64_t *counts;
  quoth_buffer text; /* of all names */
} sample;

/* Aborts if memory runs out. Rows per class grow with `rows`. */
void sample_init(sample *out, uint32_t n_classes, sample_labels labels, uint32_t rows);
void sample_clear(sample *it);

/* The metrics of a confusion matrix, [n][n]; those of probabilities are made up. */
void sample_metrics(quoth_metrics *out, const uint64_t *confusion, uint32_t n_classes);
void sample_metrics_clear(quoth_metrics *metrics);

#endif
