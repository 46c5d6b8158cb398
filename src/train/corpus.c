/* Texts are counted in chunks of fixed size. Each thread has a table of the terms it met, and a
 * chunk is a list of numbers of the table of the thread that took it. Which thread that is depends
 * on chance; the tables are then made one vocabulary, in order of code points, and the numbers
 * those of the vocabulary, so that nothing of it is left.
 */
#include "train/corpus.h"

#include <stdlib.h>
#include <string.h>

#include "base/sort.h"
#include "train/vocabulary.h"

enum { CHUNK_TEXTS = 1024, CHUNKS_BETWEEN_REPORTS = 16 };

typedef struct chunk {
  size_t worker; /* that counted it */
  uint32_t *ids; /* its terms, text by text, with repeats */
  quoth_status status;
  quoth_error err;
} chunk;

/* What a thread works with. */
typedef struct counting_worker {
  quoth_analyzer_scratch analysis;
  quoth_tally *tally;
  quoth_bytes waiting[QUOTH_STRINGS_TOGETHER]; /* [n_waiting] terms of the text at work */
  size_t n_waiting;
  uint32_t *ids; /* [n_ids] of the chunk at work */
  size_t n_ids, ids_capacity;
  uint64_t *pairs; /* for sorting one text's terms */
  size_t pairs_capacity;
} counting_worker;

typedef struct counting {
  const quoth_counting_params *params;
  quoth_analyzer analyzer;
  quoth_string_table stop_words; /* a list of one's own */
  const quoth_bytes *texts;      /* [n_texts] */
  size_t n_texts, n_chunks, n_workers;
  size_t first_chunk;       /* of those being counted */
  chunk *chunks;            /* [n_chunks] */
  counting_worker *workers; /* [n_workers] */
  quoth_tally *tallies;     /* [n_workers] */
  size_t *n_ids;            /* [n_texts] */
  quoth_corpus *out;
} counting;

static size_t chunk_end(const counting *job, size_t index) {
  size_t left = job->n_texts - index * CHUNK_TEXTS;
  return index * CHUNK_TEXTS + (left < CHUNK_TEXTS ? left : CHUNK_TEXTS);
}

/* ---- Counting a chunk ------------------------------------------------------ */

/* Numbers the terms that wait. */
static quoth_status take_waiting(counting_worker *at, quoth_error *err) {
  size_t n = at->n_waiting;
  at->n_waiting = 0;
  uint32_t *ids = quoth_grow(at->ids, &at->ids_capacity, at->n_ids + n, sizeof *ids, err);
  if (!ids) return QUOTH_ERR_NOMEM;
  at->ids = ids;
  quoth_status status =
      quoth_string_table_add_some(&at->tally->terms, at->waiting, n, at->ids + at->n_ids, err);
  if (!status) at->n_ids += n;
  return status;
}

static quoth_status take_term(void *context, quoth_bytes term, quoth_error *err) {
  counting_worker *at = context;
  at->waiting[at->n_waiting++] = term;
  return at->n_waiting < QUOTH_STRINGS_TOGETHER ? QUOTH_OK : take_waiting(at, err);
}

static quoth_status count_text(const counting *job, counting_worker *at, size_t row,
                               quoth_error *err) {
  quoth_bytes text = job->texts[row];
  if (text.size > UINT32_MAX)
    return quoth_fail(err, QUOTH_ERR_DATA, "a text of %zu bytes; the limit is 4 GiB", text.size);
  size_t n_before = at->n_ids;
  at->n_waiting = 0;
  quoth_status status = quoth_analyze(&job->analyzer, &at->analysis, text, take_term, at, err);
  if (!status) status = take_waiting(at, err);
  job->n_ids[row] = at->n_ids - n_before;
  return status;
}

static quoth_status count_chunk(const counting *job, size_t index, size_t worker) {
  chunk *c = &job->chunks[index];
  counting_worker *at = &job->workers[worker];
  quoth_status status = QUOTH_OK;
  at->n_ids = 0;
  for (size_t row = index * CHUNK_TEXTS; row < chunk_end(job, index) && !status; row++)
    status = count_text(job, at, row, &c->err);
  if (status) return status;
  c->worker = worker;
  c->ids = quoth_new_array(at->n_ids, sizeof *c->ids, &c->err);
  if (!c->ids) return QUOTH_ERR_NOMEM;
  if (at->n_ids) memcpy(c->ids, at->ids, at->n_ids * sizeof *c->ids);
  return QUOTH_OK;
}

static void count_chunks(void *context, size_t begin, size_t end, size_t worker) {
  const counting *job = context;
  for (size_t i = job->first_chunk + begin; i < job->first_chunk + end; i++)
    job->chunks[i].status = count_chunk(job, i, worker);
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
  size_t step = CHUNKS_BETWEEN_REPORTS * job->n_workers;
  for (size_t first = 0; first < job->n_chunks; first += step) {
    size_t n = job->n_chunks - first < step ? job->n_chunks - first : step;
    job->first_chunk = first;
    quoth_pool_run(pool, n, 1, count_chunks, job);
    size_t done = chunk_end(job, first + n - 1);
    if (progress && !progress->update(progress->context, label, done, job->n_texts))
      return quoth_fail(err, QUOTH_ERR_STOPPED, "stopped");
  }
  return first_failure(job, err);
}

/* ---- The matrix ------------------------------------------------------------ */

/* One text's `ids` ([n]) to numbers of the vocabulary, ascending. `pairs` is room for 2 n. Returns
 * how many distinct ones there are. */
static uint64_t renumber_text(const uint32_t *final, uint32_t *ids, size_t n, uint64_t *pairs) {
  uint64_t n_distinct = 0;
  for (size_t i = 0; i < n; i++) pairs[i] = (uint64_t) final[ids[i]] << 32;
  quoth_sort_pairs(pairs, pairs + n, n);
  for (size_t i = 0; i < n; i++) {
    ids[i] = (uint32_t)(pairs[i] >> 32);
    n_distinct += i == 0 || ids[i] != ids[i - 1];
  }
  return n_distinct;
}

/* Renumbers a chunk's ids and sets row_begin of each row behind its texts to that row's size. */
static quoth_status renumber_chunk(const counting *job, size_t index, counting_worker *at) {
  chunk *c = &job->chunks[index];
  const uint32_t *final = job->tallies[c->worker].final;
  uint32_t *ids = c->ids;
  for (size_t row = index * CHUNK_TEXTS; row < chunk_end(job, index); row++) {
    size_t n = job->n_ids[row];
    uint64_t *pairs = quoth_grow(at->pairs, &at->pairs_capacity, 2 * n, sizeof *pairs, &c->err);
    if (!pairs) return QUOTH_ERR_NOMEM;
    at->pairs = pairs;
    job->out->counts.row_begin[row + 1] = renumber_text(final, ids, n, pairs);
    ids += n;
  }
  return QUOTH_OK;
}

static void renumber_chunks(void *context, size_t begin, size_t end, size_t worker) {
  const counting *job = context;
  for (size_t i = begin; i < end; i++)
    job->chunks[i].status = renumber_chunk(job, i, &job->workers[worker]);
}

static void fill_row(const quoth_sparse *counts, uint64_t at, const uint32_t *ids, size_t n) {
  for (size_t i = 0; i < n; at++) {
    size_t begin = i;
    while (++i < n && ids[i] == ids[begin]) {
    }
    counts->columns[at] = ids[begin];
    counts->counts[at] = (uint32_t)(i - begin);
  }
}

/* Fills the rows of chunks, which are then no longer needed. */
static void fill_chunks(void *context, size_t begin, size_t end, size_t worker) {
  (void)worker;
  const counting *job = context;
  const quoth_sparse *counts = &job->out->counts;
  for (size_t c = begin; c < end; c++) {
    const uint32_t *ids = job->chunks[c].ids;
    for (size_t row = c * CHUNK_TEXTS; row < chunk_end(job, c); row++) {
      fill_row(counts, counts->row_begin[row], ids, job->n_ids[row]);
      ids += job->n_ids[row];
    }
    free(job->chunks[c].ids);
    job->chunks[c].ids = NULL;
  }
}

static quoth_status build_matrix(counting *job, quoth_pool *pool, quoth_error *err) {
  quoth_sparse *counts = &job->out->counts;
  counts->n_rows = job->n_texts;
  counts->n_columns = job->out->terms.n_strings;
  counts->row_begin = quoth_new_array(job->n_texts + 1, sizeof *counts->row_begin, err);
  if (!counts->row_begin) return QUOTH_ERR_NOMEM;
  quoth_pool_run(pool, job->n_chunks, 1, renumber_chunks, job);
  quoth_status status = first_failure(job, err);
  if (status) return status;
  for (size_t row = 0; row < job->n_texts; row++)
    counts->row_begin[row + 1] += counts->row_begin[row];
  uint64_t n_entries = counts->row_begin[job->n_texts];
  counts->columns = quoth_new_array(n_entries, sizeof *counts->columns, err);
  counts->counts = quoth_new_array(n_entries, sizeof *counts->counts, err);
  if (!counts->columns || !counts->counts) return QUOTH_ERR_NOMEM;
  quoth_pool_run(pool, job->n_chunks, 1, fill_chunks, job);
  return QUOTH_OK;
}

/* ---- The whole ------------------------------------------------------------- */

static quoth_status counting_init(counting *job, quoth_error *err) {
  job->n_chunks = (job->n_texts + CHUNK_TEXTS - 1) / CHUNK_TEXTS;
  job->chunks = quoth_new_array(job->n_chunks, sizeof *job->chunks, err);
  job->n_ids = quoth_new_array(job->n_texts, sizeof *job->n_ids, err);
  job->workers = quoth_new_array(job->n_workers, sizeof *job->workers, err);
  job->tallies = quoth_new_array(job->n_workers, sizeof *job->tallies, err);
  if (!job->chunks || !job->n_ids || !job->workers || !job->tallies) return QUOTH_ERR_NOMEM;
  for (size_t i = 0; i < job->n_workers; i++) {
    quoth_analyzer_scratch *analysis = &job->workers[i].analysis;
    job->workers[i].tally = &job->tallies[i];
    if (job->params->analyzer.lemmatizer == QUOTH_LEMMATIZER_NONE) continue;
    analysis->lemmas = quoth_new_array(QUOTH_KNOWN_LEMMAS, sizeof *analysis->lemmas, err);
    if (!analysis->lemmas) return QUOTH_ERR_NOMEM;
  }
  return quoth_counting_analyzer(job->params, &job->stop_words, &job->analyzer, err);
}

static void worker_clear(counting_worker *worker) {
  quoth_analyzer_scratch_clear(&worker->analysis);
  free(worker->ids);
  free(worker->pairs);
}

static void counting_clear(counting *job) {
  for (size_t i = 0; job->chunks && i < job->n_chunks; i++) free(job->chunks[i].ids);
  for (size_t i = 0; job->workers && i < job->n_workers; i++) worker_clear(&job->workers[i]);
  for (size_t i = 0; job->tallies && i < job->n_workers; i++) quoth_tally_clear(&job->tallies[i]);
  quoth_string_table_clear(&job->stop_words);
  free(job->chunks);
  free(job->n_ids);
  free(job->workers);
  free(job->tallies);
}

quoth_status quoth_corpus_read(const quoth_counting_params *params, const quoth_bytes *texts,
                               size_t n_texts, quoth_pool *pool, const char *label,
                               const quoth_progress *progress, quoth_corpus *out,
                               quoth_error *err) {
  *out = (quoth_corpus){0};
  counting job = {.params = params,
                  .texts = texts,
                  .n_texts = n_texts,
                  .n_workers = quoth_pool_threads(pool),
                  .out = out};
  quoth_status status = counting_init(&job, err);
  if (!status) status = count_all(&job, pool, label, progress, err);
  if (!status)
    status =
        quoth_vocabulary_make(job.tallies, job.n_workers, pool, &out->terms, &out->hashes, err);
  if (!status) status = build_matrix(&job, pool, err);
  counting_clear(&job);
  if (status) quoth_corpus_clear(out);
  return status;
}

void quoth_corpus_clear(quoth_corpus *corpus) {
  free((char *)(uintptr_t)corpus->terms.bytes);
  free((uint64_t *)(uintptr_t)corpus->terms.ends);
  free(corpus->hashes);
  quoth_sparse_clear(&corpus->counts);
  *corpus = (quoth_corpus){0};
}
