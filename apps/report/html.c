#include "report/html.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "report/calibration_drawing.h"
#include "report/confusion_drawing.h"
#include "report/html_style.h"
#include "report/picture.h"
#include "report/tables.h"
#include "report/text.h"

enum { MAX_NAME_COLUMNS = 48, MAX_CONFUSIONS = 10 };

typedef struct html_page {
  quoth_writer writer;
  quoth_buffer scratch;
  const quoth_report *report;
  const quoth_metrics *metrics; /* those shown in detail; may be NULL */
} html_page;

/* ---- Foreign text ---------------------------------------------------------- */

static const char *escape_of(char c) {
  switch (c) {
  case '&':
    return "&amp;";
  case '<':
    return "&lt;";
  case '>':
    return "&gt;";
  case '"':
    return "&quot;";
  case '\'':
    return "&#39;";
  default:
    return NULL;
  }
}

/* Made fit to show (text.h), then escaped for an element or a quoted attribute. */
static void put_escaped(html_page *page, quoth_bytes text, size_t max_columns) {
  page->scratch.size = 0;
  quoth_writer clean = {.out = &page->scratch, .err = page->writer.err};
  quoth_put_label(&clean, text, max_columns);
  if (!page->writer.status) page->writer.status = clean.status;
  for (size_t i = 0; i < page->scratch.size; i++) {
    char one[] = {page->scratch.data[i], '\0'};
    const char *escape = escape_of(one[0]);
    quoth_put(&page->writer, escape ? escape : one);
  }
}

static void put_string(html_page *page, const char *text) {
  put_escaped(page, quoth_bytes_of(text), SIZE_MAX);
}

/* A label on its own, whichever way it runs; a long one is whole in its tooltip. */
static void put_name(html_page *page, quoth_bytes name) {
  quoth_put(&page->writer, "<bdi");
  if (quoth_label_columns(name) > MAX_NAME_COLUMNS) {
    quoth_put(&page->writer, " title=\"");
    put_escaped(page, name, SIZE_MAX);
    quoth_put(&page->writer, "\"");
  }
  quoth_put(&page->writer, ">");
  put_escaped(page, name, MAX_NAME_COLUMNS);
  quoth_put(&page->writer, "</bdi>");
}

static void put_name_cell(html_page *page, quoth_bytes name) {
  quoth_put(&page->writer, "<td class=\"text\">");
  put_name(page, name);
  quoth_put(&page->writer, "</td>");
}

static void put_name_heading(html_page *page, const char *scope, quoth_bytes name) {
  quoth_put_format(&page->writer, "<th scope=\"%s\" class=\"text\">", scope);
  put_name(page, name);
  quoth_put(&page->writer, "</th>");
}

/* ---- Pieces ---------------------------------------------------------------- */

static void open_section(html_page *page, const char *id, const char *heading) {
  quoth_put_format(&page->writer, "<section aria-labelledby=\"%s\">\n<h2 id=\"%s\">%s</h2>\n", id,
                   id, heading);
}

static void close_section(html_page *page) { quoth_put(&page->writer, "</section>\n"); }

/* A table that scrolls by itself on a narrow screen. `columns`: headings separated by '|'; the
 * first and those that start with '<' hold text, the others numbers. */
static void open_table(html_page *page, const char *name, const char *class, const char *columns) {
  quoth_put_format(&page->writer,
                   "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"%s\">"
                   "<table class=\"%s\">\n<thead><tr>",
                   name, class);
  bool is_text = true;
  for (const char *start = columns;; is_text = false) {
    if (*start == '<') {
      is_text = true;
      start++;
    }
    size_t size = strcspn(start, "|");
    quoth_put_format(&page->writer, "<th scope=\"col\"%s>%.*s</th>",
                     is_text ? " class=\"text\"" : "", (int)size, start);
    if (start[size] == '\0') break;
    start += size + 1;
  }
  quoth_put(&page->writer, "</tr></thead>\n<tbody>\n");
}

static void close_table(html_page *page) { quoth_put(&page->writer, "</tbody></table></div>\n"); }

static void put_count_cell(html_page *page, uint64_t count) {
  quoth_put(&page->writer, "<td>");
  quoth_put_count(&page->writer, count);
  quoth_put(&page->writer, "</td>");
}

/* A share as a bar behind its number. */
static void put_bar_cell(html_page *page, double share, const char *format, double shown) {
  quoth_put_format(&page->writer, "<td class=\"bar\" style=\"--value:%.1f%%\">", 100 * share);
  quoth_put_format(&page->writer, format, shown);
  quoth_put(&page->writer, "</td>");
}

/* NaN is a dash. */
static void put_number_cell(html_page *page, double value) {
  if (isnan(value))
    quoth_put(&page->writer, "<td>-</td>");
  else
    quoth_put_format(&page->writer, "<td>%.4f</td>", value);
}

static void put_tile(html_page *page, const char *name, const char *format, double value) {
  quoth_put_format(&page->writer, "<div><dt>%s</dt><dd>", name);
  quoth_put_format(&page->writer, format, value);
  quoth_put(&page->writer, "</dd></div>\n");
}

/* ---- Sections -------------------------------------------------------------- */

static void put_head(html_page *page) {
  const quoth_report *report = page->report;
  const char *title = report->title ? report->title : "quoth report";
  quoth_put(&page->writer,
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
            "style-src 'unsafe-inline'; img-src data:\">\n<title>");
  put_string(page, title);
  quoth_put(&page->writer, "</title>\n<style>\n");
  quoth_put(&page->writer, html_style);
  quoth_put(&page->writer, "</style>\n</head>\n<body>\n<main>\n<header>\n<h1>");
  put_string(page, title);
  quoth_put(&page->writer, "</h1>\n<p class=\"faint\">");
  if (report->data_name) {
    put_string(page, report->data_name);
    quoth_put(&page->writer, ": ");
  }
  quoth_put_count(&page->writer, report->n_rows);
  quoth_put_format(&page->writer, " rows, %u classes", report->n_classes);
  if (report->vocabulary_size) {
    quoth_put(&page->writer, ", ");
    quoth_put_count(&page->writer, report->vocabulary_size);
    quoth_put(&page->writer, " terms, ");
    quoth_put_count(&page->writer, report->nnz);
    quoth_put(&page->writer, " counts other than 0");
  }
  quoth_put(&page->writer, "</p>\n</header>\n");
}

static void put_probability_row(html_page *page, const char *name, const quoth_metrics *metrics) {
  if (!metrics) return;
  quoth_put_format(&page->writer, "<tr><th scope=\"row\" class=\"text\">%s</th>", name);
  put_number_cell(page, metrics->macro.roc_auc);
  put_number_cell(page, metrics->weighted.roc_auc);
  put_number_cell(page, metrics->brier_score);
  put_number_cell(page, metrics->calibration_error);
  if (metrics->n_classes > 2) put_number_cell(page, metrics->top_2_accuracy);
  if (metrics->n_classes > 3) put_number_cell(page, metrics->top_3_accuracy);
  quoth_put(&page->writer, "</tr>\n");
}

/* Why there is a dash. */
static void put_missing_class(html_page *page, const char *name, const quoth_metrics *metrics) {
  uint32_t c = metrics ? quoth_report_missing_class(metrics) : UINT32_MAX;
  if (c == UINT32_MAX) return;
  quoth_put_format(&page->writer,
                   "<p class=\"faint\">ROC AUC needs rows of every class; no %s row is ", name);
  put_name(page, page->report->class_names[c]);
  quoth_put(&page->writer, ".</p>\n");
}

static void put_probabilities(html_page *page) {
  const quoth_report *report = page->report;
  static const char *const columns[] = {
      "rows of|macro ROC AUC|weighted ROC AUC|Brier score|calibration error",
      "rows of|macro ROC AUC|weighted ROC AUC|Brier score|calibration error|top 2 accuracy",
      ("rows of|macro ROC AUC|weighted ROC AUC|Brier score|calibration error|top 2 accuracy|"
       "top 3 accuracy")};
  uint32_t n = report->n_classes;
  open_table(page, "Probabilities", "wide", columns[n > 3 ? 2 : n > 2]);
  put_probability_row(page, "train", report->train);
  put_probability_row(page, "test", report->test);
  close_table(page);
  put_missing_class(page, "train", report->train);
  put_missing_class(page, "test", report->test);
}

/* How good it would be to know nothing but the most frequent label. */
static void put_baseline(html_page *page) {
  const quoth_metrics *metrics = page->metrics;
  uint32_t best = 0;
  for (uint32_t c = 1; c < metrics->n_classes; c++)
    if (metrics->per_class[c].support > metrics->per_class[best].support) best = c;
  if (metrics->n_rows == 0) return;
  quoth_put(&page->writer, "<p class=\"faint\">Always answering ");
  put_name(page, page->report->class_names[best]);
  quoth_put_format(&page->writer, " would be right for %.1f %% of these rows.</p>\n",
                   100 * (double)metrics->per_class[best].support / (double)metrics->n_rows);
}

static void put_quality_row(html_page *page, const char *name, const quoth_metrics *metrics) {
  if (!metrics) return;
  quoth_put_format(&page->writer, "<tr><th scope=\"row\" class=\"text\">%s</th>", name);
  put_count_cell(page, metrics->n_rows);
  quoth_put_format(&page->writer,
                   "<td>%.4f</td><td>%.4f</td><td>%.4f</td><td>%.4f</td><td>%.4f</td>",
                   metrics->accuracy, metrics->log_loss, metrics->macro.precision,
                   metrics->macro.recall, metrics->macro.f1);
  quoth_put_format(&page->writer, "<td>%.4f</td></tr>\n", metrics->weighted.f1);
}

static void put_quality(html_page *page) {
  const quoth_metrics *metrics = page->metrics;
  open_section(page, "quality", "Quality");
  quoth_put_format(&page->writer, "<p class=\"faint\">On the %s rows:</p>\n<dl class=\"tiles\">\n",
                   quoth_report_rows_name(page->report));
  put_tile(page, "accuracy", "%.1f %%", 100 * metrics->accuracy);
  put_tile(page, "log loss", "%.4f", metrics->log_loss);
  put_tile(page, "macro F1", "%.4f", metrics->macro.f1);
  quoth_put(&page->writer, "</dl>\n");
  open_table(page, "Quality", "wide",
             "rows of|rows|accuracy|log loss|macro precision|macro recall|macro F1|weighted F1");
  put_quality_row(page, "train", page->report->train);
  put_quality_row(page, "test", page->report->test);
  close_table(page);
  put_probabilities(page);
  put_baseline(page);
  close_section(page);
}

/* cairo names a picture's parts alike in each picture; on one page `prefix` tells them apart. No
 * foreign text is in an SVG, only the shapes of its letters. */
static void put_svg(html_page *page, const char *svg, size_t size, const char *prefix) {
  static const char *const marks[] = {" id=\"", "href=\"#", "url(#"};
  quoth_writer *writer = &page->writer;
  const char *end = svg + size, *from = svg;
  for (const char *at = svg; at < end && !writer->status; at++)
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
      size_t length = strlen(marks[i]);
      if (length > (size_t)(end - at) || memcmp(at, marks[i], length) != 0) continue;
      at += length;
      writer->status = quoth_buffer_append(writer->out, from, (size_t)(at - from), writer->err);
      quoth_put(writer, prefix);
      from = at;
      break;
    }
  if (!writer->status)
    writer->status = quoth_buffer_append(writer->out, from, (size_t)(end - from), writer->err);
}

/* The drawing, which is freed, as a part of the page; on a narrow screen it shrinks only as far as
 * one can still read it, `min_width` rem. */
static void put_drawing(html_page *page, quoth_drawing *drawing, const char *prefix,
                        double min_width, const char *name) {
  quoth_writer *writer = &page->writer;
  quoth_buffer svg = {0};
  if (!writer->status)
    writer->status = quoth_picture_append(&svg, drawing, QUOTH_PICTURE_SVG, writer->err);
  quoth_drawing_free(drawing);
  const char *start = writer->status ? NULL : memmem(svg.data, svg.size, "<svg", 4);
  if (start) {
    quoth_put_format(writer,
                     "<figure class=\"scroll\" role=\"region\" tabindex=\"0\" "
                     "aria-label=\"Picture\"><div class=\"drawing\" role=\"img\" "
                     "style=\"min-width:%.1frem\" aria-label=\"%s\">\n",
                     min_width, name);
    put_svg(page, start, svg.size - (size_t)(start - svg.data), prefix);
    quoth_put(writer, "</div></figure>\n");
  }
  quoth_buffer_clear(&svg);
}

static void put_confusion_drawing(html_page *page) {
  uint32_t n_classes = page->report->n_classes;
  quoth_drawing *drawing = NULL;
  char name[64];
  snprintf(name, sizeof name, "Confusion matrix of %u classes", n_classes);
  if (!page->writer.status)
    page->writer.status = quoth_confusion_drawing_new(page->report, &drawing, page->writer.err);
  put_drawing(page, drawing, "matrix-", 22 + 0.9 * n_classes, name);
}

static void put_confusions(html_page *page) {
  quoth_confusion confusions[MAX_CONFUSIONS];
  size_t n = quoth_report_confusions(page->metrics, confusions, MAX_CONFUSIONS);
  if (n == 0) return;
  quoth_put(&page->writer, "<h3>Most frequent confusions</h3>\n");
  open_table(page, "Most frequent confusions", "",
             "true label|<predicted|rows|share of true label");
  for (size_t i = 0; i < n; i++) {
    quoth_put(&page->writer, "<tr>");
    put_name_cell(page, page->report->class_names[confusions[i].truth]);
    put_name_cell(page, page->report->class_names[confusions[i].guess]);
    put_count_cell(page, confusions[i].count);
    put_bar_cell(page, confusions[i].share, "%.1f %%", 100 * confusions[i].share);
    quoth_put(&page->writer, "</tr>\n");
  }
  close_table(page);
}

/* The matrix for those who cannot see the picture, or want to copy its numbers. */
static void put_matrix(html_page *page) {
  uint32_t n = page->report->n_classes;
  if (n > QUOTH_TABLE_MAX_CLASSES) return;
  quoth_put(&page->writer, "<details><summary>The matrix as a table</summary>\n"
                           "<div class=\"scroll\" role=\"region\" tabindex=\"0\" "
                           "aria-label=\"Confusion matrix\"><table>\n<thead><tr>"
                           "<th scope=\"col\" class=\"text\">true \\ predicted</th>");
  for (uint32_t c = 0; c < n; c++) put_name_heading(page, "col", page->report->class_names[c]);
  quoth_put(&page->writer, "</tr></thead>\n<tbody>\n");
  for (uint32_t truth = 0; truth < n; truth++) {
    quoth_put(&page->writer, "<tr>");
    put_name_heading(page, "row", page->report->class_names[truth]);
    for (uint32_t guess = 0; guess < n; guess++)
      put_count_cell(page, page->metrics->confusion[(size_t)truth * n + guess]);
    quoth_put(&page->writer, "</tr>\n");
  }
  close_table(page);
  quoth_put(&page->writer, "</details>\n");
}

static void put_confusion_matrix(html_page *page) {
  open_section(page, "confusion", "Confusion matrix");
  if (page->report->n_classes <= QUOTH_DRAWING_MAX_CLASSES)
    put_confusion_drawing(page);
  else
    quoth_put_format(&page->writer, "<p>%u classes are too many for a picture.</p>\n",
                     page->report->n_classes);
  put_confusions(page);
  put_matrix(page);
  close_section(page);
}

static void put_class_row(html_page *page, bool is_average, quoth_bytes name,
                          const quoth_class_metrics *row, const uint64_t *n_rows) {
  quoth_put(&page->writer, is_average ? "<tr class=\"rule\">" : "<tr>");
  put_name_heading(page, "row", name);
  put_bar_cell(page, row->precision, "%.4f", row->precision);
  put_bar_cell(page, row->recall, "%.4f", row->recall);
  put_bar_cell(page, row->f1, "%.4f", row->f1);
  put_count_cell(page, row->support);
  put_number_cell(page, row->roc_auc);
  if (n_rows) put_count_cell(page, *n_rows);
  quoth_put(&page->writer, "</tr>\n");
}

static void put_classes(html_page *page) {
  const quoth_report *report = page->report;
  bool has_counts = report->class_counts != NULL;
  open_section(page, "classes", "Classes");
  open_table(page, "Classes", "wide",
             has_counts ? "label|precision|recall|F1|support|ROC AUC|all rows"
                        : "label|precision|recall|F1|support|ROC AUC");
  for (uint32_t c = 0; c < report->n_classes; c++)
    put_class_row(page, false, report->class_names[c], &page->metrics->per_class[c],
                  has_counts ? &report->class_counts[c] : NULL);
  const uint64_t *n_rows = has_counts ? &report->n_rows : NULL;
  put_class_row(page, true, quoth_bytes_of("macro average"), &page->metrics->macro, n_rows);
  put_class_row(page, false, quoth_bytes_of("weighted average"), &page->metrics->weighted, n_rows);
  close_table(page);
  close_section(page);
}

/* The bins for those who cannot see the picture. */
static void put_bins(html_page *page) {
  quoth_put(&page->writer, "<details><summary>The bins as a table</summary>\n");
  open_table(page, "Calibration", "wide", "above, up to|rows|mean probability|accuracy");
  for (size_t b = 0; b < QUOTH_CALIBRATION_BINS; b++) {
    const quoth_calibration_bin *bin = &page->metrics->uniform_bins[b];
    if (bin->n_rows == 0) continue;
    quoth_put_format(&page->writer, "<tr><th scope=\"row\" class=\"text\">%.3f, %.3f</th>",
                     (double)b / QUOTH_CALIBRATION_BINS, (double)(b + 1) / QUOTH_CALIBRATION_BINS);
    put_count_cell(page, bin->n_rows);
    put_number_cell(page, bin->mean_probability);
    put_number_cell(page, bin->share);
    quoth_put(&page->writer, "</tr>\n");
  }
  close_table(page);
  quoth_put(&page->writer, "</details>\n");
}

static void put_calibration(html_page *page) {
  quoth_drawing *drawing = NULL;
  open_section(page, "calibration", "Calibration");
  quoth_put(&page->writer, "<p class=\"faint\">How often the most probable class is right, by the "
                           "probability it was given. Below the diagonal the model is surer than "
                           "it should be.</p>\n");
  if (!page->writer.status)
    page->writer.status = quoth_calibration_drawing_new(page->report, &drawing, page->writer.err);
  put_drawing(page, drawing, "curve-", 22, "Reliability diagram");
  put_bins(page);
  close_section(page);
}

static void put_topics(html_page *page) {
  double largest = 0;
  for (size_t k = 0; k < page->report->n_topics; k++)
    if (page->report->topics[k].share > largest) largest = page->report->topics[k].share;
  open_section(page, "topics", "Topics");
  open_table(page, "Topics", "wide", "topic|share of corpus|<top words");
  for (size_t k = 0; k < page->report->n_topics; k++) {
    const quoth_topic *topic = &page->report->topics[k];
    quoth_put_format(&page->writer, "<tr><th scope=\"row\" class=\"text\">%zu</th>", k);
    put_bar_cell(page, largest > 0 ? topic->share / largest : 0, "%.1f %%", 100 * topic->share);
    quoth_put(&page->writer, "<td class=\"text\"><ul class=\"words\">");
    for (size_t i = 0; i < topic->n_words; i++) {
      quoth_put_format(&page->writer, "<li title=\"%.4g\">", topic->words[i].weight);
      put_name(page, topic->words[i].term);
      quoth_put(&page->writer, "</li>");
    }
    quoth_put(&page->writer, "</ul></td></tr>\n");
  }
  close_table(page);
  close_section(page);
}

static void put_provenance(html_page *page) {
  open_section(page, "provenance", "Provenance");
  open_table(page, "Provenance", "wide", "what|<value");
  for (size_t i = 0; i < page->report->n_provenance; i++) {
    quoth_put(&page->writer, "<tr>");
    put_name_heading(page, "row", quoth_bytes_of(page->report->provenance[i].name));
    quoth_put(&page->writer, "<td class=\"text\">");
    put_string(page, page->report->provenance[i].value);
    quoth_put(&page->writer, "</td></tr>\n");
  }
  close_table(page);
  close_section(page);
}

static void put_timings(html_page *page) {
  open_section(page, "time", "Time");
  open_table(page, "Time", "", "stage|seconds");
  for (size_t i = 0; i < page->report->n_timings; i++) {
    quoth_put(&page->writer, "<tr>");
    put_name_heading(page, "row", quoth_bytes_of(page->report->timings[i].stage));
    quoth_put_format(&page->writer, "<td>%.3f</td></tr>\n", page->report->timings[i].seconds);
  }
  close_table(page);
  close_section(page);
}

static void put_spec(html_page *page) {
  open_section(page, "spec", "Spec");
  quoth_put(&page->writer, "<pre><code>");
  for (const char *line = page->report->spec; *line;) {
    size_t size = strcspn(line, "\n");
    put_escaped(page, (quoth_bytes){line, size}, SIZE_MAX);
    quoth_put(&page->writer, "\n");
    line += size + (line[size] == '\n');
  }
  quoth_put(&page->writer, "</code></pre>\n");
  close_section(page);
}

quoth_status quoth_html_append(quoth_buffer *out, const quoth_report *report, quoth_error *err) {
  html_page page = {.writer = {.out = out, .err = err},
                    .report = report,
                    .metrics = quoth_report_metrics(report)};
  put_head(&page);
  if (page.metrics) {
    put_quality(&page);
    put_confusion_matrix(&page);
    put_classes(&page);
    put_calibration(&page);
  }
  if (report->n_topics) put_topics(&page);
  if (report->spec) put_spec(&page);
  if (report->n_provenance) put_provenance(&page);
  if (report->n_timings) put_timings(&page);
  quoth_put_format(&page.writer, "<footer>Made by quoth %s.</footer>\n</main>\n</body>\n</html>\n",
                   quoth_version());
  quoth_buffer_clear(&page.scratch);
  return page.writer.status;
}

quoth_status quoth_html_write(const char *path, const quoth_report *report, quoth_error *err) {
  quoth_buffer page = {0};
  quoth_status status = quoth_html_append(&page, report, err);
  if (!status) status = quoth_file_write(path, page.data, page.size, err);
  quoth_buffer_clear(&page);
  return status;
}
