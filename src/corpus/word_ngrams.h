/* word_ngrams.h - the n-grams of texts whose words are numbered: found and put in order as numbers,
 * and strings only in the end. */
#ifndef QUOTH_CORPUS_WORD_NGRAMS_H
#define QUOTH_CORPUS_WORD_NGRAMS_H

#include "base/strings.h"
#include "base/thread_pool.h"

/* Of one length: places are those of the words in all texts. */
typedef struct quoth_ngrams_of_length {
  uint32_t *at;      /* [n_places]: the n-gram that begins there, or QUOTH_STRING_NONE */
  uint32_t n;        /* how many there are; numbered in order */
  uint32_t *parents; /* [n] n-grams without their last word; NULL: of one word */
  uint32_t *words;   /* [n] their last words; NULL: of one word */
  uint32_t *numbers; /* [n]: how many terms begin with it, then its number among all terms */
} quoth_ngrams_of_length;

typedef struct quoth_word_ngrams {
  size_t n_places;
  quoth_ngrams_of_length *lengths; /* [n_lengths], from one word on; shorter than asked for if texts
                                      are; owned */
  size_t n_lengths, capacity;
} quoth_word_ngrams;

/* `places` ([n_places], taken over, also on failure) are numbers of words, below `n_words`, in
 * order of code points, with QUOTH_STRING_NONE behind each text. Clear `out` also on failure. */
quoth_status quoth_word_ngrams_make(uint32_t *places, size_t n_places, uint32_t n_words,
                                    uint32_t max_n, quoth_pool *pool, quoth_word_ngrams *out,
                                    quoth_error *err);
/* Those of `min_n` words or more as strings, in order of code points, without an index, and their
 * hashes, as quoth_vocabulary_make gives them; the arrays are from malloc, also on failure. Sets
 * `numbers`. Once only. */
quoth_status quoth_word_ngrams_terms(const quoth_word_ngrams *ngrams, const quoth_strings *words,
                                     uint32_t min_n, quoth_pool *pool, quoth_strings *terms,
                                     uint64_t **hashes, quoth_error *err);
void quoth_word_ngrams_clear(quoth_word_ngrams *ngrams);

#endif
