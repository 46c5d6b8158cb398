/* Fitting the models: counts, discounts from counts of counts, what comes behind histories, a
 * table.
 *
 * N-grams are counted in parts, each of which has all that end with certain symbols, and so the
 * ends of its own; their histories are in other parts. Every part goes through all texts by itself,
 * so that threads share nothing and what comes out does not depend on them. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/sort.h"
#include "learn/ngram_lm.h"

enum { PART_BITS = 4, N_PARTS = 1 << PART_BITS, MAX_BUCKET_BITS = 31, PRUNED_LENGTH = 3 };
enum { MAX_COUNTED = QUOTH_N_DISCOUNTS + 1 };

/* What a class knows of an n-gram. */
typedef struct ngram_entry {
  uint32_t label;     /* the class */
  uint32_t count;     /* c(h w) */
  uint32_t followers; /* n(h), the n-gram being a history */
  uint32_t types;     /* T(h) */
  uint32_t taken;     /* B(h) */
} ngram_entry;

/* An n-gram of one class. */
typedef struct ngram {
  uint64_t key; /* a hash, as the other two */
  ngram_entry entry;
  uint64_t history, end; /* the n-gram without its last symbol, without its first */
  uint8_t history_part;
  uint8_t length;
  bool begins_text; /* its first symbol is the mark */
  bool is_kept;
  uint32_t preceding; /* different symbols that come before it */
} ngram;

/* One that is kept. */
typedef struct kept_ngram {
  uint64_t key;
  ngram_entry entry;
  bool is_symbol;
} kept_ngram;

typedef struct part {
  ngram *ngrams; /* [n] in order of appearance */
  size_t n, capacity;
  uint32_t *slots;  /* [n_slots] the number of an n-gram, from 1; 0 is a free slot */
  size_t n_slots;   /* a power of two, at least 2 * n */
  kept_ngram *kept; /* [n_kept] by key and label: those of all parts whose keys begin with the
                       bits of this part's number */
  size_t n_kept;
  size_t n_keys;                   /* distinct ones of them */
  uint32_t *dealt;                 /* [n] numbers of n-grams, by the part that they are dealt to */
  size_t dealt_begin[N_PARTS + 1]; /* where those of each part begin */
  quoth_status status;
  quoth_error err;
} part;

typedef struct fitting {
  const quoth_ngram_lm_params *params;
  const quoth_sequences *texts;
  const uint32_t *rows; /* [n_rows] */
  size_t n_rows;
  const uint32_t *labels;
  uint32_t n_classes;
  uint32_t *discounts; /* [C][N][QUOTH_N_DISCOUNTS], or NULL */
  part parts[N_PARTS];
} fitting;

/* ---- Tables ---------------------------------------------------------------- */

/* The part of the n-grams that end with a symbol; that of no symbols is beside the mark. */
static uint8_t part_of(uint64_t symbol) {
  return (uint8_t)(symbol * 0x9E3779B97F4A7C15u >> (64 - PART_BITS));
}

static size_t first_slot(const part *p, uint64_t key, uint32_t label) {
  return (key ^ label * 0x9E3779B97F4A7C15u) & (p->n_slots - 1);
}

/* The slot of an n-gram, or the free one where it belongs. */
static size_t slot_of(const part *p, uint64_t key, uint32_t label) {
  size_t slot = first_slot(p, key, label);
  for (; p->slots[slot]; slot = (slot + 1) & (p->n_slots - 1)) {
    const ngram *at = &p->ngrams[p->slots[slot] - 1];
    if (at->key == key && at->entry.label == label) break;
  }
  return slot;
}

static quoth_status reserve(part *p) {
  ngram *ngrams = quoth_grow(p->ngrams, &p->capacity, p->n + 1, sizeof *ngrams, &p->err);
  if (!ngrams) return QUOTH_ERR_NOMEM;
  p->ngrams = ngrams;
  if (2 * (p->n + 1) <= p->n_slots) return QUOTH_OK;
  size_t n_slots = p->n_slots ? 2 * p->n_slots : 1024;
  uint32_t *slots = quoth_new_array(n_slots, sizeof *slots, &p->err);
  if (!slots) return QUOTH_ERR_NOMEM;
  free(p->slots);
  p->slots = slots;
  p->n_slots = n_slots;
  for (size_t i = 0; i < p->n; i++)
    slots[slot_of(p, p->ngrams[i].key, p->ngrams[i].entry.label)] = (uint32_t)i + 1;
  return QUOTH_OK;
}

/* The n-gram of a class, where it is known to be. */
static ngram *get(const part *p, uint64_t key, uint32_t label) {
  return &p->ngrams[p->slots[slot_of(p, key, label)] - 1];
}

/* Counts `seen` `times` more; of its entry, only the label is looked at. */
static quoth_status count(part *p, const ngram *seen, uint32_t times) {
  quoth_status status = reserve(p);
  if (status) return status;
  if (p->n == UINT32_MAX / 2)
    return quoth_fail(&p->err, QUOTH_ERR_DATA, "too many different n-grams; set a lower order");
  size_t slot = slot_of(p, seen->key, seen->entry.label);
  if (!p->slots[slot]) {
    p->ngrams[p->n++] = *seen;
    p->slots[slot] = (uint32_t)p->n;
  }
  ngram_entry *entry = &p->ngrams[p->slots[slot] - 1].entry;
  if (entry->count > UINT32_MAX - times)
    return quoth_fail(&p->err, QUOTH_ERR_DATA, "an n-gram that is there more than %u times",
                      UINT32_MAX);
  entry->count += times;
  return QUOTH_OK;
}

/* ---- Counting -------------------------------------------------------------- */

/* The n-grams that end with symbol i. */
static quoth_status count_symbol(const fitting *job, part *p, const uint64_t *symbols, size_t i,
                                 uint32_t label) {
  uint64_t keys[QUOTH_NGRAM_MAX_ORDER + 1], before[QUOTH_NGRAM_MAX_ORDER + 1];
  uint32_t longest = quoth_ngram_keys(symbols, i, job->params->order, keys);
  for (uint32_t length = 1; length <= longest && p->n_slots > 0; length++)
    __builtin_prefetch(&p->slots[first_slot(p, keys[length], label)]);
  quoth_ngram_keys(symbols, i - 1, job->params->order, before);
  uint8_t part_before = part_of(i == 0 ? QUOTH_NGRAM_START : symbols[i - 1]);
  quoth_status status = QUOTH_OK;
  for (uint8_t length = 1; length <= longest && !status; length++) {
    const ngram seen = {.key = keys[length],
                        .entry = {.label = label},
                        .history = before[length - 1],
                        .history_part = length == 1 ? part_of(QUOTH_NGRAM_START) : part_before,
                        .end = keys[length - 1],
                        .length = length,
                        .begins_text = i + 2 == length};
    status = count(p, &seen, 1);
  }
  return status;
}

/* The mark and the n-gram of no symbols, which are histories only. */
static quoth_status add_beginning(part *p, uint32_t label) {
  uint64_t keys[2];
  quoth_ngram_keys(NULL, SIZE_MAX, 1, keys);
  quoth_status status = QUOTH_OK;
  for (uint8_t length = 0; length < 2 && !status; length++) {
    const ngram seen = {.key = keys[length], .entry = {.label = label}, .length = length};
    status = count(p, &seen, 0);
  }
  return status;
}

static quoth_status count_part(const fitting *job, part *p) {
  quoth_status status = QUOTH_OK;
  for (size_t r = 0; r < job->n_rows; r++) {
    uint32_t row = job->rows[r], label = job->labels[row];
    const uint64_t *symbols = job->texts->symbols + job->texts->row_begin[row];
    size_t n = job->texts->row_begin[row + 1] - job->texts->row_begin[row];
    if (n > 0 && &job->parts[part_of(QUOTH_NGRAM_START)] == p) status = add_beginning(p, label);
    for (size_t i = 0; i < n && !status; i++)
      if (&job->parts[part_of(symbols[i])] == p) status = count_symbol(job, p, symbols, i, label);
    if (status) return status;
  }
  return QUOTH_OK;
}

static void count_preceding(part *p) {
  for (const ngram *g = p->ngrams; g < p->ngrams + p->n; g++)
    if (g->length > 1) get(p, g->end, g->entry.label)->preceding++;
}

/* From how often n-grams are there to c. */
static quoth_status settle_counts(const fitting *job, part *p) {
  if (job->params->smoothing == QUOTH_KNESER_NEY) count_preceding(p);
  for (size_t i = 0; i < p->n; i++) {
    ngram *g = &p->ngrams[i];
    g->is_kept = g->length < PRUNED_LENGTH || g->entry.count >= job->params->min_count;
    if (job->params->smoothing == QUOTH_KNESER_NEY && g->length < job->params->order &&
        g->entry.count > 0 && !g->begins_text)
      g->entry.count = g->preceding;
  }
  return QUOTH_OK;
}

/* ---- Dealing --------------------------------------------------------------- */

/* What a part knows of n-grams that concern another goes there by a list, so that none has to look
 * through all. */
static quoth_status deal(part *p, uint8_t (*receiver)(const ngram *g)) {
  uint32_t *dealt = p->dealt ? p->dealt : quoth_new_array(p->n, sizeof *dealt, &p->err);
  size_t *begin = p->dealt_begin;
  if (!dealt) return QUOTH_ERR_NOMEM;
  p->dealt = dealt;
  memset(begin, 0, sizeof p->dealt_begin);
  for (size_t i = 0; i < p->n; i++) begin[receiver(&p->ngrams[i]) + 1]++;
  for (size_t r = 0; r < N_PARTS; r++) begin[r + 1] += begin[r];
  for (size_t i = 0; i < p->n; i++) dealt[begin[receiver(&p->ngrams[i])]++] = (uint32_t)i;
  memmove(begin + 1, begin, N_PARTS * sizeof *begin);
  begin[0] = 0;
  return QUOTH_OK;
}

static uint8_t part_of_history(const ngram *g) { return g->history_part; }

static quoth_status deal_to_histories(const fitting *job, part *p) {
  (void)job;
  return deal(p, part_of_history);
}

static uint8_t part_of_key(const ngram *g) { return (uint8_t)(g->key >> (64 - PART_BITS)); }

static quoth_status deal_by_key(const fitting *job, part *p) {
  (void)job;
  return deal(p, part_of_key);
}

/* ---- Discounts ------------------------------------------------------------- */

/* Where D is that belongs to the n-gram's count, which is above 0. */
static uint32_t *discount_of(const fitting *job, const ngram *g) {
  uint32_t count = g->entry.count < QUOTH_N_DISCOUNTS ? g->entry.count : QUOTH_N_DISCOUNTS;
  size_t k = (size_t)g->entry.label * job->params->order + g->length - 1;
  return &job->discounts[k * QUOTH_N_DISCOUNTS + count - 1];
}

/* D from n_1 to n_4. */
static void set_discounts(const uint64_t *n, uint32_t *discounts) {
  static const double otherwise[QUOTH_N_DISCOUNTS] = {0.5, 1, 1.3};
  double y = n[0] > 0 ? (double)n[0] / (double)(n[0] + 2 * n[1]) : 0.5;
  for (uint32_t i = 0; i < QUOTH_N_DISCOUNTS; i++) {
    double times = i + 1, most = times - 0.05;
    double d = n[i] > 0 ? times - (times + 1) * y * (double)n[i + 1] / (double)n[i] : otherwise[i];
    d = d < 0.1 ? 0.1 : d > most ? most : d;
    discounts[i] = (uint32_t)(d * QUOTH_DISCOUNT_ONE + 0.5);
  }
}

static quoth_status fit_discounts(fitting *job, quoth_error *err) {
  size_t n_kinds = (size_t)job->n_classes * job->params->order;
  uint64_t *n = quoth_new_array(n_kinds, MAX_COUNTED * sizeof *n, err);
  job->discounts = quoth_new_array(n_kinds, QUOTH_N_DISCOUNTS * sizeof *job->discounts, err);
  if (!n || !job->discounts) {
    free(n);
    return QUOTH_ERR_NOMEM;
  }
  for (const part *p = job->parts; p < job->parts + N_PARTS; p++)
    for (const ngram *g = p->ngrams; g < p->ngrams + p->n; g++)
      if (g->entry.count > 0 && g->entry.count <= MAX_COUNTED)
        n[((size_t)g->entry.label * job->params->order + g->length - 1) * MAX_COUNTED +
          g->entry.count - 1]++;
  for (size_t k = 0; k < n_kinds; k++)
    set_discounts(n + k * MAX_COUNTED, job->discounts + k * QUOTH_N_DISCOUNTS);
  free(n);
  return QUOTH_OK;
}

/* ---- Followers ------------------------------------------------------------- */

/* n(h), T(h) and B(h) of the part's histories, from all parts' n-grams. */
static quoth_status count_followers(const fitting *job, part *p) {
  size_t number = (size_t)(p - job->parts);
  for (const part *other = job->parts; other < job->parts + N_PARTS; other++)
    for (size_t i = other->dealt_begin[number]; i < other->dealt_begin[number + 1]; i++) {
      const ngram *g = &other->ngrams[other->dealt[i]];
      if (g->entry.count == 0) continue;
      ngram *history = get(p, g->history, g->entry.label);
      uint64_t taken = !job->discounts ? 0
                       : g->is_kept    ? *discount_of(job, g)
                                       : (uint64_t)g->entry.count * QUOTH_DISCOUNT_ONE;
      if (history->entry.followers > UINT32_MAX - g->entry.count ||
          history->entry.taken + taken > UINT32_MAX)
        return quoth_fail(&p->err, QUOTH_ERR_DATA, "a class with more than %u symbols",
                          UINT32_MAX / (job->discounts ? QUOTH_DISCOUNT_ONE : 1));
      history->entry.followers += g->is_kept || job->discounts ? g->entry.count : 0;
      history->entry.types++;
      history->entry.taken += (uint32_t)taken;
    }
  return QUOTH_OK;
}

/* ---- Sorting --------------------------------------------------------------- */

static bool is_before(const kept_ngram *a, const kept_ngram *b) {
  return a->key != b->key ? a->key < b->key : a->entry.label < b->entry.label;
}

/* Copies what of the n-grams dealt to the part is kept, in no order. `out` has room for all. */
static size_t gather_kept(const fitting *job, const part *p, kept_ngram *out) {
  size_t number = (size_t)(p - job->parts), n = 0;
  for (const part *other = job->parts; other < job->parts + N_PARTS; other++)
    for (size_t i = other->dealt_begin[number]; i < other->dealt_begin[number + 1]; i++) {
      const ngram *g = &other->ngrams[other->dealt[i]];
      if (g->is_kept)
        out[n++] = (kept_ngram){g->key, g->entry, g->length == 1 && g->entry.count > 0};
    }
  return n;
}

/* Sorts `from` ([n]) into `to`: by 32 bits of the keys, then what these leave alike. `pairs` is
 * room for 2 n. */
static void sort_ngrams(const kept_ngram *from, size_t n, uint64_t *pairs, kept_ngram *to) {
  for (size_t i = 0; i < n; i++) pairs[i] = (from[i].key << PART_BITS >> 32 << 32) | i;
  quoth_sort_pairs(pairs, pairs + n, n);
  for (size_t i = 0; i < n; i++) {
    const kept_ngram *moved = &from[(uint32_t)pairs[i]];
    size_t j = i;
    for (; j > 0 && is_before(moved, &to[j - 1]); j--) to[j] = to[j - 1];
    to[j] = *moved;
  }
}

static quoth_status sort_kept(const fitting *job, part *p) {
  size_t number = (size_t)(p - job->parts), n = 0;
  for (const part *other = job->parts; other < job->parts + N_PARTS; other++)
    n += other->dealt_begin[number + 1] - other->dealt_begin[number];
  kept_ngram *gathered = quoth_new_array(n, sizeof *gathered, &p->err);
  uint64_t *pairs = quoth_new_array(n, 2 * sizeof *pairs, &p->err);
  p->kept = quoth_new_array(n, sizeof *p->kept, &p->err);
  bool is_there = gathered && pairs && p->kept;
  if (is_there) {
    p->n_kept = gather_kept(job, p, gathered);
    sort_ngrams(gathered, p->n_kept, pairs, p->kept);
  }
  for (size_t i = 0; i < p->n_kept; i++)
    p->n_keys += i == 0 || p->kept[i].key != p->kept[i - 1].key;
  free(gathered);
  free(pairs);
  return is_there ? QUOTH_OK : QUOTH_ERR_NOMEM;
}

/* ---- The table ------------------------------------------------------------- */

static quoth_status table_new(const fitting *job, quoth_ngram_lm *lm, quoth_error *err) {
  size_t n_ngrams = 0;
  for (const part *p = job->parts; p < job->parts + N_PARTS; p++) n_ngrams += p->n_keys;
  lm->bucket_bits = 1;
  while (lm->bucket_bits < MAX_BUCKET_BITS && (size_t)2 << lm->bucket_bits <= n_ngrams)
    lm->bucket_bits++;
  lm->buckets = quoth_new_array(((size_t)1 << lm->bucket_bits) + 1, sizeof *lm->buckets, err);
  lm->totals = quoth_new_array(2, sizeof *lm->totals, err);
  return lm->buckets && lm->totals ? QUOTH_OK : QUOTH_ERR_NOMEM;
}

/* The table as it is written, and rows of one n-gram. */
typedef struct writing {
  quoth_buffer ngrams;
  quoth_buffer counts, followers; /* uint32_t [rows][numbers] */
} writing;

/* `rows` as a run. */
static quoth_status append_run(quoth_buffer *to, const quoth_buffer *rows, size_t n_numbers,
                               quoth_error *err) {
  enum { LONGEST_HEAD = 5, MORE = 1 << 7 };
  quoth_status status = quoth_buffer_reserve(to, LONGEST_HEAD + rows->size, err);
  if (status) return status;
  const uint32_t *numbers = (const uint32_t *)(const void *)rows->data;
  size_t n = rows->size / sizeof *numbers;
  uint32_t all = 0;
  for (size_t i = 0; i < n; i++) all |= numbers[i];
  uint32_t log_width = all >> 16 ? 2 : all >> 8 ? 1 : 0;
  uint32_t head = (uint32_t)(n / n_numbers) << 2 | log_width;
  for (; head >= MORE; head >>= 7) to->data[to->size++] = (char)(head | MORE);
  to->data[to->size++] = (char)head;
  for (size_t i = 0; i < n; i++) {
    memcpy(to->data + to->size, &numbers[i], (size_t)1 << log_width);
    to->size += (size_t)1 << log_width;
  }
  return QUOTH_OK;
}

static quoth_status append_entry(writing *out, const ngram_entry *entry, size_t n_following,
                                 quoth_error *err) {
  const uint32_t counts[] = {entry->label, entry->count};
  const uint32_t followers[] = {entry->label, entry->followers, entry->types, entry->taken};
  quoth_status status = QUOTH_OK;
  if (entry->count > 0) status = quoth_buffer_append(&out->counts, counts, sizeof counts, err);
  if (!status && entry->types > 0)
    status = quoth_buffer_append(&out->followers, followers, n_following * sizeof *followers, err);
  return status;
}

/* An n-gram's entries, [n]. That of no symbols and the mark may have none. */
static quoth_status append_ngram(writing *out, const kept_ngram *entries, size_t n,
                                 const quoth_ngram_lm *lm, quoth_error *err) {
  size_t n_following = lm->discounts ? 4 : 3;
  quoth_status status = QUOTH_OK;
  out->counts.size = out->followers.size = 0;
  for (size_t i = 0; i < n && !status; i++)
    status = append_entry(out, &entries[i].entry, n_following, err);
  if (status || out->counts.size + out->followers.size == 0) return status;
  status = quoth_buffer_append(&out->ngrams, &entries->key, quoth_ngram_key_size(lm), err);
  if (!status) status = append_run(&out->ngrams, &out->counts, 2, err);
  if (!status) status = append_run(&out->ngrams, &out->followers, n_following, err);
  if (!status && out->ngrams.size > UINT32_MAX - QUOTH_NGRAM_PADDING)
    status = quoth_fail(err, QUOTH_ERR_DATA, "too many different n-grams; set a lower order");
  return status;
}

/* The part's n-grams, and where their buckets end. */
static quoth_status append_part(writing *out, const part *p, quoth_ngram_lm *lm, quoth_error *err) {
  uint32_t *buckets = (uint32_t *)(uintptr_t)lm->buckets;
  uint64_t *totals = (uint64_t *)(uintptr_t)lm->totals;
  for (size_t i = 0, end; i < p->n_kept; i = end) {
    const kept_ngram *first = &p->kept[i];
    for (end = i; end < p->n_kept && p->kept[end].key == first->key; end++)
      totals[0] += p->kept[end].is_symbol ? p->kept[end].entry.count : 0;
    totals[1] += first->is_symbol;
    quoth_status status = append_ngram(out, first, end - i, lm, err);
    if (status) return status;
    buckets[(first->key >> (64 - lm->bucket_bits)) + 1] = (uint32_t)out->ngrams.size;
  }
  return QUOTH_OK;
}

static quoth_status write_table(const fitting *job, quoth_ngram_lm *lm, quoth_error *err) {
  writing out = {0};
  quoth_status status = QUOTH_OK;
  for (const part *p = job->parts; p < job->parts + N_PARTS && !status; p++)
    status = append_part(&out, p, lm, err);
  static const char padding[QUOTH_NGRAM_PADDING];
  if (!status) status = quoth_buffer_append(&out.ngrams, padding, sizeof padding, err);
  uint32_t *buckets = (uint32_t *)(uintptr_t)lm->buckets;
  for (size_t b = 0; b < (size_t)1 << lm->bucket_bits; b++)
    if (buckets[b + 1] < buckets[b]) buckets[b + 1] = buckets[b];
  lm->ngrams = (const uint8_t *)out.ngrams.data;
  lm->n_bytes = (uint32_t)out.ngrams.size;
  quoth_buffer_clear(&out.counts);
  quoth_buffer_clear(&out.followers);
  return status;
}

/* ---- The whole ------------------------------------------------------------- */

typedef struct step {
  fitting *job;
  quoth_status (*work)(const fitting *job, part *p);
} step;

static void run_parts(void *context, size_t begin, size_t end, size_t worker) {
  (void)worker;
  const step *at = context;
  for (size_t i = begin; i < end; i++) {
    part *p = &at->job->parts[i];
    p->status = at->work(at->job, p);
  }
}

/* The error told is that of the first part that failed, which does not depend on the threads. */
static quoth_status run_step(fitting *job, quoth_status (*work)(const fitting *job, part *p),
                             quoth_pool *pool, quoth_error *err) {
  step at = {job, work};
  quoth_pool_run(pool, N_PARTS, 1, run_parts, &at);
  for (const part *p = job->parts; p < job->parts + N_PARTS; p++) {
    if (!p->status) continue;
    if (err) *err = p->err;
    return p->status;
  }
  return QUOTH_OK;
}

quoth_status quoth_ngram_lm_fit(const quoth_ngram_lm_params *params, const quoth_sequences *texts,
                                const uint32_t *rows, size_t n, const uint32_t *labels,
                                uint32_t n_classes, quoth_pool *pool, quoth_ngram_lm *out,
                                quoth_error *err) {
  *out = (quoth_ngram_lm){.order = params->order,
                          .n_classes = n_classes,
                          .smoothing = params->smoothing,
                          .type_weight = params->type_weight};
  fitting *job = quoth_new_array(1, sizeof *job, err);
  if (!job) return QUOTH_ERR_NOMEM;
  *job = (fitting){.params = params,
                   .texts = texts,
                   .rows = rows,
                   .n_rows = n,
                   .labels = labels,
                   .n_classes = n_classes};
  quoth_status status = run_step(job, count_part, pool, err);
  if (!status) status = run_step(job, settle_counts, pool, err);
  if (!status && params->smoothing != QUOTH_WITTEN_BELL) status = fit_discounts(job, err);
  out->discounts = job->discounts;
  if (!status) status = run_step(job, deal_to_histories, pool, err);
  if (!status) status = run_step(job, count_followers, pool, err);
  if (!status) status = run_step(job, deal_by_key, pool, err);
  if (!status) status = run_step(job, sort_kept, pool, err);
  if (!status) status = table_new(job, out, err);
  if (!status) status = write_table(job, out, err);
  for (part *p = job->parts; p < job->parts + N_PARTS; p++) {
    free(p->ngrams);
    free(p->slots);
    free(p->dealt);
    free(p->kept);
  }
  free(job);
  if (status) quoth_ngram_lm_free(out);
  return status;
}

void quoth_ngram_lm_free(quoth_ngram_lm *lm) {
  free((void *)(uintptr_t)lm->discounts);
  free((void *)(uintptr_t)lm->buckets);
  free((void *)(uintptr_t)lm->ngrams);
  free((void *)(uintptr_t)lm->totals);
  *lm = (quoth_ngram_lm){0};
}
