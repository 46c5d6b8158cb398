/* A saved search, JSON:
 *
 *   {"quoth_search": 1, ...,    what the trials are trials of: members of the task
 *    "trials": [{"settings": ["classifier.alpha=0.02", ...],
 *                "folds": [{"log_loss": 0.4, ..., "train_seconds": 0.1}, ...],
 *                "fault": "why it failed", if it did}, ...]}
 *
 * Trials are proposed again when they are read, which is a check, and leaves the random numbers
 * where the search left them. */
#include <stdlib.h>
#include <string.h>

#include "train/search.h"

enum { STATE_VERSION = 1 };

/* The members that must be alike, and what they are called. */
static const struct {
  const char *key, *words;
} alike[] = {
    {"quoth_search", "format"},
    {"version", "version of quoth"},
    {"data_xxh3", "data file"},
    {"text_column", "column of texts"},
    {"label_column", "column of labels"},
    {"folds", "number of folds"},
    {"random_state", "seed"},
    {"metric", "metric"},
    {"spec", "spec"},
    {"search", "search space"},
};

/* ---- Saving ---------------------------------------------------------------- */

static quoth_status task_json(const quoth_search_task *task, json_t **out, quoth_error *err) {
  json_t *spec;
  quoth_status status = quoth_spec_to_json(task->spec, &spec, err);
  if (status) return status;
  const quoth_dataset *dataset = task->dataset;
  *out = json_pack("{s:i, s:s, s:s, s:s%, s:s%, s:I, s:I, s:s, s:o, s:o}", "quoth_search",
                   STATE_VERSION, "version", quoth_version(), "data_xxh3", dataset->digest,
                   "text_column", dataset->text_name.data, dataset->text_name.size, "label_column",
                   dataset->label_name.data, dataset->label_name.size, "folds",
                   (json_int_t)task->n_folds, "random_state", (json_int_t)task->seed, "metric",
                   quoth_search_metric_names[task->metric], "spec", spec, "search",
                   quoth_search_space_json(task->space));
  return *out ? QUOTH_OK : quoth_fail_nomem(err, 1);
}

static json_t *fold_json(const quoth_trial_fold *fold) {
  json_t *result = json_object();
  for (int m = 0; m < QUOTH_SEARCH_N_METRICS; m++)
    json_object_set_new(result, quoth_search_metric_names[m], json_real(fold->scores[m]));
  json_object_set_new(result, "train_seconds", json_real(fold->train_seconds));
  return result;
}

json_t *quoth_trial_json(const quoth_trial *trial) {
  json_t *folds = json_array();
  for (uint32_t f = 0; f < trial->n_folds; f++)
    quoth_json_push(&folds, fold_json(&trial->folds[f]));
  json_t *result = json_pack("{s:O, s:o}", "settings", trial->settings, "folds", folds);
  if (trial->fault) json_object_set_new(result, "fault", json_string(trial->fault));
  return result;
}

quoth_status quoth_search_save(const quoth_search *search, quoth_buffer *out, quoth_error *err) {
  json_t *state = NULL, *trials = json_array();
  for (size_t i = 0; i < search->n_trials; i++)
    quoth_json_push(&trials, quoth_trial_json(&search->trials[i]));
  quoth_status status = task_json(&search->task, &state, err);
  if (json_object_set_new(state, "trials", trials) != 0 && !status)
    status = quoth_fail_nomem(err, 1);
  if (!status) status = quoth_json_append(out, state, 1, err);
  if (!status) status = quoth_buffer_append(out, "\n", 1, err);
  json_decref(state);
  return status;
}

/* ---- Going on -------------------------------------------------------------- */

static quoth_status check_alike(const quoth_search_task *task, const json_t *given,
                                const char *name, quoth_error *err) {
  json_t *wanted = NULL;
  quoth_status status = task_json(task, &wanted, err);
  for (size_t i = 0; i < sizeof alike / sizeof *alike && !status; i++)
    if (!json_equal(json_object_get(given, alike[i].key), json_object_get(wanted, alike[i].key)))
      status = quoth_fail_at(err, QUOTH_ERR_ARG, name, 0,
                             "these trials were made with another %s; give the one they were made "
                             "with, or another file",
                             alike[i].words);
  json_decref(wanted);
  return status;
}

static bool read_fold(const json_t *given, quoth_trial_fold *out) {
  for (int m = 0; m < QUOTH_SEARCH_N_METRICS; m++) {
    const json_t *score = json_object_get(given, quoth_search_metric_names[m]);
    if (!json_is_number(score)) return false;
    out->scores[m] = json_number_value(score);
  }
  out->train_seconds = json_number_value(json_object_get(given, "train_seconds"));
  return true;
}

/* Fills what the proposed trial went through. False if that cannot be. */
static bool read_trial(const quoth_search *search, const json_t *given, quoth_trial *trial) {
  const json_t *folds = json_object_get(given, "folds"), *fault = json_object_get(given, "fault");
  size_t n = json_array_size(folds), least = search->n_trials ? 2 : search->task.n_folds;
  if (!trial->settings || !json_equal(json_object_get(given, "settings"), trial->settings) ||
      n > search->task.n_folds || (fault ? !search->n_trials || !json_is_string(fault) : n < least))
    return false;
  for (; trial->n_folds < n; trial->n_folds++)
    if (!read_fold(json_array_get(folds, trial->n_folds), &trial->folds[trial->n_folds]))
      return false;
  if (fault) trial->fault = strdup(json_string_value(fault));
  return !fault || trial->fault;
}

static quoth_status resume_trial(quoth_search *search, const json_t *given, const char *name,
                                 quoth_error *err) {
  quoth_trial trial;
  quoth_status status = quoth_search_propose(search, &trial, err);
  if (!status && !read_trial(search, given, &trial))
    status = quoth_fail_at(err, QUOTH_ERR_FORMAT, name, 0,
                           "trial %zu is not what this search made; the file was changed",
                           search->n_trials + 1);
  if (!status) return quoth_search_append(search, &trial, err);
  quoth_trial_clear(&trial);
  return status;
}

quoth_status quoth_search_resume(quoth_search *search, quoth_bytes saved, const char *name,
                                 quoth_error *err) {
  json_t *given;
  quoth_status status = quoth_json_parse(saved, name, &given, err);
  if (status) return status;
  if (!json_object_get(given, "quoth_search"))
    status = quoth_fail_at(err, QUOTH_ERR_FORMAT, name, 0, "no trials of quoth tune");
  if (!status) status = check_alike(&search->task, given, name, err);
  const json_t *trials = json_object_get(given, "trials");
  for (size_t i = 0; i < json_array_size(trials) && !status; i++)
    status = resume_trial(search, json_array_get(trials, i), name, err);
  json_decref(given);
  return status;
}
