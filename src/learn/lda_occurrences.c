#include "learn/lda_occurrences.h"

#include <stdlib.h>
#include <string.h>

#define UNSEEN UINT32_MAX

quoth_status quoth_lda_occurrences_init(quoth_lda_occurrences *occurrences, size_t n_entries,
                                        uint32_t n_columns, quoth_error *err) {
  *occurrences = (quoth_lda_occurrences){0};
  if (n_entries > UINT32_MAX)
    return quoth_fail(err, QUOTH_ERR_DATA, "more than %u counts in one batch; use a smaller one",
                      UINT32_MAX);
  size_t n_terms = n_columns;
  if (!(occurrences->terms = quoth_new_array(n_terms, sizeof *occurrences->terms, err)) ||
      !(occurrences->begin = quoth_new_array(n_terms + 1, sizeof *occurrences->begin, err)) ||
      !(occurrences->documents = quoth_new_array(n_entries, sizeof *occurrences->documents, err)) ||
      !(occurrences->slots = quoth_new_array(n_entries, sizeof *occurrences->slots, err)) ||
      !(occurrences->numbers = quoth_new_array(n_terms, sizeof *occurrences->numbers, err))) {
    quoth_lda_occurrences_clear(occurrences);
    return QUOTH_ERR_NOMEM;
  }
  memset(occurrences->numbers, 0xff, n_terms * sizeof *occurrences->numbers);
  return QUOTH_OK;
}

void quoth_lda_occurrences_clear(quoth_lda_occurrences *occurrences) {
  free(occurrences->terms);
  free(occurrences->begin);
  free(occurrences->documents);
  free(occurrences->slots);
  free(occurrences->numbers);
  *occurrences = (quoth_lda_occurrences){0};
}

/* Gives each distinct term its number. */
static void number_terms(quoth_lda_occurrences *occurrences, const uint32_t *columns,
                         size_t n_entries) {
  occurrences->n_terms = 0;
  for (size_t i = 0; i < n_entries; i++) {
    uint32_t *number = &occurrences->numbers[columns[i]];
    if (*number != UNSEEN) continue;
    *number = (uint32_t)occurrences->n_terms++;
    occurrences->terms[*number] = columns[i];
  }
}

static void forget_numbers(quoth_lda_occurrences *occurrences) {
  for (size_t t = 0; t < occurrences->n_terms; t++)
    occurrences->numbers[occurrences->terms[t]] = UNSEEN;
}

void quoth_lda_collect_terms(quoth_lda_occurrences *occurrences, const quoth_sparse *counts,
                             size_t begin, size_t end) {
  uint64_t first = counts->row_begin[begin];
  number_terms(occurrences, counts->columns + first, counts->row_begin[end] - first);
  forget_numbers(occurrences);
}

/* Counting sort of the entries by term. begin[t + 1] first counts term t, then is where its next
 * slot goes, and ends as where term t + 1 begins. */
static void assign_slots(quoth_lda_occurrences *occurrences, const uint32_t *columns,
                         size_t n_entries) {
  const uint32_t *numbers = occurrences->numbers;
  uint32_t *next = occurrences->begin + 1, n_before = 0;
  memset(occurrences->begin, 0, (occurrences->n_terms + 1) * sizeof *occurrences->begin);
  for (size_t i = 0; i < n_entries; i++) next[numbers[columns[i]]]++;
  for (size_t t = 0; t < occurrences->n_terms; t++) {
    uint32_t n = next[t];
    next[t] = n_before;
    n_before += n;
  }
  for (size_t i = 0; i < n_entries; i++) occurrences->slots[i] = next[numbers[columns[i]]]++;
}

void quoth_lda_collect_occurrences(quoth_lda_occurrences *occurrences, const quoth_sparse *counts,
                                   size_t begin, size_t end) {
  const uint64_t *row_begin = counts->row_begin;
  uint64_t first = row_begin[begin];
  const uint32_t *columns = counts->columns + first;
  number_terms(occurrences, columns, row_begin[end] - first);
  assign_slots(occurrences, columns, row_begin[end] - first);
  forget_numbers(occurrences);
  for (size_t d = begin; d < end; d++)
    for (uint64_t i = row_begin[d]; i < row_begin[d + 1]; i++)
      occurrences->documents[occurrences->slots[i - first]] = (uint32_t)(d - begin);
}
