/* N-grams of n words are sorted by their first n - 1, which are numbered in order, and then by the
 * last. */
#include "corpus/word_ngrams.h"

#include <stdlib.h>
#include <string.h>

#include "base/sort.h"

/* A thread's share of the n-grams that are to be made longer. */
typedef struct part {
  uint32_t begin, end; /* of them */
  uint64_t first_item;
  uint64_t *spare;               /* room for the items of any one */
  uint32_t n_distinct, n_before; /* longer ones of this part, and of those before it */
} part;

/* An item is a place with an n-gram that goes on: the next word in the high half, the place in the
 * low one. */
typedef struct joining {
  quoth_word_ngrams *ngrams;
  const quoth_ngrams_of_length *shorter;
  quoth_ngrams_of_length *longer;
  const uint32_t *next_words; /* the word behind the shorter one, by place */
  uint64_t *begin;            /* [shorter->n + 1], of the items of each */
  uint64_t *items;            /* [n_items] */
  size_t n_items;
  part *parts; /* [n_parts] */
  size_t n_parts;
} joining;

/* ---- One word more --------------------------------------------------------- */

/* Sets begin[i + 1] to where the items of n-gram i begin, for fill_items to move it to their end.
 */
static void count_items(joining *job) {
  uint64_t *starts = job->begin + 1;
  const uint32_t *at = job->shorter->at;
  for (size_t place = 0; place < job->ngrams->n_places; place++)
    if (at[place] != QUOTH_STRING_NONE && job->next_words[place] != QUOTH_STRING_NONE)
      starts[at[place]]++;
  for (uint32_t i = 0; i < job->shorter->n; i++) {
    uint64_t n = starts[i];
    starts[i] = job->n_items;
    job->n_items += n;
  }
}

/* Parts of about as many items each. */
static void share_out(const joining *job) {
  const uint64_t *starts = job->begin + 1;
  uint32_t at = 0, n = job->shorter->n;
  for (size_t p = 0; p < job->n_parts; p++) {
    job->parts[p] = (part){.begin = at, .first_item = at < n ? starts[at] : job->n_items};
    while (at < n && starts[at] < job->n_items * (p + 1) / job->n_parts) at++;
    job->parts[p].end = at;
  }
}

static quoth_status add_spares(const joining *job, quoth_error *err) {
  const uint64_t *starts = job->begin + 1;
  for (part *p = job->parts; p < job->parts + job->n_parts; p++) {
    uint64_t most = 0;
    for (uint32_t i = p->begin; i < p->end; i++) {
      uint64_t end = i + 1 < job->shorter->n ? starts[i + 1] : job->n_items;
      if (end - starts[i] > most) most = end - starts[i];
    }
    p->spare = quoth_new_unset(most, sizeof *p->spare, err);
    if (!p->spare) return QUOTH_ERR_NOMEM;
  }
  return QUOTH_OK;
}

static void fill_items(const joining *job, const part *mine) {
  const uint32_t *at = job->shorter->at;
  uint32_t n_mine = mine->end - mine->begin;
  for (size_t place = 0; place < job->ngrams->n_places; place++)
    if (at[place] - mine->begin < n_mine && job->next_words[place] != QUOTH_STRING_NONE)
      job->items[job->begin[at[place] + 1]++] = (uint64_t)job->next_words[place] << 32 | place;
}

/* Whether an item is the first of a longer n-gram, in order, those of the shorter one beginning at
 * `begin`. */
static bool is_new(const joining *job, uint64_t begin, uint64_t item) {
  return item == begin || job->items[item] >> 32 != job->items[item - 1] >> 32;
}

static void sort_part(const joining *job, part *mine) {
  uint64_t begin = mine->first_item;
  for (uint32_t i = mine->begin; i < mine->end; i++) {
    uint64_t end = job->begin[i + 1];
    quoth_sort_pairs(job->items + begin, mine->spare, end - begin);
    for (uint64_t item = begin; item < end; item++) mine->n_distinct += is_new(job, begin, item);
    begin = end;
  }
}

static void sort_parts(void *context, size_t first, size_t behind, size_t worker) {
  (void)worker;
  const joining *job = context;
  for (size_t p = first; p < behind; p++) {
    fill_items(job, &job->parts[p]);
    sort_part(job, &job->parts[p]);
  }
}

static void number_parts(void *context, size_t first, size_t behind, size_t worker) {
  (void)worker;
  const joining *job = context;
  const quoth_ngrams_of_length *longer = job->longer;
  for (const part *mine = job->parts + first; mine < job->parts + behind; mine++) {
    uint32_t n = mine->n_before;
    for (uint32_t i = mine->begin; i < mine->end; i++)
      for (uint64_t item = job->begin[i]; item < job->begin[i + 1]; item++) {
        if (is_new(job, job->begin[i], item)) {
          longer->parents[n] = i;
          longer->words[n++] = (uint32_t)(job->items[item] >> 32);
        }
        longer->at[(uint32_t)job->items[item]] = n - 1;
      }
  }
}

/* How many n-grams there are, which the parts number in turn. */
static quoth_status count_distinct(joining *job, quoth_error *err) {
  size_t n = 0;
  for (size_t p = 0; p < job->n_parts; p++) {
    job->parts[p].n_before = (uint32_t)n;
    n += job->parts[p].n_distinct;
  }
  if (n >= QUOTH_STRING_NONE)
    return quoth_fail(err, QUOTH_ERR_DATA, "more than %u distinct terms", QUOTH_STRING_NONE - 1);
  job->longer->n = (uint32_t)n;
  return QUOTH_OK;
}

static quoth_status sort_items(joining *job, quoth_pool *pool, quoth_error *err) {
  job->items = quoth_new_unset(job->n_items, sizeof *job->items, err);
  if (!job->items) return QUOTH_ERR_NOMEM;
  share_out(job);
  quoth_status status = add_spares(job, err);
  if (!status) quoth_pool_run(pool, job->n_parts, 1, sort_parts, job);
  for (size_t p = 0; p < job->n_parts; p++) free(job->parts[p].spare);
  return status ? status : count_distinct(job, err);
}

static quoth_status number_items(joining *job, quoth_pool *pool, quoth_error *err) {
  quoth_ngrams_of_length *longer = job->longer;
  size_t n_places = job->ngrams->n_places;
  longer->parents = quoth_new_unset(longer->n, sizeof *longer->parents, err);
  longer->words = quoth_new_unset(longer->n, sizeof *longer->words, err);
  longer->numbers = quoth_new_array(longer->n, sizeof *longer->numbers, err);
  longer->at = quoth_new_unset(n_places, sizeof *longer->at, err);
  if (!longer->parents || !longer->words || !longer->numbers || !longer->at) return QUOTH_ERR_NOMEM;
  memset(longer->at, 0xff, n_places * sizeof *longer->at); /* QUOTH_STRING_NONE */
  quoth_pool_run(pool, job->n_parts, 1, number_parts, job);
  return QUOTH_OK;
}

static quoth_ngrams_of_length *add_length(quoth_word_ngrams *ngrams, quoth_error *err) {
  quoth_ngrams_of_length *lengths =
      quoth_grow(ngrams->lengths, &ngrams->capacity, ngrams->n_lengths + 1, sizeof *lengths, err);
  if (!lengths) return NULL;
  ngrams->lengths = lengths;
  lengths += ngrams->n_lengths++;
  *lengths = (quoth_ngrams_of_length){0};
  return lengths;
}

/* N-grams of one word more than the longest so far. */
static quoth_status lengthen(joining *job, quoth_pool *pool, quoth_error *err) {
  quoth_word_ngrams *ngrams = job->ngrams;
  job->longer = add_length(ngrams, err);
  if (!job->longer) return QUOTH_ERR_NOMEM;
  job->shorter = job->longer - 1;
  job->next_words = ngrams->lengths[0].at + (ngrams->n_lengths - 1);
  job->n_items = 0;
  job->begin = quoth_new_array((size_t)job->shorter->n + 1, sizeof *job->begin, err);
  quoth_status status = job->begin ? QUOTH_OK : QUOTH_ERR_NOMEM;
  if (!status) count_items(job);
  if (!status) status = sort_items(job, pool, err);
  if (!status) status = number_items(job, pool, err);
  free(job->begin);
  free(job->items);
  job->begin = job->items = NULL;
  return status;
}

/* ---- The whole ------------------------------------------------------------- */

static quoth_status begin_with_words(joining *job, uint32_t *places, uint32_t n_words,
                                     quoth_error *err) {
  quoth_ngrams_of_length *words = add_length(job->ngrams, err);
  if (!words) {
    free(places);
    return QUOTH_ERR_NOMEM;
  }
  words->at = places;
  words->n = n_words;
  words->numbers = quoth_new_array(words->n, sizeof *words->numbers, err);
  job->parts = quoth_new_array(job->n_parts, sizeof *job->parts, err);
  if (!words->numbers || !job->parts) return QUOTH_ERR_NOMEM;
  if (job->ngrams->n_places > UINT32_MAX)
    return quoth_fail(err, QUOTH_ERR_DATA, "more than %u words and texts", UINT32_MAX);
  return QUOTH_OK;
}

quoth_status quoth_word_ngrams_make(uint32_t *places, size_t n_places, uint32_t n_words,
                                    uint32_t max_n, quoth_pool *pool, quoth_word_ngrams *out,
                                    quoth_error *err) {
  *out = (quoth_word_ngrams){.n_places = n_places};
  joining job = {.ngrams = out, .n_parts = quoth_pool_threads(pool)};
  quoth_status status = begin_with_words(&job, places, n_words, err);
  while (!status && out->n_lengths < max_n && out->lengths[out->n_lengths - 1].n > 0)
    status = lengthen(&job, pool, err);
  free(job.parts);
  return status;
}

void quoth_word_ngrams_clear(quoth_word_ngrams *ngrams) {
  for (size_t l = 0; l < ngrams->n_lengths; l++) {
    free(ngrams->lengths[l].at);
    free(ngrams->lengths[l].parents);
    free(ngrams->lengths[l].words);
    free(ngrams->lengths[l].numbers);
  }
  free(ngrams->lengths);
  *ngrams = (quoth_word_ngrams){0};
}
