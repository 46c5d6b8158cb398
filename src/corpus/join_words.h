/* join_words.h - from the words of texts to their n-grams. */
#ifndef QUOTH_CORPUS_JOIN_WORDS_H
#define QUOTH_CORPUS_JOIN_WORDS_H

#include "corpus/text_ids.h"
#include "text/analyzer.h"

/* Whether the n-grams of such words can be put in order word by word. A space is then below
 * whatever can be in a word behind its beginning. */
bool quoth_can_join_words(const quoth_analyzer *analyzer);

/* Makes the numbers of `words`, in order of code points, in `texts` those of n-grams in `terms`,
 * which are, with their `hashes`, like those of quoth_vocabulary_make. */
quoth_status quoth_join_words(const quoth_strings *words, quoth_ngram_range range, quoth_pool *pool,
                              quoth_text_ids *texts, quoth_strings *terms, uint64_t **hashes,
                              quoth_error *err);

#endif
