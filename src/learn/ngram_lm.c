#include "learn/ngram_lm.h"

#include <string.h>

#include "base/logarithm.h"
#include "base/memory.h"

#define NONE UINT32_MAX
enum { MORE = 1 << 7 }; /* marks a byte of a number that others follow */
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

/* ---- The table ------------------------------------------------------------- */

/* Rows of numbers that are all of as many bytes. */
typedef struct run {
  const uint8_t *at;
  uint32_t n_rows;
  uint32_t width; /* 1, 2 or 4 */
  uint32_t mask;  /* the bits of that many bytes */
} run;

enum { NO_ROWS = 0 };                                      /* the head of a run */
enum { N_COUNTED = 2, N_FOLLOWING = 3, N_DISCOUNTED = 4 }; /* numbers in a row */

static uint32_t n_following(const quoth_ngram_lm *lm) {
  return lm->discounts ? N_DISCOUNTED : N_FOLLOWING;
}

/* The low bytes of a key, and what is behind it. No n-gram takes less than eight bytes. */
static uint64_t low_bytes(const uint8_t *at) {
  uint64_t bytes;
  memcpy(&bytes, at, sizeof bytes);
  return bytes;
}

static uint32_t read_number(const uint8_t **at) {
  uint32_t number = *(*at)++;
  if (number < MORE) return number;
  number -= MORE;
  for (uint32_t shift = 7;; shift += 7) {
    uint32_t byte = *(*at)++;
    number |= (byte & (MORE - 1)) << shift;
    if (byte < MORE) return number;
  }
}

static run read_run(const uint8_t **at, uint32_t n_numbers) {
  static const uint32_t masks[] = {UINT8_MAX, UINT16_MAX, UINT32_MAX};
  uint32_t head = read_number(at), log_width = head & 3;
  run rows = {*at, head >> 2, 1u << log_width, masks[log_width]};
  *at += (size_t)rows.n_rows * n_numbers << log_width;
  return rows;
}

static void skip_run(const uint8_t **at, uint32_t n_numbers) {
  uint32_t head = read_number(at);
  *at += (size_t)(head >> 2) * n_numbers << (head & 3);
}

/* The next number of a row. */
static uint32_t next(run *rows) {
  uint32_t number;
  memcpy(&number, rows->at, sizeof number);
  rows->at += rows->width;
  return number & rows->mask;
}

/* Where an n-gram's counts begin, or NULL. */
static const uint8_t *find(const quoth_ngram_lm *lm, uint64_t key) {
  uint64_t bucket = key >> (64 - lm->bucket_bits);
  uint32_t size = quoth_ngram_key_size(lm), n_numbers = n_following(lm);
  uint64_t mask = UINT64_MAX >> (64 - 8 * size);
  const uint8_t *at = lm->ngrams + lm->buckets[bucket];
  const uint8_t *end = lm->ngrams + lm->buckets[bucket + 1];
  while (at < end) {
    bool is_it = ((low_bytes(at) ^ key) & mask) == 0;
    at += size;
    if (is_it) return at;
    skip_run(&at, N_COUNTED);
    skip_run(&at, n_numbers);
  }
  return NULL;
}

/* None where `*at` is NULL; otherwise *at is then where the n-gram's followers begin. */
static run read_counts(const uint8_t **at) { return *at ? read_run(at, N_COUNTED) : (run){0}; }

/* ---- Scoring --------------------------------------------------------------- */

/* P_0. */
static double pooled_probability(const quoth_ngram_lm *lm, run counts) {
  double n_all = (double)lm->totals[0], n_known = (double)lm->totals[1], count = 0;
  for (; counts.n_rows > 0; counts.n_rows--) {
    next(&counts);
    count += next(&counts);
  }
  return (count + n_known / (n_known + 1)) / (n_all + n_known);
}

/* The class of the next row, or NONE. */
static uint32_t next_class(run *rows) {
  if (rows->n_rows == 0) return NONE;
  rows->n_rows--;
  return next(rows);
}

/* From P_(k-1) to P_k, of all classes. `behind` are the history's followers, `counts` those of the
 * n-gram with the symbol. */
static void interpolate(const quoth_ngram_lm *lm, const uint8_t *behind, run counts, uint32_t k,
                        double *probabilities) {
  bool has_discounts = lm->discounts;
  size_t stride = QUOTH_N_DISCOUNTS * (size_t)lm->order,
         first = QUOTH_N_DISCOUNTS * (size_t)(k - 1);
  run followers = read_run(&behind, n_following(lm));
  uint32_t counted = next_class(&counts);
  for (uint32_t label; (label = next_class(&followers)) != NONE;) {
    uint32_t count = 0;
    double n = next(&followers), weight = lm->type_weight * next(&followers);
    while (counted <= label) {
      uint32_t number = next(&counts);
      if (counted == label) count = number;
      counted = next_class(&counts);
    }
    double p = probabilities[label], kept = count, taken = 0;
    if (has_discounts) taken = next(&followers) / (double)QUOTH_DISCOUNT_ONE;
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
    skip_run(&at, N_COUNTED);
    before.followers[before.n++] = at;
  }
  return before;
}

/* Symbol i's probability in each class, and the history of the next in *now. False if no class
 * knows the symbol. */
static bool predict_symbol(const quoth_ngram_lm *lm, const uint64_t *symbols, size_t i,
                           const history *before, history *now, double *probabilities) {
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
  run counts = read_counts(&at);
  double pooled = pooled_probability(lm, counts);
  for (uint32_t c = 0; c < lm->n_classes; c++) probabilities[c] = pooled;
  /* An n-gram that is known has an end and a beginning that are; one that something follows has an
   * end that something follows. */
  for (uint32_t length = 1; length <= n_lengths; length++) {
    if (length > 1) {
      if (at) at = find(lm, keys[length]);
      counts = read_counts(&at);
    }
    interpolate(lm, before->followers[length - 1], counts, length, probabilities);
    if (at && *at != NO_ROWS) now->followers[now->n++] = at;
  }
  return is_symbol;
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
    number |= (uint64_t)(byte & (MORE - 1)) << shift;
    *out = (uint32_t)number;
    if (byte < MORE) return number <= UINT32_MAX;
  }
  return false;
}

/* Whether a run is there: rows of a class, ascending, and other numbers. T(h), the third of a row,
 * must not be 0. */
static bool take_run(const quoth_ngram_lm *lm, const uint8_t **at, const uint8_t *end,
                     uint32_t n_numbers) {
  const uint8_t *begin = *at;
  uint32_t head;
  if (!take_number(at, end, &head) || (head & 3) == 3) return false;
  if (((size_t)head >> 2) * n_numbers << (head & 3) > (size_t)(end - *at)) return false;
  run rows = read_run(&begin, n_numbers);
  *at = begin;
  for (uint32_t first = 0, label; (label = next_class(&rows)) != NONE; first = label + 1) {
    if (label < first || label >= lm->n_classes) return false;
    for (uint32_t i = 1; i < n_numbers; i++)
      if (next(&rows) == 0 && i == 2) return false;
  }
  return true;
}

/* Whether the bytes are n-grams with ascending keys. */
static bool is_bucket(const quoth_ngram_lm *lm, const uint8_t *at, const uint8_t *end) {
  uint32_t size = quoth_ngram_key_size(lm);
  uint64_t key, last = 0;
  for (bool is_first = true; at < end; is_first = false, last = key) {
    if (end - at < (ptrdiff_t)sizeof key) return false;
    key = low_bytes(at) & UINT64_MAX >> (64 - 8 * size);
    at += size;
    if ((key <= last && !is_first) || !take_run(lm, &at, end, N_COUNTED) ||
        !take_run(lm, &at, end, n_following(lm)))
      return false;
  }
  return true;
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
