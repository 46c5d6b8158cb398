#include "model/counter.h"

#include <stdlib.h>

#include "base/sort.h"

void quoth_counter_clear(quoth_counter *counter) {
  quoth_analyzer_scratch_clear(&counter->analysis);
  free(counter->pairs);
  free(counter->spare);
  *counter = (quoth_counter){0};
}

quoth_status quoth_counting_analyzer(const quoth_counting_params *params,
                                     quoth_string_table *listed, quoth_analyzer *out,
                                     quoth_error *err) {
  *out = params->analyzer;
  *listed = (quoth_string_table){0};
  if (!params->stop_words || json_is_null(params->stop_words)) return QUOTH_OK;
  out->stop_words =
      json_is_string(params->stop_words) ? QUOTH_STOP_WORDS_ENGLISH : QUOTH_STOP_WORDS_LISTED;
  for (size_t i = 0; i < json_array_size(params->stop_words); i++) {
    const json_t *word = json_array_get(params->stop_words, i);
    quoth_bytes text = {json_string_value(word), json_string_length(word)};
    if (quoth_string_table_add(listed, text, err) == QUOTH_STRING_NONE) {
      quoth_string_table_clear(listed);
      return QUOTH_ERR_NOMEM;
    }
  }
  out->stop_word_list = listed;
  return QUOTH_OK;
}

typedef struct lookup {
  quoth_counter *counter;
  quoth_term_number *number;
  const void *context;
} lookup;

static quoth_status take_term(void *context, quoth_bytes term, quoth_error *err) {
  lookup *at = context;
  uint32_t id = at->number(at->context, term);
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

quoth_status quoth_counter_count_by(quoth_counter *counter, const quoth_analyzer *analyzer,
                                    quoth_term_number *number, const void *context, bool binary,
                                    quoth_bytes text, quoth_error *err) {
  if (text.size > UINT32_MAX)
    return quoth_fail(err, QUOTH_ERR_DATA, "a text of %zu bytes; the limit is 4 GiB", text.size);
  counter->n_pairs = 0;
  lookup at = {counter, number, context};
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

static uint32_t number_in_vocabulary(const void *context, quoth_bytes term) {
  return quoth_strings_find(context, term);
}

quoth_status quoth_counter_count(quoth_counter *counter, const quoth_analyzer *analyzer,
                                 const quoth_strings *vocabulary, bool binary, quoth_bytes text,
                                 quoth_error *err) {
  return quoth_counter_count_by(counter, analyzer, number_in_vocabulary, vocabulary, binary, text,
                                err);
}
