#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/folds.h"
#include "model/stacking.h"
#include "train/fitting.h"

typedef struct stacking {
  const quoth_fit *fit;
  size_t n_members;
  uint32_t n_folds;
  uint32_t round;   /* fold that is held out; n_folds: none */
  uint32_t *folds;  /* [rows] */
  uint32_t *rows;   /* [rows]: those that are learnt from, then the others */
  uint32_t *labels; /* [rows] of the same */
} stacking;

/* ---- Progress -------------------------------------------------------------- */

typedef struct teller {
  const stacking *job;
  const char *member;
} teller;

static bool tell(void *context, const char *stage, uint64_t done, uint64_t total) {
  const teller *at = context;
  const quoth_progress *progress = at->job->fit->progress;
  char text[128];
  snprintf(text, sizeof text, "%s %u/%u %s", at->member, at->job->round + 1, at->job->n_folds + 1,
           stage);
  return progress->update(progress->context, text, done, total);
}

/* ---- Members --------------------------------------------------------------- */

/* What can't be learnt from few rows may be from more. */
static void fail_member(const quoth_error *fault, const char *path, size_t n_rows,
                        quoth_error *err) {
  bool is_of_data = fault->status == QUOTH_ERR_DATA || fault->status == QUOTH_ERR_ARG;
  if (is_of_data)
    quoth_fail(
        err, fault->status,
        "%s cannot learn from %zu row%s: %s; give more rows, or take another recipe, such as "
        "bayes",
        path, n_rows, n_rows == 1 ? "" : "s", fault->message);
  else if (err)
    *err = *fault;
}

static quoth_status fit_member(const stacking *job, size_t m, const quoth_batch *in,
                               const uint32_t *labels, quoth_tensors *tensors, quoth_error *err) {
  quoth_member_spec member = quoth_stage_spec_member(&job->fit->spec, m);
  teller at = {job, member.name};
  const quoth_progress progress = {&at, tell};
  quoth_fit from = *job->fit;
  char *path = quoth_path(job->fit->name, member.name, err);
  if (!path) return QUOTH_ERR_NOMEM;
  from.name = path;
  from.in = in;
  from.labels = labels;
  from.progress = job->fit->progress ? &progress : NULL;
  quoth_error fault = {0};
  quoth_status status = quoth_fit_member(member.pipeline, &from, tensors, NULL, &fault);
  if (status) fail_member(&fault, path, in->n_rows, err);
  free(path);
  return status;
}

/* All members, and scales of 1. */
static quoth_status fit_members(const stacking *job, const quoth_batch *in, const uint32_t *labels,
                                quoth_tensors *tensors, double **scale, quoth_error *err) {
  *scale = quoth_new_array(job->n_members, 2 * sizeof **scale, err);
  if (!*scale) return QUOTH_ERR_NOMEM;
  for (size_t i = 0; i < 2 * job->n_members; i++) (*scale)[i] = 1;
  quoth_status status = quoth_tensors_add(tensors, job->fit->name, "scale", QUOTH_F64,
                                          job->n_members, 2, *scale, err);
  for (size_t m = 0; m < job->n_members && !status; m++)
    status = fit_member(job, m, in, labels, tensors, err);
  return status;
}

/* ---- Answers about rows that were held out --------------------------------- */

/* Rows of this round: those of other folds, then those of the fold. Returns how many the former
 * are. */
static size_t sort_rows(stacking *job) {
  size_t n = 0, n_rows = job->fit->in->n_rows;
  for (size_t row = 0; row < n_rows; row++)
    if (job->folds[row] != job->round) job->rows[n++] = (uint32_t)row;
  size_t n_learnt = n;
  for (size_t row = 0; row < n_rows; row++)
    if (job->folds[row] == job->round) job->rows[n++] = (uint32_t)row;
  for (size_t i = 0; i < n_rows; i++) job->labels[i] = job->fit->labels[job->rows[i]];
  return n_learnt;
}

/* `answers` are those about the rows `rows`. */
static void scatter(const quoth_batch *answers, const uint32_t *rows, double *out) {
  size_t n_columns = answers->n_columns;
  for (size_t i = 0; i < answers->n_rows; i++)
    memcpy(out + rows[i] * n_columns, answers->dense + i * n_columns, n_columns * sizeof *out);
}

static quoth_status answer(stacking *job, const quoth_batch *learnt, const quoth_batch *held,
                           const uint32_t *held_rows, double *out, quoth_error *err) {
  quoth_tensors tensors = {0};
  quoth_batch answers = {0};
  double *scale;
  quoth_status status = fit_members(job, learnt, job->labels, &tensors, &scale, err);
  if (!status) status = quoth_fit_apply(job->fit, &tensors, held, &answers, err);
  if (!status) scatter(&answers, held_rows, out);
  quoth_batch_clear(&answers);
  quoth_tensors_clear(&tensors);
  return status;
}

static quoth_status hold_out(stacking *job, double *out, quoth_error *err) {
  const quoth_batch *in = job->fit->in;
  size_t n_learnt = sort_rows(job);
  quoth_batch learnt = {0}, held = {0};
  quoth_status status = quoth_batch_select(in, job->rows, n_learnt, &learnt, err);
  if (!status)
    status = quoth_batch_select(in, job->rows + n_learnt, in->n_rows - n_learnt, &held, err);
  if (!status) status = answer(job, &learnt, &held, job->rows + n_learnt, out, err);
  quoth_batch_clear(&learnt);
  quoth_batch_clear(&held);
  return status;
}

static quoth_status hold_out_all(stacking *job, double *out, quoth_error *err) {
  size_t n_rows = job->fit->in->n_rows;
  job->folds = quoth_new_array(n_rows, sizeof *job->folds, err);
  job->rows = quoth_new_array(n_rows, sizeof *job->rows, err);
  job->labels = quoth_new_array(n_rows, sizeof *job->labels, err);
  quoth_status status = job->folds && job->rows && job->labels ? QUOTH_OK : QUOTH_ERR_NOMEM;
  if (!status)
    status = quoth_folds_in_turn(job->fit->labels, n_rows, job->fit->n_classes, job->n_folds,
                                 job->folds, err);
  for (job->round = 0; job->round < job->n_folds && !status; job->round++)
    status = hold_out(job, out, err);
  free(job->folds);
  free(job->rows);
  free(job->labels);
  return status;
}

/* ---- The whole ------------------------------------------------------------- */

/* Divides each group of scores, [n_classes] columns, by the root of their mean square, which goes
 * to `scale`; a group that never tells classes apart keeps 1. */
static void normalise(size_t n_groups, uint32_t n_classes, quoth_batch *batch, double *scale) {
  for (size_t g = 0; g < n_groups; g++) {
    double squares = 0;
    for (size_t row = 0; row < batch->n_rows; row++) {
      const double *scores = batch->dense + row * batch->n_columns + g * n_classes;
      for (uint32_t c = 0; c < n_classes; c++) squares += scores[c] * scores[c];
    }
    if (squares == 0) continue;
    scale[g] = sqrt(squares / ((double)batch->n_rows * n_classes));
    for (size_t row = 0; row < batch->n_rows; row++) {
      double *scores = batch->dense + row * batch->n_columns + g * n_classes;
      for (uint32_t c = 0; c < n_classes; c++) scores[c] /= scale[g];
    }
  }
}

quoth_status quoth_fit_stacking(const quoth_fit *fit, quoth_tensors *tensors, quoth_batch *out,
                                quoth_error *err) {
  const quoth_stacking_params *params = fit->params;
  size_t n_rows = fit->in->n_rows;
  stacking job = {.fit = fit,
                  .n_members = quoth_stage_spec_n_members(&fit->spec),
                  .n_folds = params->cv < n_rows ? params->cv : (uint32_t)n_rows};
  uint64_t n_columns = 2 * (uint64_t)job.n_members * fit->n_classes;
  if (n_columns >= UINT32_MAX)
    return quoth_fail(err, QUOTH_ERR_DATA, "%s: too many classes", fit->name);
  if (n_rows < 2)
    return quoth_fail(
        err, QUOTH_ERR_DATA,
        "%s cannot learn from one row; give more, or take another recipe, such as bayes",
        fit->name);
  *out = (quoth_batch){
      .kind = QUOTH_DATA_FEATURES, .n_rows = n_rows, .n_columns = (uint32_t)n_columns};
  out->dense = quoth_new_aligned(n_rows, n_columns * sizeof *out->dense, err);
  if (!out->dense) return QUOTH_ERR_NOMEM;
  double *scale;
  quoth_status status = hold_out_all(&job, out->dense, err);
  if (!status) status = fit_members(&job, fit->in, fit->labels, tensors, &scale, err);
  if (!status) normalise(2 * job.n_members, fit->n_classes, out, scale);
  return status;
}
