/* TfidfTransformer: term counts to weights. Tensors, V terms:
 *   idf  F64 [V]  what a term's counts are multiplied with; 1 if use_idf is false
 * or, quantized, U8 [V], with
 *   levels  F64 [QUOTH_N_LEVELS]  which idf has the numbers of */
#include <stddef.h>
#include <stdlib.h>

#include "learn/tfidf.h"
#include "model/coded.h"
#include "model/stage.h"

static const char *const norm_names[] = {"null", "l1", "l2", NULL}; /* ORDER quoth_norm */

#define FIELD(name) .offset = offsetof(quoth_tfidf_params, name)

static const quoth_param params[] = {
    {"norm", "null, \"l1\" or \"l2\"",
     "divide each text's weights by their sum, or by the root of their squares' sum", "\"l2\"",
     FIELD(norm), quoth_param_read_choice, .choices = norm_names},
    {"use_idf", "true or false", "multiply by how rare a term is: 1 + log(texts / texts with it)",
     "true", FIELD(use_idf), quoth_param_read_bool},
    {"smooth_idf", "true or false", "count one more text, which has every term", "true",
     FIELD(smooth_idf), quoth_param_read_bool},
    {"sublinear_tf", "true or false", "1 + log(count) in place of the count", "false",
     FIELD(sublinear_tf), quoth_param_read_bool},
};

typedef struct transformer {
  quoth_tfidf_params params;
  const double *idf;    /* [V], or NULL */
  const uint8_t *codes; /* [V], in place of idf: numbers of levels */
  const double *levels; /* [QUOTH_N_LEVELS] */
} transformer;

static quoth_status load(quoth_stage *stage, const quoth_tensors *tensors, const void *params_,
                         quoth_error *err) {
  const quoth_tensor *idf;
  const double *levels;
  quoth_status status = quoth_get_coded(tensors, stage->name, "idf", 1, &idf, &levels, err);
  if (status) return status;
  if (idf->shape[0] > UINT32_MAX)
    return quoth_fail(err, QUOTH_ERR_FORMAT, "%s: too many terms", stage->name);
  transformer *state = quoth_new_array(1, sizeof *state, err);
  if (!state) return QUOTH_ERR_NOMEM;
  *state = (transformer){.params = *(const quoth_tfidf_params *)params_,
                         .idf = levels ? NULL : idf->data,
                         .codes = levels ? idf->data : NULL,
                         .levels = levels};
  stage->state = state;
  stage->n_inputs = stage->n_outputs = (uint32_t)idf->shape[0];
  return QUOTH_OK;
}

static void unload(quoth_stage *stage) { free(stage->state); }

typedef struct transformer_scratch {
  double *weights; /* [capacity] */
  size_t capacity;
} transformer_scratch;

static quoth_status scratch_new(const quoth_stage *stage, void **scratch, quoth_error *err) {
  (void)stage;
  *scratch = quoth_new_array(1, sizeof(transformer_scratch), err);
  return *scratch ? QUOTH_OK : QUOTH_ERR_NOMEM;
}

static void scratch_free(void *scratch) {
  transformer_scratch *memory = scratch;
  if (!memory) return;
  free(memory->weights);
  free(memory);
}

static quoth_status apply(const quoth_stage *stage, void *scratch, quoth_document *document,
                          quoth_error *err) {
  const transformer *state = stage->state;
  transformer_scratch *memory = scratch;
  size_t n = document->n_entries;
  double *weights = quoth_grow(memory->weights, &memory->capacity, n, sizeof *weights, err);
  if (!weights) return QUOTH_ERR_NOMEM;
  memory->weights = weights;
  if (state->codes) {
    for (size_t i = 0; i < n; i++) weights[i] = state->levels[state->codes[document->columns[i]]];
    quoth_tfidf_weigh(&state->params, document->counts, n, weights);
  } else {
    quoth_tfidf_transform(&state->params, state->idf, document->columns, document->counts, n,
                          weights);
  }
  document->weights = weights;
  return QUOTH_OK;
}

static const quoth_applied_tensor applied[] = {{"idf", NULL}, {"levels", NULL}, {NULL, NULL}};

const quoth_stage_type quoth_tfidf_stage = {
    .name = "tfidf",
    .label = "tfidf",
    .inputs = QUOTH_KIND(QUOTH_DATA_COUNTS),
    .output = QUOTH_DATA_WEIGHTS,
    .params = {params, sizeof params / sizeof *params, sizeof(quoth_tfidf_params)},
    .applied = applied,
    .load = load,
    .unload = unload,
    .scratch_new = scratch_new,
    .scratch_free = scratch_free,
    .apply = apply,
};
