/* ngram_lm.h - one language model per class over sequences of symbols (words, characters; here
 * numbers), each of which says how probable a sequence is: Peng, Schuurmans and Wang, "Language
 * and task independent text categorization with simple language models" (2003).
 *
 * A symbol's probability is interpolated between histories h of every length below the order N, by
 * Witten and Bell's method C, "The zero-frequency problem" (1991), in the form of Chen and Goodman,
 * "An empirical study of smoothing techniques for language modeling" (1999), equation 15:
 *
 *   P_k(w | h) = (c(h w) + a T(h) P_(k-1)(w | h')) / (n(h) + a T(h))
 *
 * c counts an n-gram in the class's texts, n(h) sums c(h w) over w, T(h) is how many different w
 * come behind h, h' is h without its first symbol; where n(h) is 0, P_k is P_(k-1). The weight a is
 * 1 in the papers; Carpenter, "Scaling high-order character language models to gigabytes" (2005),
 * has it as a parameter. Below the class's single symbols lie those of all classes, below them V
 * known symbols and the unknown one, all alike:
 *
 *   P_0(w) = (c_all(w) + V / (V + 1)) / (n_all + V)
 *
 * A sequence begins behind a mark that belongs to histories and is never predicted. How long it is
 * has no probability.
 *
 * N-grams are known by 64-bit hashes of their symbols: two that share one of some millions are one
 * in about 10^6 models.
 *
 * C classes, G n-grams of any class, E entries. */
#ifndef QUOTH_LEARN_NGRAM_LM_H
#define QUOTH_LEARN_NGRAM_LM_H

#include "base/thread_pool.h"

enum { QUOTH_NGRAM_MAX_ORDER = 12 };

/* What a class knows of an n-gram; a row of a tensor. */
typedef struct quoth_ngram_entry {
  uint32_t label;     /* the class */
  uint32_t count;     /* c(h w) */
  uint32_t followers; /* n(h), the n-gram being a history */
  uint32_t types;     /* T(h) */
} quoth_ngram_entry;

/* The models of all classes: a sorted table of hashes. Bucket b has those whose high bits are b. */
typedef struct quoth_ngram_lm {
  uint32_t order, n_classes; /* N, C */
  uint32_t n_ngrams;         /* G */
  uint32_t n_entries;        /* E */
  uint32_t bucket_bits;      /* 1 to 31 */
  double type_weight;        /* a, above 0 */
  const uint64_t *keys;      /* [G] hashes, ascending; the empty n-gram is one */
  const uint32_t *buckets; /* [2^bucket_bits + 1]: bucket b is keys [buckets[b], buckets[b + 1]) */
  const uint32_t *begins;  /* [G + 1]: n-gram g is entries [begins[g], begins[g + 1]) */
  const quoth_ngram_entry *entries; /* [E], by n-gram and class */
  const uint64_t *totals;           /* [2]: n_all and V */
} quoth_ngram_lm;

typedef struct quoth_ngram_lm_params {
  uint32_t order;     /* 1 to QUOTH_NGRAM_MAX_ORDER */
  uint32_t min_count; /* a class's n-grams of three symbols and more that it has less often are
                         left out: n(h) sums those that are kept, T(h) counts all */
  double type_weight; /* a, above 0 */
} quoth_ngram_lm_params;

/* Texts as symbols, none of which is 0. */
typedef struct quoth_sequences {
  size_t n_rows;
  const uint64_t *symbols;   /* [row_begin[n_rows]] */
  const uint64_t *row_begin; /* [n_rows + 1] */
} quoth_sequences;

/* Learns from rows `rows` ([n]); `labels` is [texts->n_rows], below n_classes. The arrays of `out`
 * are from malloc: quoth_ngram_lm_free. */
quoth_status quoth_ngram_lm_fit(const quoth_ngram_lm_params *params, const quoth_sequences *texts,
                                const uint32_t *rows, size_t n, const uint32_t *labels,
                                uint32_t n_classes, quoth_pool *pool, quoth_ngram_lm *out,
                                quoth_error *err);
void quoth_ngram_lm_free(quoth_ngram_lm *lm);

/* Refuses numbers that would lead scoring astray; all fields are set, sizes of arrays are right. */
quoth_status quoth_ngram_lm_check(const quoth_ngram_lm *lm, const char *what, quoth_error *err);

/* log P of a sequence of `n` symbols in each class, into [C]; `work` is [2 * C]. Returns how many
 * of the symbols any class knows. */
size_t quoth_ngram_lm_score(const quoth_ngram_lm *lm, const uint64_t *symbols, size_t n,
                            double *work, double *log_likelihood);

/* ---- Hashes ---- */

#define QUOTH_NGRAM_EMPTY 0x9E3779B97F4A7C15u /* of the n-gram of no symbols */
#define QUOTH_NGRAM_START 0u                  /* the mark before the first symbol */

/* Hashes of the n-grams that end with symbol `i`, by length from 0, into [order + 1]; `i` may be
 * SIZE_MAX, the mark's place. Returns the length of the longest. */
uint32_t quoth_ngram_keys(const uint64_t *symbols, size_t i, uint32_t order, uint64_t *keys);

#endif
