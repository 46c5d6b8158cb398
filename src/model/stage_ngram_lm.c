/* One n-gram language model per class: texts to class probabilities. Tensors, G n-grams, E entries,
 * C classes (learn/ngram_lm.h says what each holds):
 *   keys             U64 [G]
 *   buckets          U32 [2^b + 1]
 *   begins           U32 [G+1]
 *   entries          U32 [E][4]   class, count, followers, types
 *   totals           U64 [2]
 *   calibration      F64 [C+1]    the slope, and an intercept for each class
 *   class_log_prior  F64 [C]
 * A text's score for a class is log P / sqrt(symbols). One without a symbol that any class knows
 * gets the classes' prior. */
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "learn/linear.h"
#include "learn/naive_bayes.h"
#include "learn/ngram_lm.h"
#include "learn/temperature.h"
#include "model/stage.h"

enum { N_FOLDS = 3 };

typedef struct ngram_lm_params {
  quoth_analyzer analyzer;
  quoth_ngram_lm_params lm;
} ngram_lm_params;

/* ORDER quoth_term_unit, quoth_token_pattern */
static const char *const unit_names[] = {"word", "char", NULL};
static const char *const token_pattern_names[] = {"word", "word+punct", "whitespace", NULL};

#define FIELD(name) .offset = offsetof(ngram_lm_params, name)

static const quoth_param params[] = {
    {"analyzer", "\"word\" or \"char\"",
     "a symbol is a word or a character; of two or more blanks in a row one space is left",
     "\"char\"", FIELD(analyzer.unit), quoth_param_read_choice, .choices = unit_names},
    {"token_pattern", "\"word\", \"word+punct\" or \"whitespace\"",
     "what a word is, if symbols are words: two or more word characters; one or more of them, or "
     "any other mark; all between blanks",
     "\"word+punct\"", FIELD(analyzer.tokens), quoth_param_read_choice,
     .choices = token_pattern_names},
    {"lowercase", "true or false", "fold texts to lower case, as Python's str.lower", "false",
     FIELD(analyzer.folding.lowercase), quoth_param_read_bool},
    {"order", "an integer from 1 to 12",
     "symbols in the longest n-grams; a symbol is predicted from that many less one", "5",
     FIELD(lm.order), quoth_param_read_u32, .min = 1, .max = QUOTH_NGRAM_MAX_ORDER},
    {"min_count", "an integer from 1 to 4294967295",
     "leave out n-grams of three symbols and more that a class has less often", "1",
     FIELD(lm.min_count), quoth_param_read_u32, .min = 1, .max = INFINITY},
    {"type_weight", "a number from 0.001 up",
     "the weight of shorter n-grams where longer ones are known too; 1 is Witten and Bell's",
     "10.0", FIELD(lm.type_weight), quoth_param_read_double, .min = 0.001, .max = INFINITY},
};

/* ---- Texts to symbols ------------------------------------------------------ */

typedef struct symbol_reader {
  quoth_analyzer analyzer;
  quoth_analyzer_scratch scratch;
  uint64_t *symbols; /* [n] */
  size_t n, capacity;
} symbol_reader;

static void symbol_reader_clear(symbol_reader *reader) {
  quoth_analyzer_scratch_clear(&reader->scratch);
  free(reader->symbols);
}

static quoth_status take_term(void *context, quoth_bytes term, quoth_error *err) {
  symbol_reader *reader = context;
  uint64_t *symbols =
      quoth_grow(reader->symbols, &reader->capacity, reader->n + 1, sizeof *symbols, err);
  if (!symbols) return QUOTH_ERR_NOMEM;
  reader->symbols = symbols;
  uint64_t hash = quoth_hash(term.data, term.size);
  symbols[reader->n++] = hash == QUOTH_NGRAM_START ? 1 : hash;
  return QUOTH_OK;
}

/* Adds a text's symbols behind those that are there. */
static quoth_status read_symbols(symbol_reader *reader, quoth_bytes text, quoth_error *err) {
  return quoth_analyze(&reader->analyzer, &reader->scratch, text, take_term, reader, err);
}

static quoth_analyzer analyzer_of(const ngram_lm_params *given) {
  quoth_analyzer analyzer = given->analyzer;
  analyzer.ngrams = (quoth_ngram_range){1, 1};
  return analyzer;
}

/* ---- Fitting --------------------------------------------------------------- */

typedef struct fitting {
  const quoth_fit *fit;
  symbol_reader reader;
  quoth_sequences texts;
  uint64_t *row_begin; /* [rows + 1] */
  uint32_t *folds;     /* [rows] */
  uint32_t *rows;      /* [rows]: those that are learnt from, then the others */
  double *scores;      /* [rows][C] */
} fitting;

static quoth_status read_texts(fitting *job, quoth_error *err) {
  const quoth_batch *in = job->fit->in;
  for (size_t row = 0; row < in->n_rows; row++) {
    quoth_status status = read_symbols(&job->reader, in->texts[row], err);
    if (status) return status;
    job->row_begin[row + 1] = job->reader.n;
  }
  job->texts = (quoth_sequences){in->n_rows, job->reader.symbols, job->row_begin};
  return QUOTH_OK;
}

/* Each class's rows are dealt out in turn. */
static quoth_status deal_folds(fitting *job, quoth_error *err) {
  uint32_t *next = quoth_new_array(job->fit->n_classes, sizeof *next, err);
  if (!next) return QUOTH_ERR_NOMEM;
  for (size_t row = 0; row < job->fit->in->n_rows; row++)
    job->folds[row] = next[job->fit->labels[row]]++ % N_FOLDS;
  free(next);
  return QUOTH_OK;
}

/* Scores of a text; returns how many of its symbols are known. */
static size_t score(const quoth_ngram_lm *lm, const uint64_t *symbols, size_t n, double *work,
                    double *scores) {
  size_t n_known = quoth_ngram_lm_score(lm, symbols, n, work, scores);
  for (uint32_t c = 0; c < lm->n_classes && n > 0; c++) scores[c] /= sqrt((double)n);
  return n_known;
}

typedef struct scoring {
  const fitting *job;
  const quoth_ngram_lm *lm;
  const uint32_t *rows;
  double *work; /* [threads][2 * C] */
} scoring;

static void score_rows(void *context, size_t begin, size_t end, size_t worker) {
  const scoring *at = context;
  const quoth_sequences *texts = &at->job->texts;
  size_t n_classes = at->lm->n_classes;
  for (size_t i = begin; i < end; i++) {
    size_t row = at->rows[i], first = texts->row_begin[row];
    score(at->lm, texts->symbols + first, texts->row_begin[row + 1] - first,
          at->work + 2 * n_classes * worker, at->job->scores + n_classes * row);
  }
}

/* Scores of the fold's rows, of models learnt from the others. */
static quoth_status hold_out(fitting *job, uint32_t fold, double *work, quoth_error *err) {
  enum { ROWS_A_RUN = 64 };
  const quoth_fit *fit = job->fit;
  const ngram_lm_params *given = fit->params;
  size_t n_rows = fit->in->n_rows, n_learnt = 0, n_held = 0;
  for (size_t row = 0; row < n_rows; row++)
    if (job->folds[row] != fold) job->rows[n_learnt++] = (uint32_t)row;
  for (size_t row = 0; row < n_rows; row++)
    if (job->folds[row] == fold) job->rows[n_learnt + n_held++] = (uint32_t)row;
  quoth_ngram_lm lm;
  quoth_status status = quoth_ngram_lm_fit(&given->lm, &job->texts, job->rows, n_learnt,
                                           fit->labels, fit->n_classes, fit->pool, &lm, err);
  if (status) return status;
  scoring at = {job, &lm, job->rows + n_learnt, work};
  quoth_pool_run(fit->pool, n_held, ROWS_A_RUN, score_rows, &at);
  quoth_ngram_lm_free(&lm);
  return QUOTH_OK;
}

static quoth_status tell(const quoth_fit *fit, size_t done, quoth_error *err) {
  const quoth_progress *progress = fit->progress;
  if (!progress ||
      progress->update(progress->context, quoth_ngram_lm_stage.label, done, N_FOLDS + 1))
    return QUOTH_OK;
  return quoth_fail(err, QUOTH_ERR_STOPPED, "stopped");
}

static quoth_status calibrate(fitting *job, quoth_tensors *tensors, quoth_error *err) {
  const quoth_fit *fit = job->fit;
  size_t n_classes = fit->n_classes;
  double *work = quoth_new_array(quoth_pool_threads(fit->pool), 2 * n_classes * sizeof *work, err);
  double *numbers = quoth_new_array(n_classes + 1, sizeof *numbers, err);
  quoth_status status = work && numbers ? QUOTH_OK : QUOTH_ERR_NOMEM;
  for (uint32_t fold = 0; fold < N_FOLDS && !status; fold++) {
    status = hold_out(job, fold, work, err);
    if (!status) status = tell(fit, fold + 1, err);
  }
  if (!status)
    status = quoth_temperature_fit(job->scores, fit->labels, fit->in->n_rows, fit->n_classes,
                                   numbers, numbers + 1, err);
  free(work);
  quoth_status stored = quoth_tensors_add(tensors, fit->name, "calibration", QUOTH_F64,
                                          n_classes + 1, 0, numbers, err);
  return status ? status : stored;
}

/* Hands the arrays over to the tensors. */
static quoth_status store(const char *name, quoth_ngram_lm *lm, quoth_tensors *tensors,
                          quoth_error *err) {
  const struct {
    const char *name;
    quoth_dtype dtype;
    uint64_t n_rows, n_columns;
    const void *data;
  } arrays[] = {
      {"keys", QUOTH_U64, lm->n_ngrams, 0, lm->keys},
      {"buckets", QUOTH_U32, ((uint64_t)1 << lm->bucket_bits) + 1, 0, lm->buckets},
      {"begins", QUOTH_U32, (uint64_t)lm->n_ngrams + 1, 0, lm->begins},
      {"entries", QUOTH_U32, lm->n_entries, 4, lm->entries},
      {"totals", QUOTH_U64, 2, 0, lm->totals},
  };
  quoth_status status = QUOTH_OK;
  for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) {
    quoth_status stored =
        quoth_tensors_add(tensors, name, arrays[i].name, arrays[i].dtype, arrays[i].n_rows,
                          arrays[i].n_columns, (void *)(uintptr_t)arrays[i].data, err);
    if (!status) status = stored;
  }
  return status;
}

static quoth_status fit_all(fitting *job, quoth_tensors *tensors, quoth_error *err) {
  const quoth_fit *fit = job->fit;
  const ngram_lm_params *given = fit->params;
  quoth_ngram_lm lm;
  for (size_t row = 0; row < fit->in->n_rows; row++) job->rows[row] = (uint32_t)row;
  quoth_status status = quoth_ngram_lm_fit(&given->lm, &job->texts, job->rows, fit->in->n_rows,
                                           fit->labels, fit->n_classes, fit->pool, &lm, err);
  if (!status) status = store(fit->name, &lm, tensors, err);
  return status ? status : tell(fit, N_FOLDS + 1, err);
}

static quoth_status store_prior(const quoth_fit *fit, quoth_tensors *tensors, quoth_error *err) {
  double *log_prior = quoth_new_array(fit->n_classes, sizeof *log_prior, err);
  if (!log_prior) return QUOTH_ERR_NOMEM;
  quoth_status status =
      quoth_log_prior(fit->labels, fit->in->n_rows, fit->n_classes, log_prior, err);
  quoth_status stored = quoth_tensors_add(tensors, fit->name, "class_log_prior", QUOTH_F64,
                                          fit->n_classes, 0, log_prior, err);
  return status ? status : stored;
}

static quoth_status fit(const quoth_fit *fit, quoth_tensors *tensors, quoth_batch *out,
                        quoth_error *err) {
  (void)out;
  size_t n_rows = fit->in->n_rows;
  fitting job = {.fit = fit, .reader = {.analyzer = analyzer_of(fit->params)}};
  job.row_begin = quoth_new_array(n_rows + 1, sizeof *job.row_begin, err);
  job.folds = quoth_new_array(n_rows, sizeof *job.folds, err);
  job.rows = quoth_new_array(n_rows, sizeof *job.rows, err);
  job.scores = quoth_new_array(n_rows, fit->n_classes * sizeof *job.scores, err);
  quoth_status status =
      job.row_begin && job.folds && job.rows && job.scores ? QUOTH_OK : QUOTH_ERR_NOMEM;
  if (!status) status = read_texts(&job, err);
  if (!status) status = deal_folds(&job, err);
  if (!status) status = calibrate(&job, tensors, err);
  if (!status) status = fit_all(&job, tensors, err);
  if (!status) status = store_prior(fit, tensors, err);
  symbol_reader_clear(&job.reader);
  free(job.row_begin);
  free(job.folds);
  free(job.rows);
  free(job.scores);
  return status;
}

/* ---- Loading --------------------------------------------------------------- */

typedef struct classifier {
  quoth_analyzer analyzer;
  quoth_ngram_lm lm;         /* views of tensors */
  const double *calibration; /* [C + 1] */
  const double *log_prior;   /* [C] */
} classifier;

static quoth_status check_sizes(const quoth_stage *stage, const quoth_tensor *keys,
                                const quoth_tensor *buckets, const quoth_tensor *begins,
                                const quoth_tensor *entries, const quoth_tensor *totals,
                                quoth_error *err) {
  uint64_t n_buckets = buckets->shape[0] - 1;
  if (keys->shape[0] < UINT32_MAX && entries->shape[0] <= UINT32_MAX && entries->shape[1] == 4 &&
      begins->shape[0] == keys->shape[0] + 1 && totals->shape[0] == 2 && buckets->shape[0] > 2 &&
      n_buckets <= (uint64_t)1 << 31 && (n_buckets & (n_buckets - 1)) == 0)
    return QUOTH_OK;
  return quoth_fail(err, QUOTH_ERR_FORMAT, "%s: sizes of the n-grams' tensors don't fit together",
                    stage->name);
}

static quoth_status load_ngrams(const quoth_stage *stage, const quoth_tensors *tensors,
                                quoth_ngram_lm *lm, quoth_error *err) {
  const quoth_tensor *keys, *buckets, *begins, *entries, *totals;
  const struct {
    const char *name;
    quoth_dtype dtype;
    uint32_t rank;
    const quoth_tensor **tensor;
  } arrays[] = {
      {"keys", QUOTH_U64, 1, &keys},     {"buckets", QUOTH_U32, 1, &buckets},
      {"begins", QUOTH_U32, 1, &begins}, {"entries", QUOTH_U32, 2, &entries},
      {"totals", QUOTH_U64, 1, &totals},
  };
  for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) {
    quoth_status status = quoth_tensors_get(tensors, stage->name, arrays[i].name, arrays[i].dtype,
                                            arrays[i].rank, arrays[i].tensor, err);
    if (status) return status;
  }
  quoth_status status = check_sizes(stage, keys, buckets, begins, entries, totals, err);
  if (status) return status;
  lm->n_ngrams = (uint32_t)keys->shape[0];
  lm->n_entries = (uint32_t)entries->shape[0];
  lm->bucket_bits = (uint32_t)__builtin_ctzll(buckets->shape[0] - 1);
  lm->keys = keys->data;
  lm->buckets = buckets->data;
  lm->begins = begins->data;
  lm->entries = entries->data;
  lm->totals = totals->data;
  return quoth_ngram_lm_check(lm, stage->name, err);
}

static quoth_status load(quoth_stage *stage, const quoth_tensors *tensors, const void *params_,
                         quoth_error *err) {
  const ngram_lm_params *fitted = params_;
  const quoth_tensor *calibration, *prior;
  quoth_status status =
      quoth_tensors_get(tensors, stage->name, "calibration", QUOTH_F64, 1, &calibration, err);
  if (!status)
    status = quoth_tensors_get(tensors, stage->name, "class_log_prior", QUOTH_F64, 1, &prior, err);
  if (status) return status;
  uint64_t n_classes = prior->shape[0];
  if (n_classes == 0 || n_classes >= UINT32_MAX || calibration->shape[0] != n_classes + 1)
    return quoth_fail(err, QUOTH_ERR_FORMAT, "%s: sizes out of range", stage->name);
  classifier *state = quoth_new_array(1, sizeof *state, err);
  if (!state) return QUOTH_ERR_NOMEM;
  stage->state = state;
  stage->n_outputs = (uint32_t)n_classes;
  *state = (classifier){.analyzer = analyzer_of(fitted),
                        .lm = {.order = fitted->lm.order,
                               .n_classes = (uint32_t)n_classes,
                               .type_weight = fitted->lm.type_weight},
                        .calibration = calibration->data,
                        .log_prior = prior->data};
  return load_ngrams(stage, tensors, &state->lm, err);
}

const quoth_analyzer *quoth_ngram_lm_analyzer(const quoth_stage *stage) {
  return &((const classifier *)stage->state)->analyzer;
}

static void unload(quoth_stage *stage) { free(stage->state); }

/* ---- Applying -------------------------------------------------------------- */

typedef struct classifier_scratch {
  symbol_reader reader;
  double numbers[]; /* [3 * C]: the probabilities, and scoring's own */
} classifier_scratch;

static quoth_status scratch_new(const quoth_stage *stage, void **scratch, quoth_error *err) {
  const classifier *state = stage->state;
  classifier_scratch *memory = quoth_new_array(
      1, sizeof *memory + 3 * (size_t)stage->n_outputs * sizeof *memory->numbers, err);
  if (!memory) return QUOTH_ERR_NOMEM;
  memory->reader.analyzer = state->analyzer;
  *scratch = memory;
  return QUOTH_OK;
}

static void scratch_free(void *scratch) {
  classifier_scratch *memory = scratch;
  if (!memory) return;
  symbol_reader_clear(&memory->reader);
  free(memory);
}

static quoth_status apply(const quoth_stage *stage, void *scratch, quoth_document *document,
                          quoth_error *err) {
  const classifier *state = stage->state;
  classifier_scratch *memory = scratch;
  symbol_reader *reader = &memory->reader;
  size_t n_classes = stage->n_outputs;
  double *p = memory->numbers;
  reader->n = 0;
  quoth_status status = read_symbols(reader, document->text, err);
  if (status) return status;
  if (score(&state->lm, reader->symbols, reader->n, p + n_classes, p) == 0)
    memcpy(p, state->log_prior, n_classes * sizeof *p);
  else
    for (size_t c = 0; c < n_classes; c++)
      p[c] = state->calibration[1 + c] + state->calibration[0] * p[c];
  quoth_softmax(p, stage->n_outputs);
  document->dense = p;
  return QUOTH_OK;
}

static const quoth_applied_tensor applied[] = {
    {"keys", NULL},   {"buckets", NULL},     {"begins", NULL},          {"entries", NULL},
    {"totals", NULL}, {"calibration", NULL}, {"class_log_prior", NULL}, {NULL, NULL}};

const quoth_stage_type quoth_ngram_lm_stage = {
    .name = "ngram_lm",
    .label = "ngram",
    .inputs = QUOTH_KIND(QUOTH_DATA_TEXTS),
    .output = QUOTH_DATA_PROBABILITIES,
    .params = {params, sizeof params / sizeof *params, sizeof(ngram_lm_params)},
    .fit = fit,
    .applied = applied,
    .load = load,
    .unload = unload,
    .scratch_new = scratch_new,
    .scratch_free = scratch_free,
    .apply = apply,
};
