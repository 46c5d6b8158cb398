/* ngram_lm.h - one language model per class over sequences of symbols (words, characters; here
 * numbers), each of which says how probable a sequence is: Peng, Schuurmans and Wang, "Language
 * and task independent text categorization with simple language models" (2003).
 *
 * A symbol's probability P_N(w | h) is interpolated between histories h of every length below the
 * order N. c counts an n-gram in the class's texts, n(h) sums c(h w) over w, T(h) is how many
 * different w come behind h, h' is h without its first symbol, and P_k has the n-grams of k
 * symbols; where n(h) is 0, P_k is P_(k-1). Three ways, all from Chen and Goodman, "An empirical
 * study of smoothing techniques for language modeling" (1999):
 *
 * Witten and Bell's method C, "The zero-frequency problem" (1991), Chen and Goodman's equation 15:
 *
 *   P_k(w | h) = (c(h w) + a T(h) P_(k-1)(w | h')) / (n(h) + a T(h))
 *
 * The weight a is 1 in the papers; Carpenter, "Scaling high-order character language models to
 * gigabytes" (2005), has it as a parameter.
 *
 * Absolute discounting: Ney, Essen and Kneser, "On structuring probabilistic dependences in
 * stochastic language modelling" (1994), with Chen and Goodman's three discounts, equations 25 and
 * 26, where a is 0; texts are told apart better with an a above:
 *
 *   P_k(w | h) = (c(h w) - D(c(h w)) + (B(h) + a T(h)) P_(k-1)(w | h')) / (n(h) + a T(h))
 *   B(h) = sum over w of D(c(h w))
 *   D(0) = 0;  D(c) = D(3) for c above 3;  with Y = n_1 / (n_1 + 2 n_2)
 *   D(1) = 1 - 2 Y n_2 / n_1;  D(2) = 2 - 3 Y n_3 / n_2;  D(3) = 3 - 4 Y n_4 / n_3
 *
 * n_i is how many of the class's n-grams of k symbols have the count i. Without any of n_1, n_2,
 * n_3 the discount is 1/2 (and Y too), 1 and 1.3; all are held between 0.1 and their count less
 * 0.05, and rounded to 256ths, so that sums of them are exact.
 *
 * Kneser and Ney, "Improved backing-off for m-gram language modeling" (1995), Chen and Goodman's
 * modified and interpolated form: the same, but where k is below N, c counts the different symbols
 * that come before an n-gram, unless it begins a text.
 *
 * Below the class's single symbols lie those of all classes, below them V known symbols and the
 * unknown one, all alike; c_all and n_all are sums over the classes:
 *
 *   P_0(w) = (c_all(w) + V / (V + 1)) / (n_all + V)
 *
 * A sequence begins behind a mark that belongs to histories and is never predicted. How long it is
 * has no probability.
 *
 * N-grams are known by 64-bit hashes of their symbols: two that share one of some millions are one
 * in about 10^6 models.
 *
 * The table is a run of bytes, an n-gram of any class behind another:
 *
 *   key        the low bytes of its hash, the lowest first; the bucket tells the others
 *   counts     a run with a row for each class that has the n-gram: class, c(h w)
 *   followers  a run with a row for each class that has some, the n-gram being h: class, n(h), T(h)
 *              and, with discounts, B(h) in 256ths
 *
 * A run is its head, 4 rows + i, in LEB128 (7 bits a byte, the lowest first, the high bit set where
 * more follow), and its rows, every number of which takes 2^i bytes, the lowest first; mostly one.
 * N-grams are sorted by hash, rows by class. QUOTH_NGRAM_PADDING bytes follow the last n-gram, for
 * numbers are read as if they took four.
 *
 * A packed table is half as large. Of a hash it has the 24 bits below those that the bucket tells,
 * the lowest byte first, so that an n-gram that it lacks is taken for one that it has about once in
 * 2^24 divided by the size of a bucket, which is 2 to 4. A run's numbers take 4 * 2^i bits, the
 * lowest first, i from 0 to 3, and the run whole bytes. Rows of followers that change nothing,
 * since n(h) is 0 and there is no B(h), are left out.
 *
 * C classes. */
#ifndef QUOTH_LEARN_NGRAM_LM_H
#define QUOTH_LEARN_NGRAM_LM_H

#include "base/thread_pool.h"

enum { QUOTH_NGRAM_MAX_ORDER = 12 };

typedef enum quoth_smoothing {
  QUOTH_WITTEN_BELL,
  QUOTH_ABSOLUTE_DISCOUNTING,
  QUOTH_KNESER_NEY,
} quoth_smoothing;

enum { QUOTH_N_DISCOUNTS = 3, QUOTH_DISCOUNT_ONE = 256, QUOTH_NGRAM_PADDING = 3 };

/* The models of all classes: a table of n-grams, in buckets by the high bits of hashes. */
typedef struct quoth_ngram_lm {
  uint32_t order, n_classes; /* N, C */
  uint32_t bucket_bits;      /* 1 to 31 */
  quoth_smoothing smoothing;
  double type_weight;        /* a, above 0 */
  const uint32_t *discounts; /* [C][N][QUOTH_N_DISCOUNTS] D of k symbols in 256ths, k from 1; NULL
                                for Witten and Bell */
  const uint32_t *buckets;   /* [2^bucket_bits + 1]: the hashes whose high bits are i are those of
                                ngrams [buckets[i], buckets[i + 1]) */
  const uint8_t *ngrams;     /* [n_bytes]: the table; the n-gram of no symbols is there too */
  uint32_t n_bytes;
  bool is_packed;
  const uint64_t *totals; /* [2]: n_all and V */
} quoth_ngram_lm;

typedef struct quoth_ngram_lm_params {
  uint32_t order;     /* 1 to QUOTH_NGRAM_MAX_ORDER */
  uint32_t min_count; /* a class's n-grams of three symbols and more that it has less often are
                         left out: n(h) sums those that are kept, T(h) counts all; with
                         discounts, n(h) sums all and B(h) has the whole c of the others */
  double type_weight; /* a, above 0 */
  quoth_smoothing smoothing;
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

/* The same models with a packed table: its buckets and n-grams are from malloc, its other arrays
 * those of `lm`. Of n-grams whose keys become the same the first is kept. */
quoth_status quoth_ngram_lm_pack(const quoth_ngram_lm *lm, quoth_ngram_lm *out, quoth_error *err);

/* Refuses numbers that would lead scoring astray; all fields are set, sizes of arrays are right. */
quoth_status quoth_ngram_lm_check(const quoth_ngram_lm *lm, const char *what, quoth_error *err);

/* log P of a sequence of `n` symbols in each class, into [C]; `work` is [2 * C]. Returns how many
 * of the symbols any class knows. */
size_t quoth_ngram_lm_score(const quoth_ngram_lm *lm, const uint64_t *symbols, size_t n,
                            double *work, double *log_likelihood);

/* ---- Hashes ---- */

/* How many bytes of a hash are in the table: the low ones, those that the bucket does not tell. */
static inline uint32_t quoth_ngram_key_size(const quoth_ngram_lm *lm) {
  return lm->is_packed ? 3 : (71 - lm->bucket_bits) / 8;
}

#define QUOTH_NGRAM_EMPTY 0x9E3779B97F4A7C15u /* of the n-gram of no symbols */
#define QUOTH_NGRAM_START 0u                  /* the mark before the first symbol */

/* Hashes of the n-grams that end with symbol `i`, by length from 0, into [order + 1]; `i` may be
 * SIZE_MAX, the mark's place. Returns the length of the longest. */
uint32_t quoth_ngram_keys(const uint64_t *symbols, size_t i, uint32_t order, uint64_t *keys);

#endif
