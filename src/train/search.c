#include "train/search.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/folds.h"
#include "train/train.h"

const char *const quoth_search_metric_names[QUOTH_SEARCH_N_METRICS] = {"log_loss", "accuracy",
                                                                       "macro_f1"};

quoth_status quoth_search_init(quoth_search *search, const quoth_search_task *task,
                               quoth_error *err) {
  *search = (quoth_search){.task = *task};
  quoth_random_seed(&search->random, task->seed);
  search->folds = quoth_new_array(task->dataset->n_rows, sizeof *search->folds, err);
  if (!search->folds) return QUOTH_ERR_NOMEM;
  return quoth_stratified_folds(task->dataset, task->n_folds, task->seed, search->folds, err);
}

void quoth_trial_clear(quoth_trial *trial) {
  json_decref(trial->settings);
  quoth_spec_clear(&trial->spec);
  free(trial->folds);
  free(trial->fault);
  *trial = (quoth_trial){0};
}

void quoth_search_clear(quoth_search *search) {
  for (size_t i = 0; i < search->n_trials; i++) quoth_trial_clear(&search->trials[i]);
  free(search->trials);
  free(search->folds);
  *search = (quoth_search){0};
}

/* ---- Which trial is next --------------------------------------------------- */

static bool is_known(const quoth_search *search, const quoth_spec *spec) {
  for (size_t i = 0; i < search->n_trials; i++)
    if (json_equal(search->trials[i].spec.root, spec->root)) return true;
  return false;
}

/* The task's spec with `settings`. */
static quoth_status make_spec(const quoth_search *search, const json_t *settings, quoth_spec *out,
                              quoth_error *err) {
  out->root = json_deep_copy(search->task.spec->root);
  if (!out->root) return quoth_fail_nomem(err, 1);
  quoth_status status = QUOTH_OK;
  for (size_t i = 0; i < json_array_size(settings) && !status; i++)
    status = quoth_spec_set(out, json_string_value(json_array_get(settings, i)), err);
  return status;
}

static quoth_status draw_new(quoth_search *search, quoth_trial *trial, quoth_error *err) {
  enum { MAX_DRAWS = 1000 };
  for (int i = 0; i < MAX_DRAWS; i++) {
    json_t *settings;
    quoth_status status =
        quoth_search_space_draw(search->task.space, &search->random, &settings, err);
    if (!status) status = make_spec(search, settings, &trial->spec, err);
    if (!status && !is_known(search, &trial->spec)) {
      trial->settings = settings;
      return QUOTH_OK;
    }
    json_decref(settings);
    quoth_spec_clear(&trial->spec);
    if (status) return status;
  }
  return QUOTH_OK;
}

quoth_status quoth_search_propose(quoth_search *search, quoth_trial *trial, quoth_error *err) {
  *trial = (quoth_trial){0};
  if (search->n_trials) {
    quoth_status status = draw_new(search, trial, err);
    if (status || !trial->settings) return status;
  } else {
    trial->settings = json_array();
    quoth_status status = make_spec(search, NULL, &trial->spec, err);
    if (status) return status;
  }
  trial->folds = quoth_new_array(search->task.n_folds, sizeof *trial->folds, err);
  return trial->settings && trial->folds ? QUOTH_OK : quoth_fail_nomem(err, 1);
}

/* ---- How good it is -------------------------------------------------------- */

static bool is_better(quoth_search_metric metric, double score, double other) {
  return metric == QUOTH_SEARCH_LOG_LOSS ? score < other : score > other;
}

/* Of the trial's scores, or, unless `rival` is NULL, of what they are above the rival's on the same
 * folds. */
static quoth_trial_score estimate(const quoth_trial *trial, const quoth_trial *rival,
                                  quoth_search_metric metric) {
  quoth_trial_score it = {0};
  double n = trial->n_folds, squares = 0;
  for (uint32_t f = 0; f < trial->n_folds; f++)
    it.mean += (trial->folds[f].scores[metric] - (rival ? rival->folds[f].scores[metric] : 0)) / n;
  for (uint32_t f = 0; f < trial->n_folds; f++) {
    double score = trial->folds[f].scores[metric] - (rival ? rival->folds[f].scores[metric] : 0);
    squares += (score - it.mean) * (score - it.mean);
  }
  if (trial->n_folds > 1) it.standard_error = sqrt(squares / (n - 1) / n);
  return it;
}

quoth_trial_score quoth_trial_score_of(const quoth_trial *trial, quoth_search_metric metric) {
  return estimate(trial, NULL, metric);
}

/* Student's t at 0.975, by degrees of freedom from 1; beyond, the last: a little too patient. */
static const double t_quantiles[] = {12.706, 4.303, 3.182, 2.776, 2.571,
                                     2.447,  2.365, 2.306, 2.262, 2.228};
enum { N_QUANTILES = sizeof t_quantiles / sizeof *t_quantiles };

/* By more than noise, on the folds that `trial` went through and the rival as well. */
static bool is_worse(const quoth_trial *trial, const quoth_trial *rival,
                     quoth_search_metric metric) {
  uint32_t n = trial->n_folds;
  if (n < 2) return false;
  quoth_trial_score above = estimate(trial, rival, metric);
  double t = t_quantiles[n - 2 < N_QUANTILES ? n - 2 : N_QUANTILES - 1];
  return is_better(metric, 0, above.mean) && fabs(above.mean) > t * above.standard_error;
}

static bool is_lost(const quoth_search *search, const quoth_trial *trial) {
  return search->n_trials && is_worse(trial, &search->trials[search->best], search->task.metric);
}

size_t quoth_search_choice(const quoth_search *search) {
  const quoth_trial *given = &search->trials[0], *best = &search->trials[search->best];
  return is_worse(given, best, search->task.metric) ? search->best : 0;
}

/* ---- Trying it ------------------------------------------------------------- */

typedef struct fold_progress {
  const quoth_progress *progress;
  uint32_t fold, n_folds;
} fold_progress;

static bool tell(void *context, const char *stage, uint64_t done, uint64_t total) {
  const fold_progress *it = context;
  char text[64];
  snprintf(text, sizeof text, "%u/%u %s", it->fold + 1, it->n_folds, stage);
  return it->progress->update(it->progress->context, text, done, total);
}

static quoth_status try_fold(const quoth_search *search, quoth_trial *trial,
                             const quoth_progress *progress, quoth_error *err) {
  const quoth_search_task *task = &search->task;
  fold_progress context = {progress, trial->n_folds, task->n_folds};
  const quoth_progress inner = {&context, tell};
  quoth_split split;
  quoth_training training = {0};
  quoth_status status =
      quoth_fold_split(search->folds, task->dataset->n_rows, trial->n_folds, &split, err);
  if (!status)
    status = quoth_train_on(&trial->spec, task->dataset, &split, task->pool,
                            progress ? &inner : NULL, &training, err);
  if (!status) {
    quoth_trial_fold *fold = &trial->folds[trial->n_folds++];
    fold->scores[QUOTH_SEARCH_LOG_LOSS] = training.test.log_loss;
    fold->scores[QUOTH_SEARCH_ACCURACY] = training.test.accuracy;
    fold->scores[QUOTH_SEARCH_MACRO_F1] = training.test.macro.f1;
    for (size_t i = 0; i < training.n_stages; i++)
      fold->train_seconds += training.seconds[i].seconds;
  }
  quoth_training_clear(&training);
  quoth_split_clear(&split);
  return status;
}

/* Settings that suit neither each other nor the data: "no terms are left". */
static bool is_fault(quoth_status status) {
  return status == QUOTH_ERR_DATA || status == QUOTH_ERR_ARG;
}

static quoth_status try_folds(const quoth_search *search, quoth_trial *trial,
                              const quoth_progress *progress, quoth_error *err) {
  quoth_error fault = {0};
  quoth_status status = QUOTH_OK;
  while (trial->n_folds < search->task.n_folds && !status && !is_lost(search, trial))
    status = try_fold(search, trial, progress, &fault);
  if (status && search->n_trials && is_fault(status)) {
    trial->fault = strdup(fault.message);
    return trial->fault ? QUOTH_OK : quoth_fail_nomem(err, 1);
  }
  if (status && err) *err = fault;
  return status;
}

quoth_status quoth_search_append(quoth_search *search, quoth_trial *trial, quoth_error *err) {
  void *trials =
      quoth_grow(search->trials, &search->capacity, search->n_trials + 1, sizeof *trial, err);
  if (!trials) {
    quoth_trial_clear(trial);
    return QUOTH_ERR_NOMEM;
  }
  search->trials = trials;
  search->trials[search->n_trials++] = *trial;
  quoth_search_metric metric = search->task.metric;
  if (!trial->fault && trial->n_folds == search->task.n_folds &&
      is_better(metric, quoth_trial_score_of(trial, metric).mean,
                quoth_trial_score_of(&search->trials[search->best], metric).mean))
    search->best = search->n_trials - 1;
  *trial = (quoth_trial){0};
  return QUOTH_OK;
}

quoth_status quoth_search_next(quoth_search *search, const quoth_progress *progress,
                               quoth_error *err) {
  quoth_random before = search->random;
  quoth_trial trial;
  quoth_status status = quoth_search_propose(search, &trial, err);
  if (!status && !trial.settings) {
    search->is_exhausted = true;
    return QUOTH_OK;
  }
  if (!status) status = try_folds(search, &trial, progress, err);
  if (!status) return quoth_search_append(search, &trial, err);
  search->random = before;
  quoth_trial_clear(&trial);
  return status;
}

/* ---- Which are best -------------------------------------------------------- */

/* 0: went through all folds; 1: was stopped; 2: has a fault. */
static int rank_group(const quoth_search *search, const quoth_trial *trial) {
  return trial->fault ? 2 : trial->n_folds < search->task.n_folds;
}

static bool is_before(const quoth_search *search, size_t a, size_t b) {
  const quoth_trial *x = &search->trials[a], *y = &search->trials[b];
  int group = rank_group(search, x), other = rank_group(search, y);
  if (group != other || group == 2) return group < other;
  quoth_search_metric metric = search->task.metric;
  return is_better(metric, quoth_trial_score_of(x, metric).mean,
                   quoth_trial_score_of(y, metric).mean);
}

void quoth_search_rank(const quoth_search *search, size_t *order) {
  for (size_t i = 0; i < search->n_trials; i++) {
    size_t at = i;
    for (; at > 0 && is_before(search, i, order[at - 1]); at--) order[at] = order[at - 1];
    order[at] = i;
  }
}
