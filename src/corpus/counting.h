/* counting.h - from texts to a vocabulary and a matrix of term counts: the fit half of
 * scikit-learn's CountVectorizer. */
#ifndef QUOTH_CORPUS_COUNTING_H
#define QUOTH_CORPUS_COUNTING_H

#include "corpus/corpus.h"

typedef struct quoth_counting {
  quoth_strings vocabulary; /* terms in order of code points, with an index; owned */
  uint64_t n_bytes;         /* of vocabulary.bytes */
  quoth_sparse counts;      /* [n rows][n_terms] */
} quoth_counting;

/* Counts rows `rows` ([n]; NULL: the first n) of a corpus, as if there were no others. */
quoth_status quoth_count_rows(const quoth_counting_params *params, const quoth_corpus *corpus,
                              const uint32_t *rows, size_t n, quoth_pool *pool, quoth_counting *out,
                              quoth_error *err);
/* Counts rows of the same corpus, or others of it, by the vocabulary that was made of such. */
quoth_status quoth_count_rows_again(const quoth_counting_params *params, const quoth_corpus *corpus,
                                    const quoth_strings *vocabulary, const uint32_t *rows, size_t n,
                                    quoth_pool *pool, quoth_sparse *out, quoth_error *err);
/* Counts texts. Progress is told in texts, as stage `label`. */
quoth_status quoth_count_terms(const quoth_counting_params *params, const quoth_bytes *texts,
                               size_t n_texts, quoth_pool *pool, const char *label,
                               const quoth_progress *progress, quoth_counting *out,
                               quoth_error *err);
void quoth_counting_clear(quoth_counting *result);

#endif
