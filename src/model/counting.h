/* counting.h - from many texts to a vocabulary and a matrix of term counts: the fit half of
 * scikit-learn's CountVectorizer. */
#ifndef QUOTH_MODEL_COUNTING_H
#define QUOTH_MODEL_COUNTING_H

#include "base/amount.h"
#include "base/string_table.h"
#include "base/thread_pool.h"
#include "math/sparse.h"
#include "text/analyzer.h"

typedef struct quoth_counting_params {
  quoth_analyzer analyzer;
  bool binary;                 /* count a term once a document */
  quoth_amount max_df, min_df; /* documents that hold a term: count or share */
  uint32_t max_features;       /* the terms with the highest counts; 0: all */
} quoth_counting_params;

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

/* The counts of one text against a vocabulary. */
typedef struct quoth_counter {
  quoth_analyzer_scratch analysis;
  uint64_t *pairs; /* term number in the high half, count in the low; sorted, merged */
  uint64_t *spare;
  size_t n_pairs, pairs_capacity, spare_capacity;
} quoth_counter; /* start from {0} */

/* Fills counter->pairs with the terms of `text` that `vocabulary` has. */
quoth_status quoth_counter_count(quoth_counter *counter, const quoth_analyzer *analyzer,
                                 const quoth_strings *vocabulary, bool binary, quoth_bytes text,
                                 quoth_error *err);
void quoth_counter_clear(quoth_counter *counter);

#endif
