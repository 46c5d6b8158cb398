/* vocabulary.h - the terms that several threads met become one vocabulary, in an order that does
 * not depend on who met what. */
#ifndef QUOTH_TRAIN_VOCABULARY_H
#define QUOTH_TRAIN_VOCABULARY_H

#include "base/string_table.h"
#include "base/thread_pool.h"
#include "model/counter.h"

typedef struct quoth_term_use {
  uint64_t total;              /* occurrences */
  uint32_t document_frequency; /* texts that hold it */
  uint32_t last_text;          /* the last of them, counted from 1 */
} quoth_term_use;

/* What one thread met. Its terms are numbered by first appearance. */
typedef struct quoth_tally {
  quoth_string_table terms;
  quoth_term_use *uses; /* [terms.n_strings] */
  size_t uses_capacity;
  uint32_t *final; /* [terms.n_strings]: numbers in the vocabulary, or QUOTH_STRING_NONE */
} quoth_tally;     /* start from {0} */

void quoth_tally_clear(quoth_tally *tally);

/* Makes the vocabulary of those terms of all `tallies` ([n]) that `params` let in: in order of code
 * points, `n_bytes` of them, with an index. Its arrays are from malloc, also on failure. Sets
 * `final`, and spoils `uses`. */
quoth_status quoth_vocabulary_make(const quoth_counting_params *params, size_t n_texts,
                                   quoth_tally *tallies, size_t n, quoth_pool *pool,
                                   quoth_strings *out, uint64_t *n_bytes, quoth_error *err);

#endif
