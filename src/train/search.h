/* search.h - the parameters that a data set wants, by random search: Bergstra and Bengio, "Random
 * search for hyper-parameter optimization", JMLR 13 (2012), with trials that race the best one:
 * Moore and Lee, "Efficient algorithms for minimizing cross validation error", ICML 1994.
 *
 * The first trial is the spec as it is; each other one is drawn. A trial is a cross-validation,
 * fold after fold, on the same folds for all. After two folds or more, one that is worse than the
 * best so far on the folds that both have been through, by a paired t-test (one-sided, 2.5 %), is
 * stopped. The best is that with the best mean over all folds; of equal ones the first. It is
 * chosen if the spec as it is is worse by the same test: on real data, smaller gains were none.
 *
 * What trial i is, and its scores, depend on the spec, the space, the data, the folds, the metric
 * and the seed, and on nothing else. */
#ifndef QUOTH_TRAIN_SEARCH_H
#define QUOTH_TRAIN_SEARCH_H

#include "data/dataset.h"
#include "train/search_space.h"

typedef enum quoth_search_metric { /* ORDER quoth_search_metric_names */
                                   QUOTH_SEARCH_LOG_LOSS,
                                   QUOTH_SEARCH_ACCURACY,
                                   QUOTH_SEARCH_MACRO_F1,
                                   QUOTH_SEARCH_N_METRICS
} quoth_search_metric;

extern const char *const quoth_search_metric_names[QUOTH_SEARCH_N_METRICS];

/* All of it is borrowed. */
typedef struct quoth_search_task {
  const quoth_spec *spec;
  const quoth_search_space *space;
  const quoth_dataset *dataset; /* with labels */
  uint32_t n_folds, seed;       /* the seed deals the folds and draws the trials */
  quoth_search_metric metric;
  quoth_pool *pool;
} quoth_search_task;

typedef struct quoth_trial_fold {
  double scores[QUOTH_SEARCH_N_METRICS]; /* of the fold's test rows */
  double train_seconds;
} quoth_trial_fold;

typedef struct quoth_trial {
  json_t *settings; /* ["classifier.alpha=0.02", ...]; none in the first */
  quoth_spec spec;
  quoth_trial_fold *folds; /* [n_folds] */
  uint32_t n_folds;        /* those gone through; less than all: stopped early */
  char *fault;             /* why nothing can be learnt with these settings; or NULL */
} quoth_trial;

typedef struct quoth_search {
  quoth_search_task task;
  uint32_t *folds;     /* [n_rows]: the fold that tests a row */
  quoth_random random; /* where the next trial is drawn from */
  quoth_trial *trials; /* [n_trials] */
  size_t n_trials, capacity;
  size_t best;       /* the trial with the best mean; once there is one */
  bool is_exhausted; /* a thousand draws gave nothing new */
} quoth_search;      /* start from {0} */

/* A class with fewer rows than folds is an error. */
quoth_status quoth_search_init(quoth_search *search, const quoth_search_task *task,
                               quoth_error *err);
void quoth_search_clear(quoth_search *search);

/* One more trial, unless the space is exhausted. If `progress` stops it, there is no such trial,
 * and the next is the same. With settings that nothing can be learnt with, the trial has a fault;
 * if it is the first, that is an error. */
quoth_status quoth_search_next(quoth_search *search, const quoth_progress *progress,
                               quoth_error *err);

/* A mean over the trial's folds and its standard error (0 of one fold). */
typedef struct quoth_trial_score {
  double mean, standard_error;
} quoth_trial_score;

quoth_trial_score quoth_trial_score_of(const quoth_trial *trial, quoth_search_metric metric);

/* The trial whose spec is to be used: the best, or the first. There is a trial. */
size_t quoth_search_choice(const quoth_search *search);

/* The trials, best first: those that went through all folds, then those that were stopped, then
 * those with a fault. `order` is [n_trials]. */
void quoth_search_rank(const quoth_search *search, size_t *order);

/* ---- Going on another time ---- */

/* The trials, and what they are trials of. */
quoth_status quoth_search_save(const quoth_search *search, quoth_buffer *out, quoth_error *err);
/* Takes the trials of a saved search of the same task; `search` has none. Another task is an error
 * that says in what it differs. `name` is the file's, for messages. */
quoth_status quoth_search_resume(quoth_search *search, quoth_bytes saved, const char *name,
                                 quoth_error *err);

/* {settings, folds: [{log_loss, accuracy, macro_f1, train_seconds}], fault if there is one}. NULL
 * if out of memory. */
json_t *quoth_trial_json(const quoth_trial *trial);

/* ---- Of search.c, for search_state.c ---- */

/* The next trial, with nothing gone through; trial->settings is NULL if there is nothing new. */
quoth_status quoth_search_propose(quoth_search *search, quoth_trial *trial, quoth_error *err);
/* Takes the trial over, also on failure. */
quoth_status quoth_search_append(quoth_search *search, quoth_trial *trial, quoth_error *err);
void quoth_trial_clear(quoth_trial *trial);

#endif
