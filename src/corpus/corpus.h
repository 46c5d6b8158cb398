/* corpus.h - the terms of many texts, and how often each text holds which. */
#ifndef QUOTH_CORPUS_CORPUS_H
#define QUOTH_CORPUS_CORPUS_H

#include "base/strings.h"
#include "base/thread_pool.h"
#include "math/sparse.h"
#include "model/counter.h"

typedef struct quoth_corpus {
  quoth_strings terms; /* all of them, in order of code points, without an index; owned */
  uint64_t *hashes;    /* [terms.n_strings] of quoth_hash */
  quoth_sparse counts; /* [n_texts][terms.n_strings] */
} quoth_corpus;

/* Of `params`, those that tell what a term is are looked at. Progress is told in texts, as stage
 * `label`. */
quoth_status quoth_corpus_read(const quoth_counting_params *params, const quoth_bytes *texts,
                               size_t n_texts, quoth_pool *pool, const char *label,
                               const quoth_progress *progress, quoth_corpus *out, quoth_error *err);
void quoth_corpus_clear(quoth_corpus *corpus);

#endif
