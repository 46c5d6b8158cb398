#include "learn/ngram_lm.h"

#include "base/logarithm.h"
#include "base/memory.h"

#define NONE UINT32_MAX
/* Products of probabilities are kept above this: a factor less and they are still normal. */
#define LEAST_PRODUCT 1e-150

/* ---- Hashes ---------------------------------------------------------------- */

/* The hash of an n-gram from that of its end and the symbol before; murmur3's finaliser. */
static uint64_t prepend(uint64_t key, uint64_t symbol) {
  key = (key ^ (symbol + 1) * 0xBF58476D1CE4E5B9u) * 0xFF51AFD7ED558CCDu;
  key = (key ^ key >> 33) * 0xC4CEB9FE1A85EC53u;
  return key ^ key >> 33;
}

uint32_t quoth_ngram_keys(const uint64_t *symbols, size_t i, uint32_t order, uint64_t *keys) {
  keys[0] = QUOTH_NGRAM_EMPTY;
  for (uint32_t length = 1; length <= order; length++, i--) {
    keys[length] = prepend(keys[length - 1], i == SIZE_MAX ? QUOTH_NGRAM_START : symbols[i]);
    if (i == SIZE_MAX) return length;
  }
  return order;
}

/* ---- Looking up ------------------------------------------------------------ */

/* The number of an n-gram, or NONE. */
static uint32_t find(const quoth_ngram_lm *lm, uint64_t key) {
  uint64_t bucket = key >> (64 - lm->bucket_bits);
  uint32_t low = lm->buckets[bucket], end = lm->buckets[bucket + 1], high = end;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (lm->keys[middle] < key)
      low = middle + 1;
    else
      high = middle;
  }
  return low < end && lm->keys[low] == key ? low : NONE;
}

/* ---- Scoring --------------------------------------------------------------- */

/* P_0. */
static double pooled_probability(const quoth_ngram_lm *lm, uint32_t ngram) {
  double n_all = (double)lm->totals[0], n_known = (double)lm->totals[1], count = 0;
  if (ngram != NONE)
    for (uint32_t i = lm->begins[ngram]; i < lm->begins[ngram + 1]; i++)
      count += lm->entries[i].count;
  return (count + n_known / (n_known + 1)) / (n_all + n_known);
}

/* From P_(k-1) to P_k, of the class of entry `i`, the history. `count` is the n-gram's, `k` its
 * length. */
static double interpolated(const quoth_ngram_lm *lm, uint32_t i, uint32_t count, uint32_t k,
                           double p) {
  const quoth_ngram_entry *h = &lm->entries[i];
  double weight = lm->type_weight * h->types;
  if (h->types == 0) return p;
  if (!lm->discounts) return (count + weight * p) / (h->followers + weight);
  const uint32_t *discounts =
      lm->discounts + ((size_t)h->label * lm->order + k - 1) * QUOTH_N_DISCOUNTS;
  uint32_t discount = count == 0 ? 0 : discounts[(count < 3 ? count : 3) - 1];
  double kept = count - discount / (double)QUOTH_DISCOUNT_ONE;
  double taken = lm->taken[i] / (double)QUOTH_DISCOUNT_ONE;
  return (kept + (taken + weight) * p) / (h->followers + weight);
}

/* From P_(k-1) to P_k, of all classes. `ngram` is the history with the symbol, or NONE. */
static void interpolate(const quoth_ngram_lm *lm, uint32_t history, uint32_t ngram, uint32_t k,
                        double *probabilities) {
  const quoth_ngram_entry *entry = lm->entries, *end = entry;
  if (ngram != NONE) {
    end = entry + lm->begins[ngram + 1];
    entry += lm->begins[ngram];
  }
  for (uint32_t i = lm->begins[history]; i < lm->begins[history + 1]; i++) {
    const quoth_ngram_entry *h = &lm->entries[i];
    while (entry < end && entry->label < h->label) entry++;
    uint32_t count = entry < end && entry->label == h->label ? entry->count : 0;
    double *p = &probabilities[h->label];
    *p = interpolated(lm, i, count, k, *p);
  }
}

/* The n-grams that end where the walk has come to, by length from 0. */
typedef struct history {
  uint32_t ngrams[QUOTH_NGRAM_MAX_ORDER + 1];
  uint32_t longest;
} history;

static history history_before_first(const quoth_ngram_lm *lm) {
  uint64_t keys[QUOTH_NGRAM_MAX_ORDER + 1];
  history before = {.longest = quoth_ngram_keys(NULL, SIZE_MAX, lm->order, keys)};
  for (uint32_t length = 0; length <= before.longest; length++)
    before.ngrams[length] = find(lm, keys[length]);
  if (before.ngrams[before.longest] == NONE) before.longest = 0;
  return before;
}

/* Symbol i's probability in each class. *before becomes the history of the next. False if no class
 * knows the symbol. */
static bool predict_symbol(const quoth_ngram_lm *lm, const uint64_t *symbols, size_t i,
                           history *before, double *probabilities) {
  uint64_t keys[QUOTH_NGRAM_MAX_ORDER + 1];
  uint32_t n_lengths = quoth_ngram_keys(symbols, i, lm->order, keys);
  /* Memory is waited for once and not for every length. */
  for (uint32_t length = 1; length <= n_lengths && length - 1 <= before->longest; length++)
    __builtin_prefetch(&lm->buckets[keys[length] >> (64 - lm->bucket_bits)]);
  history now = {.ngrams = {before->ngrams[0]}};
  uint32_t ngram = find(lm, keys[1]);
  double pooled = pooled_probability(lm, ngram);
  for (uint32_t c = 0; c < lm->n_classes; c++) probabilities[c] = pooled;
  /* An n-gram that is known has an end and a beginning that are. */
  for (uint32_t length = 1; length <= n_lengths && length - 1 <= before->longest; length++) {
    if (length > 1 && ngram != NONE) ngram = find(lm, keys[length]);
    interpolate(lm, before->ngrams[length - 1], ngram, length, probabilities);
    if (ngram == NONE) continue;
    now.ngrams[length] = ngram;
    now.longest = length;
  }
  *before = now;
  return now.longest > 0;
}

size_t quoth_ngram_lm_score(const quoth_ngram_lm *lm, const uint64_t *symbols, size_t n,
                            double *work, double *log_likelihood) {
  double *probabilities = work, *products = work + lm->n_classes;
  size_t n_known = 0;
  for (uint32_t c = 0; c < lm->n_classes; c++) {
    log_likelihood[c] = 0;
    products[c] = 1;
  }
  history before = history_before_first(lm);
  if (before.ngrams[0] == NONE) return 0; /* learnt from no symbols */
  for (size_t i = 0; i < n; i++) {
    n_known += predict_symbol(lm, symbols, i, &before, probabilities);
    for (uint32_t c = 0; c < lm->n_classes; c++) {
      products[c] *= probabilities[c];
      if (products[c] > LEAST_PRODUCT) continue;
      log_likelihood[c] += quoth_log(products[c]);
      products[c] = 1;
    }
  }
  for (uint32_t c = 0; c < lm->n_classes; c++) log_likelihood[c] += quoth_log(products[c]);
  return n_known;
}

/* ---- Foreign numbers ------------------------------------------------------- */

static bool ascends(const uint32_t *numbers, size_t n, uint32_t last) {
  for (size_t i = 1; i < n; i++)
    if (numbers[i] < numbers[i - 1]) return false;
  return numbers[0] == 0 && numbers[n - 1] == last;
}

quoth_status quoth_ngram_lm_check(const quoth_ngram_lm *lm, const char *what, quoth_error *err) {
  if (!ascends(lm->buckets, ((size_t)1 << lm->bucket_bits) + 1, lm->n_ngrams))
    return quoth_fail(err, QUOTH_ERR_FORMAT, "%s: the buckets of n-grams overlap", what);
  if (!ascends(lm->begins, (size_t)lm->n_ngrams + 1, lm->n_entries))
    return quoth_fail(err, QUOTH_ERR_FORMAT, "%s: the entries of n-grams overlap", what);
  for (uint32_t i = 0; i < lm->n_entries; i++)
    if (lm->entries[i].label >= lm->n_classes)
      return quoth_fail(err, QUOTH_ERR_FORMAT, "%s: an n-gram of class %u; there are %u", what,
                        lm->entries[i].label, lm->n_classes);
  for (size_t i = 0; lm->discounts && i < (size_t)lm->n_classes * lm->order * QUOTH_N_DISCOUNTS;
       i++)
    if (lm->discounts[i] > (i % QUOTH_N_DISCOUNTS + 1) * QUOTH_DISCOUNT_ONE)
      return quoth_fail(err, QUOTH_ERR_FORMAT, "%s: a discount above what it is taken from", what);
  return QUOTH_OK;
}
