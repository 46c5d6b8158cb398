#include "train/member_choice.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "data/folds.h"
#include "learn/metrics.h"
#include "train/train.h"

enum { LEAST_ROWS = 1000, GROWTH = 4, N_FOLDS = 2 };
static const double SHARE_FOR_TRYING = 0.1, LEAST_GAIN = 0.001;

typedef struct choosing {
  const quoth_dataset *dataset;
  quoth_pool *pool;
  const quoth_progress *progress;
  quoth_stage_spec stack, behind;
  quoth_evaluation evaluation;
  quoth_split split;
  uint32_t *by_class;   /* [split.n_train]: the train rows, sorted by class */
  quoth_bytes *texts;   /* the sample's, [split.n_train] */
  uint32_t *labels;     /* [split.n_train] */
  quoth_batch *answers; /* [n_members]: features of the stack with this member alone */
  quoth_member_choice *out;
} choosing;

/* ---- Samples --------------------------------------------------------------- */

/* In the split's order, which is random, within each class. */
static quoth_status sort_by_class(choosing *job, quoth_error *err) {
  const quoth_dataset *dataset = job->dataset;
  const quoth_split *split = &job->split;
  size_t *begin = quoth_new_array(dataset->n_classes + 1, sizeof *begin, err);
  if (!begin) return QUOTH_ERR_NOMEM;
  for (size_t i = 0; i < split->n_train; i++) begin[dataset->labels[split->train[i]] + 1]++;
  for (uint32_t c = 0; c < dataset->n_classes; c++) begin[c + 1] += begin[c];
  for (size_t i = 0; i < split->n_train; i++)
    job->by_class[begin[dataset->labels[split->train[i]]]++] = split->train[i];
  free(begin);
  return QUOTH_OK;
}

/* Every so-manieth row, so that classes keep their shares. */
static void draw_sample(choosing *job, size_t n) {
  job->out->n_rows = n;
  for (size_t i = 0; i < n; i++) {
    uint32_t row = job->by_class[(uint64_t)i * job->split.n_train / n];
    job->texts[i] = job->dataset->texts[row];
    job->labels[i] = job->dataset->labels[row];
  }
}

/* ---- Trying members -------------------------------------------------------- */

typedef struct teller {
  const quoth_progress *progress;
  size_t n_rows;
} teller;

static bool tell(void *context, const char *stage, uint64_t done, uint64_t total) {
  const teller *at = context;
  char text[128];
  snprintf(text, sizeof text, "trying %zu rows: %s", at->n_rows, stage);
  return at->progress->update(at->progress->context, text, done, total);
}

/* The stack with member `m` alone, fitted to the sample. */
static quoth_status fit_alone(choosing *job, size_t m, const quoth_fit *from, quoth_error *err) {
  json_t *members = json_pack("[O]", json_array_get(job->stack.members, m));
  void *params = quoth_stage_spec_params(job->stack, err);
  quoth_tensors tensors = {0};
  quoth_status status = QUOTH_ERR_NOMEM;
  if (!members) quoth_fail_nomem(err, 1);
  if (members && params) {
    quoth_fit fit = *from;
    fit.name = job->stack.name;
    fit.params = params;
    fit.spec = job->stack;
    fit.spec.members = members;
    status = quoth_fit_function_of(job->stack.type)(&fit, &tensors, &job->answers[m], err);
  }
  quoth_tensors_clear(&tensors);
  free(params);
  json_decref(members);
  return status;
}

/* How much longer than the sample training takes: it learns from all train rows, and with `refit`
 * from all rows as well. */
static double times_longer(const choosing *job) {
  size_t n = job->split.n_train + (job->evaluation.refit ? job->dataset->n_rows : 0);
  return (double)n / (double)job->out->n_rows;
}

static quoth_status try_sample(choosing *job, quoth_error *err) {
  quoth_member_choice *out = job->out;
  teller at = {job->progress, out->n_rows};
  const quoth_progress progress = {&at, tell};
  quoth_batch in = {.kind = QUOTH_DATA_TEXTS, .n_rows = out->n_rows, .texts = job->texts};
  quoth_fit from = {.in = &in,
                    .labels = job->labels,
                    .n_classes = job->dataset->n_classes,
                    .pool = job->pool,
                    .progress = job->progress ? &progress : NULL,
                    .features_bytes = SIZE_MAX};
  quoth_status status = QUOTH_OK;
  for (size_t m = 0; m < out->n_members && !status; m++) {
    double start = quoth_seconds();
    quoth_batch_clear(&job->answers[m]);
    status = fit_alone(job, m, &from, err);
    out->members[m].seconds = (quoth_seconds() - start) * times_longer(job);
  }
  return status;
}

/* ---- How good a set of them is --------------------------------------------- */

/* The features of the stack with the members that `is_in` says. */
static quoth_status join_answers(const choosing *job, const bool *is_in, quoth_batch *out,
                                 quoth_error *err) {
  const quoth_member_choice *choice = job->out;
  uint32_t n_columns = 0;
  for (size_t m = 0; m < choice->n_members; m++)
    if (is_in[m]) n_columns += job->answers[m].n_columns;
  *out =
      (quoth_batch){.kind = QUOTH_DATA_FEATURES, .n_rows = choice->n_rows, .n_columns = n_columns};
  out->dense = quoth_new_aligned(choice->n_rows, n_columns * sizeof *out->dense, err);
  if (!out->dense) return QUOTH_ERR_NOMEM;
  double *at = out->dense;
  for (size_t row = 0; row < choice->n_rows; row++)
    for (size_t m = 0; m < choice->n_members; m++) {
      uint32_t n = is_in[m] ? job->answers[m].n_columns : 0;
      memcpy(at, job->answers[m].dense + row * job->answers[m].n_columns, n * sizeof *at);
      at += n;
    }
  return QUOTH_OK;
}

static quoth_status fit_behind(const choosing *job, const quoth_batch *learnt,
                               const uint32_t *labels, const quoth_batch *held, quoth_batch *answer,
                               quoth_error *err) {
  void *params = quoth_stage_spec_params(job->behind, err);
  if (!params) return QUOTH_ERR_NOMEM;
  const quoth_fit fit = {.name = job->behind.name,
                         .params = params,
                         .spec = job->behind,
                         .in = learnt,
                         .labels = labels,
                         .n_classes = job->dataset->n_classes,
                         .pool = job->pool};
  quoth_tensors tensors = {0};
  quoth_batch unused = {0};
  quoth_status status = quoth_fit_function_of(job->behind.type)(&fit, &tensors, &unused, err);
  if (!status) status = quoth_fit_apply(&fit, &tensors, held, answer, err);
  quoth_batch_clear(&unused);
  quoth_tensors_clear(&tensors);
  free(params);
  return status;
}

/* Answers about the fold's rows go to `probabilities` ([n_rows][C]). */
static quoth_status test_fold(const choosing *job, const quoth_batch *features,
                              const quoth_split *fold, double *probabilities, quoth_error *err) {
  size_t n_classes = job->dataset->n_classes;
  uint32_t *labels = quoth_new_array(fold->n_train, sizeof *labels, err);
  if (!labels) return QUOTH_ERR_NOMEM;
  for (size_t i = 0; i < fold->n_train; i++) labels[i] = job->labels[fold->train[i]];
  quoth_batch learnt = {0}, held = {0}, answer = {0};
  quoth_status status = quoth_batch_select(features, fold->train, fold->n_train, &learnt, err);
  if (!status) status = quoth_batch_select(features, fold->test, fold->n_test, &held, err);
  if (!status) status = fit_behind(job, &learnt, labels, &held, &answer, err);
  for (size_t i = 0; i < fold->n_test && !status; i++)
    memcpy(probabilities + fold->test[i] * n_classes, answer.dense + i * n_classes,
           n_classes * sizeof *probabilities);
  quoth_batch_clear(&learnt);
  quoth_batch_clear(&held);
  quoth_batch_clear(&answer);
  free(labels);
  return status;
}

static quoth_status test_folds(const choosing *job, const quoth_batch *features, uint32_t *folds,
                               double *probabilities, double *log_loss, quoth_error *err) {
  uint32_t n_classes = job->dataset->n_classes;
  quoth_status status =
      quoth_folds_in_order(job->labels, features->n_rows, n_classes, N_FOLDS, folds, err);
  for (uint32_t f = 0; f < N_FOLDS && !status; f++) {
    quoth_split fold = {0};
    status = quoth_fold_split(folds, features->n_rows, f, &fold, err);
    if (!status && fold.n_test && fold.n_train)
      status = test_fold(job, features, &fold, probabilities, err);
    quoth_split_clear(&fold);
  }
  quoth_metrics metrics = {0};
  if (!status)
    status = quoth_metrics_compute(job->labels, probabilities, features->n_rows, n_classes,
                                   &metrics, err);
  *log_loss = metrics.log_loss;
  quoth_metrics_clear(&metrics);
  return status;
}

/* Of the members that `is_in` says. */
static quoth_status find_log_loss(const choosing *job, const bool *is_in, double *log_loss,
                                  quoth_error *err) {
  size_t n_rows = job->out->n_rows, row_size = job->dataset->n_classes * sizeof(double);
  quoth_batch features = {0};
  uint32_t *folds = quoth_new_array(n_rows, sizeof *folds, err);
  double *probabilities = quoth_new_array(n_rows, row_size, err);
  quoth_status status = folds && probabilities ? QUOTH_OK : QUOTH_ERR_NOMEM;
  if (!status) status = join_answers(job, is_in, &features, err);
  if (!status) status = test_folds(job, &features, folds, probabilities, log_loss, err);
  quoth_batch_clear(&features);
  free(folds);
  free(probabilities);
  return status;
}

/* ---- Leaving members out --------------------------------------------------- */

/* A set of members. */
typedef struct selection {
  bool *is_in; /* [n_members] */
  size_t n;
  double seconds, log_loss;
} selection;

/* The one to leave out of a set that takes too long, or NO_MEMBER of one that doesn't and is worse
 * without any. `without` is [n_members]: log losses without each. */
enum { NO_MEMBER = -1 };

static ptrdiff_t find_least(const choosing *job, const selection *set, const double *without,
                            double seconds_left) {
  ptrdiff_t best = NO_MEMBER;
  for (size_t m = 0; m < job->out->n_members; m++) {
    bool fits = set->is_in[m] && set->seconds - job->out->members[m].seconds <= seconds_left;
    if (fits && (best < 0 || without[m] < without[best])) best = (ptrdiff_t)m;
  }
  return best;
}

static ptrdiff_t find_dearest(const choosing *job, const selection *set, const double *without) {
  ptrdiff_t best = NO_MEMBER;
  double least = INFINITY;
  for (size_t m = 0; m < job->out->n_members; m++) {
    if (!set->is_in[m]) continue;
    double price = (without[m] - set->log_loss) / job->out->members[m].seconds;
    if (best < 0 || price < least) best = (ptrdiff_t)m, least = price;
  }
  return best;
}

static ptrdiff_t find_superfluous(const choosing *job, const selection *set, const double *without,
                                  double seconds_left) {
  ptrdiff_t least = find_least(job, set, without, seconds_left);
  if (set->seconds > seconds_left) return least >= 0 ? least : find_dearest(job, set, without);
  bool is_sure = job->out->n_rows == job->split.n_train;
  return is_sure && set->log_loss > (1 - LEAST_GAIN) * without[least] ? least : NO_MEMBER;
}

/* The log loss of the set after a change of member `m`: out of it or into it. */
static quoth_status find_log_loss_with(const choosing *job, const selection *set, size_t m,
                                       double *log_loss, quoth_error *err) {
  set->is_in[m] = !set->is_in[m];
  quoth_status status = find_log_loss(job, set->is_in, log_loss, err);
  set->is_in[m] = !set->is_in[m];
  return status;
}

static void change(const choosing *job, selection *set, size_t m, double log_loss) {
  double seconds = job->out->members[m].seconds;
  set->seconds += set->is_in[m] ? -seconds : seconds;
  set->n += set->is_in[m] ? -1 : 1;
  set->is_in[m] = !set->is_in[m];
  set->log_loss = log_loss;
}

static quoth_status leave_out(const choosing *job, selection *set, double *without, double end,
                              quoth_error *err) {
  while (set->n > 1) {
    for (size_t m = 0; m < job->out->n_members; m++) {
      quoth_status status =
          set->is_in[m] ? find_log_loss_with(job, set, m, &without[m], err) : QUOTH_OK;
      if (status) return status;
    }
    ptrdiff_t m = find_superfluous(job, set, without, end - quoth_seconds());
    if (m == NO_MEMBER) break;
    change(job, set, (size_t)m, without[m]);
  }
  return QUOTH_OK;
}

/* The member that there is time for and that lowers the log loss most; NO_MEMBER if none does. */
static quoth_status find_helpful(const choosing *job, const selection *set, double end,
                                 ptrdiff_t *best, double *log_loss, quoth_error *err) {
  *best = NO_MEMBER;
  *log_loss = (1 - LEAST_GAIN) * set->log_loss;
  for (size_t m = 0; m < job->out->n_members; m++) {
    double with, left = end - quoth_seconds() - set->seconds;
    if (set->is_in[m] || job->out->members[m].seconds > left) continue;
    quoth_status status = find_log_loss_with(job, set, m, &with, err);
    if (status) return status;
    if (with < *log_loss) *best = (ptrdiff_t)m, *log_loss = with;
  }
  return QUOTH_OK;
}

static quoth_status take_back(const choosing *job, selection *set, double end, quoth_error *err) {
  for (;;) {
    ptrdiff_t m;
    double log_loss;
    quoth_status status = find_helpful(job, set, end, &m, &log_loss, err);
    if (status || m == NO_MEMBER) return status;
    change(job, set, (size_t)m, log_loss);
  }
}

/* ---- The whole ------------------------------------------------------------- */

/* How good all members are together, and the seconds that choosing among them may take. */
static quoth_status find_first(const choosing *job, selection *set, double *to_choose,
                               quoth_error *err) {
  double start = quoth_seconds(), n = (double)job->out->n_members;
  set->n = job->out->n_members;
  for (size_t m = 0; m < set->n; m++) set->is_in[m] = true;
  quoth_status status = find_log_loss(job, set->is_in, &set->log_loss, err);
  double once = quoth_seconds() - start;
  *to_choose = once * n * (n + 3) / 2;
  set->seconds = once * times_longer(job); /* of the stage behind */
  for (size_t m = 0; m < set->n; m++) set->seconds += job->out->members[m].seconds;
  return status;
}

/* Tries larger and larger samples. */
static quoth_status try_members(choosing *job, double seconds, selection *set, quoth_error *err) {
  size_t n_train = job->split.n_train, n = n_train < LEAST_ROWS ? n_train : LEAST_ROWS;
  double begin = quoth_seconds();
  for (;;) {
    double start = quoth_seconds(), to_choose = 0;
    draw_sample(job, n);
    quoth_status status = try_sample(job, err);
    if (!status) status = find_first(job, set, &to_choose, err);
    double now = quoth_seconds();
    size_t next = n_train / GROWTH > n ? n * GROWTH : n_train;
    double next_seconds = (now - start + to_choose) * (double)next / (double)n;
    if (status || n == n_train || now - begin + next_seconds > SHARE_FOR_TRYING * seconds)
      return status;
    n = next;
  }
}

static quoth_status find_each_alone(const choosing *job, quoth_error *err) {
  size_t n = job->out->n_members;
  bool *alone = quoth_new_array(n, sizeof *alone, err);
  quoth_status status = alone ? QUOTH_OK : QUOTH_ERR_NOMEM;
  for (size_t m = 0; m < n && !status; m++) {
    alone[m] = true;
    status = find_log_loss(job, alone, &job->out->members[m].log_loss, err);
    alone[m] = false;
  }
  free(alone);
  return status;
}

static quoth_status choose(choosing *job, double start, double seconds, quoth_error *err) {
  quoth_member_choice *out = job->out;
  selection set = {.is_in = quoth_new_array(out->n_members, sizeof *set.is_in, err)};
  double *without = quoth_new_array(out->n_members, sizeof *without, err);
  quoth_status status = set.is_in && without ? QUOTH_OK : QUOTH_ERR_NOMEM;
  if (!status) status = try_members(job, seconds, &set, err);
  if (!status) status = find_each_alone(job, err);
  if (!status) status = leave_out(job, &set, without, start + seconds, err);
  if (!status) status = take_back(job, &set, start + seconds, err);
  for (size_t m = 0; m < out->n_members && set.is_in; m++) out->members[m].is_chosen = set.is_in[m];
  out->log_loss = set.log_loss;
  out->seconds = quoth_seconds() - start + set.seconds;
  free(set.is_in);
  free(without);
  return status;
}

static quoth_status make_spec(const quoth_spec *given, quoth_member_choice *out, quoth_error *err) {
  out->spec.root = json_deep_copy(given->root);
  if (!out->spec.root) return quoth_fail_nomem(err, 1);
  json_t *stack = json_array_get(json_object_get(out->spec.root, "pipeline"), 0);
  json_t *members = json_object_get(stack, "members");
  for (size_t m = out->n_members; m-- > 0;)
    if (!out->members[m].is_chosen) json_array_remove(members, m);
  return QUOTH_OK;
}

static quoth_status prepare(choosing *job, const quoth_spec *spec, quoth_error *err) {
  const quoth_dataset *dataset = job->dataset;
  quoth_member_choice *out = job->out;
  out->n_members = quoth_stage_spec_n_members(&job->stack);
  out->members = quoth_new_array(out->n_members, sizeof *out->members, err);
  job->answers = quoth_new_array(out->n_members, sizeof *job->answers, err);
  if (!out->members || !job->answers) return QUOTH_ERR_NOMEM;
  for (size_t m = 0; m < out->n_members; m++) {
    out->members[m].name = strdup(quoth_stage_spec_member(&job->stack, m).name);
    if (!out->members[m].name) return quoth_fail_nomem(err, 1);
  }
  quoth_status status = quoth_spec_evaluation(spec, &job->evaluation, err);
  if (!status)
    status = quoth_split_rows(&job->evaluation.split, dataset->n_rows, dataset->labels,
                              dataset->n_classes, &job->split, err);
  if (status) return status;
  size_t n = job->split.n_train;
  job->by_class = quoth_new_array(n, sizeof *job->by_class, err);
  job->texts = quoth_new_array(n, sizeof *job->texts, err);
  job->labels = quoth_new_array(n, sizeof *job->labels, err);
  return job->by_class && job->texts && job->labels ? sort_by_class(job, err) : QUOTH_ERR_NOMEM;
}

static void choosing_clear(choosing *job) {
  for (size_t m = 0; job->answers && m < job->out->n_members; m++)
    quoth_batch_clear(&job->answers[m]);
  free(job->answers);
  free(job->by_class);
  free(job->texts);
  free(job->labels);
  quoth_split_clear(&job->split);
}

quoth_status quoth_choose_members(const quoth_spec *spec, const quoth_dataset *dataset,
                                  double seconds, quoth_pool *pool, const quoth_progress *progress,
                                  quoth_member_choice *out, quoth_error *err) {
  double start = quoth_seconds();
  *out = (quoth_member_choice){0};
  choosing job = {.dataset = dataset, .pool = pool, .progress = progress, .out = out};
  if (quoth_spec_n_stages(spec) == 2) {
    job.stack = quoth_spec_stage(spec, 0);
    job.behind = quoth_spec_stage(spec, 1);
  }
  if (job.stack.type != &quoth_stacking_stage)
    return quoth_fail(err, QUOTH_ERR_ARG,
                      "there are no members to choose from in the time: only a stack, such as the "
                      "recipe best, has some");
  quoth_status status = quoth_train_check(dataset, err);
  if (!status) status = prepare(&job, spec, err);
  if (!status) status = choose(&job, start, seconds, err);
  if (!status) status = make_spec(spec, out, err);
  choosing_clear(&job);
  return status;
}

void quoth_member_choice_clear(quoth_member_choice *choice) {
  for (size_t m = 0; choice->members && m < choice->n_members; m++) free(choice->members[m].name);
  free(choice->members);
  quoth_spec_clear(&choice->spec);
  *choice = (quoth_member_choice){0};
}
