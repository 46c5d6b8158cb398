#include "train/cross_validation.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "data/folds.h"
#include "model/model.h"

typedef struct validation_job {
  const quoth_spec *spec;
  const quoth_dataset *dataset;
  const uint32_t *folds;
  quoth_pool *pool;
  const char *name;
  const quoth_progress *progress;
  uint32_t fold;         /* the one that is tested */
  double *probabilities; /* [n_rows][n_classes] */
  quoth_cross_validation *out;
} validation_job;

/* ---- Progress -------------------------------------------------------------- */

static bool tell(void *context, const char *stage, uint64_t done, uint64_t total) {
  const validation_job *job = context;
  char text[128];
  snprintf(text, sizeof text, "%s %u/%u %s", job->name, job->fold + 1, job->out->n_folds, stage);
  return job->progress->update(job->progress->context, text, done, total);
}

/* ---- One fold -------------------------------------------------------------- */

/* Asks the model about one text after another, as an API would be asked. */
static quoth_status ask(const validation_job *job, const quoth_model *model,
                        const quoth_split *split, double *text_seconds, quoth_error *err) {
  const quoth_dataset *dataset = job->dataset;
  quoth_scratch *scratch = NULL;
  quoth_status status = quoth_scratch_new(model, &scratch, err);
  double start = quoth_seconds();
  for (size_t i = 0; i < split->n_test && !status; i++) {
    size_t row = split->test[i];
    status = quoth_predict(model, scratch, dataset->texts[row].data, dataset->texts[row].size,
                           job->probabilities + row * dataset->n_classes, err);
  }
  *text_seconds = (quoth_seconds() - start) / (double)split->n_test;
  quoth_scratch_free(scratch);
  return status;
}

static quoth_status score(const validation_job *job, const quoth_training *training,
                          const quoth_split *split, quoth_fold_scores *out, quoth_error *err) {
  *out = (quoth_fold_scores){.n_train = split->n_train,
                             .n_test = split->n_test,
                             .accuracy = training->test.accuracy,
                             .macro_f1 = training->test.macro.f1,
                             .log_loss = training->test.log_loss,
                             .model_bytes = training->image_size};
  for (size_t i = 0; i < training->n_stages; i++)
    out->train_seconds += training->seconds[i].seconds;
  quoth_model *model = NULL;
  quoth_status status = quoth_model_open_memory(training->image, training->image_size,
                                                QUOTH_TRUST_DIGESTS, &model, err);
  if (!status) status = ask(job, model, split, &out->text_seconds, err);
  quoth_model_free(model);
  return status;
}

static quoth_status validate_fold(validation_job *job, quoth_error *err) {
  const quoth_progress progress = {job, tell};
  quoth_split split = {0};
  quoth_training training = {0};
  quoth_status status = quoth_fold_split(job->folds, job->dataset->n_rows, job->fold, &split, err);
  if (!status)
    status = quoth_train_on(job->spec, job->dataset, &split, job->pool,
                            job->progress ? &progress : NULL, &training, err);
  if (!status) status = score(job, &training, &split, &job->out->folds[job->fold], err);
  quoth_training_clear(&training);
  quoth_split_clear(&split);
  return status;
}

/* ---- All of them ----------------------------------------------------------- */

static void average(quoth_cross_validation *out) {
  double n = out->n_folds, squares = 0;
  quoth_fold_scores *mean = &out->mean;
  for (uint32_t f = 0; f < out->n_folds; f++) {
    const quoth_fold_scores *fold = &out->folds[f];
    mean->n_train += fold->n_train;
    mean->n_test += fold->n_test;
    mean->accuracy += fold->accuracy / n;
    mean->macro_f1 += fold->macro_f1 / n;
    mean->log_loss += fold->log_loss / n;
    mean->train_seconds += fold->train_seconds / n;
    mean->text_seconds += fold->text_seconds / n;
    mean->model_bytes += fold->model_bytes;
  }
  mean->n_train /= out->n_folds;
  mean->n_test /= out->n_folds;
  mean->model_bytes /= out->n_folds;
  for (uint32_t f = 0; f < out->n_folds; f++) {
    double difference = out->folds[f].accuracy - mean->accuracy;
    squares += difference * difference;
  }
  out->accuracy_std = sqrt(squares / n);
}

static quoth_status validate(validation_job *job, quoth_error *err) {
  const quoth_dataset *dataset = job->dataset;
  quoth_cross_validation *out = job->out;
  quoth_status status = QUOTH_OK;
  for (job->fold = 0; job->fold < out->n_folds && !status; job->fold++)
    status = validate_fold(job, err);
  if (status) return status;
  average(out);
  return quoth_metrics_compute(dataset->labels, job->probabilities, dataset->n_rows,
                               dataset->n_classes, &out->metrics, err);
}

quoth_status quoth_cross_validate(const quoth_spec *spec, const quoth_dataset *dataset,
                                  const uint32_t *folds, uint32_t n_folds, quoth_pool *pool,
                                  const char *name, const quoth_progress *progress,
                                  quoth_cross_validation *out, quoth_error *err) {
  *out = (quoth_cross_validation){.n_folds = n_folds};
  validation_job job = {.spec = spec,
                        .dataset = dataset,
                        .folds = folds,
                        .pool = pool,
                        .name = name,
                        .progress = progress,
                        .out = out};
  out->folds = quoth_new_array(n_folds, sizeof *out->folds, err);
  job.probabilities =
      quoth_new_array(dataset->n_rows, dataset->n_classes * sizeof *job.probabilities, err);
  quoth_status status = out->folds && job.probabilities ? validate(&job, err) : QUOTH_ERR_NOMEM;
  free(job.probabilities);
  if (status) quoth_cross_validation_clear(out);
  return status;
}

void quoth_cross_validation_clear(quoth_cross_validation *validation) {
  free(validation->folds);
  quoth_metrics_clear(&validation->metrics);
  *validation = (quoth_cross_validation){0};
}
