#include "report/summary.h"

#include <string.h>

const quoth_metrics *quoth_report_metrics(const quoth_report *report) {
  return report->test ? report->test : report->train;
}

const char *quoth_report_rows_name(const quoth_report *report) {
  return report->test ? "test" : "train";
}

uint32_t quoth_report_missing_class(const quoth_metrics *metrics) {
  for (uint32_t c = 0; c < metrics->n_classes; c++)
    if (metrics->per_class[c].support == 0) return c;
  return UINT32_MAX;
}

/* Keeps out[0, n) sorted: puts `item` behind its equals, dropping the last if it is full. */
static size_t insert(quoth_confusion *out, size_t n, size_t capacity, quoth_confusion item) {
  size_t place = n;
  while (place > 0 && out[place - 1].count < item.count) place--;
  if (place == capacity) return n;
  size_t kept = n < capacity ? n : capacity - 1;
  memmove(out + place + 1, out + place, (kept - place) * sizeof *out);
  out[place] = item;
  return kept + 1;
}

size_t quoth_report_confusions(const quoth_metrics *metrics, quoth_confusion *out,
                               size_t capacity) {
  size_t n = 0;
  for (uint32_t truth = 0; truth < metrics->n_classes; truth++)
    for (uint32_t guess = 0; guess < metrics->n_classes; guess++) {
      uint64_t count = metrics->confusion[(size_t)truth * metrics->n_classes + guess];
      if (truth == guess || count == 0) continue;
      double share = (double)count / (double)metrics->per_class[truth].support;
      n = insert(out, n, capacity, (quoth_confusion){truth, guess, count, share});
    }
  return n;
}
