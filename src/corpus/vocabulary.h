/* vocabulary.h - the terms that several threads met become one vocabulary, in an order that does
 * not depend on who met what. */
#ifndef QUOTH_CORPUS_VOCABULARY_H
#define QUOTH_CORPUS_VOCABULARY_H

#include "base/string_table.h"
#include "base/thread_pool.h"

/* What one thread met. Its terms are numbered by first appearance. */
typedef struct quoth_tally {
  quoth_string_table terms;
  uint32_t *final; /* [terms.n_strings]: numbers in the vocabulary */
} quoth_tally;     /* start from {0} */

void quoth_tally_clear(quoth_tally *tally);

/* All tallies' terms ([n]) in order of code points, without an index, into `out`, and the hash of
 * each, [out->n_strings]. The arrays are from malloc, also on failure. Sets `final`. */
quoth_status quoth_vocabulary_make(quoth_tally *tallies, size_t n, quoth_pool *pool,
                                   quoth_strings *out, uint64_t **hashes, quoth_error *err);

#endif
