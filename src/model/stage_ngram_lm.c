/* One n-gram language model per class: texts to class probabilities. Tensors, C classes
 * (learn/ngram_lm.h says what each holds):
 *   buckets          U32 [2^b + 1]
 *   ngrams           U8 [bytes], or packed_ngrams, if the table is packed
 *   totals           U64 [2]
 *   discounts        U32 [C*N][3] unless Witten and Bell's
 *   calibration      F64 [C+1]    the slope, and an intercept for each class; unless cv is null
 *   class_log_prior  F64 [C]
 * A text's score for a class is intercept + slope * log P / sqrt(symbols); without calibration the
 * class's log prior + log P. One without a symbol that any class knows gets the prior. */
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "learn/linear.h"
#include "model/analyzer_params.h"
#include "model/ngram_symbols.h"
#include "model/stage.h"

/* ORDER quoth_term_unit */
static const char *const unit_names[] = {"word", "char", NULL};
/* ORDER quoth_smoothing */
static const char *const smoothing_names[] = {"witten_bell", "absolute_discounting", "kneser_ney",
                                              NULL};

#define FIELD(name) .offset = offsetof(quoth_ngram_stage_params, name)

static const quoth_param params[] = {
    {"analyzer", "\"word\" or \"char\"",
     "a symbol is a word or a character; of two or more blanks in a row one space is left",
     "\"char\"", FIELD(analyzer.unit), quoth_param_read_choice, .choices = unit_names},
    {"token_pattern", "\"word\", \"word+punct\", \"whitespace\" or \"word+punct+unspaced\"",
     "what a word is, if symbols are words: two or more word characters; one or more of them, or "
     "any other mark; all between blanks; the second, but each character of a script without "
     "spaces "
     "a word",
     "\"word+punct\"", FIELD(analyzer.tokens), quoth_param_read_choice,
     .choices = quoth_token_pattern_names},
    {"lowercase", "true or false", "fold texts to lower case, as Python's str.lower", "false",
     FIELD(analyzer.folding.lowercase), quoth_param_read_bool},
    {"order", "an integer from 1 to 12",
     "symbols in the longest n-grams; a symbol is predicted from that many less one", "5",
     FIELD(lm.order), quoth_param_read_u32, .min = 1, .max = QUOTH_NGRAM_MAX_ORDER},
    {"min_count", "an integer from 1 to 4294967295",
     "leave out n-grams of three symbols and more that a class has less often", "1",
     FIELD(lm.min_count), quoth_param_read_u32, .min = 1, .max = INFINITY},
    {"type_weight", "a number from 0.001 up",
     "the weight of shorter n-grams where longer ones are known too; 1 is Witten and Bell's, and "
     "next to 0 is Kneser and Ney's",
     "10.0", FIELD(lm.type_weight), quoth_param_read_double, .min = 0.001, .max = INFINITY},
    {"smoothing", "\"witten_bell\", \"absolute_discounting\" or \"kneser_ney\"",
     "how probability is kept for what was not seen: by how many different symbols came next; by "
     "taking something off each count; or that, with shorter n-grams counted by the different "
     "symbols before them",
     "\"witten_bell\"", FIELD(lm.smoothing), quoth_param_read_choice, .choices = smoothing_names,
     .is_late = true},
    {"cv", "an integer from 2 to 100, or null",
     "folds of the rows that probabilities are calibrated by, a model for each; null: none, "
     "probabilities are Bayes' rule's, far too sure, and the stage learns in a quarter of the time",
     "3", FIELD(cv), quoth_param_read_u32_or_null, .min = 2, .max = 100, .is_late = true},
};

/* ---- Loading --------------------------------------------------------------- */

typedef struct classifier {
  quoth_analyzer analyzer;
  quoth_ngram_lm lm;         /* views of tensors */
  const double *calibration; /* [C + 1], or NULL */
  const double *log_prior;   /* [C] */
} classifier;

static quoth_status check_sizes(const quoth_stage *stage, const quoth_tensor *buckets,
                                const quoth_tensor *ngrams, const quoth_tensor *totals,
                                quoth_error *err) {
  uint64_t n_buckets = buckets->shape[0] - 1;
  if (ngrams->shape[0] <= UINT32_MAX && totals->shape[0] == 2 && buckets->shape[0] > 2 &&
      n_buckets <= (uint64_t)1 << 31 && (n_buckets & (n_buckets - 1)) == 0)
    return QUOTH_OK;
  return quoth_fail(err, QUOTH_ERR_FORMAT, "%s: sizes of the n-grams' tensors don't fit together",
                    stage->name);
}

static quoth_status load_discounts(const quoth_stage *stage, const quoth_tensors *tensors,
                                   quoth_ngram_lm *lm, quoth_error *err) {
  if (lm->smoothing == QUOTH_WITTEN_BELL) return QUOTH_OK;
  const quoth_tensor *discounts;
  quoth_status status =
      quoth_tensors_get(tensors, stage->name, "discounts", QUOTH_U32, 2, &discounts, err);
  if (status) return status;
  if (discounts->shape[0] != (uint64_t)lm->n_classes * lm->order ||
      discounts->shape[1] != QUOTH_N_DISCOUNTS)
    return quoth_fail(err, QUOTH_ERR_FORMAT, "%s: the size of the discounts is not right",
                      stage->name);
  lm->discounts = discounts->data;
  return QUOTH_OK;
}

static quoth_status load_ngrams(const quoth_stage *stage, const quoth_tensors *tensors,
                                quoth_ngram_lm *lm, quoth_error *err) {
  const quoth_tensor *buckets, *ngrams, *totals;
  lm->is_packed = quoth_tensors_find(tensors, stage->name, "packed_ngrams");
  const struct {
    const char *name;
    quoth_dtype dtype;
    uint32_t rank;
    const quoth_tensor **tensor;
  } arrays[] = {
      {"buckets", QUOTH_U32, 1, &buckets},
      {lm->is_packed ? "packed_ngrams" : "ngrams", QUOTH_U8, 1, &ngrams},
      {"totals", QUOTH_U64, 1, &totals},
  };
  for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) {
    quoth_status status = quoth_tensors_get(tensors, stage->name, arrays[i].name, arrays[i].dtype,
                                            arrays[i].rank, arrays[i].tensor, err);
    if (status) return status;
  }
  quoth_status status = check_sizes(stage, buckets, ngrams, totals, err);
  if (status) return status;
  lm->bucket_bits = (uint32_t)__builtin_ctzll(buckets->shape[0] - 1);
  lm->buckets = buckets->data;
  lm->ngrams = ngrams->data;
  lm->n_bytes = (uint32_t)ngrams->shape[0];
  lm->totals = totals->data;
  status = load_discounts(stage, tensors, lm, err);
  return status ? status : quoth_ngram_lm_check(lm, stage->name, err);
}

static quoth_status load(quoth_stage *stage, const quoth_tensors *tensors, const void *params_,
                         quoth_error *err) {
  const quoth_ngram_stage_params *fitted = params_;
  const quoth_tensor *calibration = NULL, *prior;
  quoth_status status =
      quoth_tensors_get(tensors, stage->name, "class_log_prior", QUOTH_F64, 1, &prior, err);
  if (!status && fitted->cv > 0)
    status =
        quoth_tensors_get(tensors, stage->name, "calibration", QUOTH_F64, 1, &calibration, err);
  if (status) return status;
  uint64_t n_classes = prior->shape[0];
  if (n_classes == 0 || n_classes >= UINT32_MAX ||
      (calibration && calibration->shape[0] != n_classes + 1))
    return quoth_fail(err, QUOTH_ERR_FORMAT, "%s: sizes out of range", stage->name);
  classifier *state = quoth_new_array(1, sizeof *state, err);
  if (!state) return QUOTH_ERR_NOMEM;
  stage->state = state;
  stage->n_outputs = (uint32_t)n_classes;
  *state = (classifier){.analyzer = quoth_ngram_analyzer(fitted),
                        .lm = {.order = fitted->lm.order,
                               .n_classes = (uint32_t)n_classes,
                               .smoothing = fitted->lm.smoothing,
                               .type_weight = fitted->lm.type_weight},
                        .calibration = calibration ? calibration->data : NULL,
                        .log_prior = prior->data};
  return load_ngrams(stage, tensors, &state->lm, err);
}

const quoth_analyzer *quoth_ngram_lm_analyzer(const quoth_stage *stage) {
  return &((const classifier *)stage->state)->analyzer;
}

const quoth_ngram_lm *quoth_ngram_lm_models(const quoth_stage *stage) {
  return &((const classifier *)stage->state)->lm;
}

static void unload(quoth_stage *stage) { free(stage->state); }

/* ---- Applying -------------------------------------------------------------- */

typedef struct classifier_scratch {
  quoth_symbol_reader reader;
  double numbers[]; /* [C] scores, [C] probabilities, [2 * C] scoring's own */
} classifier_scratch;

static quoth_status scratch_new(const quoth_stage *stage, void **scratch, quoth_error *err) {
  const classifier *state = stage->state;
  classifier_scratch *memory = quoth_new_array(
      1, sizeof *memory + 4 * (size_t)stage->n_outputs * sizeof *memory->numbers, err);
  if (!memory) return QUOTH_ERR_NOMEM;
  memory->reader.analyzer = state->analyzer;
  *scratch = memory;
  return QUOTH_OK;
}

static void scratch_free(void *scratch) {
  classifier_scratch *memory = scratch;
  if (!memory) return;
  quoth_symbol_reader_clear(&memory->reader);
  free(memory);
}

/* Writes the classes' scores; returns how many symbols are known. `work` is [2 * C]. */
static size_t score(const classifier *state, const quoth_symbol_reader *reader, double *work,
                    double *scores) {
  const double *calibration = state->calibration;
  size_t n_known = calibration
                       ? quoth_ngram_scores(&state->lm, reader->symbols, reader->n, work, scores)
                       : quoth_ngram_lm_score(&state->lm, reader->symbols, reader->n, work, scores);
  for (uint32_t c = 0; c < state->lm.n_classes; c++)
    scores[c] = n_known == 0  ? state->log_prior[c]
                : calibration ? calibration[1 + c] + calibration[0] * scores[c]
                              : state->log_prior[c] + scores[c];
  return n_known;
}

static quoth_status apply(const quoth_stage *stage, void *scratch, quoth_document *document,
                          quoth_error *err) {
  const classifier *state = stage->state;
  classifier_scratch *memory = scratch;
  quoth_symbol_reader *reader = &memory->reader;
  size_t n_classes = stage->n_outputs;
  double *scores = memory->numbers, *probabilities = scores + n_classes;
  reader->n = 0;
  quoth_status status = quoth_read_symbols(reader, document->text, err);
  if (status) return status;
  document->n_known += score(state, reader, scores + 2 * n_classes, scores);
  memcpy(probabilities, scores, n_classes * sizeof *scores);
  quoth_softmax(probabilities, stage->n_outputs);
  document->scores = scores;
  document->dense = probabilities;
  return QUOTH_OK;
}

static const quoth_applied_tensor applied[] = {
    {"buckets", NULL},   {"ngrams", NULL},      {"packed_ngrams", NULL},   {"totals", NULL},
    {"discounts", NULL}, {"calibration", NULL}, {"class_log_prior", NULL}, {NULL, NULL}};

const quoth_stage_type quoth_ngram_lm_stage = {
    .name = "ngram_lm",
    .label = "ngram",
    .inputs = QUOTH_KIND(QUOTH_DATA_TEXTS),
    .output = QUOTH_DATA_PROBABILITIES,
    .params = {params, sizeof params / sizeof *params, sizeof(quoth_ngram_stage_params)},
    .applied = applied,
    .load = load,
    .unload = unload,
    .scratch_new = scratch_new,
    .scratch_free = scratch_free,
    .apply = apply,
};
