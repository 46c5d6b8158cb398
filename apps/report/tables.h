/* tables.h - a report as text for the terminal, `width` columns wide. Numbers are never cut:
 * where they need more room, lines are longer. */
#ifndef QUOTH_REPORT_TABLES_H
#define QUOTH_REPORT_TABLES_H

#include "report/summary.h"

/* What was read, how good the predictions are, and the two tables below. */
quoth_status quoth_table_append_report(quoth_buffer *out, const quoth_report *report, size_t width,
                                       quoth_error *err);

/* Precision, recall, F1 and support of each class, then accuracy and the averages: laid out as
 * scikit-learn's classification_report(digits=4). */
quoth_status quoth_table_append_classes(quoth_buffer *out, const quoth_bytes *class_names,
                                        const quoth_metrics *metrics, quoth_error *err);

/* True labels down, predicted labels across, in as many blocks of columns as needed. With more
 * than QUOTH_TABLE_MAX_CLASSES classes, the most frequent confusions instead. */
enum { QUOTH_TABLE_MAX_CLASSES = 30 };
quoth_status quoth_table_append_confusion(quoth_buffer *out, const quoth_bytes *class_names,
                                          const quoth_metrics *metrics, size_t width,
                                          quoth_error *err);

/* A line for each topic: its number, its share of the corpus, its words. */
quoth_status quoth_table_append_topics(quoth_buffer *out, const quoth_topic *topics,
                                       size_t n_topics, size_t width, quoth_error *err);

#endif
