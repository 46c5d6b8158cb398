#include "report/tables.h"

#include <math.h>
#include <string.h>

#include "report/text.h"

enum {
  MAX_CLASS_COLUMNS = 40, /* of a label in the table of classes */
  MAX_ROW_COLUMNS = 24,   /* of a label before a row of the confusion matrix */
  MAX_HEAD_COLUMNS = 12,  /* of a label above one of its columns */
  MAX_CONFUSIONS = 20,
  MIN_WORDS_COLUMNS = 20,
};

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }
static size_t larger(size_t a, size_t b) { return a > b ? a : b; }

static size_t digits_of(uint64_t value) {
  size_t n = 1;
  while (value /= 10) n++;
  return n;
}

static size_t widest_label(const quoth_bytes *labels, uint32_t n, size_t at_most) {
  size_t widest = 1;
  for (uint32_t i = 0; i < n; i++) widest = larger(widest, quoth_label_columns(labels[i]));
  return smaller(widest, at_most);
}

/* ---- Classes --------------------------------------------------------------- */

static void put_class_row(quoth_writer *writer, quoth_bytes name, size_t columns,
                          const quoth_class_metrics *row) {
  quoth_put_cell(writer, name, columns, true);
  quoth_put_format(writer, "  %9.4f %9.4f %9.4f %9llu\n", row->precision, row->recall, row->f1,
                   (unsigned long long)row->support);
}

quoth_status quoth_table_append_classes(quoth_buffer *out, const quoth_bytes *class_names,
                                        const quoth_metrics *metrics, quoth_error *err) {
  quoth_writer writer = {.out = out, .err = err};
  size_t columns = widest_label(class_names, metrics->n_classes, MAX_CLASS_COLUMNS);
  columns = larger(columns, strlen("weighted avg"));
  quoth_put_cell(&writer, (quoth_bytes){0}, columns, true);
  quoth_put(&writer, "  precision    recall  f1-score   support\n\n");
  for (uint32_t c = 0; c < metrics->n_classes; c++)
    put_class_row(&writer, class_names[c], columns, &metrics->per_class[c]);
  quoth_put(&writer, "\n");
  quoth_put_cell(&writer, quoth_bytes_of("accuracy"), columns, true);
  quoth_put_format(&writer, "  %9s %9s %9.4f %9zu\n", "", "", metrics->accuracy, metrics->n_rows);
  put_class_row(&writer, quoth_bytes_of("macro avg"), columns, &metrics->macro);
  put_class_row(&writer, quoth_bytes_of("weighted avg"), columns, &metrics->weighted);
  return writer.status;
}

/* ---- Confusion matrix ------------------------------------------------------ */

static void put_confusions(quoth_writer *writer, const quoth_bytes *class_names,
                           const quoth_metrics *metrics) {
  quoth_confusion confusions[MAX_CONFUSIONS];
  size_t n = quoth_report_confusions(metrics, confusions, MAX_CONFUSIONS);
  size_t columns =
      larger(widest_label(class_names, metrics->n_classes, MAX_ROW_COLUMNS), strlen("predicted"));
  quoth_put_format(writer, "%u classes; the most frequent confusions:\n\n", metrics->n_classes);
  quoth_put(writer, "      rows    share  ");
  quoth_put_cell(writer, quoth_bytes_of("true"), columns, false);
  quoth_put(writer, "  predicted\n");
  for (size_t i = 0; i < n; i++) {
    quoth_put_format(writer, "%10llu  %5.1f %%  ", (unsigned long long)confusions[i].count,
                     100 * confusions[i].share);
    quoth_put_cell(writer, class_names[confusions[i].truth], columns, false);
    quoth_put(writer, "  ");
    quoth_put_label(writer, class_names[confusions[i].guess], columns);
    quoth_put(writer, "\n");
  }
}

/* Columns that the counts and the label of predicted class `guess` need. */
static size_t matrix_column(const quoth_bytes *class_names, const quoth_metrics *metrics,
                            uint32_t guess) {
  uint64_t most = 0;
  for (uint32_t truth = 0; truth < metrics->n_classes; truth++) {
    uint64_t count = metrics->confusion[(size_t)truth * metrics->n_classes + guess];
    if (count > most) most = count;
  }
  return larger(digits_of(most), widest_label(class_names + guess, 1, MAX_HEAD_COLUMNS));
}

/* The predicted classes [first, last), each as wide as widths[class]. */
static void put_matrix_block(quoth_writer *writer, const quoth_bytes *class_names,
                             const quoth_metrics *metrics, size_t row_columns, const size_t *widths,
                             uint32_t first, uint32_t last) {
  quoth_put_cell(writer, (quoth_bytes){0}, row_columns, true);
  for (uint32_t guess = first; guess < last; guess++) {
    quoth_put(writer, "  ");
    quoth_put_cell(writer, class_names[guess], widths[guess], true);
  }
  quoth_put(writer, "\n");
  for (uint32_t truth = 0; truth < metrics->n_classes; truth++) {
    quoth_put_cell(writer, class_names[truth], row_columns, true);
    for (uint32_t guess = first; guess < last; guess++) {
      uint64_t count = metrics->confusion[(size_t)truth * metrics->n_classes + guess];
      quoth_put_format(writer, "  %*llu", (int)widths[guess], (unsigned long long)count);
    }
    quoth_put(writer, "\n");
  }
}

static void put_matrix(quoth_writer *writer, const quoth_bytes *class_names,
                       const quoth_metrics *metrics, size_t width) {
  size_t widths[QUOTH_TABLE_MAX_CLASSES];
  for (uint32_t c = 0; c < metrics->n_classes; c++)
    widths[c] = matrix_column(class_names, metrics, c);
  size_t row_columns = widest_label(class_names, metrics->n_classes, MAX_ROW_COLUMNS);
  for (uint32_t first = 0, last; first < metrics->n_classes; first = last) {
    size_t taken = row_columns + 2 + widths[first];
    for (last = first + 1; last < metrics->n_classes; last++) {
      if (taken + 2 + widths[last] > width) break;
      taken += 2 + widths[last];
    }
    if (first > 0) quoth_put(writer, "\n");
    put_matrix_block(writer, class_names, metrics, row_columns, widths, first, last);
  }
}

quoth_status quoth_table_append_confusion(quoth_buffer *out, const quoth_bytes *class_names,
                                          const quoth_metrics *metrics, size_t width,
                                          quoth_error *err) {
  quoth_writer writer = {.out = out, .err = err};
  if (metrics->n_classes > QUOTH_TABLE_MAX_CLASSES)
    put_confusions(&writer, class_names, metrics);
  else
    put_matrix(&writer, class_names, metrics, width);
  return writer.status;
}

/* ---- Topics ---------------------------------------------------------------- */

/* The words, separated by spaces, on lines of `columns`, each further one indented. */
static void put_words(quoth_writer *writer, const quoth_topic *topic, size_t indent,
                      size_t columns) {
  size_t taken = 0;
  for (size_t i = 0; i < topic->n_words; i++) {
    size_t word = smaller(quoth_label_columns(topic->words[i].term), columns);
    if (i && taken + 1 + word > columns) {
      quoth_put_format(writer, "\n%*s", (int)indent, "");
      taken = 0;
    } else if (i) {
      quoth_put(writer, " ");
      taken++;
    }
    quoth_put_label(writer, topic->words[i].term, columns);
    taken += word;
  }
  quoth_put(writer, "\n");
}

quoth_status quoth_table_append_topics(quoth_buffer *out, const quoth_topic *topics,
                                       size_t n_topics, size_t width, quoth_error *err) {
  quoth_writer writer = {.out = out, .err = err};
  int number = (int)larger(strlen("topic"), digits_of(n_topics));
  size_t indent = (size_t)number + strlen("  100.0 %  ");
  size_t columns = width > indent + MIN_WORDS_COLUMNS ? width - indent : MIN_WORDS_COLUMNS;
  quoth_put_format(&writer, "%*s    share  words\n", number, "topic");
  for (size_t k = 0; k < n_topics; k++) {
    quoth_put_format(&writer, "%*zu  %5.1f %%  ", number, k, 100 * topics[k].share);
    put_words(&writer, &topics[k], indent, columns);
  }
  return writer.status;
}

/* ---- The whole report ------------------------------------------------------ */

/* "EAP 7,900, HPL 5,635" on indented lines. */
static void put_class_counts(quoth_writer *writer, const quoth_report *report, size_t width) {
  size_t taken = width;
  for (uint32_t c = 0; c < report->n_classes; c++) {
    size_t digits = digits_of(report->class_counts[c]);
    size_t columns =
        widest_label(&report->class_names[c], 1, MAX_CLASS_COLUMNS) + digits + (digits - 1) / 3 + 2;
    bool is_new_line = taken + 1 + columns > width;
    quoth_put(writer, is_new_line ? c ? "\n  " : "  " : " ");
    taken = (is_new_line ? 2 : taken + 1) + columns;
    quoth_put_label(writer, report->class_names[c], MAX_CLASS_COLUMNS);
    quoth_put(writer, " ");
    quoth_put_count(writer, report->class_counts[c]);
    if (c + 1 < report->n_classes) quoth_put(writer, ",");
  }
  quoth_put(writer, "\n");
}

static void put_data(quoth_writer *writer, const quoth_report *report, size_t width) {
  if (report->data_name) {
    quoth_put_label(writer, quoth_bytes_of(report->data_name), SIZE_MAX);
    quoth_put(writer, ": ");
    quoth_put_count(writer, report->n_rows);
    quoth_put_format(writer, " rows, %u classes\n", report->n_classes);
  }
  if (report->class_counts) put_class_counts(writer, report, width);
  if (report->vocabulary_size == 0) return;
  quoth_put(writer, "vocabulary: ");
  quoth_put_count(writer, report->vocabulary_size);
  quoth_put(writer, " terms, ");
  quoth_put_count(writer, report->nnz);
  quoth_put(writer, " counts other than 0\n");
}

static void put_quality_row(quoth_writer *writer, const char *rows_name,
                            const quoth_metrics *metrics) {
  if (metrics)
    quoth_put_format(writer, "%-5s  %9zu  %8.4f  %8.4f  %8.4f\n", rows_name, metrics->n_rows,
                     metrics->accuracy, metrics->log_loss, metrics->macro.f1);
}

static void put_number(quoth_writer *writer, double value) {
  if (isnan(value))
    quoth_put_format(writer, "  %8s", "-");
  else
    quoth_put_format(writer, "  %8.4f", value);
}

static void put_probability_row(quoth_writer *writer, const char *rows_name,
                                const quoth_metrics *metrics) {
  if (!metrics) return;
  quoth_put_format(writer, "%-5s", rows_name);
  put_number(writer, metrics->macro.roc_auc);
  put_number(writer, metrics->weighted.roc_auc);
  put_number(writer, metrics->brier_score);
  put_number(writer, metrics->calibration_error);
  if (metrics->n_classes > 2) put_number(writer, metrics->top_2_accuracy);
  if (metrics->n_classes > 3) put_number(writer, metrics->top_3_accuracy);
  quoth_put(writer, "\n");
}

/* Why there is a dash. */
static void put_missing_class(quoth_writer *writer, const quoth_report *report,
                              const char *rows_name, const quoth_metrics *metrics) {
  uint32_t c = metrics ? quoth_report_missing_class(metrics) : UINT32_MAX;
  if (c == UINT32_MAX) return;
  quoth_put_format(writer, "- : ROC AUC needs rows of every class; no %s row is ", rows_name);
  quoth_put_label(writer, report->class_names[c], MAX_CLASS_COLUMNS);
  quoth_put(writer, "\n");
}

/* Two classes have one ROC curve, and more than k a top k. */
static void put_probabilities(quoth_writer *writer, const quoth_report *report) {
  uint32_t n_classes = report->n_classes;
  quoth_put(writer, "\n        ROC AUC  weighted     Brier       ECE");
  if (n_classes > 2) quoth_put(writer, "     top 2");
  if (n_classes > 3) quoth_put(writer, "     top 3");
  quoth_put(writer, "\n");
  put_probability_row(writer, "train", report->train);
  put_probability_row(writer, "test", report->test);
  put_missing_class(writer, report, "train", report->train);
  put_missing_class(writer, report, "test", report->test);
}

quoth_status quoth_table_append_report(quoth_buffer *out, const quoth_report *report, size_t width,
                                       quoth_error *err) {
  quoth_writer writer = {.out = out, .err = err};
  put_data(&writer, report, width);
  const quoth_metrics *metrics = quoth_report_metrics(report);
  if (!metrics) return writer.status;
  quoth_put(&writer, "\n            rows  accuracy  log loss  macro F1\n");
  put_quality_row(&writer, "train", report->train);
  put_quality_row(&writer, "test", report->test);
  put_probabilities(&writer, report);
  quoth_put_format(&writer, "\nClasses (%s rows)\n\n", quoth_report_rows_name(report));
  if (!writer.status)
    writer.status = quoth_table_append_classes(out, report->class_names, metrics, err);
  quoth_put_format(&writer, "\nConfusion matrix (%s rows; true label down, predicted across)\n\n",
                   quoth_report_rows_name(report));
  if (!writer.status)
    writer.status = quoth_table_append_confusion(out, report->class_names, metrics, width, err);
  return writer.status;
}
