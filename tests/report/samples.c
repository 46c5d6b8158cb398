#include "samples.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const words[] = {
    "comedy",   "трагедия", "悲劇",   "κωμωδία",       "قصة قصيرة",    "סיפור",
    "роман",    "小説",     "보고서", "Märchen",       "ghost story",  "🦉 owls",
    "Việt Nam", "ธรรมชาติ",  "हिन्दी",  "e\xCC\x81tude", "fish & chips", "日本語とEnglish"};
enum { N_WORDS = sizeof words / sizeof *words };

static const char *const hostile[] = {
    "<script>alert('x')</script>",
    "\" onmouseover=\"alert(1)\" title=\"long enough for a tooltip\"",
    "a\nb\tc\r\x01\x1b[31mred\x7f",
    "]]>&amp;&#60;b&gt;",
    "\xff\xfe not UTF-8 \xe2\x82",
    "\xe2\x80\xaeRTL",
    "",
    "</style></svg></html>"};
enum { N_HOSTILE = sizeof hostile / sizeof *hostile, HUGE_LABEL = 10000 };

/* A small generator of its own, so that samples never change. */
static uint32_t next(uint32_t *state) {
  *state = *state * 1664525u + 1013904223u;
  return *state >> 8;
}

static void *checked(void *memory) {
  if (!memory) abort();
  return memory;
}

static void append(quoth_buffer *out, const char *text) {
  if (quoth_buffer_append(out, text, strlen(text), NULL)) abort();
}

static void append_name(quoth_buffer *out, uint32_t c, sample_labels labels) {
  char number[64];
  snprintf(number, sizeof number, "%s%u", labels == SAMPLE_SHORT ? "c" : " ", c);
  if (labels == SAMPLE_SHORT) {
    append(out, number);
  } else if (labels == SAMPLE_WORDS) {
    append(out, words[c % N_WORDS]);
    if (c >= N_WORDS) append(out, number);
  } else if (labels == SAMPLE_LONG) {
    append(out, words[c % N_WORDS]);
    append(out, " of the kind that nobody would ever want to read to its very end: number");
    append(out, number);
  } else if (c == 1) {
    for (int i = 0; i < HUGE_LABEL; i++) append(out, i % 7 ? "é" : "<");
  } else if (c == 2) {
    append(out, "z");
    for (int i = 0; i < HUGE_LABEL; i++) append(out, "\xCC\x81");
    if (quoth_buffer_append(out, "\0nul", 4, NULL)) abort();
  } else {
    append(out, hostile[c % N_HOSTILE]);
    if (c >= N_HOSTILE) append(out, number);
  }
}

/* Bins as an overconfident model has them: `n_rows` shared out to those above 1 / n_classes. */
static void make_bins(quoth_calibration_bin *bins, uint64_t n_rows, uint32_t n_classes) {
  for (size_t b = 0; b < QUOTH_CALIBRATION_BINS; b++) {
    double middle = (b + 0.5) / QUOTH_CALIBRATION_BINS;
    if (middle * n_classes < 1) continue;
    bins[b] = (quoth_calibration_bin){n_rows * (b + 1) / 100, middle, middle * (1.1 - middle / 3)};
  }
}

static double ratio(uint64_t part, uint64_t whole) {
  return whole ? (double)part / (double)whole : 0;
}

void sample_metrics(quoth_metrics *out, const uint64_t *confusion, uint32_t n) {
  *out = (quoth_metrics){.n_classes = n,
                         .log_loss = 1.25,
                         .brier_score = 0.375,
                         .top_2_accuracy = n > 2 ? 0.875 : NAN,
                         .top_3_accuracy = n > 3 ? 0.9375 : NAN};
  out->per_class = checked(calloc(n, sizeof *out->per_class));
  out->confusion = checked(calloc((size_t)n * n, sizeof *confusion));
  memcpy(out->confusion, confusion, (size_t)n * n * sizeof *confusion);
  uint64_t right = 0;
  for (size_t i = 0; i < (size_t)n * n; i++) out->n_rows += confusion[i];
  for (uint32_t c = 0; c < n; c++) {
    uint64_t hits = confusion[(size_t)c * n + c], truth = 0, guess = 0;
    for (uint32_t d = 0; d < n; d++) {
      truth += confusion[(size_t)c * n + d];
      guess += confusion[(size_t)d * n + c];
    }
    quoth_class_metrics one = {ratio(hits, guess), ratio(hits, truth),
                               ratio(2 * hits, truth + guess), truth,
                               truth ? 1 - 1.0 / (8 + c) : NAN};
    double weight = ratio(truth, out->n_rows);
    out->per_class[c] = one;
    out->macro.precision += one.precision / n;
    out->macro.recall += one.recall / n;
    out->macro.f1 += one.f1 / n;
    out->macro.roc_auc += one.roc_auc / n;
    out->weighted.precision += weight * one.precision;
    out->weighted.recall += weight * one.recall;
    out->weighted.f1 += weight * one.f1;
    out->weighted.roc_auc += weight * one.roc_auc;
    right += hits;
  }
  make_bins(out->uniform_bins, out->n_rows, n);
  make_bins(out->quantile_bins, out->n_rows, n);
  out->calibration_error = quoth_calibration_error(out->uniform_bins, QUOTH_CALIBRATION_BINS);
  out->macro.support = out->weighted.support = out->n_rows;
  out->accuracy = ratio(right, out->n_rows);
}

void sample_metrics_clear(quoth_metrics *metrics) {
  free(metrics->per_class);
  free(metrics->confusion);
}

/* Mostly right, with a few favourite confusions; the last class of many has no rows at all. */
static void make_confusion(uint64_t *confusion, uint32_t n, uint32_t rows, uint32_t seed) {
  for (uint32_t truth = 0; truth < n; truth++) {
    if (n > 5 && truth == n - 1) continue;
    uint32_t n_rows = rows / 2 + next(&seed) % (rows + 1);
    for (uint32_t i = 0; i < n_rows; i++) {
      uint32_t draw = next(&seed) % 100;
      uint32_t guess = draw < 40 + truth * 37 % 50 ? truth
                       : draw < 92                 ? (truth + 1 + next(&seed) % 3) % n
                                                   : next(&seed) % n;
      confusion[(size_t)truth * n + guess]++;
    }
  }
}

static const quoth_topic_word topic_words[] = {{{"sea", 3}, 0.041},  {{"ship", 4}, 0.038},
                                               {{"whale", 5}, 0.03}, {{"老人", 6}, 0.021},
                                               {{"<b>", 3}, 0.02},   {{"captain", 7}, 0.012}};
static const quoth_topic topics[] = {{0.4125, topic_words, 6},
                                     {0.35, topic_words + 1, 4},
                                     {0.2, topic_words, 3},
                                     {0.0375, topic_words + 2, 4},
                                     {0, NULL, 0}};
static const quoth_fact provenance[] = {
    {"data digest (XXH3-128)", "9f2c01d84be0a6537d15cc3290ab6e4f"},
    {"training rows", "19,579"},
    {"seed", "0"},
    {"quoth", "0.1.0"},
    {"note", "<b>bold</b> & \"quoted\""}};
static const quoth_timing timings[] = {
    {"read", 0.0184}, {"vectorize", 0.3121}, {"lda", 3.4}, {"forest", 1.26}, {"total", 4.9905}};
static const char spec[] = "{\n  \"vectorizer\": {\n    \"stop_words\": \"english\",\n"
                           "    \"max_df\": 0.95,\n    \"min_df\": 2\n  },\n  \"lda\": {\n"
                           "    \"n_components\": 50,\n    \"note\": \"<script>&\"\n  }\n}\n";

void sample_init(sample *out, uint32_t n, sample_labels labels, uint32_t rows) {
  *out = (sample){.names = checked(calloc(n, sizeof *out->names)),
                  .counts = checked(calloc(n, sizeof *out->counts))};
  size_t *ends = checked(calloc(n, sizeof *ends));
  for (uint32_t c = 0; c < n; c++) {
    append_name(&out->text, c, labels);
    ends[c] = out->text.size;
  }
  for (uint32_t c = 0; c < n; c++) {
    size_t start = c ? ends[c - 1] : 0;
    out->names[c] = (quoth_bytes){out->text.data + start, ends[c] - start};
  }
  free(ends);
  uint64_t *confusion = checked(calloc((size_t)n * n, sizeof *confusion));
  make_confusion(confusion, n, rows / 4, 1);
  sample_metrics(&out->train, confusion, n);
  memset(confusion, 0, (size_t)n * n * sizeof *confusion);
  make_confusion(confusion, n, rows, 2);
  sample_metrics(&out->test, confusion, n);
  free(confusion);
  for (uint32_t c = 0; c < n; c++)
    out->counts[c] = out->train.per_class[c].support + out->test.per_class[c].support;
  out->report =
      (quoth_report){.title = labels == SAMPLE_HOSTILE ? "<title> & \"co\" \n" : "topics-forest",
                     .data_name = labels == SAMPLE_HOSTILE ? "d<a>ta\xff.csv" : "data/authors.csv",
                     .n_rows = out->train.n_rows + out->test.n_rows,
                     .n_classes = n,
                     .class_names = out->names,
                     .class_counts = out->counts,
                     .vocabulary_size = 13781,
                     .nnz = 212037,
                     .train = &out->train,
                     .test = &out->test,
                     .topics = topics,
                     .n_topics = sizeof topics / sizeof *topics,
                     .provenance = provenance,
                     .n_provenance = sizeof provenance / sizeof *provenance,
                     .timings = timings,
                     .n_timings = sizeof timings / sizeof *timings,
                     .spec = spec};
}

void sample_clear(sample *it) {
  sample_metrics_clear(&it->train);
  sample_metrics_clear(&it->test);
  free(it->names);
  free(it->counts);
  quoth_buffer_clear(&it->text);
}
