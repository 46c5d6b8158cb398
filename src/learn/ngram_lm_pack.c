/* Packing a table of n-grams: shorter keys, rows of bits, no rows that change nothing. */
#include <stdlib.h>

#include "base/memory.h"
#include "learn/ngram_table.h"

enum { LEAST_IN_BUCKET = 2, LONGEST_HEAD = 5 };

/* A table as it is written. */
typedef struct packing {
  const quoth_ngram_lm *from;
  quoth_ngram_lm *to;
  uint32_t *buckets; /* those of `to` */
  quoth_buffer ngrams;
  uint32_t *numbers; /* [capacity] of a run */
  size_t capacity;
  uint64_t last; /* the bucket and key of the n-gram before */
} packing;

static size_t count_ngrams(const quoth_ngram_lm *lm) {
  const uint8_t *at = lm->ngrams, *end = at + lm->n_bytes - QUOTH_NGRAM_PADDING;
  size_t n = 0;
  for (; at < end; n++) {
    at += quoth_ngram_key_size(lm);
    quoth_ngram_skip_run(false, &at, QUOTH_NGRAM_COUNTED);
    quoth_ngram_skip_run(false, &at, quoth_ngram_n_following(lm));
  }
  return n;
}

/* ---- Runs ------------------------------------------------------------------ */

/* The numbers of rows that interpolation is not the same without, into `out`. A row of followers
 * without n(h) is. Returns how many rows. */
static uint32_t take_rows(quoth_ngram_run rows, uint32_t n_numbers, uint32_t *out) {
  uint32_t n = 0, label;
  while ((label = quoth_ngram_next_class(false, &rows)) != UINT32_MAX) {
    uint32_t *row = out + (size_t)n * n_numbers;
    row[0] = label;
    for (uint32_t i = 1; i < n_numbers; i++) row[i] = quoth_ngram_next(false, &rows);
    n += n_numbers != QUOTH_NGRAM_FOLLOWING || row[1] > 0;
  }
  return n;
}

/* The smallest kind of run that has room for all numbers. */
static uint32_t kind_of(const uint32_t *numbers, size_t n) {
  uint32_t all = 0;
  for (size_t i = 0; i < n; i++) all |= numbers[i];
  return all >> 16 ? 3 : all >> 8 ? 2 : all >> 4 ? 1 : 0;
}

static void put_numbers(const uint32_t *numbers, size_t n, uint32_t width, char *to) {
  for (size_t i = 0; i < n; i++) {
    if (width == 4)
      to[i / 2] = (char)(i % 2 ? to[i / 2] | numbers[i] << 4 : numbers[i]);
    else
      memcpy(to + i * (width / 8), &numbers[i], width / 8);
  }
}

/* Returns where the numbers begin. */
static size_t put_head(quoth_buffer *to, uint32_t head) {
  for (; head >= QUOTH_NGRAM_MORE; head >>= 7)
    to->data[to->size++] = (char)(head | QUOTH_NGRAM_MORE);
  to->data[to->size++] = (char)head;
  return to->size;
}

static quoth_status append_run(packing *job, quoth_ngram_run rows, uint32_t n_numbers,
                               quoth_error *err) {
  uint32_t *numbers = quoth_grow(job->numbers, &job->capacity, (size_t)rows.n_rows * n_numbers,
                                 sizeof *numbers, err);
  if (!numbers) return QUOTH_ERR_NOMEM;
  job->numbers = numbers;
  uint32_t n_rows = take_rows(rows, n_numbers, numbers);
  size_t n = (size_t)n_rows * n_numbers;
  uint32_t head = n_rows << 2 | kind_of(numbers, n);
  size_t size = quoth_ngram_run_size(true, head, n_numbers);
  quoth_buffer *to = &job->ngrams;
  quoth_status status = quoth_buffer_reserve(to, LONGEST_HEAD + size, err);
  if (status) return status;
  put_numbers(numbers, n, 4u << (head & 3), to->data + put_head(to, head));
  to->size += size;
  return QUOTH_OK;
}

/* ---- The table ------------------------------------------------------------- */

/* The n-gram at *at, whose whole key is `key`; *at is moved behind it. */
static quoth_status pack_ngram(packing *job, const uint8_t **at, uint64_t key, quoth_error *err) {
  const quoth_ngram_lm *to = job->to;
  uint32_t n_following = quoth_ngram_n_following(to), size = quoth_ngram_key_size(to);
  quoth_ngram_run counts = quoth_ngram_read_run(false, at, QUOTH_NGRAM_COUNTED);
  quoth_ngram_run followers = quoth_ngram_read_run(false, at, n_following);
  uint64_t known = key >> (64 - to->bucket_bits - 8 * size);
  if (job->ngrams.size > 0 && known == job->last) return QUOTH_OK;
  job->last = known;
  quoth_status status = quoth_buffer_append(&job->ngrams, &known, size, err);
  if (!status) status = append_run(job, counts, QUOTH_NGRAM_COUNTED, err);
  if (!status) status = append_run(job, followers, n_following, err);
  job->buckets[(key >> (64 - to->bucket_bits)) + 1] = (uint32_t)job->ngrams.size;
  return status;
}

static quoth_status pack_bucket(packing *job, size_t bucket, quoth_error *err) {
  const quoth_ngram_lm *from = job->from;
  uint32_t size = quoth_ngram_key_size(from), shift = 64 - from->bucket_bits;
  const uint8_t *at = from->ngrams + from->buckets[bucket];
  const uint8_t *end = from->ngrams + from->buckets[bucket + 1];
  quoth_status status = QUOTH_OK;
  while (at < end && !status) {
    uint64_t low = quoth_ngram_low_bytes(at) & UINT64_MAX >> from->bucket_bits;
    at += size;
    status = pack_ngram(job, &at, (uint64_t)bucket << shift | low, err);
  }
  return status;
}

static quoth_status pack_all(packing *job, quoth_error *err) {
  quoth_status status = QUOTH_OK;
  for (size_t b = 0; b < (size_t)1 << job->from->bucket_bits && !status; b++)
    status = pack_bucket(job, b, err);
  static const char padding[QUOTH_NGRAM_PADDING];
  if (!status) status = quoth_buffer_append(&job->ngrams, padding, sizeof padding, err);
  for (size_t b = 0; b < (size_t)1 << job->to->bucket_bits; b++)
    if (job->buckets[b + 1] < job->buckets[b]) job->buckets[b + 1] = job->buckets[b];
  return status;
}

quoth_status quoth_ngram_lm_pack(const quoth_ngram_lm *lm, quoth_ngram_lm *out, quoth_error *err) {
  *out = *lm;
  out->is_packed = true;
  out->bucket_bits = 1;
  size_t n = count_ngrams(lm);
  while (out->bucket_bits < 31 && (size_t)LEAST_IN_BUCKET << (out->bucket_bits + 1) <= n)
    out->bucket_bits++;
  packing job = {.from = lm, .to = out};
  job.buckets = quoth_new_array(((size_t)1 << out->bucket_bits) + 1, sizeof *job.buckets, err);
  quoth_status status = job.buckets ? pack_all(&job, err) : QUOTH_ERR_NOMEM;
  free(job.numbers);
  if (status) {
    free(job.buckets);
    quoth_buffer_clear(&job.ngrams);
    return status;
  }
  out->buckets = job.buckets;
  out->ngrams = (const uint8_t *)job.ngrams.data;
  out->n_bytes = (uint32_t)job.ngrams.size;
  return QUOTH_OK;
}
