#include "corpus/join_words.h"

#include <stdlib.h>
#include <string.h>

#include "corpus/word_ngrams.h"

typedef struct joining {
  quoth_text_ids *texts;
  size_t min_n;
  size_t *first_places; /* [n_chunks] */
  size_t n_places;
  uint32_t *places; /* [n_places]: words; behind each text, QUOTH_STRING_NONE */
  quoth_word_ngrams ngrams;
} joining;

bool quoth_can_join_words(const quoth_analyzer *analyzer) {
  return analyzer->unit == QUOTH_UNIT_WORD && analyzer->tokens != QUOTH_TOKENS_WHITESPACE &&
         analyzer->stemmer == QUOTH_STEMMER_NONE;
}

/* ---- Words by place -------------------------------------------------------- */

static quoth_status joining_init(joining *job, quoth_error *err) {
  const quoth_text_ids *texts = job->texts;
  job->first_places = quoth_new_array(texts->n_chunks, sizeof *job->first_places, err);
  if (!job->first_places) return QUOTH_ERR_NOMEM;
  for (size_t i = 0; i < texts->n_chunks; i++) {
    job->first_places[i] = job->n_places;
    job->n_places += texts->chunks[i].n_ids + quoth_chunk_end(texts, i) - i * QUOTH_CHUNK_TEXTS;
  }
  job->places = quoth_new_unset(job->n_places, sizeof *job->places, err);
  return job->places ? QUOTH_OK : QUOTH_ERR_NOMEM;
}

/* Moves the words of chunks to their places. */
static void place_chunks(void *context, size_t begin, size_t end, size_t worker) {
  (void)worker;
  const joining *job = context;
  const quoth_text_ids *texts = job->texts;
  for (size_t i = begin; i < end; i++) {
    const uint32_t *ids = texts->chunks[i].ids;
    uint32_t *to = job->places + job->first_places[i];
    for (size_t row = i * QUOTH_CHUNK_TEXTS; row < quoth_chunk_end(texts, i); row++) {
      size_t n = texts->n_ids[row];
      if (n) memcpy(to, ids, n * sizeof *to);
      to[n] = QUOTH_STRING_NONE;
      ids += n;
      to += n + 1;
    }
    free(texts->chunks[i].ids);
    texts->chunks[i].ids = NULL;
  }
}

/* ---- N-grams by text ------------------------------------------------------- */

static size_t count_ngrams(const joining *job, size_t n_words) {
  size_t count = 0;
  for (size_t n = job->min_n; n <= job->ngrams.n_lengths && n <= n_words; n++)
    count += n_words - n + 1;
  return count;
}

/* Puts the n-grams of the text of `n_words` words from `place` on at `ids`; returns the end. */
static uint32_t *put_ngrams(const joining *job, size_t place, size_t n_words, uint32_t *ids) {
  for (size_t n = job->min_n; n <= job->ngrams.n_lengths && n <= n_words; n++) {
    const quoth_ngrams_of_length *these = &job->ngrams.lengths[n - 1];
    for (size_t i = 0; i + n <= n_words; i++) *ids++ = these->numbers[these->at[place + i]];
  }
  return ids;
}

static quoth_status join_chunk(const joining *job, size_t index) {
  const quoth_text_ids *texts = job->texts;
  quoth_id_chunk *chunk = &texts->chunks[index];
  size_t first = index * QUOTH_CHUNK_TEXTS, behind = quoth_chunk_end(texts, index);
  chunk->n_ids = 0;
  for (size_t row = first; row < behind; row++)
    chunk->n_ids += count_ngrams(job, texts->n_ids[row]);
  uint32_t *ids = chunk->ids = quoth_new_unset(chunk->n_ids, sizeof *ids, &chunk->err);
  if (!ids) return QUOTH_ERR_NOMEM;
  size_t place = job->first_places[index];
  for (size_t row = first; row < behind; row++) {
    size_t n_words = texts->n_ids[row];
    ids = put_ngrams(job, place, n_words, ids);
    texts->n_ids[row] = count_ngrams(job, n_words);
    place += n_words + 1;
  }
  return QUOTH_OK;
}

static void join_chunks(void *context, size_t begin, size_t end, size_t worker) {
  (void)worker;
  const joining *job = context;
  for (size_t i = begin; i < end; i++) job->texts->chunks[i].status = join_chunk(job, i);
}

quoth_status quoth_join_words(const quoth_strings *words, quoth_ngram_range range, quoth_pool *pool,
                              quoth_text_ids *texts, quoth_strings *terms, uint64_t **hashes,
                              quoth_error *err) {
  joining job = {.texts = texts, .min_n = range.min_n};
  quoth_status status = joining_init(&job, err);
  if (!status) {
    quoth_pool_run(pool, texts->n_chunks, 1, place_chunks, &job);
    status = quoth_word_ngrams_make(job.places, job.n_places, words->n_strings, range.max_n, pool,
                                    &job.ngrams, err);
  }
  if (!status)
    status = quoth_word_ngrams_terms(&job.ngrams, words, range.min_n, pool, terms, hashes, err);
  if (!status) {
    quoth_pool_run(pool, texts->n_chunks, 1, join_chunks, &job);
    status = quoth_text_ids_failure(texts, err);
  }
  quoth_word_ngrams_clear(&job.ngrams);
  free(job.first_places);
  return status;
}
