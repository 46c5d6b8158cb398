#include "quoth/trials.h"

/* ---- JSON ------------------------------------------------------------------ */

static json_t *scores_json(const quoth_trial *trial) {
  json_t *scores = json_object();
  for (int m = 0; m < QUOTH_SEARCH_N_METRICS; m++) {
    quoth_trial_score score = quoth_trial_score_of(trial, (quoth_search_metric)m);
    json_object_set_new(
        scores, quoth_search_metric_names[m],
        json_pack("{s:f, s:f}", "mean", score.mean, "standard_error", score.standard_error));
  }
  return scores;
}

static json_t *trial_json(const trials_report *report, size_t i) {
  const quoth_search *search = report->search;
  const quoth_trial *trial = &search->trials[i];
  json_t *result = json_pack("{s:I, s:b}", "trial", (json_int_t)i + 1, "is_stopped",
                             !trial->fault && trial->n_folds < search->task.n_folds);
  json_t *rest = quoth_trial_json(trial);
  json_object_update(result, rest);
  json_decref(rest);
  if (!trial->fault) json_object_set_new(result, "scores", scores_json(trial));
  return result;
}

json_t *trials_json(const trials_report *report) {
  const quoth_search *search = report->search;
  json_t *trials = json_array();
  for (size_t i = 0; i < search->n_trials; i++)
    quoth_json_push(&trials, trial_json(report, report->order[i]));
  return json_pack("{s:s, s:I, s:I, s:I, s:s, s:o, s:s, s:I, s:I, s:s, s:o}", "data",
                   report->data_name, "rows", (json_int_t)search->task.dataset->n_rows, "folds",
                   (json_int_t)search->task.n_folds, "random_state", (json_int_t)search->task.seed,
                   "metric", quoth_search_metric_names[search->task.metric], "search",
                   quoth_search_space_json(search->task.space), "ended_by", report->ending, "best",
                   (json_int_t)search->best + 1, "chosen",
                   (json_int_t)quoth_search_choice(search) + 1, "spec", report->output, "trials",
                   trials);
}

/* ---- The table ------------------------------------------------------------- */

enum { MAX_LINES = 20 };

/* ORDER quoth_search_metric */
static const char *const metric_words[] = {"log loss", "accuracy", "macro F1"};

/* Whether KEY=VALUE is not what `given` has anyway. */
static bool is_change(const quoth_spec *given, const char *setting) {
  quoth_spec copy = {json_deep_copy(given->root)};
  bool is_same =
      quoth_spec_set(&copy, setting, NULL) == QUOTH_OK && json_equal(copy.root, given->root);
  quoth_spec_clear(&copy);
  return !is_same;
}

/* "classifier.alpha=0.02 vectorizer.min_df=2"; of the first trial "as given". */
static quoth_status append_settings(quoth_buffer *out, const quoth_search *search, size_t i,
                                    quoth_error *err) {
  if (i == 0) return quoth_buffer_printf(out, err, "  as given\n");
  const json_t *settings = search->trials[i].settings;
  quoth_status status = quoth_buffer_append(out, " ", 1, err);
  for (size_t k = 0; k < json_array_size(settings) && !status; k++) {
    const char *setting = json_string_value(json_array_get(settings, k));
    if (is_change(search->task.spec, setting))
      status = quoth_buffer_printf(out, err, " %s", setting);
  }
  return status ? status : quoth_buffer_append(out, "\n", 1, err);
}

static size_t count_stopped(const quoth_search *search) {
  size_t n = 0;
  for (size_t i = 0; i < search->n_trials; i++)
    n += !search->trials[i].fault && search->trials[i].n_folds < search->task.n_folds;
  return n;
}

static const char *plural(size_t n) { return n == 1 ? "" : "s"; }

/* The metric searched by comes first, with its standard error; then the others. */
static quoth_status append_head(quoth_buffer *out, const trials_report *report, quoth_error *err) {
  const quoth_search *search = report->search;
  quoth_search_metric metric = search->task.metric;
  size_t n_stopped = count_stopped(search), n = search->n_trials;
  quoth_status status =
      quoth_buffer_printf(out, err,
                          "%s: %zu rows, %u classes; %u folds, stratified\n%zu trial%s, %zu of "
                          "them stopped early%s\n\n",
                          report->data_name, search->task.dataset->n_rows,
                          search->task.dataset->n_classes, search->task.n_folds, n, plural(n),
                          n_stopped, search->is_exhausted ? "; nothing is left to try" : "");
  if (!status) status = quoth_buffer_printf(out, err, "trial  %8s      se", metric_words[metric]);
  for (int m = 0; m < QUOTH_SEARCH_N_METRICS && !status; m++)
    if (m != (int)metric) status = quoth_buffer_printf(out, err, "  %8s", metric_words[m]);
  return status ? status : quoth_buffer_printf(out, err, "  folds  learn s  parameters\n");
}

static double learn_seconds(const quoth_trial *trial) {
  double seconds = 0;
  for (uint32_t f = 0; f < trial->n_folds; f++)
    seconds += trial->folds[f].train_seconds / trial->n_folds;
  return seconds;
}

static quoth_status append_scores(quoth_buffer *out, const quoth_search *search,
                                  const quoth_trial *trial, quoth_error *err) {
  quoth_search_metric metric = search->task.metric;
  quoth_trial_score score = quoth_trial_score_of(trial, metric);
  quoth_status status =
      quoth_buffer_printf(out, err, "  %8.4f  %.4f", score.mean, score.standard_error);
  for (int m = 0; m < QUOTH_SEARCH_N_METRICS && !status; m++)
    if (m != (int)metric)
      status = quoth_buffer_printf(out, err, "  %8.4f",
                                   quoth_trial_score_of(trial, (quoth_search_metric)m).mean);
  if (status) return status;
  return quoth_buffer_printf(out, err, "  %2u/%-2u  %7.2f", trial->n_folds, search->task.n_folds,
                             learn_seconds(trial));
}

static quoth_status append_line(quoth_buffer *out, const quoth_search *search, size_t i,
                                quoth_error *err) {
  const quoth_trial *trial = &search->trials[i];
  quoth_status status = quoth_buffer_printf(out, err, "%5zu", i + 1);
  if (!status && trial->fault)
    status = quoth_buffer_printf(out, err, "  failed: %s", trial->fault);
  else if (!status)
    status = append_scores(out, search, trial, err);
  return status ? status : append_settings(out, search, i, err);
}

static quoth_status append_result(quoth_buffer *out, const trials_report *report,
                                  quoth_error *err) {
  const quoth_search *search = report->search;
  quoth_search_metric metric = search->task.metric;
  size_t choice = quoth_search_choice(search);
  if (choice)
    return quoth_buffer_printf(out, err, "\n%s: trial %zu, %s %.4f; as given %.4f\n",
                               report->output, choice + 1, metric_words[metric],
                               quoth_trial_score_of(&search->trials[choice], metric).mean,
                               quoth_trial_score_of(&search->trials[0], metric).mean);
  return quoth_buffer_printf(out, err, "\n%s: as given; nothing is better by more than noise\n",
                             report->output);
}

quoth_status trials_append_table(quoth_buffer *out, const trials_report *report, quoth_error *err) {
  const quoth_search *search = report->search;
  size_t n = search->n_trials < MAX_LINES ? search->n_trials : MAX_LINES;
  quoth_status status = append_head(out, report, err);
  for (size_t i = 0; i < n && !status; i++)
    status = append_line(out, search, report->order[i], err);
  if (!status && n < search->n_trials)
    status =
        quoth_buffer_printf(out, err, "  and %zu more; --json has them\n", search->n_trials - n);
  return status ? status : append_result(out, report, err);
}
