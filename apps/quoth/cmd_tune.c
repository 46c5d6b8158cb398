/* quoth tune: which parameters for these texts. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "quoth/commands.h"
#include "quoth/console.h"
#include "quoth/evaluation.h"
#include "quoth/input.h"
#include "quoth/spec_choice.h"
#include "quoth/trials.h"

enum { DEFAULT_FOLDS = 5, MAX_FOLDS = 1000, DEFAULT_SECONDS = 60 };

typedef struct settings {
  csv_settings csv;
  spec_choice choice;
  const char *output, *state, *metric;
  option_list search;
  option_number time, trials, folds, threads;
  bool json;
} settings;

static const option tune_options[] = {
    {"output", 'o', OPTION_TEXT, offsetof(settings, output), "SPEC.json",
     "where the spec that is found goes", NULL},
    RECIPE_OPTION(settings),
    SPEC_OPTION(settings),
    SET_OPTION(settings),
    {"search", 0, OPTION_LIST, offsetof(settings, search), "KEY=VALUES",
     "what to try: values, 1,2,5, or a range, 0.1..100; again for more", NULL},
    {"time", 0, OPTION_NUMBER, offsetof(settings, time), "SECONDS",
     "how long to search (default: 60; no limit with --trials)", NULL},
    {"trials", 0, OPTION_NUMBER, offsetof(settings, trials), "N",
     "how many trials, those in --state FILE included", NULL},
    {"metric", 0, OPTION_TEXT, offsetof(settings, metric), "NAME",
     "what is to be good: log_loss (the default), accuracy or macro_f1",
     "log_loss accuracy macro_f1"},
    {"folds", 0, OPTION_NUMBER, offsetof(settings, folds), "N",
     "test on one part of N after another (default: 5)", NULL},
    {"seed", 0, OPTION_NUMBER, offsetof(settings, choice.seed), "N",
     "set the search's, the folds' and every other random_state (default: 0)", NULL},
    {"state", 0, OPTION_TEXT, offsetof(settings, state), "FILE",
     "keep the trials there, and go on from those that are there", NULL},
    CSV_TEXT_OPTION(settings),
    CSV_LABEL_OPTION(settings),
    CSV_ENCODING_OPTION(settings),
    THREADS_OPTION(settings),
    {"json", 0, OPTION_FLAG, offsetof(settings, json), NULL, "print one JSON object instead", NULL},
};

typedef struct run {
  const settings *settings;
  const char *data;
  quoth_spec spec;
  quoth_search_space space;
  quoth_dataset dataset;
  quoth_pool *pool;
  quoth_search search;
  double end;         /* of the time, by quoth_seconds */
  const char *ending; /* what ended the search */
} run;

/* ---- What is searched ------------------------------------------------------ */

/* What --set says stays so, unless --search says otherwise. */
static quoth_status choose_space(run *r, quoth_error *err) {
  const settings *s = r->settings;
  quoth_status status = quoth_search_space_add_standard(&r->space, &r->spec, err);
  for (size_t i = 0; i < s->choice.set.n_items; i++)
    quoth_search_space_remove(&r->space, s->choice.set.items[i]);
  for (size_t i = 0; i < s->search.n_items && !status; i++)
    status = quoth_search_space_add(&r->space, &r->spec, s->search.items[i], err);
  if (!status && !r->space.n_dimensions)
    status = quoth_fail(err, QUOTH_ERR_ARG,
                        "nothing is left to search; say what to try: --search KEY=VALUES");
  return status;
}

static quoth_search_metric find_metric(const char *name) {
  int metric = QUOTH_SEARCH_LOG_LOSS;
  while (name && strcmp(quoth_search_metric_names[metric], name) != 0) metric++;
  return (quoth_search_metric)metric;
}

static quoth_status resume(run *r, quoth_error *err) {
  const char *path = r->settings->state;
  if (!path || access(path, F_OK) != 0) return QUOTH_OK;
  quoth_file file;
  quoth_status status = quoth_file_open(path, &file, err);
  if (status) return status;
  status = quoth_search_resume(&r->search, (quoth_bytes){file.data, file.size}, path, err);
  quoth_file_close(&file);
  return status;
}

static quoth_status prepare(run *r, quoth_error *err) {
  const settings *s = r->settings;
  const char *inputs[] = {r->data, s->choice.file};
  const report_paths none = {0};
  quoth_status status = choose_spec(&s->choice, &r->spec, err);
  if (!status) status = choose_space(r, err);
  if (!status) status = check_outputs(inputs, s->output, &none, err);
  if (!status) status = check_outputs(inputs, s->state, &none, err);
  if (!status) status = open_pool(s->threads, &r->pool, err);
  if (!status) status = read_csv(r->data, &s->csv, QUOTH_LABELS_REQUIRED, &r->dataset, err);
  if (status) return status;
  const quoth_search_task task = {
      .spec = &r->spec,
      .space = &r->space,
      .dataset = &r->dataset,
      .n_folds = s->folds.is_given ? s->folds.value : DEFAULT_FOLDS,
      .seed = s->choice.seed.is_given ? s->choice.seed.value : 0,
      .metric = find_metric(s->metric),
      .pool = r->pool,
  };
  status = name_data(r->data, quoth_search_init(&r->search, &task, err), err);
  return status ? status : resume(r, err);
}

/* ---- Searching ------------------------------------------------------------- */

/* The first trial is always gone through: without it there is nothing to write. */
static bool is_time_up(const run *r) {
  return r->search.n_trials > 0 && r->end > 0 && quoth_seconds() >= r->end;
}

/* "trial 7, best 0.3412: 3/5 lda" */
static bool tell(void *context, const char *stage, uint64_t done, uint64_t total) {
  const run *r = context;
  const quoth_search *search = &r->search;
  char text[96], best[32] = "";
  if (search->n_trials)
    snprintf(best, sizeof best, ", best %.4f",
             quoth_trial_score_of(&search->trials[search->best], search->task.metric).mean);
  snprintf(text, sizeof text, "trial %zu%s: %s", search->n_trials + 1, best, stage);
  const quoth_progress *console = console_progress();
  return console->update(console->context, text, done, total) && !is_interrupted() &&
         !is_time_up(r);
}

/* Signals are held: write_file would let them through. */
static quoth_status save(const run *r, quoth_error *err) {
  if (!r->settings->state) return QUOTH_OK;
  quoth_buffer text = {0};
  quoth_status status = quoth_search_save(&r->search, &text, err);
  if (!status) status = quoth_file_write(r->settings->state, text.data, text.size, err);
  quoth_buffer_clear(&text);
  return status;
}

static const char *find_ending(const run *r) {
  const option_number *trials = &r->settings->trials;
  if (is_interrupted()) return "interrupted";
  if (r->search.is_exhausted) return "exhausted";
  if (trials->is_given && r->search.n_trials >= trials->value) return "trials";
  return is_time_up(r) ? "time" : NULL;
}

static quoth_status search(run *r, quoth_error *err) {
  const settings *s = r->settings;
  const quoth_progress progress = {r, tell};
  uint32_t seconds = s->time.is_given ? s->time.value : DEFAULT_SECONDS;
  if (s->time.is_given || !s->trials.is_given) r->end = quoth_seconds() + seconds;
  quoth_status status = QUOTH_OK;
  if (r->search.n_trials) hold_interrupts();
  while (!status && !(r->ending = find_ending(r))) {
    status = quoth_search_next(&r->search, &progress, err);
    hold_interrupts(); /* there is something to write from here on */
    if (!status) status = save(r, err);
    if (status == QUOTH_ERR_STOPPED && r->search.n_trials) status = QUOTH_OK;
  }
  return name_data(r->data, status, err);
}

static quoth_status write_spec(const run *r, quoth_error *err) {
  quoth_buffer text = {0};
  quoth_status status = quoth_spec_append_json(
      &r->search.trials[quoth_search_choice(&r->search)].spec, 2, &text, err);
  if (!status) status = quoth_buffer_append(&text, "\n", 1, err);
  if (!status) status = quoth_file_write(r->settings->output, text.data, text.size, err);
  quoth_buffer_clear(&text);
  return status;
}

/* ---- Telling the result ---------------------------------------------------- */

static quoth_status print_table(const trials_report *report, quoth_error *err) {
  quoth_buffer text = {0};
  quoth_status status = trials_append_table(&text, report, err);
  if (!status) status = print_bytes(text.data, text.size, err);
  quoth_buffer_clear(&text);
  return status;
}

static quoth_status tell_result(const run *r, quoth_error *err) {
  size_t *order = quoth_new_array(r->search.n_trials, sizeof *order, err);
  if (!order) return QUOTH_ERR_NOMEM;
  quoth_search_rank(&r->search, order);
  const trials_report report = {input_name(r->data), r->settings->output, &r->search, order,
                                r->ending};
  quoth_status status =
      r->settings->json ? print_json(trials_json(&report), err) : print_table(&report, err);
  free(order);
  return status;
}

static void run_clear(run *r) {
  quoth_search_clear(&r->search);
  quoth_search_space_clear(&r->space);
  quoth_spec_clear(&r->spec);
  quoth_dataset_clear(&r->dataset);
  quoth_pool_free(r->pool);
}

/* An interrupt ends the search, and the program, once what was found is written and told. */
static quoth_status tune(run *r, quoth_error *err) {
  quoth_status status = prepare(r, err);
  if (!status) status = search(r, err);
  if (!status) status = write_spec(r, err);
  if (!status) status = tell_result(r, err);
  release_interrupts();
  return status;
}

/* What is wrong with the command line, or NULL. */
static const char *find_misuse(const settings *s) {
  const char *misuse = spec_choice_misuse(&s->choice);
  if (misuse) return misuse;
  if (!s->output) return "say where the spec goes: -o SPEC.json";
  if (s->state && strcmp(s->state, s->output) == 0) return "--state and -o name the same file";
  if (s->trials.is_given && !s->trials.value) return "--trials is from 1 up";
  return NULL;
}

static int run_tune(const void *settings_, const char *const *operands, size_t n_operands) {
  (void)n_operands;
  const settings *s = settings_;
  const char *misuse = find_misuse(s);
  if (misuse) return misused(&command_tune, "%s", misuse);
  if (s->folds.is_given && (s->folds.value < 2 || s->folds.value > MAX_FOLDS))
    return misused(&command_tune, "--folds is from 2 to %d", MAX_FOLDS);
  catch_interrupts();
  quoth_error err = {0};
  run r = {.settings = s, .data = operands[0]};
  int code = tune(&r, &err) ? fail(&err) : EXIT_DONE;
  run_clear(&r);
  return code;
}

const command command_tune = {
    .name = "tune",
    .summary = "search a recipe's parameters by cross-validation",
    .usage = "DATA.csv -o SPEC.json [options]",
    .details =
        "Tries the parameters as they are, then others at random, for a minute unless --time or\n"
        "--trials says otherwise, and writes the spec that did best, if that is more than noise.\n"
        "Ctrl-C ends it earlier, and what was found by then is written. Each recipe has ranges of "
        "its own; --search adds to\n"
        "them, and --set keeps a parameter out of the search. Then learn with what was found:\n"
        "  quoth tune data.csv --recipe linear --search classifier.C=0.1..100 -o spec.json\n"
        "  quoth train data.csv --spec spec.json -o model\n",
    .options = tune_options,
    .n_options = sizeof tune_options / sizeof *tune_options,
    .settings_size = sizeof(settings),
    .min_operands = 1,
    .max_operands = 1,
    .run = run_tune,
};
