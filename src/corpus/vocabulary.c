/* The terms of all tallies are shared out to buckets by their first two bytes. Buckets follow one
 * another in order of code points, so each can be sorted and its equal terms united by one thread,
 * without the others. */
#include "corpus/vocabulary.h"

#include <stdlib.h>
#include <string.h>

#include "base/sort.h"

enum {
  N_BUCKETS = 1 << 16,
  BUCKETS_AT_ONCE = 64, /* for a thread */
  TERMS_AT_ONCE = 4096,
  FEW = 8,   /* sorted by insertion */
  DEEP = 64, /* bytes behind which terms are compared as a whole */
};

typedef struct met_term {
  quoth_bytes text;
  uint32_t tally, id;
} met_term;

typedef struct merging {
  quoth_tally *tallies;
  size_t n_tallies;
  uint32_t *bucket_begin; /* [N_BUCKETS + 1] */
  met_term *met;          /* [n_met], by bucket */
  size_t n_met;
  uint64_t *order;    /* [n_met]: in the low half the number of a met term; by term in the end */
  uint64_t *distinct; /* [n_met]: of each bucket, the first of each term */
  uint32_t *n_before; /* [N_BUCKETS + 1]: terms, of a bucket at first, then of those before */
  quoth_strings *out;
  char *bytes;      /* out->bytes */
  uint64_t *ends;   /* out->ends */
  uint64_t *hashes; /* [out->n_strings] */
} merging;

void quoth_tally_clear(quoth_tally *tally) {
  quoth_string_table_clear(&tally->terms);
  free(tally->final);
}

/* ---- Buckets --------------------------------------------------------------- */

static size_t bucket_of(quoth_bytes term) {
  size_t first = term.size > 0 ? (unsigned char)term.data[0] : 0;
  size_t second = term.size > 1 ? (unsigned char)term.data[1] : 0;
  return first << 8 | second;
}

static quoth_status merging_init(merging *job, quoth_error *err) {
  for (size_t t = 0; t < job->n_tallies; t++) {
    quoth_tally *tally = &job->tallies[t];
    job->n_met += tally->terms.n_strings;
    tally->final = quoth_new_unset(tally->terms.n_strings, sizeof *tally->final, err);
    if (!tally->final) return QUOTH_ERR_NOMEM;
  }
  if (job->n_met >= QUOTH_STRING_NONE) {
    quoth_fail(err, QUOTH_ERR_DATA, "more than %u distinct terms", QUOTH_STRING_NONE - 1);
    return QUOTH_ERR_DATA;
  }
  job->bucket_begin = quoth_new_aligned(N_BUCKETS + 1, sizeof *job->bucket_begin, err);
  job->n_before = quoth_new_aligned(N_BUCKETS + 1, sizeof *job->n_before, err);
  job->met = quoth_new_unset(job->n_met, sizeof *job->met, err);
  job->order = quoth_new_unset(job->n_met, sizeof *job->order, err);
  job->distinct = quoth_new_unset(job->n_met, sizeof *job->distinct, err);
  return job->bucket_begin && job->n_before && job->met && job->order && job->distinct
             ? QUOTH_OK
             : QUOTH_ERR_NOMEM;
}

static void fill_buckets(merging *job) {
  uint32_t *behind = job->bucket_begin + 1; /* a bucket's begin while it is filled, then its end */
  for (size_t t = 0; t < job->n_tallies; t++)
    for (uint32_t id = 0; id < job->tallies[t].terms.n_strings; id++)
      behind[bucket_of(quoth_string_table_get(&job->tallies[t].terms, id))]++;
  uint32_t begin = 0;
  for (size_t b = 0; b < N_BUCKETS; b++) {
    uint32_t n = behind[b];
    behind[b] = begin;
    begin += n;
  }
  for (size_t t = 0; t < job->n_tallies; t++)
    for (uint32_t id = 0; id < job->tallies[t].terms.n_strings; id++) {
      quoth_bytes text = quoth_string_table_get(&job->tallies[t].terms, id);
      job->met[behind[bucket_of(text)]++] = (met_term){text, (uint32_t)t, id};
    }
}

/* ---- Sorting --------------------------------------------------------------- */

static quoth_bytes text_of(const merging *job, uint64_t item) {
  return job->met[(uint32_t)item].text;
}

/* Four bytes of a term as a number of the same order; bytes behind its end are 0. */
static uint32_t digit_of(quoth_bytes term, size_t depth) {
  uint32_t digit = 0;
  for (size_t i = depth; i < depth + sizeof digit; i++)
    digit = digit << 8 | (i < term.size ? (unsigned char)term.data[i] : 0);
  return digit;
}

static int compare(const void *a, const void *b, void *job) {
  return quoth_bytes_compare(text_of(job, *(const uint64_t *)a),
                             text_of(job, *(const uint64_t *)b));
}

static void sort_few(const merging *job, uint64_t *items, size_t n) {
  for (size_t i = 1; i < n; i++) {
    uint64_t item = items[i];
    size_t j = i;
    for (; j > 0 && quoth_bytes_compare(text_of(job, items[j - 1]), text_of(job, item)) > 0; j--)
      items[j] = items[j - 1];
    items[j] = item;
  }
}

/* Sorts items whose terms begin with the same `depth` bytes. */
static void sort_terms(const merging *job, uint64_t *items, uint64_t *spare, size_t n,
                       size_t depth) {
  if (n <= FEW) {
    sort_few(job, items, n);
    return;
  }
  if (depth > DEEP) {
    qsort_r(items, n, sizeof *items, compare, (void *)(uintptr_t)job);
    return;
  }
  for (size_t i = 0; i < n; i++)
    items[i] = (uint64_t)digit_of(text_of(job, items[i]), depth) << 32 | (uint32_t)items[i];
  quoth_sort_pairs(items, spare, n);
  for (size_t begin = 0, end; begin < n; begin = end) {
    for (end = begin + 1; end < n && items[end] >> 32 == items[begin] >> 32;) end++;
    if (end - begin > 1) sort_terms(job, items + begin, spare + begin, end - begin, depth + 4);
  }
}

/* ---- Uniting --------------------------------------------------------------- */

/* Numbers items [begin, end), which are one term. */
static void unite(merging *job, uint32_t begin, uint32_t end, size_t bucket) {
  uint32_t number = job->n_before[bucket]++;
  job->distinct[job->bucket_begin[bucket] + number] = job->order[begin];
  for (uint32_t i = begin; i < end; i++) {
    const met_term *term = &job->met[(uint32_t)job->order[i]];
    job->tallies[term->tally].final[term->id] = number;
  }
}

static bool is_same(const merging *job, uint64_t item, uint64_t other) {
  quoth_bytes a = text_of(job, item), b = text_of(job, other);
  return a.size == b.size && memcmp(a.data, b.data, a.size) == 0;
}

static void merge_buckets(void *context, size_t first, size_t behind, size_t worker) {
  (void)worker;
  merging *job = context;
  for (size_t b = first; b < behind; b++) {
    uint32_t begin = job->bucket_begin[b], end = job->bucket_begin[b + 1];
    for (uint32_t i = begin; i < end; i++) job->order[i] = i;
    sort_terms(job, job->order + begin, job->distinct + begin, end - begin, 2);
    for (uint32_t next; begin < end; begin = next) {
      for (next = begin + 1; next < end && is_same(job, job->order[begin], job->order[next]);)
        next++;
      unite(job, begin, next, b);
    }
  }
}

/* Numbers within a bucket to numbers among all. */
static void number_buckets(void *context, size_t first, size_t behind, size_t worker) {
  (void)worker;
  merging *job = context;
  for (size_t b = first; b < behind; b++)
    for (uint32_t i = job->bucket_begin[b]; i < job->bucket_begin[b + 1]; i++) {
      const met_term *term = &job->met[i];
      job->tallies[term->tally].final[term->id] += job->n_before[b];
    }
}

/* Closes the gaps between the buckets' terms; returns how many there are. */
static uint32_t gather_distinct(merging *job) {
  uint32_t n_terms = 0;
  for (size_t b = 0; b < N_BUCKETS; b++) {
    uint32_t n = job->n_before[b];
    memmove(job->distinct + n_terms, job->distinct + job->bucket_begin[b],
            n * sizeof *job->distinct);
    job->n_before[b] = n_terms;
    n_terms += n;
  }
  return n_terms;
}

static uint32_t number_terms(merging *job, quoth_pool *pool) {
  fill_buckets(job);
  quoth_pool_run(pool, N_BUCKETS, BUCKETS_AT_ONCE, merge_buckets, job);
  uint32_t n_terms = gather_distinct(job);
  quoth_pool_run(pool, N_BUCKETS, BUCKETS_AT_ONCE, number_buckets, job);
  return n_terms;
}

/* ---- The whole ------------------------------------------------------------- */

static void copy_terms(void *context, size_t begin, size_t end, size_t worker) {
  (void)worker;
  const merging *job = context;
  for (size_t i = begin; i < end; i++) {
    const met_term *term = &job->met[(uint32_t)job->distinct[i]];
    size_t size = term->text.size;
    if (size) memcpy(job->bytes + job->ends[i] - size, term->text.data, size);
    job->hashes[i] = job->tallies[term->tally].terms.hashes[term->id];
  }
}

static quoth_status write_terms(merging *job, quoth_pool *pool, uint32_t n, quoth_error *err) {
  quoth_strings *out = job->out;
  uint64_t n_bytes = 0;
  out->n_strings = n;
  out->ends = job->ends = quoth_new_unset(n, sizeof *job->ends, err);
  job->hashes = quoth_new_unset(n, sizeof *job->hashes, err);
  if (!job->ends || !job->hashes) return QUOTH_ERR_NOMEM;
  for (uint32_t i = 0; i < n; i++) job->ends[i] = n_bytes += text_of(job, job->distinct[i]).size;
  out->bytes = job->bytes = quoth_new_unset(n_bytes, 1, err);
  if (!job->bytes) return QUOTH_ERR_NOMEM;
  quoth_pool_run(pool, n, TERMS_AT_ONCE, copy_terms, job);
  return QUOTH_OK;
}

quoth_status quoth_vocabulary_make(quoth_tally *tallies, size_t n, quoth_pool *pool,
                                   quoth_strings *out, uint64_t **hashes, quoth_error *err) {
  merging job = {.tallies = tallies, .n_tallies = n, .out = out};
  quoth_status status = merging_init(&job, err);
  if (!status) status = write_terms(&job, pool, number_terms(&job, pool), err);
  *hashes = job.hashes;
  free(job.bucket_begin);
  free(job.n_before);
  free(job.met);
  free(job.order);
  free(job.distinct);
  return status;
}
