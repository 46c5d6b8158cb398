#include "model/counter.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/sort.h"

void quoth_counter_clear(quoth_counter *counter) {
  quoth_analyzer_scratch_clear(&counter->analysis);
  quoth_buffer_clear(&counter->lemma);
  free(counter->known);
  free(counter->pairs);
  free(counter->spare);
  *counter = (quoth_counter){0};
}

static quoth_status list_word(quoth_string_table *listed, quoth_bytes word, quoth_error *err) {
  return quoth_string_table_add(listed, word, err) == QUOTH_STRING_NONE ? QUOTH_ERR_NOMEM
                                                                        : QUOTH_OK;
}

static quoth_status list_words(const json_t *words, quoth_string_table *listed, quoth_error *err) {
  quoth_status status = QUOTH_OK;
  for (size_t i = 0; i < json_array_size(words) && !status; i++) {
    const json_t *word = json_array_get(words, i);
    status =
        list_word(listed, (quoth_bytes){json_string_value(word), json_string_length(word)}, err);
  }
  return status;
}

static quoth_status list_language(quoth_bytes words, quoth_string_table *listed, quoth_error *err) {
  const char *at = words.data, *end = words.data + words.size;
  quoth_status status = QUOTH_OK;
  while (at < end && !status) {
    size_t size = (size_t)((const char *)memchr(at, ' ', (size_t)(end - at)) - at);
    status = list_word(listed, (quoth_bytes){at, size}, err);
    at += size + 1;
  }
  return status;
}

quoth_status quoth_counting_analyzer(const quoth_counting_params *params,
                                     quoth_string_table *listed, quoth_analyzer *out,
                                     quoth_error *err) {
  *out = params->analyzer;
  *listed = (quoth_string_table){0};
  const char *language = json_string_value(params->stop_words);
  if (language && strcmp(language, "english") == 0) {
    out->stop_words = QUOTH_STOP_WORDS_ENGLISH;
    return QUOTH_OK;
  }
  if (!language && !json_is_array(params->stop_words)) return QUOTH_OK;
  out->stop_words = QUOTH_STOP_WORDS_LISTED;
  out->stop_word_list = listed;
  quoth_status status = language ? list_language(quoth_stop_words_of(language), listed, err)
                                 : list_words(params->stop_words, listed, err);
  if (status) quoth_string_table_clear(listed);
  return status;
}

typedef struct lookup {
  quoth_counter *counter;
  const quoth_analyzer *analyzer;
  quoth_term_number *number;
  const void *context;
} lookup;

static quoth_status add_number(quoth_counter *counter, uint32_t number, quoth_error *err) {
  if (number == QUOTH_STRING_NONE) return QUOTH_OK;
  uint64_t *pairs = quoth_grow(counter->pairs, &counter->pairs_capacity, counter->n_pairs + 1,
                               sizeof *pairs, err);
  if (!pairs) return QUOTH_ERR_NOMEM;
  counter->pairs = pairs;
  pairs[counter->n_pairs++] = (uint64_t)number << 32 | 1;
  return QUOTH_OK;
}

static quoth_status take_term(void *context, quoth_bytes term, quoth_error *err) {
  lookup *at = context;
  return add_number(at->counter, at->number(at->context, term), err);
}

/* ---- Words met before ------------------------------------------------------ */

/* What quoth_analyze would make of the word, and the number of that. */
static quoth_status find_number(const lookup *at, quoth_bytes word, uint32_t *number,
                                quoth_error *err) {
  const quoth_analyzer *analyzer = at->analyzer;
  *number = QUOTH_STRING_NONE;
  if (quoth_is_stop_word(analyzer->stop_words, analyzer->stop_word_list, word)) return QUOTH_OK;
  quoth_lemma lemma = quoth_lemmatize(analyzer->lemmatizer, word);
  quoth_buffer *text = &at->counter->lemma;
  text->size = 0;
  quoth_status status = quoth_buffer_append(text, word.data, lemma.head_size, err);
  if (!status) status = quoth_buffer_append(text, lemma.tail.data, lemma.tail.size, err);
  quoth_bytes term = {text->data, text->size};
  if (!status)
    status = quoth_stem(analyzer->stemmer, &at->counter->analysis.stemming, term, &term, err);
  if (!status) *number = at->number(at->context, term);
  return status;
}

static bool is_known_word(const quoth_known_word *known, quoth_bytes word) {
  return known->size == word.size && memcmp(known->word, word.data, word.size) == 0;
}

/* The first of two words at a place is the one met again last: so a word that is met once takes the
 * place of another such. */
static const quoth_known_word *find_known_word(quoth_known_word place[2], quoth_bytes word) {
  if (is_known_word(&place[0], word)) return &place[0];
  if (!is_known_word(&place[1], word)) return NULL;
  quoth_known_word first = place[0];
  place[0] = place[1];
  place[1] = first;
  return &place[0];
}

static quoth_status take_word(void *context, quoth_bytes word, quoth_error *err) {
  const lookup *at = context;
  quoth_known_word *place =
      at->counter->known[quoth_hash(word.data, word.size) % QUOTH_KNOWN_WORDS];
  const quoth_known_word *known = find_known_word(place, word);
  if (known) return add_number(at->counter, known->number, err);
  uint32_t number;
  quoth_status status = find_number(at, word, &number, err);
  if (status) return status;
  if (word.size <= sizeof place[1].word) {
    memcpy(place[1].word, word.data, word.size);
    place[1].size = (uint8_t)word.size;
    place[1].number = number;
  }
  return add_number(at->counter, number, err);
}

static bool has_words_as_terms(const quoth_analyzer *analyzer) {
  return analyzer->unit == QUOTH_UNIT_WORD && analyzer->ngrams.max_n == 1;
}

/* Hands take_word the words as they are before stop words, lemmas and stems. */
static quoth_status analyze_words(lookup *at, quoth_bytes text, quoth_error *err) {
  quoth_counter *counter = at->counter;
  quoth_analyzer words = *at->analyzer;
  words.stop_words = QUOTH_STOP_WORDS_NONE;
  words.lemmatizer = QUOTH_LEMMATIZER_NONE;
  words.stemmer = QUOTH_STEMMER_NONE;
  if (!counter->known)
    counter->known = quoth_new_array(QUOTH_KNOWN_WORDS, sizeof *counter->known, err);
  if (!counter->known) return QUOTH_ERR_NOMEM;
  return quoth_analyze(&words, &counter->analysis, text, take_word, at, err);
}

/* ---- Counts ---------------------------------------------------------------- */

/* Sorted pairs with equal terms to one pair a term; returns how many are left. */
static size_t merge_pairs(uint64_t *pairs, size_t n, bool binary) {
  size_t n_merged = 0;
  for (size_t i = 0; i < n; i++) {
    if (n_merged == 0 || pairs[n_merged - 1] >> 32 != pairs[i] >> 32)
      pairs[n_merged++] = pairs[i];
    else if (!binary)
      pairs[n_merged - 1] += (uint32_t)pairs[i];
  }
  return n_merged;
}

quoth_status quoth_counter_count_by(quoth_counter *counter, const quoth_analyzer *analyzer,
                                    quoth_term_number *number, const void *context, bool binary,
                                    quoth_bytes text, quoth_error *err) {
  if (text.size > UINT32_MAX)
    return quoth_fail(err, QUOTH_ERR_DATA, "a text of %zu bytes; the limit is 4 GiB", text.size);
  counter->n_pairs = 0;
  lookup at = {counter, analyzer, number, context};
  quoth_status status =
      counter->remembers && has_words_as_terms(analyzer)
          ? analyze_words(&at, text, err)
          : quoth_analyze(analyzer, &counter->analysis, text, take_term, &at, err);
  if (status || counter->n_pairs == 0) return status;
  uint64_t *spare =
      quoth_grow(counter->spare, &counter->spare_capacity, counter->n_pairs, sizeof *spare, err);
  if (!spare) return QUOTH_ERR_NOMEM;
  counter->spare = spare;
  quoth_sort_pairs(counter->pairs, spare, counter->n_pairs);
  counter->n_pairs = merge_pairs(counter->pairs, counter->n_pairs, binary);
  return QUOTH_OK;
}

static uint32_t number_in_vocabulary(const void *context, quoth_bytes term) {
  return quoth_strings_find(context, term);
}

quoth_status quoth_counter_count(quoth_counter *counter, const quoth_analyzer *analyzer,
                                 const quoth_strings *vocabulary, bool binary, quoth_bytes text,
                                 quoth_error *err) {
  return quoth_counter_count_by(counter, analyzer, number_in_vocabulary, vocabulary, binary, text,
                                err);
}
