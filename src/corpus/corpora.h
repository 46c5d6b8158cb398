/* corpora.h - texts that are learnt from several times, in part or in whole: the terms that a
 * vectorizer makes of them are found once. */
#ifndef QUOTH_CORPUS_CORPORA_H
#define QUOTH_CORPUS_CORPORA_H

#include "corpus/corpus.h"

typedef struct quoth_corpora {
  const quoth_bytes *texts; /* [n_texts] */
  size_t n_texts;
  struct quoth_read_corpus *read; /* [n], one for each way to make terms; owned, but for specs */
  size_t n, capacity;
} quoth_corpora; /* start from {.texts, .n_texts} */

/* The corpus of all texts as a vectorizer with these parameters reads them: `spec` as JSON,
 * `params` as a struct. Borrowed until the next call. Progress is told where texts have still to be
 * read. */
quoth_status quoth_corpora_get(quoth_corpora *corpora, const json_t *spec,
                               const quoth_counting_params *params, quoth_pool *pool,
                               const char *label, const quoth_progress *progress,
                               const quoth_corpus **out, quoth_error *err);
void quoth_corpora_clear(quoth_corpora *corpora);

#endif
