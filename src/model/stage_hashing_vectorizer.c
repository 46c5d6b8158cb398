/* HashingVectorizer: texts to weights. It has no tensors. */
#include <stdlib.h>

#include "model/analyzer_params.h"
#include "model/hashing.h"
#include "model/stage.h"

static const char *const norm_names[] = {"null", "l1", "l2", NULL}; /* ORDER quoth_norm */

#define FIELD(name) .offset = offsetof(quoth_hashing_params, name)

static const quoth_param params[] = {
    QUOTH_ANALYZER_PARAMS,
    {"binary", "true or false", "give every column with a term the weight 1", "false",
     FIELD(counting.binary), quoth_param_read_bool},
    {"n_features", "an integer from 1 to 2147483647", "columns that terms are hashed into",
     "1048576", FIELD(n_features), quoth_param_read_u32, .min = 1, .max = INT32_MAX},
    {"alternate_sign", "true or false", "let half of all terms, by their hash, count negative",
     "true", FIELD(alternate_sign), quoth_param_read_bool},
    {"norm", "null, \"l1\" or \"l2\"",
     "divide each text's weights by the sum of their sizes, or by the root of their squares' sum",
     "\"l2\"", FIELD(norm), quoth_param_read_choice, .choices = norm_names},
};

typedef struct vectorizer {
  quoth_hashing_params params;
  quoth_analyzer analyzer;
  quoth_string_table stop_words; /* a list of one's own */
} vectorizer;

static quoth_status load(quoth_stage *stage, const quoth_tensors *tensors, const void *params_,
                         quoth_error *err) {
  (void)tensors;
  const quoth_hashing_params *given = params_;
  vectorizer *state = quoth_new_array(1, sizeof *state, err);
  if (!state) return QUOTH_ERR_NOMEM;
  stage->state = state;
  state->params = *given;
  stage->n_outputs = given->n_features;
  return quoth_counting_analyzer(&given->counting, &state->stop_words, &state->analyzer, err);
}

static void unload(quoth_stage *stage) {
  vectorizer *state = stage->state;
  if (state) quoth_string_table_clear(&state->stop_words);
  free(state);
}

const quoth_analyzer *quoth_hashing_vectorizer_analyzer(const quoth_stage *stage) {
  return &((const vectorizer *)stage->state)->analyzer;
}

static quoth_status scratch_new(const quoth_stage *stage, void **scratch, quoth_error *err) {
  (void)stage;
  *scratch = quoth_new_array(1, sizeof(quoth_hashed), err);
  return *scratch ? QUOTH_OK : QUOTH_ERR_NOMEM;
}

static void scratch_free(void *scratch) {
  if (scratch) quoth_hashed_clear(scratch);
  free(scratch);
}

static quoth_status apply(const quoth_stage *stage, void *scratch, quoth_document *document,
                          quoth_error *err) {
  const vectorizer *state = stage->state;
  quoth_hashed *hashed = scratch;
  quoth_status status =
      quoth_hash_text(&state->params, &state->analyzer, document->text, hashed, err);
  document->columns = hashed->columns;
  document->weights = hashed->weights;
  document->n_entries = hashed->n_entries;
  document->n_known += hashed->n_entries;
  return status;
}

static const quoth_applied_tensor applied[] = {{NULL, NULL}};

const quoth_stage_type quoth_hashing_vectorizer = {
    .name = "hashing_vectorizer",
    .label = "vectorize",
    .inputs = QUOTH_KIND(QUOTH_DATA_TEXTS),
    .output = QUOTH_DATA_WEIGHTS,
    .params = {params, sizeof params / sizeof *params, sizeof(quoth_hashing_params)},
    .applied = applied,
    .load = load,
    .unload = unload,
    .scratch_new = scratch_new,
    .scratch_free = scratch_free,
    .apply = apply,
};
