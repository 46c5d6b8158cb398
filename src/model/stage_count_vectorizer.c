/* CountVectorizer: texts to term counts. Tensors, V terms:
 *   vocabulary        U8  [bytes]  the terms in order of code points, one behind another
 *   vocabulary_ends   U64 [V]      where each ends
 *   vocabulary_index  U32 [slots]  from a term's hash to its number (base/strings.h)
 * or, quantized, with terms in the order of their hashes (base/key_table.h),
 *   vocabulary_keys     U32 [V]
 *   vocabulary_buckets  U32 [2^b + 1] */
#include <math.h>
#include <stddef.h>
#include <stdlib.h>

#include "base/key_table.h"
#include "base/utf8.h"
#include "model/analyzer_params.h"
#include "model/stage.h"

#define FIELD(name) .offset = offsetof(quoth_counting_params, name)
#define FREQUENCY .read = quoth_param_read_amount, .min = 0, .max = 1, .min_count = 1

static const quoth_param params[] = {
    QUOTH_ANALYZER_PARAMS,
    {"max_df", "a share of the documents from 0.0 to 1.0, or a number of documents from 1 up",
     "leave out terms that are in more documents than this", "1.0", FIELD(max_df), FREQUENCY},
    {"min_df", "a share of the documents from 0.0 to 1.0, or a number of documents from 1 up",
     "leave out terms that are in fewer documents than this", "1", FIELD(min_df), FREQUENCY},
    {"max_features", "an integer from 1 to 4294967295, or null",
     "keep only that many terms, those with the highest counts", "null", FIELD(max_features),
     quoth_param_read_u32_or_null, .min = 1, .max = INFINITY},
    {"binary", "true or false", "count a term at most once a document", "false", FIELD(binary),
     quoth_param_read_bool},
};

typedef struct vectorizer {
  quoth_analyzer analyzer;
  quoth_string_table stop_words; /* a list of one's own */
  bool binary;
  quoth_strings vocabulary; /* views of tensors, as the other */
  quoth_key_table keys;     /* in place of the vocabulary if it has buckets */
} vectorizer;

/* Whether all are: together, and none begins within a character. */
static bool are_utf8(const quoth_strings *terms) {
  quoth_bytes all = {terms->bytes, terms->n_strings ? terms->ends[terms->n_strings - 1] : 0};
  bool is_split = false;
  for (uint32_t i = 0; i + 1 < terms->n_strings; i++)
    is_split |= ((unsigned char)terms->bytes[terms->ends[i]] & 0xC0) == 0x80;
  return !is_split && quoth_utf8_valid_prefix(all) == all.size;
}

static quoth_status check_terms(const quoth_strings *terms, uint64_t n_bytes, const char *what,
                                quoth_error *err) {
  quoth_status status = quoth_strings_check(terms, n_bytes, what, err);
  if (status || are_utf8(terms)) return status;
  for (uint32_t i = 0; i < terms->n_strings && !status; i++) {
    quoth_bytes term = quoth_strings_get(terms, i);
    if (quoth_utf8_valid_prefix(term) < term.size)
      status = quoth_fail(err, QUOTH_ERR_FORMAT, "%s: term %u is not UTF-8", what, i);
  }
  return status;
}

static quoth_status load_terms(quoth_stage *stage, const quoth_tensors *tensors, quoth_error *err) {
  vectorizer *state = stage->state;
  const quoth_tensor *bytes, *ends, *slots;
  quoth_status status =
      quoth_tensors_get(tensors, stage->name, "vocabulary", QUOTH_U8, 1, &bytes, err);
  if (!status)
    status = quoth_tensors_get(tensors, stage->name, "vocabulary_ends", QUOTH_U64, 1, &ends, err);
  if (!status)
    status = quoth_tensors_get(tensors, stage->name, "vocabulary_index", QUOTH_U32, 1, &slots, err);
  if (status) return status;
  if (ends->shape[0] >= QUOTH_STRING_NONE)
    return quoth_fail(err, QUOTH_ERR_FORMAT, "%s: too many terms", stage->name);
  state->vocabulary = (quoth_strings){.bytes = bytes->data,
                                      .ends = ends->data,
                                      .n_strings = (uint32_t)ends->shape[0],
                                      .slots = slots->data,
                                      .n_slots = slots->shape[0]};
  stage->n_outputs = state->vocabulary.n_strings;
  return check_terms(&state->vocabulary, bytes->size, stage->name, err);
}

static quoth_status load_keys(quoth_stage *stage, const quoth_tensors *tensors, quoth_error *err) {
  vectorizer *state = stage->state;
  const quoth_tensor *keys, *buckets;
  quoth_status status =
      quoth_tensors_get(tensors, stage->name, "vocabulary_keys", QUOTH_U32, 1, &keys, err);
  if (!status)
    status =
        quoth_tensors_get(tensors, stage->name, "vocabulary_buckets", QUOTH_U32, 1, &buckets, err);
  if (status) return status;
  uint64_t n_buckets = buckets->shape[0] - 1;
  if (keys->shape[0] >= QUOTH_STRING_NONE || buckets->shape[0] < 3 ||
      n_buckets > (uint64_t)1 << 31 || (n_buckets & (n_buckets - 1)) != 0)
    return quoth_fail(err, QUOTH_ERR_FORMAT, "%s: sizes of its table of keys are out of range",
                      stage->name);
  state->keys = (quoth_key_table){.buckets = buckets->data,
                                  .keys = keys->data,
                                  .n_keys = (uint32_t)keys->shape[0],
                                  .bucket_bits = (uint32_t)__builtin_ctzll(n_buckets)};
  stage->n_outputs = state->keys.n_keys;
  return quoth_key_table_check(&state->keys, stage->name, err);
}

static quoth_status load(quoth_stage *stage, const quoth_tensors *tensors, const void *params_,
                         quoth_error *err) {
  const quoth_counting_params *fitted = params_;
  vectorizer *state = quoth_new_array(1, sizeof *state, err);
  if (!state) return QUOTH_ERR_NOMEM;
  stage->state = state;
  state->binary = fitted->binary;
  quoth_status status = quoth_counting_analyzer(fitted, &state->stop_words, &state->analyzer, err);
  if (status) return status;
  return quoth_tensors_find(tensors, stage->name, "vocabulary_keys")
             ? load_keys(stage, tensors, err)
             : load_terms(stage, tensors, err);
}

const quoth_strings *quoth_count_vectorizer_vocabulary(const quoth_stage *stage) {
  const vectorizer *state = stage->state;
  return state->keys.buckets ? NULL : &state->vocabulary;
}

static uint32_t find_key(const void *keys, quoth_bytes term) {
  return quoth_key_table_find(keys, term);
}

uint32_t quoth_count_vectorizer_find(const quoth_stage *stage, quoth_bytes term) {
  const vectorizer *state = stage->state;
  return state->keys.buckets ? quoth_key_table_find(&state->keys, term)
                             : quoth_strings_find(&state->vocabulary, term);
}

const quoth_analyzer *quoth_count_vectorizer_analyzer(const quoth_stage *stage) {
  return &((const vectorizer *)stage->state)->analyzer;
}

static void unload(quoth_stage *stage) {
  vectorizer *state = stage->state;
  if (state) quoth_string_table_clear(&state->stop_words);
  free(state);
}

/* Working memory: the pairs of a text, and the same as two arrays. */
typedef struct vectorizer_scratch {
  quoth_counter counter;
  uint32_t *columns, *counts; /* [capacity] */
  size_t columns_capacity, counts_capacity;
} vectorizer_scratch;

static void scratch_free(void *scratch) {
  vectorizer_scratch *memory = scratch;
  if (!memory) return;
  quoth_counter_clear(&memory->counter);
  free(memory->columns);
  free(memory->counts);
  free(memory);
}

static quoth_status scratch_new(const quoth_stage *stage, void **scratch, quoth_error *err) {
  (void)stage;
  vectorizer_scratch *memory = quoth_new_array(1, sizeof *memory, err);
  if (!memory) return QUOTH_ERR_NOMEM;
  memory->counter.remembers = true;
  *scratch = memory;
  return QUOTH_OK;
}

static quoth_status reserve(vectorizer_scratch *memory, size_t n, quoth_error *err) {
  uint32_t *columns =
      quoth_grow(memory->columns, &memory->columns_capacity, n, sizeof *columns, err);
  if (!columns) return QUOTH_ERR_NOMEM;
  memory->columns = columns;
  uint32_t *counts = quoth_grow(memory->counts, &memory->counts_capacity, n, sizeof *counts, err);
  if (!counts) return QUOTH_ERR_NOMEM;
  memory->counts = counts;
  return QUOTH_OK;
}

/* What the counter found, into `memory`. */
static quoth_status take_counts(const quoth_counter *counter, vectorizer_scratch *memory,
                                quoth_document *document, quoth_error *err) {
  size_t n = counter->n_pairs;
  quoth_status status = reserve(memory, n, err);
  if (status) return status;
  for (size_t i = 0; i < n; i++) {
    memory->columns[i] = (uint32_t)(counter->pairs[i] >> 32);
    memory->counts[i] = (uint32_t)counter->pairs[i];
  }
  document->columns = memory->columns;
  document->counts = memory->counts;
  document->n_entries = n;
  document->n_known += n;
  return QUOTH_OK;
}

static quoth_status count(const vectorizer *state, quoth_counter *counter, quoth_bytes text,
                          quoth_error *err) {
  if (state->keys.buckets)
    return quoth_counter_count_by(counter, &state->analyzer, find_key, &state->keys, state->binary,
                                  text, err);
  return quoth_counter_count(counter, &state->analyzer, &state->vocabulary, state->binary, text,
                             err);
}

/* One counter counts all, so that a word met in one document is known in the others. */
static quoth_status apply_together(const quoth_stage *stage, void *const *scratches,
                                   quoth_document *documents, size_t n, quoth_error *err) {
  const vectorizer *state = stage->state;
  quoth_counter *counter = &((vectorizer_scratch *)scratches[0])->counter;
  quoth_status status = QUOTH_OK;
  for (size_t i = 0; i < n && !status; i++) {
    status = count(state, counter, documents[i].text, err);
    if (!status) status = take_counts(counter, scratches[i], &documents[i], err);
  }
  return status;
}

static quoth_status apply(const quoth_stage *stage, void *scratch, quoth_document *document,
                          quoth_error *err) {
  return apply_together(stage, &scratch, document, 1, err);
}

static const quoth_applied_tensor applied[] = {
    {"vocabulary", NULL},      {"vocabulary_ends", NULL},    {"vocabulary_index", NULL},
    {"vocabulary_keys", NULL}, {"vocabulary_buckets", NULL}, {NULL, NULL}};

const quoth_stage_type quoth_count_vectorizer = {
    .name = "count_vectorizer",
    .label = "vectorize",
    .inputs = QUOTH_KIND(QUOTH_DATA_TEXTS),
    .output = QUOTH_DATA_COUNTS,
    .params = {params, sizeof params / sizeof *params, sizeof(quoth_counting_params)},
    .applied = applied,
    .load = load,
    .unload = unload,
    .scratch_new = scratch_new,
    .scratch_free = scratch_free,
    .apply = apply,
    .apply_together = apply_together,
};
