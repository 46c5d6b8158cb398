#include "corpus/counting.h"

#include <stdlib.h>
#include <string.h>

#include "base/sort.h"

enum { ROWS_AT_ONCE = 256, TERMS_AT_ONCE = 4096 };
/* Rows are gone through in this many parts to sum up what their terms' uses are. */
enum { N_PARTS = 4 };

typedef struct counting {
  const quoth_counting_params *params;
  const quoth_corpus *corpus;
  const uint32_t *rows; /* [n_rows]; NULL: the first ones */
  size_t n_rows;
  uint32_t n_terms;      /* of the corpus */
  double least, most;    /* rows that hold a term that is kept */
  uint32_t *frequencies; /* [N_PARTS][n_terms]: rows that hold a term; sums in the first */
  uint64_t *totals;      /* the same: how often rows hold a term; NULL if nobody asks */
  uint32_t *numbers;     /* [n_terms] in the vocabulary, or QUOTH_STRING_NONE */
  uint32_t *kept;        /* [n_kept] terms of the vocabulary */
  uint32_t n_kept;
  char *bytes;    /* out->vocabulary's */
  uint64_t *ends; /* the same */
  uint64_t *hashes;
  quoth_strings *vocabulary; /* that is made */
  quoth_sparse *counts;
} counting;

static size_t row_of(const counting *job, size_t i) { return job->rows ? job->rows[i] : i; }

/* ---- Uses ------------------------------------------------------------------ */

static void sum_part(const counting *job, size_t part) {
  const quoth_sparse *counts = &job->corpus->counts;
  uint32_t *frequencies = job->frequencies + part * job->n_terms;
  uint64_t *totals = job->totals ? job->totals + part * job->n_terms : NULL;
  for (size_t i = job->n_rows * part / N_PARTS; i < job->n_rows * (part + 1) / N_PARTS; i++) {
    size_t row = row_of(job, i);
    for (uint64_t e = counts->row_begin[row]; e < counts->row_begin[row + 1]; e++) {
      frequencies[counts->columns[e]]++;
      if (totals) totals[counts->columns[e]] += counts->counts[e];
    }
  }
}

static void sum_parts(void *context, size_t begin, size_t end, size_t worker) {
  (void)worker;
  for (size_t part = begin; part < end; part++) sum_part(context, part);
}

static void join_parts(void *context, size_t begin, size_t end, size_t worker) {
  (void)worker;
  const counting *job = context;
  for (size_t part = 1; part < N_PARTS; part++)
    for (size_t term = begin; term < end; term++) {
      size_t other = part * job->n_terms + term;
      job->frequencies[term] += job->frequencies[other];
      if (job->totals) job->totals[term] += job->totals[other];
    }
}

static quoth_status sum_uses(counting *job, quoth_pool *pool, quoth_error *err) {
  size_t n = (size_t)job->n_terms * N_PARTS;
  job->frequencies = quoth_new_array(n, sizeof *job->frequencies, err);
  if (!job->frequencies) return QUOTH_ERR_NOMEM;
  if (job->params->max_features && !job->params->binary) {
    job->totals = quoth_new_array(n, sizeof *job->totals, err);
    if (!job->totals) return QUOTH_ERR_NOMEM;
  }
  quoth_pool_run(pool, N_PARTS, 1, sum_parts, job);
  quoth_pool_run(pool, job->n_terms, TERMS_AT_ONCE, join_parts, job);
  return QUOTH_OK;
}

/* ---- Choosing terms -------------------------------------------------------- */

/* A bound on document frequency: a count as it is, a share times the number of documents. */
static double frequency_bound(quoth_amount bound, size_t n_texts) {
  return bound.kind == QUOTH_AMOUNT_COUNT ? (double)bound.count : bound.share * (double)n_texts;
}

static bool is_any_used(const counting *job) {
  for (uint32_t term = 0; term < job->n_terms; term++)
    if (job->frequencies[term] > 0) return true;
  return false;
}

static quoth_status check_bounds(const counting *job, quoth_error *err) {
  if (!is_any_used(job))
    return quoth_fail(err, QUOTH_ERR_DATA,
                      "empty vocabulary; the texts hold no words, or only stop words");
  if (job->most < job->least)
    return quoth_fail(err, QUOTH_ERR_ARG,
                      "vectorizer.max_df means at most %.6g documents and vectorizer.min_df at "
                      "least %.6g, of %zu in all; no term can meet both",
                      job->most, job->least, job->n_rows);
  return QUOTH_OK;
}

static void keep_frequent(counting *job) {
  for (uint32_t term = 0; term < job->n_terms; term++) {
    double frequency = job->frequencies[term];
    if (frequency > 0 && frequency >= job->least && frequency <= job->most)
      job->kept[job->n_kept++] = term;
  }
}

/* Keeps the `limit` most frequent of the terms kept. Which of equals stay is numpy's choice:
 * scikit-learn takes the head of argsort(-totals). */
static quoth_status keep_most_frequent(counting *job, uint32_t limit, quoth_error *err) {
  int64_t *keys = quoth_new_array(job->n_kept, sizeof *keys, err);
  uint32_t *order = quoth_new_array(job->n_kept, sizeof *order, err);
  bool *is_chosen = quoth_new_array(job->n_kept, sizeof *is_chosen, err);
  quoth_status status = keys && order && is_chosen ? QUOTH_OK : QUOTH_ERR_NOMEM;
  if (!status) {
    for (uint32_t i = 0; i < job->n_kept; i++) {
      uint32_t term = job->kept[i];
      keys[i] = -(int64_t)(job->totals ? job->totals[term] : job->frequencies[term]);
    }
    quoth_argsort(keys, order, job->n_kept);
    for (uint32_t i = 0; i < limit; i++) is_chosen[order[i]] = true;
    uint32_t n = 0;
    for (uint32_t i = 0; i < job->n_kept; i++)
      if (is_chosen[i]) job->kept[n++] = job->kept[i];
    job->n_kept = n;
  }
  free(is_chosen);
  free(order);
  free(keys);
  return status;
}

static quoth_status choose_terms(counting *job, quoth_error *err) {
  quoth_status status = check_bounds(job, err);
  if (status) return status;
  job->numbers = quoth_new_unset(job->n_terms, sizeof *job->numbers, err);
  job->kept = quoth_new_unset(job->n_terms, sizeof *job->kept, err);
  if (!job->numbers || !job->kept) return QUOTH_ERR_NOMEM;
  keep_frequent(job);
  if (job->n_kept == 0)
    return quoth_fail(err, QUOTH_ERR_DATA,
                      "no terms remain after pruning; try a lower vectorizer.min_df or a higher "
                      "vectorizer.max_df");
  uint32_t limit = job->params->max_features;
  if (limit && job->n_kept > limit) status = keep_most_frequent(job, limit, err);
  memset(job->numbers, 0xff, job->n_terms * sizeof *job->numbers); /* QUOTH_STRING_NONE */
  for (uint32_t i = 0; i < job->n_kept; i++) job->numbers[job->kept[i]] = i;
  return status;
}

/* ---- The vocabulary -------------------------------------------------------- */

static void copy_terms(void *context, size_t begin, size_t end, size_t worker) {
  (void)worker;
  const counting *job = context;
  for (size_t i = begin; i < end; i++) {
    quoth_bytes term = quoth_strings_get(&job->corpus->terms, job->kept[i]);
    if (term.size) memcpy(job->bytes + job->ends[i] - term.size, term.data, term.size);
    job->hashes[i] = job->corpus->hashes[job->kept[i]];
  }
}

static quoth_status write_vocabulary(counting *job, quoth_pool *pool, quoth_error *err) {
  quoth_strings *out = job->vocabulary;
  uint64_t n_bytes = 0;
  out->n_strings = job->n_kept;
  out->ends = job->ends = quoth_new_unset(job->n_kept, sizeof *job->ends, err);
  job->hashes = quoth_new_unset(job->n_kept, sizeof *job->hashes, err);
  if (!job->ends || !job->hashes) return QUOTH_ERR_NOMEM;
  for (uint32_t i = 0; i < job->n_kept; i++)
    job->ends[i] = n_bytes += quoth_strings_get(&job->corpus->terms, job->kept[i]).size;
  out->bytes = job->bytes = quoth_new_unset(n_bytes, 1, err);
  if (!job->bytes) return QUOTH_ERR_NOMEM;
  quoth_pool_run(pool, job->n_kept, TERMS_AT_ONCE, copy_terms, job);
  out->n_slots = quoth_strings_index_size(job->n_kept);
  out->slots = quoth_strings_index_hashed(job->hashes, job->n_kept, out->n_slots, err);
  return out->slots ? QUOTH_OK : QUOTH_ERR_NOMEM;
}

/* ---- The matrix ------------------------------------------------------------ */

/* Sets row_begin of each row behind those at hand to that row's size. */
static void size_rows(void *context, size_t begin, size_t end, size_t worker) {
  (void)worker;
  const counting *job = context;
  const quoth_sparse *from = &job->corpus->counts;
  for (size_t i = begin; i < end; i++) {
    size_t row = row_of(job, i);
    uint64_t n = 0;
    for (uint64_t e = from->row_begin[row]; e < from->row_begin[row + 1]; e++)
      n += job->numbers[from->columns[e]] != QUOTH_STRING_NONE;
    job->counts->row_begin[i + 1] = n;
  }
}

/* An entry that is not kept is written over by the next one. */
static void fill_rows(void *context, size_t begin, size_t end, size_t worker) {
  (void)worker;
  const counting *job = context;
  const quoth_sparse *from = &job->corpus->counts, *to = job->counts;
  for (size_t i = begin; i < end; i++) {
    uint64_t e = from->row_begin[row_of(job, i)];
    for (uint64_t at = to->row_begin[i]; at < to->row_begin[i + 1]; e++) {
      uint32_t number = job->numbers[from->columns[e]];
      to->columns[at] = number;
      to->counts[at] = job->params->binary ? 1 : from->counts[e];
      at += number != QUOTH_STRING_NONE;
    }
  }
}

static quoth_status build_matrix(counting *job, quoth_pool *pool, quoth_error *err) {
  quoth_sparse *counts = job->counts;
  counts->n_rows = job->n_rows;
  counts->n_columns = job->n_kept;
  counts->row_begin = quoth_new_array(job->n_rows + 1, sizeof *counts->row_begin, err);
  if (!counts->row_begin) return QUOTH_ERR_NOMEM;
  quoth_pool_run(pool, job->n_rows, ROWS_AT_ONCE, size_rows, job);
  for (size_t i = 0; i < job->n_rows; i++) counts->row_begin[i + 1] += counts->row_begin[i];
  uint64_t n_entries = counts->row_begin[job->n_rows];
  counts->columns = quoth_new_unset(n_entries, sizeof *counts->columns, err);
  counts->counts = quoth_new_unset(n_entries, sizeof *counts->counts, err);
  if (!counts->columns || !counts->counts) return QUOTH_ERR_NOMEM;
  quoth_pool_run(pool, job->n_rows, ROWS_AT_ONCE, fill_rows, job);
  return QUOTH_OK;
}

/* Gives back what is behind the first `n` >= 1 numbers. */
static quoth_status shrink(uint32_t **numbers, size_t n, quoth_error *err) {
  uint32_t *shrunk = reallocarray(*numbers, n, sizeof **numbers);
  if (!shrunk) return quoth_fail_nomem(err, n * sizeof **numbers);
  *numbers = shrunk;
  return QUOTH_OK;
}

/* Takes the matrix out of `corpus`, of which all rows are at hand, and leaves out in place what is
 * not kept: two matrices would take twice the memory. */
static quoth_status take_matrix(const counting *job, quoth_corpus *corpus, quoth_error *err) {
  quoth_sparse *counts = job->counts;
  *counts = corpus->counts;
  corpus->counts = (quoth_sparse){0};
  counts->n_columns = job->n_kept;
  uint64_t at = 0, e = 0;
  for (size_t row = 0; row < counts->n_rows; row++) {
    for (uint64_t end = counts->row_begin[row + 1]; e < end; e++) {
      uint32_t number = job->numbers[counts->columns[e]];
      counts->columns[at] = number;
      counts->counts[at] = job->params->binary ? 1 : counts->counts[e];
      at += number != QUOTH_STRING_NONE;
    }
    counts->row_begin[row + 1] = at;
  }
  quoth_status status = shrink(&counts->columns, at, err);
  return status ? status : shrink(&counts->counts, at, err);
}

/* ---- The whole ------------------------------------------------------------- */

static counting begin(const quoth_counting_params *params, const quoth_corpus *corpus,
                      const uint32_t *rows, size_t n, quoth_counting *out) {
  *out = (quoth_counting){0};
  return (counting){.params = params,
                    .corpus = corpus,
                    .rows = rows,
                    .n_rows = n,
                    .n_terms = corpus->terms.n_strings,
                    .least = frequency_bound(params->min_df, n),
                    .most = frequency_bound(params->max_df, n),
                    .vocabulary = &out->vocabulary,
                    .counts = &out->counts};
}

static quoth_status make_vocabulary(counting *job, quoth_pool *pool, quoth_error *err) {
  quoth_status status = sum_uses(job, pool, err);
  if (!status) status = choose_terms(job, err);
  return status ? status : write_vocabulary(job, pool, err);
}

static void end(counting *job, quoth_status status, quoth_counting *out) {
  free(job->frequencies);
  free(job->totals);
  free(job->numbers);
  free(job->kept);
  free(job->hashes);
  if (status)
    quoth_counting_clear(out);
  else
    out->n_bytes = job->ends[job->n_kept - 1];
}

quoth_status quoth_count_rows(const quoth_counting_params *params, const quoth_corpus *corpus,
                              const uint32_t *rows, size_t n, quoth_pool *pool, quoth_counting *out,
                              quoth_error *err) {
  counting job = begin(params, corpus, rows, n, out);
  quoth_status status = make_vocabulary(&job, pool, err);
  if (!status) status = build_matrix(&job, pool, err);
  end(&job, status, out);
  return status;
}

/* Both are in order, and each term of the vocabulary is one of the corpus. */
static void find_terms(const counting *job, const quoth_strings *vocabulary) {
  uint32_t n = 0;
  for (uint32_t term = 0; term < job->n_terms; term++) {
    job->numbers[term] = QUOTH_STRING_NONE;
    if (n < vocabulary->n_strings &&
        quoth_bytes_compare(quoth_strings_get(&job->corpus->terms, term),
                            quoth_strings_get(vocabulary, n)) == 0)
      job->numbers[term] = n++;
  }
}

quoth_status quoth_count_rows_again(const quoth_counting_params *params, const quoth_corpus *corpus,
                                    const quoth_strings *vocabulary, const uint32_t *rows, size_t n,
                                    quoth_pool *pool, quoth_sparse *out, quoth_error *err) {
  *out = (quoth_sparse){0};
  counting job = {.params = params,
                  .corpus = corpus,
                  .rows = rows,
                  .n_rows = n,
                  .n_terms = corpus->terms.n_strings,
                  .n_kept = vocabulary->n_strings,
                  .counts = out};
  job.numbers = quoth_new_unset(job.n_terms, sizeof *job.numbers, err);
  quoth_status status = job.numbers ? QUOTH_OK : QUOTH_ERR_NOMEM;
  if (!status) {
    find_terms(&job, vocabulary);
    status = build_matrix(&job, pool, err);
  }
  free(job.numbers);
  if (status) quoth_sparse_clear(out);
  return status;
}

quoth_status quoth_count_terms(const quoth_counting_params *params, const quoth_bytes *texts,
                               size_t n_texts, quoth_pool *pool, const char *label,
                               const quoth_progress *progress, quoth_counting *out,
                               quoth_error *err) {
  *out = (quoth_counting){0};
  quoth_corpus corpus;
  quoth_status status =
      quoth_corpus_read(params, texts, n_texts, pool, label, progress, &corpus, err);
  if (status) return status;
  counting job = begin(params, &corpus, NULL, n_texts, out);
  status = make_vocabulary(&job, pool, err);
  if (!status) status = take_matrix(&job, &corpus, err);
  end(&job, status, out);
  quoth_corpus_clear(&corpus);
  return status;
}

void quoth_counting_clear(quoth_counting *result) {
  free((char *)(uintptr_t)result->vocabulary.bytes);
  free((uint64_t *)(uintptr_t)result->vocabulary.ends);
  free((uint32_t *)(uintptr_t)result->vocabulary.slots);
  quoth_sparse_clear(&result->counts);
  *result = (quoth_counting){0};
}
