/* trials.h - what `quoth tune` tells of its search: a table, or JSON. */
#ifndef QUOTH_APP_TRIALS_H
#define QUOTH_APP_TRIALS_H

#include "train/search.h"

typedef struct trials_report {
  const char *data_name, *output; /* the CSV file; the spec that was written */
  const quoth_search *search;     /* with a trial at least */
  const size_t *order;            /* [n_trials], best first */
  const char *ending;             /* "time", "trials", "exhausted" or "interrupted" */
} trials_report;

/* NULL if out of memory. */
json_t *trials_json(const trials_report *report);
/* A line a trial, with what its settings change. */
quoth_status trials_append_table(quoth_buffer *out, const trials_report *report, quoth_error *err);

#endif
