#include "model/counter.h"

#include <stdlib.h>

#include "base/sort.h"

void quoth_counter_clear(quoth_counter *counter) {
  quoth_analyzer_scratch_clear(&counter->analysis);
  free(counter->pairs);
  free(counter->spare);
  *counter = (quoth_counter){0};
}

typedef struct lookup {
  quoth_counter *counter;
  const quoth_strings *vocabulary;
} lookup;

static quoth_status take_term(void *context, quoth_bytes term, quoth_error *err) {
  lookup *at = context;
  uint32_t id = quoth_strings_find(at->vocabulary, term);
  if (id == QUOTH_STRING_NONE) return QUOTH_OK;
  quoth_counter *counter = at->counter;
  uint64_t *pairs = quoth_grow(counter->pairs, &counter->pairs_capacity, counter->n_pairs + 1,
                               sizeof *pairs, err);
  if (!pairs) return QUOTH_ERR_NOMEM;
  counter->pairs = pairs;
  pairs[counter->n_pairs++] = (uint64_t)id << 32 | 1;
  return QUOTH_OK;
}

/* Sorted pairs with equal terms to one pair a term; returns how many are left. */
static size_t merge_pairs(uint64_t *pairs, size_t n, bool binary) {
  size_t n_merged = 0;
  for (size_t i = 0; i < n; i++) {
    if (n_merged == 0 || pairs[n_merged - 1] >> 32 != pairs[i] >> 32)
      pairs[n_merged++] = pairs[i];
    else if (!binary)
      pairs[n_merged - 1] += (uint32_t)pairs[i];
  }
  return n_merged;
}

quoth_status quoth_counter_count(quoth_counter *counter, const quoth_analyzer *analyzer,
                                 const quoth_strings *vocabulary, bool binary, quoth_bytes text,
                                 quoth_error *err) {
  if (text.size > UINT32_MAX)
    return quoth_fail(err, QUOTH_ERR_DATA, "a text of %zu bytes; the limit is 4 GiB", text.size);
  counter->n_pairs = 0;
  lookup at = {counter, vocabulary};
  quoth_status status = quoth_analyze(analyzer, &counter->analysis, text, take_term, &at, err);
  if (status || counter->n_pairs == 0) return status;
  uint64_t *spare =
      quoth_grow(counter->spare, &counter->spare_capacity, counter->n_pairs, sizeof *spare, err);
  if (!spare) return QUOTH_ERR_NOMEM;
  counter->spare = spare;
  quoth_sort_pairs(counter->pairs, spare, counter->n_pairs);
  counter->n_pairs = merge_pairs(counter->pairs, counter->n_pairs, binary);
  return QUOTH_OK;
}
