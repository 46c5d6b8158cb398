/* counting.h - from many texts to a vocabulary and a matrix of term counts: the fit half of
 * scikit-learn's CountVectorizer. */
#ifndef QUOTH_TRAIN_COUNTING_H
#define QUOTH_TRAIN_COUNTING_H

#include "base/string_table.h"
#include "base/thread_pool.h"
#include "math/sparse.h"
#include "model/counter.h"

typedef struct quoth_counting {
  quoth_strings vocabulary; /* terms in order of code points; owned */
  uint64_t n_bytes;         /* of vocabulary.bytes */
  quoth_sparse counts;      /* [n_texts][n_terms] */
} quoth_counting;

/* Progress is told in texts, as stage `label`. */
quoth_status quoth_count_terms(const quoth_counting_params *params, const quoth_bytes *texts,
                               size_t n_texts, quoth_pool *pool, const char *label,
                               const quoth_progress *progress, quoth_counting *out,
                               quoth_error *err);
void quoth_counting_clear(quoth_counting *result);

#endif
