/* Texts are counted in chunks of fixed size. Each thread has a table of the terms it met, and a
 * chunk is a list of numbers of the table of the thread that took it. Which thread that is depends
 * on chance; the tables are then made one vocabulary, in order of code points, and the numbers
 * those of the vocabulary, so that nothing of it is left.
 * Where terms are n-grams of words, these are what is counted first; the n-grams are made of their
 * numbers.
 */
#include "corpus/corpus.h"

#include <stdlib.h>
#include <string.h>

#include "corpus/join_words.h"
#include "corpus/text_ids.h"
#include "corpus/vocabulary.h"

enum { CHUNKS_BETWEEN_REPORTS = 16 };

/* What a thread works with. */
typedef struct counting_worker {
  quoth_analyzer_scratch analysis;
  quoth_tally *tally;
  quoth_bytes waiting[QUOTH_STRINGS_TOGETHER]; /* [n_waiting] terms of the text at work */
  size_t n_waiting;
  uint32_t *ids; /* [n_ids] of the chunk at work */
  size_t n_ids, ids_capacity;
} counting_worker;

typedef struct counting {
  const quoth_counting_params *params;
  quoth_analyzer analyzer;
  quoth_string_table stop_words; /* a list of one's own */
  const quoth_bytes *texts;      /* [n_texts] */
  size_t n_workers;
  size_t first_chunk;       /* of those being counted */
  quoth_text_ids ids;       /* of the tables of who counted them */
  size_t *counted_by;       /* [n_chunks]: a worker */
  counting_worker *workers; /* [n_workers] */
  quoth_tally *tallies;     /* [n_workers] */
  bool joins_words;         /* terms are n-grams of what is counted */
  quoth_corpus *out;
} counting;

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
  job->ids.n_ids[row] = at->n_ids - n_before;
  return status;
}

static quoth_status count_chunk(const counting *job, size_t index, size_t worker) {
  quoth_id_chunk *chunk = &job->ids.chunks[index];
  counting_worker *at = &job->workers[worker];
  quoth_status status = QUOTH_OK;
  size_t behind = quoth_chunk_end(&job->ids, index);
  at->n_ids = 0;
  for (size_t row = index * QUOTH_CHUNK_TEXTS; row < behind && !status; row++)
    status = count_text(job, at, row, &chunk->err);
  if (status) return status;
  job->counted_by[index] = worker;
  chunk->n_ids = at->n_ids;
  chunk->ids = quoth_new_array(at->n_ids, sizeof *chunk->ids, &chunk->err);
  if (!chunk->ids) return QUOTH_ERR_NOMEM;
  if (at->n_ids) memcpy(chunk->ids, at->ids, at->n_ids * sizeof *chunk->ids);
  return QUOTH_OK;
}

static void count_chunks(void *context, size_t begin, size_t end, size_t worker) {
  const counting *job = context;
  for (size_t i = job->first_chunk + begin; i < job->first_chunk + end; i++)
    job->ids.chunks[i].status = count_chunk(job, i, worker);
}

static quoth_status count_all(counting *job, quoth_pool *pool, const char *label,
                              const quoth_progress *progress, quoth_error *err) {
  size_t step = CHUNKS_BETWEEN_REPORTS * job->n_workers, n_chunks = job->ids.n_chunks;
  for (size_t first = 0; first < n_chunks; first += step) {
    size_t n = n_chunks - first < step ? n_chunks - first : step;
    job->first_chunk = first;
    quoth_pool_run(pool, n, 1, count_chunks, job);
    size_t done = quoth_chunk_end(&job->ids, first + n - 1);
    if (progress && !progress->update(progress->context, label, done, job->ids.n_texts))
      return quoth_fail(err, QUOTH_ERR_STOPPED, "stopped");
  }
  return quoth_text_ids_failure(&job->ids, err);
}

/* ---- The vocabulary -------------------------------------------------------- */

/* Numbers of a thread's table to those of the vocabulary. */
static void renumber_chunks(void *context, size_t begin, size_t end, size_t worker) {
  (void)worker;
  const counting *job = context;
  for (size_t c = begin; c < end; c++) {
    const quoth_id_chunk *chunk = &job->ids.chunks[c];
    const uint32_t *final = job->tallies[job->counted_by[c]].final;
    for (size_t i = 0; i < chunk->n_ids; i++) chunk->ids[i] = final[chunk->ids[i]];
  }
}

static void strings_clear(quoth_strings *strings) {
  free((char *)(uintptr_t)strings->bytes);
  free((uint64_t *)(uintptr_t)strings->ends);
}

/* Puts n-grams in the place of words. */
static quoth_status join_words(counting *job, quoth_pool *pool, quoth_error *err) {
  quoth_corpus *out = job->out;
  quoth_strings words = out->terms;
  free(out->hashes);
  out->terms = (quoth_strings){0};
  out->hashes = NULL;
  quoth_status status = quoth_join_words(&words, job->params->analyzer.ngrams, pool, &job->ids,
                                         &out->terms, &out->hashes, err);
  strings_clear(&words);
  return status;
}

static quoth_status make_vocabulary(counting *job, quoth_pool *pool, quoth_error *err) {
  quoth_corpus *out = job->out;
  quoth_status status =
      quoth_vocabulary_make(job->tallies, job->n_workers, pool, &out->terms, &out->hashes, err);
  if (status) return status;
  quoth_pool_run(pool, job->ids.n_chunks, 1, renumber_chunks, job);
  return job->joins_words ? join_words(job, pool, err) : QUOTH_OK;
}

/* ---- The whole ------------------------------------------------------------- */

static quoth_status counting_init(counting *job, quoth_error *err) {
  job->counted_by = quoth_new_array(job->ids.n_chunks, sizeof *job->counted_by, err);
  job->workers = quoth_new_array(job->n_workers, sizeof *job->workers, err);
  job->tallies = quoth_new_array(job->n_workers, sizeof *job->tallies, err);
  if (!job->counted_by || !job->workers || !job->tallies) return QUOTH_ERR_NOMEM;
  for (size_t i = 0; i < job->n_workers; i++) {
    quoth_analyzer_scratch *analysis = &job->workers[i].analysis;
    job->workers[i].tally = &job->tallies[i];
    if (job->params->analyzer.lemmatizer == QUOTH_LEMMATIZER_NONE) continue;
    analysis->lemmas = quoth_new_array(QUOTH_KNOWN_LEMMAS, sizeof *analysis->lemmas, err);
    if (!analysis->lemmas) return QUOTH_ERR_NOMEM;
  }
  quoth_status status = quoth_counting_analyzer(job->params, &job->stop_words, &job->analyzer, err);
  job->joins_words = job->analyzer.ngrams.max_n > 1 && quoth_can_join_words(&job->analyzer);
  if (job->joins_words) job->analyzer.ngrams = (quoth_ngram_range){1, 1};
  return status;
}

static void worker_clear(counting_worker *worker) {
  quoth_analyzer_scratch_clear(&worker->analysis);
  free(worker->ids);
}

static void counting_clear(counting *job) {
  for (size_t i = 0; job->workers && i < job->n_workers; i++) worker_clear(&job->workers[i]);
  for (size_t i = 0; job->tallies && i < job->n_workers; i++) quoth_tally_clear(&job->tallies[i]);
  quoth_string_table_clear(&job->stop_words);
  quoth_text_ids_clear(&job->ids);
  free(job->counted_by);
  free(job->workers);
  free(job->tallies);
}

quoth_status quoth_corpus_read(const quoth_counting_params *params, const quoth_bytes *texts,
                               size_t n_texts, quoth_pool *pool, const char *label,
                               const quoth_progress *progress, quoth_corpus *out,
                               quoth_error *err) {
  *out = (quoth_corpus){0};
  counting job = {
      .params = params, .texts = texts, .n_workers = quoth_pool_threads(pool), .out = out};
  quoth_status status = quoth_text_ids_init(n_texts, &job.ids, err);
  if (!status) status = counting_init(&job, err);
  if (!status) status = count_all(&job, pool, label, progress, err);
  if (!status) status = make_vocabulary(&job, pool, err);
  if (!status)
    status = quoth_text_ids_count(&job.ids, out->terms.n_strings, pool, &out->counts, err);
  counting_clear(&job);
  if (status) quoth_corpus_clear(out);
  return status;
}

void quoth_corpus_clear(quoth_corpus *corpus) {
  strings_clear(&corpus->terms);
  free(corpus->hashes);
  quoth_sparse_clear(&corpus->counts);
  *corpus = (quoth_corpus){0};
}
