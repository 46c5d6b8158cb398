#include <stdlib.h>
#include <string.h>

#include "data/folds.h"
#include "learn/naive_bayes.h"
#include "learn/temperature.h"
#include "model/ngram_symbols.h"
#include "train/fit.h"

typedef struct fitting {
  const quoth_fit *fit;
  const quoth_ngram_stage_params *params;
  quoth_symbol_reader reader;
  quoth_sequences texts;
  uint64_t *row_begin; /* [rows + 1] */
  uint32_t *folds;     /* [rows] */
  uint32_t *rows;      /* [rows]: those that are learnt from, then the others */
  bool *is_learnt;     /* [C]: whether any of those is of the class */
  double *scores;      /* [rows][C] */
} fitting;

static quoth_status read_texts(fitting *job, quoth_error *err) {
  const quoth_batch *in = job->fit->in;
  for (size_t row = 0; row < in->n_rows; row++) {
    quoth_status status = quoth_read_symbols(&job->reader, in->texts[row], err);
    if (status) return status;
    job->row_begin[row + 1] = job->reader.n;
  }
  job->texts = (quoth_sequences){in->n_rows, job->reader.symbols, job->row_begin};
  return QUOTH_OK;
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
    if (!at->job->is_learnt[at->job->fit->labels[row]]) continue;
    quoth_ngram_scores(at->lm, texts->symbols + first, texts->row_begin[row + 1] - first,
                       at->work + 2 * n_classes * worker, at->job->scores + n_classes * row);
  }
}

/* Scores of the fold's rows, of models learnt from the others. Rows of a class that these lack keep
 * scores of 0, which say nothing: that a class without texts fits theirs better or worse than
 * others is no measure of how well texts are told apart. */
static quoth_status hold_out(fitting *job, uint32_t fold, double *work, quoth_error *err) {
  enum { ROWS_A_RUN = 64 };
  const quoth_fit *fit = job->fit;
  size_t n_rows = fit->in->n_rows, n_learnt = 0, n_held = 0;
  memset(job->is_learnt, 0, fit->n_classes * sizeof *job->is_learnt);
  for (size_t row = 0; row < n_rows; row++) {
    if (job->folds[row] == fold) continue;
    job->rows[n_learnt++] = (uint32_t)row;
    job->is_learnt[fit->labels[row]] = true;
  }
  for (size_t row = 0; row < n_rows; row++)
    if (job->folds[row] == fold) job->rows[n_learnt + n_held++] = (uint32_t)row;
  if (n_held == 0) return QUOTH_OK;
  quoth_ngram_lm lm;
  quoth_status status = quoth_ngram_lm_fit(&job->params->lm, &job->texts, job->rows, n_learnt,
                                           fit->labels, fit->n_classes, fit->pool, &lm, err);
  if (status) return status;
  scoring at = {job, &lm, job->rows + n_learnt, work};
  quoth_pool_run(fit->pool, n_held, ROWS_A_RUN, score_rows, &at);
  quoth_ngram_lm_free(&lm);
  return QUOTH_OK;
}

static quoth_status tell(const fitting *job, size_t done, quoth_error *err) {
  const quoth_progress *progress = job->fit->progress;
  if (!progress ||
      progress->update(progress->context, quoth_ngram_lm_stage.label, done, job->params->cv + 1))
    return QUOTH_OK;
  return quoth_fail(err, QUOTH_ERR_STOPPED, "stopped");
}

static quoth_status calibrate(fitting *job, quoth_tensors *tensors, quoth_error *err) {
  const quoth_fit *fit = job->fit;
  size_t n_classes = fit->n_classes;
  double *work = quoth_new_array(quoth_pool_threads(fit->pool), 2 * n_classes * sizeof *work, err);
  double *numbers = quoth_new_array(n_classes + 1, sizeof *numbers, err);
  quoth_status status = work && numbers ? QUOTH_OK : QUOTH_ERR_NOMEM;
  if (!status)
    status = quoth_folds_in_turn(fit->labels, fit->in->n_rows, fit->n_classes, job->params->cv,
                                 job->folds, err);
  for (uint32_t fold = 0; fold < job->params->cv && !status; fold++) {
    status = hold_out(job, fold, work, err);
    if (!status) status = tell(job, fold + 1, err);
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
      {"discounts", QUOTH_U32, (uint64_t)lm->n_classes * lm->order, QUOTH_N_DISCOUNTS,
       lm->discounts},
      {"buckets", QUOTH_U32, ((uint64_t)1 << lm->bucket_bits) + 1, 0, lm->buckets},
      {"ngrams", QUOTH_U8, lm->n_bytes, 0, lm->ngrams},
      {"totals", QUOTH_U64, 2, 0, lm->totals},
  };
  quoth_status status = QUOTH_OK;
  for (size_t i = lm->discounts ? 0 : 1; i < sizeof arrays / sizeof *arrays; i++) {
    quoth_status stored =
        quoth_tensors_add(tensors, name, arrays[i].name, arrays[i].dtype, arrays[i].n_rows,
                          arrays[i].n_columns, (void *)(uintptr_t)arrays[i].data, err);
    if (!status) status = stored;
  }
  return status;
}

static quoth_status fit_all(fitting *job, quoth_tensors *tensors, quoth_error *err) {
  const quoth_fit *fit = job->fit;
  quoth_ngram_lm lm;
  for (size_t row = 0; row < fit->in->n_rows; row++) job->rows[row] = (uint32_t)row;
  quoth_status status =
      quoth_ngram_lm_fit(&job->params->lm, &job->texts, job->rows, fit->in->n_rows, fit->labels,
                         fit->n_classes, fit->pool, &lm, err);
  if (!status) status = store(fit->name, &lm, tensors, err);
  return status ? status : tell(job, job->params->cv + 1, err);
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

quoth_status quoth_fit_ngram_lm(const quoth_fit *fit, quoth_tensors *tensors, quoth_batch *out,
                                quoth_error *err) {
  (void)out;
  size_t n_rows = fit->in->n_rows;
  fitting job = {
      .fit = fit, .params = fit->params, .reader = {.analyzer = quoth_ngram_analyzer(fit->params)}};
  job.row_begin = quoth_new_array(n_rows + 1, sizeof *job.row_begin, err);
  job.folds = quoth_new_array(n_rows, sizeof *job.folds, err);
  job.rows = quoth_new_array(n_rows, sizeof *job.rows, err);
  job.is_learnt = quoth_new_array(fit->n_classes, sizeof *job.is_learnt, err);
  job.scores = quoth_new_array(n_rows, fit->n_classes * sizeof *job.scores, err);
  quoth_status status = job.row_begin && job.folds && job.rows && job.is_learnt && job.scores
                            ? QUOTH_OK
                            : QUOTH_ERR_NOMEM;
  if (!status) status = read_texts(&job, err);
  if (!status && job.params->cv > 0) status = calibrate(&job, tensors, err);
  if (!status) status = fit_all(&job, tensors, err);
  if (!status) status = store_prior(fit, tensors, err);
  quoth_symbol_reader_clear(&job.reader);
  free(job.row_begin);
  free(job.folds);
  free(job.rows);
  free(job.is_learnt);
  free(job.scores);
  return status;
}
