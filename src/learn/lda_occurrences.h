/* lda_occurrences.h - a run of documents seen by term: which documents hold it, in order;
 * private to lda_*.c.
 *
 * m entries (non-zero counts) of the run, in the documents' order; n_terms distinct terms, in
 * the order of their first appearance. */
#ifndef QUOTH_LEARN_LDA_OCCURRENCES_H
#define QUOTH_LEARN_LDA_OCCURRENCES_H

#include "math/sparse.h"

typedef struct quoth_lda_occurrences {
  size_t n_terms;
  uint32_t *terms;     /* [n_terms] */
  uint32_t *begin;     /* [n_terms + 1]: term t has slots [begin[t], begin[t + 1]) */
  uint32_t *documents; /* [m]: the document of each slot, counted from the run's first */
  uint32_t *slots;     /* [m]: the slot of each entry */
  uint32_t *numbers;   /* [V]: a term's number in the run; UNSEEN between runs */
} quoth_lda_occurrences;

/* Room for runs of up to `n_entries` entries of a matrix with `n_columns` terms. */
quoth_status quoth_lda_occurrences_init(quoth_lda_occurrences *occurrences, size_t n_entries,
                                        uint32_t n_columns, quoth_error *err);
void quoth_lda_occurrences_clear(quoth_lda_occurrences *occurrences);

/* Only n_terms and `terms` of the documents [begin, end). */
void quoth_lda_collect_terms(quoth_lda_occurrences *occurrences, const quoth_sparse *counts,
                             size_t begin, size_t end);
/* All of it. */
void quoth_lda_collect_occurrences(quoth_lda_occurrences *occurrences, const quoth_sparse *counts,
                                   size_t begin, size_t end);

#endif
