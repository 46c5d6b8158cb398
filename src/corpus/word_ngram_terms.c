/* N-grams are a tree, where each follows the one it begins with: the order of their strings is that
 * of a walk through it. */
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "corpus/word_ngrams.h"

enum { NGRAMS_AT_ONCE = 4096 };

typedef struct term_making {
  const quoth_word_ngrams *ngrams;
  const quoth_strings *words;
  size_t min_n;
  size_t length; /* of the n-grams at work, in words */
  quoth_strings *terms;
  char *bytes;      /* terms->bytes */
  uint64_t *ends;   /* terms->ends */
  uint64_t *hashes; /* [terms->n_strings] */
} term_making;

/* ---- Order ----------------------------------------------------------------- */

static bool is_term(const term_making *job, size_t l) { return l + 1 >= job->min_n; }

/* How many terms begin with each n-gram. */
static void count_terms(const term_making *job) {
  for (size_t l = job->ngrams->n_lengths; l-- > 0;) {
    const quoth_ngrams_of_length *these = &job->ngrams->lengths[l];
    for (uint32_t i = 0; i < these->n; i++) {
      these->numbers[i] += is_term(job, l);
      if (l > 0) these[-1].numbers[these->parents[i]] += these->numbers[i];
    }
  }
}

static uint32_t number_words(const quoth_ngrams_of_length *these) {
  uint32_t next = 0;
  for (uint32_t i = 0; i < these->n; i++) {
    uint32_t n = these->numbers[i];
    these->numbers[i] = next;
    next += n;
  }
  return next;
}

/* Those that begin with the same n-gram follow it, in turn. */
static void number_longer(const term_making *job, size_t l) {
  const quoth_ngrams_of_length *these = &job->ngrams->lengths[l];
  uint32_t next = 0;
  for (uint32_t i = 0; i < these->n; i++) {
    uint32_t parent = these->parents[i];
    if (i == 0 || parent != these->parents[i - 1])
      next = these[-1].numbers[parent] + is_term(job, l - 1);
    uint32_t n = these->numbers[i];
    these->numbers[i] = next;
    next += n;
  }
}

/* Returns how many terms there are. */
static quoth_status number_terms(const term_making *job, uint32_t *n_terms, quoth_error *err) {
  size_t n = 0;
  for (size_t l = job->min_n - 1; l < job->ngrams->n_lengths; l++) n += job->ngrams->lengths[l].n;
  if (n >= QUOTH_STRING_NONE)
    return quoth_fail(err, QUOTH_ERR_DATA, "more than %u distinct terms", QUOTH_STRING_NONE - 1);
  count_terms(job);
  *n_terms = number_words(&job->ngrams->lengths[0]);
  for (size_t l = 1; l < job->ngrams->n_lengths; l++) number_longer(job, l);
  return QUOTH_OK;
}

/* ---- Strings --------------------------------------------------------------- */

static quoth_bytes last_word(const term_making *job, size_t l, uint32_t ngram) {
  return quoth_strings_get(job->words, l > 0 ? job->ngrams->lengths[l].words[ngram] : ngram);
}

static size_t size_of(const term_making *job, size_t l, uint32_t ngram) {
  size_t size = l; /* spaces */
  for (;; l--) {
    size += last_word(job, l, ngram).size;
    if (l == 0) return size;
    ngram = job->ngrams->lengths[l].parents[ngram];
  }
}

static void put_words(const term_making *job, size_t l, uint32_t ngram, char *end) {
  for (;; l--) {
    quoth_bytes word = last_word(job, l, ngram);
    end -= word.size;
    memcpy(end, word.data, word.size);
    if (l == 0) return;
    *--end = ' ';
    ngram = job->ngrams->lengths[l].parents[ngram];
  }
}

static void size_terms(void *context, size_t begin, size_t end, size_t worker) {
  (void)worker;
  const term_making *job = context;
  size_t l = job->length - 1;
  for (size_t i = begin; i < end; i++)
    job->ends[job->ngrams->lengths[l].numbers[i]] = size_of(job, l, (uint32_t)i);
}

static void write_terms(void *context, size_t begin, size_t end, size_t worker) {
  (void)worker;
  const term_making *job = context;
  size_t l = job->length - 1;
  for (size_t i = begin; i < end; i++) {
    uint32_t number = job->ngrams->lengths[l].numbers[i];
    uint64_t start = number ? job->ends[number - 1] : 0;
    put_words(job, l, (uint32_t)i, job->bytes + job->ends[number]);
    job->hashes[number] = quoth_hash(job->bytes + start, job->ends[number] - start);
  }
}

/* `work` with the n-grams of each length that are terms. */
static void run_on_terms(term_making *job, quoth_pool *pool, quoth_pool_work work) {
  for (job->length = job->min_n; job->length <= job->ngrams->n_lengths; job->length++)
    quoth_pool_run(pool, job->ngrams->lengths[job->length - 1].n, NGRAMS_AT_ONCE, work, job);
}

static quoth_status make_strings(term_making *job, uint32_t n_terms, quoth_pool *pool,
                                 quoth_error *err) {
  quoth_strings *terms = job->terms;
  terms->n_strings = n_terms;
  terms->ends = job->ends = quoth_new_unset(n_terms, sizeof *job->ends, err);
  job->hashes = quoth_new_unset(n_terms, sizeof *job->hashes, err);
  if (!job->ends || !job->hashes) return QUOTH_ERR_NOMEM;
  run_on_terms(job, pool, size_terms);
  uint64_t n_bytes = 0;
  for (uint32_t i = 0; i < n_terms; i++) job->ends[i] = n_bytes += job->ends[i];
  terms->bytes = job->bytes = quoth_new_unset(n_bytes, 1, err);
  if (!job->bytes) return QUOTH_ERR_NOMEM;
  run_on_terms(job, pool, write_terms);
  return QUOTH_OK;
}

quoth_status quoth_word_ngrams_terms(const quoth_word_ngrams *ngrams, const quoth_strings *words,
                                     uint32_t min_n, quoth_pool *pool, quoth_strings *terms,
                                     uint64_t **hashes, quoth_error *err) {
  *terms = (quoth_strings){0};
  term_making job = {.ngrams = ngrams, .words = words, .min_n = min_n, .terms = terms};
  uint32_t n_terms = 0;
  quoth_status status = number_terms(&job, &n_terms, err);
  if (!status) status = make_strings(&job, n_terms, pool, err);
  *hashes = job.hashes;
  return status;
}
