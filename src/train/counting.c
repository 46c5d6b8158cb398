/* Texts are counted in chunks of fixed size, each with a table of its own, so that threads share
 * nothing; the tables are then merged in order. Numbers of terms differ from stage to stage:
 *   local   in a chunk's table
 *   global  in the merged table, by first appearance
 *   final   rank among the terms that are kept, by code points
 */
#include "train/counting.h"

#include <stdlib.h>
#include <string.h>

#include "base/sort.h"

enum { CHUNK_TEXTS = 1024, CHUNKS_BETWEEN_REPORTS = 16 };

typedef struct chunk {
  const quoth_bytes *texts; /* [n_texts] */
  size_t n_texts;
  quoth_string_table terms;
  uint32_t *document_frequency; /* [terms.n_strings] texts of the chunk that hold it */
  size_t frequency_capacity;
  size_t *place; /* [terms.n_strings]: of the term's pair, if at or behind the text's first */
  size_t place_capacity;
  uint64_t *pairs; /* local number << 32 | count, text by text in order of appearance */
  size_t n_pairs, pairs_capacity;
  size_t *pair_ends; /* [n_texts] */
  uint32_t *global;  /* [terms.n_strings] */
  quoth_status status;
  quoth_error err;
} chunk;

typedef struct counting {
  const quoth_counting_params *params;
  size_t n_texts, n_chunks;
  chunk *chunks;                    /* [n_chunks] */
  quoth_analyzer_scratch *analysis; /* [threads] */
  uint64_t **spare;                 /* [threads], for sorting one text's pairs */
  size_t *spare_capacity;           /* [threads] */
  quoth_string_table terms;         /* all chunks' */
  uint64_t *document_frequency;     /* [terms.n_strings] */
  uint64_t *total;                  /* [terms.n_strings]: occurrences */
  uint32_t *final;                  /* [terms.n_strings], or QUOTH_STRING_NONE */
  quoth_counting *out;
} counting;

/* ---- Counting a chunk ------------------------------------------------------ */

static quoth_status reserve_term(chunk *c, uint32_t id, quoth_error *err) {
  uint32_t *frequency = quoth_grow(c->document_frequency, &c->frequency_capacity, (size_t)id + 1,
                                   sizeof *frequency, err);
  if (!frequency) return QUOTH_ERR_NOMEM;
  c->document_frequency = frequency;
  size_t *place = quoth_grow(c->place, &c->place_capacity, (size_t)id + 1, sizeof *place, err);
  if (!place) return QUOTH_ERR_NOMEM;
  c->place = place;
  uint64_t *pairs = quoth_grow(c->pairs, &c->pairs_capacity, c->n_pairs + 1, sizeof *pairs, err);
  if (!pairs) return QUOTH_ERR_NOMEM;
  c->pairs = pairs;
  return QUOTH_OK;
}

typedef struct chunk_text {
  chunk *chunk;
  size_t first_pair; /* of this text */
  bool binary;
} chunk_text;

static quoth_status take_term(void *context, quoth_bytes term, quoth_error *err) {
  chunk_text *at = context;
  chunk *c = at->chunk;
  uint32_t n_known = c->terms.n_strings;
  uint32_t id = quoth_string_table_add(&c->terms, term, err);
  if (id == QUOTH_STRING_NONE) return err ? err->status : QUOTH_ERR_NOMEM;
  quoth_status status = reserve_term(c, id, err);
  if (status) return status;
  if (id == n_known) {
    c->document_frequency[id] = 0;
    c->place[id] = SIZE_MAX;
  }
  size_t place = c->place[id];
  if (place != SIZE_MAX && place >= at->first_pair) {
    if (!at->binary) c->pairs[place]++;
    return QUOTH_OK;
  }
  c->place[id] = c->n_pairs;
  c->pairs[c->n_pairs++] = (uint64_t)id << 32 | 1;
  c->document_frequency[id]++;
  return QUOTH_OK;
}

static quoth_status count_chunk(const counting *job, chunk *c, size_t worker) {
  c->pair_ends = quoth_new_array(c->n_texts, sizeof *c->pair_ends, &c->err);
  if (!c->pair_ends) return QUOTH_ERR_NOMEM;
  for (size_t i = 0; i < c->n_texts; i++) {
    if (c->texts[i].size > UINT32_MAX)
      return quoth_fail(&c->err, QUOTH_ERR_DATA, "a text of %zu bytes; the limit is 4 GiB",
                        c->texts[i].size);
    chunk_text at = {c, c->n_pairs, job->params->binary};
    quoth_status status = quoth_analyze(&job->params->analyzer, &job->analysis[worker], c->texts[i],
                                        take_term, &at, &c->err);
    if (status) return status;
    c->pair_ends[i] = c->n_pairs;
  }
  return QUOTH_OK;
}

typedef struct chunk_range {
  counting *job;
  chunk *chunks;
} chunk_range;

static void count_range(void *context, size_t begin, size_t end, size_t worker) {
  const chunk_range *range = context;
  for (size_t i = begin; i < end; i++)
    range->chunks[i].status = count_chunk(range->job, &range->chunks[i], worker);
}

/* The error of the first chunk that failed, which does not depend on the threads. */
static quoth_status first_failure(const counting *job, quoth_error *err) {
  for (size_t i = 0; i < job->n_chunks; i++) {
    if (job->chunks[i].status == QUOTH_OK) continue;
    if (err) *err = job->chunks[i].err;
    return job->chunks[i].status;
  }
  return QUOTH_OK;
}

static quoth_status count_all(counting *job, quoth_pool *pool, const char *label,
                              const quoth_progress *progress, quoth_error *err) {
  size_t step = CHUNKS_BETWEEN_REPORTS * quoth_pool_threads(pool);
  for (size_t first = 0; first < job->n_chunks; first += step) {
    size_t n = job->n_chunks - first < step ? job->n_chunks - first : step;
    chunk_range range = {job, &job->chunks[first]};
    quoth_pool_run(pool, n, 1, count_range, &range);
    size_t done =
        (first + n) * CHUNK_TEXTS < job->n_texts ? (first + n) * CHUNK_TEXTS : job->n_texts;
    if (progress && !progress->update(progress->context, label, done, job->n_texts))
      return quoth_fail(err, QUOTH_ERR_STOPPED, "stopped");
  }
  return first_failure(job, err);
}

/* ---- Choosing the terms ---------------------------------------------------- */

static quoth_status merge_chunk(counting *job, chunk *c, quoth_error *err) {
  c->global = quoth_new_array(c->terms.n_strings, sizeof *c->global, err);
  if (!c->global) return QUOTH_ERR_NOMEM;
  for (uint32_t id = 0; id < c->terms.n_strings; id++) {
    c->global[id] = quoth_string_table_add(&job->terms, quoth_string_table_get(&c->terms, id), err);
    if (c->global[id] == QUOTH_STRING_NONE) return err ? err->status : QUOTH_ERR_NOMEM;
  }
  return QUOTH_OK;
}

static quoth_status merge_chunks(counting *job, quoth_error *err) {
  for (size_t i = 0; i < job->n_chunks; i++) {
    quoth_status status = merge_chunk(job, &job->chunks[i], err);
    if (status) return status;
  }
  uint32_t n = job->terms.n_strings;
  job->document_frequency = quoth_new_array(n, sizeof *job->document_frequency, err);
  job->total = quoth_new_array(n, sizeof *job->total, err);
  job->final = quoth_new_array(n, sizeof *job->final, err);
  if (!job->document_frequency || !job->total || !job->final) return QUOTH_ERR_NOMEM;
  for (size_t i = 0; i < job->n_chunks; i++) {
    const chunk *c = &job->chunks[i];
    for (uint32_t id = 0; id < c->terms.n_strings; id++)
      job->document_frequency[c->global[id]] += c->document_frequency[id];
    for (size_t p = 0; p < c->n_pairs; p++)
      job->total[c->global[c->pairs[p] >> 32]] += (uint32_t)c->pairs[p];
  }
  return QUOTH_OK;
}

/* A bound on document frequency: a count as it is, a share times the number of documents. */
static double frequency_bound(quoth_amount bound, size_t n_texts) {
  return bound.kind == QUOTH_AMOUNT_COUNT ? (double)bound.count : bound.share * (double)n_texts;
}

static quoth_status check_bounds(const counting *job, double low, double high, quoth_error *err) {
  if (job->terms.n_strings == 0)
    return quoth_fail(err, QUOTH_ERR_DATA,
                      "empty vocabulary; the texts hold no words, or only stop words");
  if (high < low)
    return quoth_fail(err, QUOTH_ERR_ARG,
                      "vectorizer.max_df means at most %.6g documents and vectorizer.min_df at "
                      "least %.6g, of %zu in all; no term can meet both",
                      high, low, job->n_texts);
  return QUOTH_OK;
}

/* A term, and its first eight bytes as a number of the same order: most comparisons end there. */
typedef struct sorted_term {
  uint64_t head;
  uint32_t id;
} sorted_term;

static uint64_t head_of(quoth_bytes term) {
  uint64_t head = 0;
  for (size_t i = 0; i < sizeof head; i++)
    head = head << 8 | (i < term.size ? (unsigned char)term.data[i] : 0);
  return head;
}

static int compare_terms(const void *a_, const void *b_, void *context) {
  const sorted_term *a = a_, *b = b_;
  if (a->head != b->head) return a->head < b->head ? -1 : 1;
  const quoth_string_table *terms = context;
  return quoth_bytes_compare(quoth_string_table_get(terms, a->id),
                             quoth_string_table_get(terms, b->id));
}

/* Brings `kept` (global numbers) into the order of code points. */
static quoth_status sort_terms(const counting *job, uint32_t *kept, uint32_t n_kept,
                               quoth_error *err) {
  sorted_term *sorted = quoth_new_array(n_kept, sizeof *sorted, err);
  if (!sorted) return QUOTH_ERR_NOMEM;
  for (uint32_t i = 0; i < n_kept; i++)
    sorted[i] = (sorted_term){head_of(quoth_string_table_get(&job->terms, kept[i])), kept[i]};
  qsort_r(sorted, n_kept, sizeof *sorted, compare_terms, (void *)(uintptr_t)&job->terms);
  for (uint32_t i = 0; i < n_kept; i++) kept[i] = sorted[i].id;
  free(sorted);
  return QUOTH_OK;
}

/* Keeps, of `kept` (global numbers in final order), the `limit` most frequent terms, and returns
 * how many are left. Which of equals stay is numpy's choice: scikit-learn takes the head of
 * argsort(-totals). */
static quoth_status keep_most_frequent(const counting *job, uint32_t *kept, uint32_t *n_kept,
                                       uint32_t limit, quoth_error *err) {
  int64_t *keys = quoth_new_array(*n_kept, sizeof *keys, err);
  uint32_t *order = quoth_new_array(*n_kept, sizeof *order, err);
  bool *chosen = quoth_new_array(*n_kept, sizeof *chosen, err);
  quoth_status status = keys && order && chosen ? QUOTH_OK : QUOTH_ERR_NOMEM;
  if (!status) {
    for (uint32_t i = 0; i < *n_kept; i++) keys[i] = -(int64_t)job->total[kept[i]];
    quoth_argsort(keys, order, *n_kept);
    for (uint32_t i = 0; i < limit; i++) chosen[order[i]] = true;
    uint32_t n = 0;
    for (uint32_t i = 0; i < *n_kept; i++)
      if (chosen[i]) kept[n++] = kept[i];
    *n_kept = n;
  }
  free(chosen);
  free(order);
  free(keys);
  return status;
}

/* The terms to keep, in final order: *kept is [*n_kept] global numbers, from malloc. */
static quoth_status choose_terms(const counting *job, uint32_t **kept, uint32_t *n_kept,
                                 quoth_error *err) {
  double low = frequency_bound(job->params->min_df, job->n_texts);
  double high = frequency_bound(job->params->max_df, job->n_texts);
  quoth_status status = check_bounds(job, low, high, err);
  if (status) return status;
  *n_kept = 0;
  *kept = quoth_new_array(job->terms.n_strings, sizeof **kept, err);
  if (!*kept) return QUOTH_ERR_NOMEM;
  for (uint32_t id = 0; id < job->terms.n_strings; id++) {
    double frequency = (double)job->document_frequency[id];
    if (frequency <= high && frequency >= low) (*kept)[(*n_kept)++] = id;
  }
  if (*n_kept == 0)
    return quoth_fail(err, QUOTH_ERR_DATA,
                      "no terms remain after pruning; try a lower vectorizer.min_df or a higher "
                      "vectorizer.max_df");
  if (sort_terms(job, *kept, *n_kept, err)) return QUOTH_ERR_NOMEM;
  uint32_t limit = job->params->max_features;
  if (limit && *n_kept > limit) return keep_most_frequent(job, *kept, n_kept, limit, err);
  return QUOTH_OK;
}

/* Copies the kept terms into the result and numbers them. */
static quoth_status build_vocabulary(counting *job, quoth_error *err) {
  uint32_t *kept = NULL, n_kept = 0;
  quoth_buffer bytes = {0};
  uint64_t *ends = NULL;
  uint32_t *slots = NULL;
  quoth_strings *vocabulary = &job->out->vocabulary;
  quoth_status status = choose_terms(job, &kept, &n_kept, err);
  if (!status) {
    ends = quoth_new_array(n_kept, sizeof *ends, err);
    if (!ends) status = QUOTH_ERR_NOMEM;
  }
  memset(job->final, 0xff, job->terms.n_strings * sizeof *job->final);
  for (uint32_t i = 0; i < n_kept && !status; i++) {
    quoth_bytes term = quoth_string_table_get(&job->terms, kept[i]);
    status = quoth_buffer_append(&bytes, term.data, term.size, err);
    ends[i] = bytes.size;
    job->final[kept[i]] = i;
  }
  *vocabulary = (quoth_strings){.bytes = bytes.data, .ends = ends, .n_strings = n_kept};
  job->out->n_bytes = bytes.size;
  if (!status) {
    vocabulary->n_slots = quoth_strings_index_size(n_kept);
    vocabulary->slots = slots = quoth_strings_index(vocabulary, vocabulary->n_slots, err);
    if (!slots) status = QUOTH_ERR_NOMEM;
  }
  free(kept);
  return status;
}

/* ---- The matrix ------------------------------------------------------------ */

static uint32_t final_number(const counting *job, const chunk *c, uint64_t pair) {
  return job->final[c->global[pair >> 32]];
}

/* Sets row_begin of each row behind a chunk's texts to that row's size. */
static void size_rows(void *context, size_t begin, size_t end, size_t worker) {
  (void)worker;
  counting *job = context;
  for (size_t i = begin; i < end; i++) {
    const chunk *c = &job->chunks[i];
    size_t p = 0;
    for (size_t t = 0; t < c->n_texts; t++) {
      uint64_t n = 0;
      for (; p < c->pair_ends[t]; p++) n += final_number(job, c, c->pairs[p]) != QUOTH_STRING_NONE;
      job->out->counts.row_begin[i * CHUNK_TEXTS + t + 1] = n;
    }
  }
}

static quoth_status fill_chunk(counting *job, chunk *c, size_t first_text, size_t worker) {
  quoth_sparse *counts = &job->out->counts;
  for (size_t t = 0, p = 0; t < c->n_texts; t++) {
    uint64_t *pairs = &c->pairs[p]; /* renumbered in place */
    size_t n = 0;
    for (; p < c->pair_ends[t]; p++) {
      uint32_t id = final_number(job, c, c->pairs[p]);
      if (id != QUOTH_STRING_NONE) pairs[n++] = (uint64_t)id << 32 | (uint32_t)c->pairs[p];
    }
    uint64_t *spare =
        quoth_grow(job->spare[worker], &job->spare_capacity[worker], n, sizeof *spare, &c->err);
    if (!spare) return QUOTH_ERR_NOMEM;
    job->spare[worker] = spare;
    quoth_sort_pairs(pairs, spare, n);
    uint64_t at = counts->row_begin[first_text + t];
    for (size_t i = 0; i < n; i++) {
      counts->columns[at + i] = (uint32_t)(pairs[i] >> 32);
      counts->counts[at + i] = (uint32_t)pairs[i];
    }
  }
  return QUOTH_OK;
}

static void fill_rows(void *context, size_t begin, size_t end, size_t worker) {
  counting *job = context;
  for (size_t i = begin; i < end; i++)
    job->chunks[i].status = fill_chunk(job, &job->chunks[i], i * CHUNK_TEXTS, worker);
}

static quoth_status build_matrix(counting *job, quoth_pool *pool, quoth_error *err) {
  quoth_sparse *counts = &job->out->counts;
  counts->n_rows = job->n_texts;
  counts->n_columns = job->out->vocabulary.n_strings;
  counts->row_begin = quoth_new_array(job->n_texts + 1, sizeof *counts->row_begin, err);
  if (!counts->row_begin) return QUOTH_ERR_NOMEM;
  quoth_pool_run(pool, job->n_chunks, 1, size_rows, job);
  for (size_t row = 0; row < job->n_texts; row++)
    counts->row_begin[row + 1] += counts->row_begin[row];
  uint64_t n_entries = counts->row_begin[job->n_texts];
  counts->columns = quoth_new_array(n_entries, sizeof *counts->columns, err);
  counts->counts = quoth_new_array(n_entries, sizeof *counts->counts, err);
  if (!counts->columns || !counts->counts) return QUOTH_ERR_NOMEM;
  quoth_pool_run(pool, job->n_chunks, 1, fill_rows, job);
  return first_failure(job, err);
}

/* ---- The whole ------------------------------------------------------------- */

static quoth_status counting_init(counting *job, const quoth_bytes *texts, size_t n_threads,
                                  quoth_error *err) {
  job->n_chunks = (job->n_texts + CHUNK_TEXTS - 1) / CHUNK_TEXTS;
  job->chunks = quoth_new_array(job->n_chunks, sizeof *job->chunks, err);
  job->analysis = quoth_new_array(n_threads, sizeof *job->analysis, err);
  job->spare = quoth_new_array(n_threads, sizeof *job->spare, err);
  job->spare_capacity = quoth_new_array(n_threads, sizeof *job->spare_capacity, err);
  if (!job->chunks || !job->analysis || !job->spare || !job->spare_capacity) return QUOTH_ERR_NOMEM;
  for (size_t i = 0; i < job->n_chunks; i++) {
    size_t first = i * CHUNK_TEXTS, left = job->n_texts - first;
    job->chunks[i].texts = texts + first;
    job->chunks[i].n_texts = left < CHUNK_TEXTS ? left : CHUNK_TEXTS;
  }
  return QUOTH_OK;
}

static void chunk_clear(chunk *c) {
  quoth_string_table_clear(&c->terms);
  free(c->document_frequency);
  free(c->place);
  free(c->pairs);
  free(c->pair_ends);
  free(c->global);
}

static void counting_free(counting *job, size_t n_threads) {
  for (size_t i = 0; job->chunks && i < job->n_chunks; i++) chunk_clear(&job->chunks[i]);
  for (size_t i = 0; job->analysis && i < n_threads; i++)
    quoth_analyzer_scratch_clear(&job->analysis[i]);
  for (size_t i = 0; job->spare && i < n_threads; i++) free(job->spare[i]);
  quoth_string_table_clear(&job->terms);
  free(job->chunks);
  free(job->analysis);
  free(job->spare);
  free(job->spare_capacity);
  free(job->document_frequency);
  free(job->total);
  free(job->final);
}

quoth_status quoth_count_terms(const quoth_counting_params *params, const quoth_bytes *texts,
                               size_t n_texts, quoth_pool *pool, const char *label,
                               const quoth_progress *progress, quoth_counting *out,
                               quoth_error *err) {
  *out = (quoth_counting){0};
  counting job = {.params = params, .n_texts = n_texts, .out = out};
  size_t n_threads = quoth_pool_threads(pool);
  quoth_status status = counting_init(&job, texts, n_threads, err);
  if (!status) status = count_all(&job, pool, label, progress, err);
  if (!status) status = merge_chunks(&job, err);
  if (!status) status = build_vocabulary(&job, err);
  if (!status) status = build_matrix(&job, pool, err);
  counting_free(&job, n_threads);
  if (status) quoth_counting_clear(out);
  return status;
}

void quoth_counting_clear(quoth_counting *result) {
  free((char *)(uintptr_t)result->vocabulary.bytes);
  free((uint64_t *)(uintptr_t)result->vocabulary.ends);
  free((uint32_t *)(uintptr_t)result->vocabulary.slots);
  quoth_sparse_clear(&result->counts);
  *result = (quoth_counting){0};
}
