#include "learn/ngram_lm.h"

#include "base/logarithm.h"
#include "learn/ngram_table.h"

#define NONE UINT32_MAX
/* Products of probabilities are kept above this: a factor less and they are still normal. */
#define LEAST_PRODUCT 1e-150
/* Of functions with a parameter is_packed, which is a constant where they are called. */
#define BOTH_WAYS static inline __attribute__((always_inline))

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

/* ---- The table ------------------------------------------------------------- */

enum { NO_ROWS = 0 }; /* the head of a run */

BOTH_WAYS const uint8_t *find_in(bool is_packed, const quoth_ngram_lm *lm, uint64_t key) {
  uint64_t bucket = key >> (64 - lm->bucket_bits);
  uint32_t size = quoth_ngram_key_size(lm), n_numbers = quoth_ngram_n_following(lm);
  uint64_t mask = UINT64_MAX >> (64 - 8 * size);
  if (is_packed) key = key << lm->bucket_bits >> (64 - 8 * size);
  const uint8_t *at = lm->ngrams + lm->buckets[bucket];
  const uint8_t *end = lm->ngrams + lm->buckets[bucket + 1];
  while (at < end) {
    bool is_it = ((quoth_ngram_low_bytes(at) ^ key) & mask) == 0;
    at += size;
    if (is_it) return at;
    quoth_ngram_skip_run(is_packed, &at, QUOTH_NGRAM_COUNTED);
    quoth_ngram_skip_run(is_packed, &at, n_numbers);
  }
  return NULL;
}

/* Where an n-gram's counts begin, or NULL. */
static const uint8_t *find(const quoth_ngram_lm *lm, uint64_t key) {
  return lm->is_packed ? find_in(true, lm, key) : find_in(false, lm, key);
}

/* None where `*at` is NULL; otherwise *at is then where the n-gram's followers begin. */
BOTH_WAYS quoth_ngram_run read_counts(bool is_packed, const uint8_t **at) {
  return *at ? quoth_ngram_read_run(is_packed, at, QUOTH_NGRAM_COUNTED) : (quoth_ngram_run){0};
}

/* ---- Scoring --------------------------------------------------------------- */

/* P_0. */
BOTH_WAYS double pooled_probability(bool is_packed, const quoth_ngram_lm *lm,
                                    quoth_ngram_run counts) {
  double n_all = (double)lm->totals[0], n_known = (double)lm->totals[1], count = 0;
  for (; counts.n_rows > 0; counts.n_rows--) {
    quoth_ngram_next(is_packed, &counts);
    count += quoth_ngram_next(is_packed, &counts);
  }
  return (count + n_known / (n_known + 1)) / (n_all + n_known);
}

/* From P_(k-1) to P_k, of all classes. `behind` are the history's followers, `counts` those of the
 * n-gram with the symbol. */
BOTH_WAYS void interpolate(bool is_packed, const quoth_ngram_lm *lm, const uint8_t *behind,
                           quoth_ngram_run counts, uint32_t k, double *probabilities) {
  bool has_discounts = lm->discounts;
  size_t stride = QUOTH_N_DISCOUNTS * (size_t)lm->order,
         first = QUOTH_N_DISCOUNTS * (size_t)(k - 1);
  quoth_ngram_run followers = quoth_ngram_read_run(is_packed, &behind, quoth_ngram_n_following(lm));
  uint32_t counted = quoth_ngram_next_class(is_packed, &counts);
  for (uint32_t label; (label = quoth_ngram_next_class(is_packed, &followers)) != NONE;) {
    uint32_t count = 0;
    double n = quoth_ngram_next(is_packed, &followers),
           weight = lm->type_weight * quoth_ngram_next(is_packed, &followers);
    while (counted <= label) {
      uint32_t number = quoth_ngram_next(is_packed, &counts);
      if (counted == label) count = number;
      counted = quoth_ngram_next_class(is_packed, &counts);
    }
    double p = probabilities[label], kept = count, taken = 0;
    if (has_discounts) taken = quoth_ngram_next(is_packed, &followers) / (double)QUOTH_DISCOUNT_ONE;
    if (has_discounts && count > 0)
      kept -= lm->discounts[label * stride + first +
                            (count < QUOTH_N_DISCOUNTS ? count : QUOTH_N_DISCOUNTS) - 1] /
              (double)QUOTH_DISCOUNT_ONE;
    probabilities[label] = (kept + (taken + weight) * p) / (n + weight);
  }
}

/* What comes behind the n-grams that end where the walk has come to, by length from 0. */
typedef struct history {
  const uint8_t *followers[QUOTH_NGRAM_MAX_ORDER + 1];
  uint32_t n;
} history;

static history history_before_first(const quoth_ngram_lm *lm) {
  uint64_t keys[QUOTH_NGRAM_MAX_ORDER + 1];
  uint32_t longest = quoth_ngram_keys(NULL, SIZE_MAX, lm->order, keys);
  history before = {0};
  for (uint32_t length = 0; length <= longest; length++) {
    const uint8_t *at = find(lm, keys[length]);
    if (!at) break;
    quoth_ngram_skip_run(lm->is_packed, &at, QUOTH_NGRAM_COUNTED);
    before.followers[before.n++] = at;
  }
  return before;
}

/* Symbol i's probability in each class, and the history of the next in *now. False if no class
 * knows the symbol. */
BOTH_WAYS bool predict_symbol_in(bool is_packed, const quoth_ngram_lm *lm, const uint64_t *symbols,
                                 size_t i, const history *before, history *now,
                                 double *probabilities) {
  uint64_t keys[QUOTH_NGRAM_MAX_ORDER + 1];
  uint32_t n_lengths = quoth_ngram_keys(symbols, i, lm->order, keys);
  if (n_lengths > before->n) n_lengths = before->n;
  /* Memory is waited for once and not for every length. */
  for (uint32_t length = 1; length <= n_lengths; length++)
    __builtin_prefetch(&lm->buckets[keys[length] >> (64 - lm->bucket_bits)]);
  now->followers[0] = before->followers[0];
  now->n = 1;
  const uint8_t *at = find(lm, keys[1]);
  bool is_symbol = at;
  quoth_ngram_run counts = read_counts(is_packed, &at);
  double pooled = pooled_probability(is_packed, lm, counts);
  for (uint32_t c = 0; c < lm->n_classes; c++) probabilities[c] = pooled;
  /* An n-gram that is known has an end and a beginning that are; one that something follows has an
   * end that something follows. */
  for (uint32_t length = 1; length <= n_lengths; length++) {
    if (length > 1) {
      if (at) at = find(lm, keys[length]);
      counts = read_counts(is_packed, &at);
    }
    interpolate(is_packed, lm, before->followers[length - 1], counts, length, probabilities);
    if (at && *at != NO_ROWS) now->followers[now->n++] = at;
  }
  return is_symbol;
}

static bool predict_symbol(const quoth_ngram_lm *lm, const uint64_t *symbols, size_t i,
                           const history *before, history *now, double *probabilities) {
  return lm->is_packed ? predict_symbol_in(true, lm, symbols, i, before, now, probabilities)
                       : predict_symbol_in(false, lm, symbols, i, before, now, probabilities);
}

size_t quoth_ngram_lm_score(const quoth_ngram_lm *lm, const uint64_t *symbols, size_t n,
                            double *work, double *log_likelihood) {
  double *probabilities = work, *products = work + lm->n_classes;
  size_t n_known = 0;
  for (uint32_t c = 0; c < lm->n_classes; c++) {
    log_likelihood[c] = 0;
    products[c] = 1;
  }
  history histories[2] = {history_before_first(lm)};
  if (histories[0].n == 0) return 0; /* learnt from no symbols */
  for (size_t i = 0; i < n; i++) {
    n_known +=
        predict_symbol(lm, symbols, i, &histories[i % 2], &histories[1 - i % 2], probabilities);
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

/* ---- Foreign bytes --------------------------------------------------------- */

/* False if the number is too high or not all there. */
static bool take_number(const uint8_t **at, const uint8_t *end, uint32_t *out) {
  uint64_t number = 0;
  for (uint32_t shift = 0; shift < 35 && *at < end; shift += 7) {
    uint32_t byte = *(*at)++;
    number |= (uint64_t)(byte & (QUOTH_NGRAM_MORE - 1)) << shift;
    *out = (uint32_t)number;
    if (byte < QUOTH_NGRAM_MORE) return number <= UINT32_MAX;
  }
  return false;
}

/* Whether a run is there: rows of a class, ascending, and other numbers. T(h), the third of a row,
 * must not be 0. */
BOTH_WAYS bool take_run(bool is_packed, const quoth_ngram_lm *lm, const uint8_t **at,
                        const uint8_t *end, uint32_t n_numbers) {
  const uint8_t *begin = *at;
  uint32_t head;
  if (!take_number(at, end, &head)) return false;
  if ((head & 3) > QUOTH_NGRAM_MAX_KIND && !is_packed) return false;
  if (quoth_ngram_run_size(is_packed, head, n_numbers) > (size_t)(end - *at)) return false;
  quoth_ngram_run rows = quoth_ngram_read_run(is_packed, &begin, n_numbers);
  *at = begin;
  for (uint32_t first = 0, label; (label = quoth_ngram_next_class(is_packed, &rows)) != NONE;
       first = label + 1) {
    if (label < first || label >= lm->n_classes) return false;
    for (uint32_t i = 1; i < n_numbers; i++)
      if (quoth_ngram_next(is_packed, &rows) == 0 && i == 2) return false;
  }
  return true;
}

/* Whether the bytes are n-grams with ascending keys. */
BOTH_WAYS bool is_bucket_in(bool is_packed, const quoth_ngram_lm *lm, const uint8_t *at,
                            const uint8_t *end) {
  uint32_t size = quoth_ngram_key_size(lm);
  uint64_t key, last = 0;
  for (bool is_first = true; at < end; is_first = false, last = key) {
    if (end - at < (ptrdiff_t)size + 2) return false; /* two heads */
    key = quoth_ngram_low_bytes(at) & UINT64_MAX >> (64 - 8 * size);
    at += size;
    if ((key <= last && !is_first) || !take_run(is_packed, lm, &at, end, QUOTH_NGRAM_COUNTED) ||
        !take_run(is_packed, lm, &at, end, quoth_ngram_n_following(lm)))
      return false;
  }
  return true;
}

static bool is_bucket(const quoth_ngram_lm *lm, const uint8_t *at, const uint8_t *end) {
  return lm->is_packed ? is_bucket_in(true, lm, at, end) : is_bucket_in(false, lm, at, end);
}

quoth_status quoth_ngram_lm_check(const quoth_ngram_lm *lm, const char *what, quoth_error *err) {
  size_t n_buckets = (size_t)1 << lm->bucket_bits;
  bool is_right =
      lm->buckets[0] == 0 && (uint64_t)lm->buckets[n_buckets] + QUOTH_NGRAM_PADDING == lm->n_bytes;
  for (size_t i = 0; i < n_buckets && is_right; i++)
    is_right = lm->buckets[i] <= lm->buckets[i + 1];
  if (!is_right)
    return quoth_fail(err, QUOTH_ERR_FORMAT, "%s: the buckets of n-grams overlap", what);
  for (size_t i = 0; i < n_buckets; i++)
    if (!is_bucket(lm, lm->ngrams + lm->buckets[i], lm->ngrams + lm->buckets[i + 1]))
      return quoth_fail(err, QUOTH_ERR_FORMAT, "%s: an n-gram is malformed", what);
  for (size_t i = 0; lm->discounts && i < (size_t)lm->n_classes * lm->order * QUOTH_N_DISCOUNTS;
       i++)
    if (lm->discounts[i] > (i % QUOTH_N_DISCOUNTS + 1) * QUOTH_DISCOUNT_ONE)
      return quoth_fail(err, QUOTH_ERR_FORMAT, "%s: a discount above what it is taken from", what);
  return QUOTH_OK;
}
