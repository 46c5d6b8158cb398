/* Variational Bayes for latent Dirichlet allocation: Hoffman, Blei, Bach (2010), algorithms 1
 * and 2, with the choices of scikit-learn's _lda.py.
 *
 * lambda [V][K] are the Dirichlet parameters of the topics' words, eta their prior. A step takes
 * a run of documents (all of them in the batch method), finds each one's topics given
 *   exp_beta = exp(E[log beta]) = exp(psi(lambda_vk) - psi(sum over v of lambda_vk)),
 * and with the statistics S [V][K] of that and the weight rho of the step sets
 *   lambda = (1 - rho) lambda + rho (eta + D / (documents in the step) S).
 *
 * lambda is kept as eta + scale * mass: a step multiplies `scale` by 1 - rho and adds to the mass
 * of the terms that occur in it. Other terms need not be touched, nor their exp_beta computed; the
 * sums over all terms follow the same map.
 *
 * A step goes through its documents in chunks. All orders of addition depend on documents and
 * terms only, so the number of threads changes nothing. */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/logarithm.h"
#include "base/random.h"
#include "learn/lda.h"
#include "learn/lda_check.h"
#include "learn/lda_kernels.h"
#include "learn/lda_occurrences.h"
#include "math/functions.h"
#include "math/gamma.h"

enum {
  CHUNK_DOCUMENTS = 1024,
  DOCUMENTS_PER_ITEM = 8, /* work handed to a thread at a time */
  TERMS_PER_ITEM = 32,
  TOPICS_PER_ITEM = 32,
  SUM_AGAIN_SHARE = 4, /* steps with a fourth of all terms sum lambda anew */
  PROGRESS_UPDATES = 200
};

#define SMALLEST_SCALE 0x1p-100

typedef struct fitting {
  const quoth_sparse *counts; /* [D][V] */
  quoth_pool *pool;
  quoth_width width;
  const quoth_lda_kernels *kernels;
  size_t step_size, chunk_size; /* documents */
  quoth_random random;
  quoth_lda_problem problem;
  quoth_lda_occurrences occurrences;      /* of the chunk */
  quoth_lda_occurrences next_occurrences; /* of the next, found meanwhile */

  const uint32_t *terms; /* [n_terms]: those of the step */
  size_t n_terms;

  double doc_topic_prior, topic_word_prior; /* alpha, eta */
  double scale;
  double *mass;       /* [V][stride] */
  double *total;      /* [stride]: sums of lambda over the terms */
  double *exp_beta;   /* [V][stride]: up to date for the terms of the step */
  double *word_prior; /* [stride]: eta, then zeros */
  double *doc_prior;  /* [stride]: alpha, then zeros */
  double *psi_total;  /* [stride] */
  double *at_prior;   /* [stride]: exp_beta where lambda is eta */
  quoth_lda_near_prior near_prior;

  size_t chunk_begin, n_chunk; /* documents */
  size_t next_begin, n_next;   /* those of the next chunk */
  double factor;               /* from statistics to mass */
  double *gamma;               /* [chunk_size][stride] */
  double *next_gamma;          /* the same: drawn for the next chunk meanwhile */
  double *exp_theta;           /* [chunk_size][stride] */
  double *weights;             /* [entries of the chunk]: count / phi */
  double *slot_weights;        /* the same, by slot */
  double *item_totals;         /* [items of TERMS_PER_ITEM terms][stride] */
} fitting;

/* ---- Set-up ---------------------------------------------------------------------- */

static double prior_or_default(double prior, size_t n_topics) {
  return isnan(prior) ? 1 / (double)n_topics : prior;
}

static size_t items_of(size_t n, size_t per_item) { return (n + per_item - 1) / per_item; }

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

/* Where the chunk that starts with document `begin` ends. */
static size_t chunk_end(const fitting *fit, size_t begin) {
  assert(fit->step_size > 0);
  size_t step_end = (begin / fit->step_size + 1) * fit->step_size;
  return smaller(smaller(begin + fit->chunk_size, step_end), fit->counts->n_rows);
}

static size_t most_entries_of_a_chunk(const fitting *fit) {
  size_t most = 0, end;
  for (size_t begin = 0; begin < fit->counts->n_rows; begin = end) {
    end = chunk_end(fit, begin);
    size_t n = fit->counts->row_begin[end] - fit->counts->row_begin[begin];
    if (n > most) most = n;
  }
  return most;
}

static size_t row_size(const fitting *fit) { return fit->problem.stride * sizeof(double); }

/* [n][stride] zeros. */
static double *new_rows(const fitting *fit, size_t n, quoth_error *err) {
  return quoth_new_aligned(n, row_size(fit), err);
}

static quoth_status fitting_init(fitting *fit, quoth_error *err) {
  uint32_t n_terms = fit->counts->n_columns;
  size_t n_entries = most_entries_of_a_chunk(fit);
  if (!(fit->mass = quoth_new_unset(n_terms, row_size(fit), err)) ||
      !(fit->exp_beta = quoth_new_unset(n_terms, row_size(fit), err)) ||
      !(fit->total = new_rows(fit, 1, err)) || !(fit->word_prior = new_rows(fit, 1, err)) ||
      !(fit->doc_prior = new_rows(fit, 1, err)) || !(fit->psi_total = new_rows(fit, 1, err)) ||
      !(fit->at_prior = new_rows(fit, 1, err)) ||
      !(fit->gamma = new_rows(fit, fit->chunk_size, err)) ||
      !(fit->next_gamma = new_rows(fit, fit->chunk_size, err)) ||
      !(fit->exp_theta = new_rows(fit, fit->chunk_size, err)) ||
      !(fit->slot_weights = quoth_new_array(n_entries, sizeof(double), err)) ||
      !(fit->weights = quoth_new_array(n_entries, sizeof(double), err)) ||
      !(fit->item_totals = new_rows(fit, items_of(n_terms, TERMS_PER_ITEM), err)))
    return QUOTH_ERR_NOMEM;
  quoth_status status = quoth_lda_occurrences_init(&fit->occurrences, n_entries, n_terms, err);
  return status ? status
                : quoth_lda_occurrences_init(&fit->next_occurrences, n_entries, n_terms, err);
}

static void fitting_clear(fitting *fit) {
  free(fit->mass);
  free(fit->exp_beta);
  free(fit->total);
  free(fit->word_prior);
  free(fit->doc_prior);
  free(fit->psi_total);
  free(fit->at_prior);
  free(fit->gamma);
  free(fit->next_gamma);
  free(fit->exp_theta);
  free(fit->slot_weights);
  free(fit->weights);
  free(fit->item_totals);
  quoth_lda_occurrences_clear(&fit->occurrences);
  quoth_lda_occurrences_clear(&fit->next_occurrences);
}

static void draw(fitting *fit, double *out, size_t n) {
  quoth_gamma_array(fit->width, &fit->random, 100, 0.01, out, n);
}

/* Terms [begin, end) of what was drawn, [K][V], as rows of mass; behind the topics are zeros. */
static void place_drawn(void *context, size_t begin, size_t end, size_t worker) {
  (void)worker;
  fitting *fit = context;
  size_t n_terms = fit->counts->n_columns, stride = fit->problem.stride;
  memset(fit->mass + begin * stride, 0, (end - begin) * row_size(fit));
  for (size_t k = 0; k < fit->problem.n_topics; k++) {
    const double *drawn = fit->exp_beta + k * n_terms;
    for (size_t v = begin; v < end; v++)
      fit->mass[v * stride + k] = drawn[v] - fit->topic_word_prior;
  }
}

/* The start of lambda, drawn topic by topic into memory that is not needed yet: to go through all
 * terms for each topic would fetch every row as often. */
static void draw_lambda(fitting *fit) {
  size_t n_terms = fit->counts->n_columns;
  for (size_t k = 0; k < fit->problem.n_topics; k++)
    draw(fit, fit->exp_beta + k * n_terms, n_terms);
  quoth_pool_run(fit->pool, n_terms, TERMS_PER_ITEM, place_drawn, fit);
  fit->scale = 1;
}

/* The start of gamma for the next chunk: drawn in one run, then moved into padded rows. */
static void draw_gamma(fitting *fit) {
  size_t n_topics = fit->problem.n_topics, stride = fit->problem.stride;
  draw(fit, fit->next_gamma, fit->n_next * n_topics);
  for (size_t d = fit->n_next; d-- > 0;) {
    double *row = fit->next_gamma + d * stride;
    memmove(row, fit->next_gamma + d * n_topics, n_topics * sizeof *row);
    for (size_t k = n_topics; k < stride; k++) row[k] = 0;
  }
}

/* ---- Steps ------------------------------------------------------------------------- */

static void sum_topics(void *context, size_t begin, size_t end, size_t worker) {
  (void)worker;
  fitting *fit = context;
  size_t stride = fit->problem.stride, first = begin * TOPICS_PER_ITEM;
  size_t last = smaller(end * TOPICS_PER_ITEM, stride);
  memset(fit->total + first, 0, (last - first) * sizeof *fit->total);
  for (size_t v = 0; v < fit->counts->n_columns; v++)
    for (size_t k = first; k < last; k++)
      fit->total[k] += fit->word_prior[k] + fit->scale * fit->mass[v * stride + k];
}

/* From the first term to the last, as scikit-learn does: over thousands of terms the rounding
 * errors of this sum are the largest there are, and have to be the same. */
static void sum_lambda(fitting *fit) {
  size_t n_items = items_of(fit->problem.stride, TOPICS_PER_ITEM);
  quoth_pool_run(fit->pool, n_items, 1, sum_topics, fit);
}

static quoth_status compute_psi_total(fitting *fit, quoth_error *err) {
  for (size_t k = 0; k < fit->problem.n_topics; k++)
    if (!(fit->total[k] > 0))
      return quoth_fail(err, QUOTH_ERR_DATA,
                        "topic %zu has lost all its words; use fewer topics, or doc_topic_prior "
                        "and topic_word_prior above 0",
                        k);
  quoth_digamma_array(fit->total, fit->psi_total, fit->problem.n_topics);
  quoth_lda_expect_prior(fit->topic_word_prior, fit->psi_total, fit->at_prior,
                         fit->problem.n_topics);
  return QUOTH_OK;
}

static void prefetch_row(const double *row, size_t n) {
  for (size_t i = 0; i < n; i += 8) __builtin_prefetch(row + i);
}

static void expect_terms(void *context, size_t begin, size_t end, size_t worker) {
  (void)worker;
  fitting *fit = context;
  quoth_lda_expectation e = {
      .stride = fit->problem.stride,
      .mass = fit->mass,
      .scale = fit->scale,
      .prior = fit->word_prior,
      .psi_total = fit->psi_total,
      .near_prior = &fit->near_prior,
      .at_prior = fit->at_prior,
      .exp_beta = fit->exp_beta,
  };
  fit->kernels->expect_terms(&e, fit->terms + begin, end - begin);
}

static void expect(fitting *fit) {
  quoth_pool_run(fit->pool, fit->n_terms, TERMS_PER_ITEM, expect_terms, fit);
}

/* lambda = (1 - rho) lambda + rho eta; `factor` will bring the statistics in. */
static void decay(fitting *fit, double rho, double statistics_weight) {
  size_t n = fit->counts->n_columns * fit->problem.stride;
  fit->scale *= 1 - rho;
  for (size_t k = 0; k < fit->problem.stride; k++)
    fit->total[k] = (1 - rho) * fit->total[k] + rho * fit->word_prior[k] * fit->counts->n_columns;
  if (fit->scale < SMALLEST_SCALE) {
    for (size_t i = 0; i < n; i++) fit->mass[i] *= fit->scale;
    fit->scale = 1;
  }
  fit->factor = rho * statistics_weight / fit->scale;
}

static quoth_lda_document document_of_chunk(const fitting *fit, size_t d) {
  const quoth_sparse *counts = fit->counts;
  size_t row = fit->chunk_begin + d, stride = fit->problem.stride;
  uint64_t first = counts->row_begin[row];
  return (quoth_lda_document){
      .n_entries = counts->row_begin[row + 1] - first,
      .exp_beta = fit->exp_beta,
      .rows = counts->columns + first,
      .counts = counts->counts + first,
      .gamma = fit->gamma + d * stride,
      .exp_theta = fit->exp_theta + d * stride,
      .weights = fit->weights + (first - counts->row_begin[fit->chunk_begin]),
  };
}

static void infer_run(fitting *fit, size_t begin, size_t end) {
  quoth_lda_document documents[DOCUMENTS_PER_ITEM];
  size_t n = 0;
  for (size_t d = begin; d < end; d++) {
    documents[n] = document_of_chunk(fit, d);
    n += documents[n].n_entries > 0;
  }
  fit->kernels->infer_documents(&fit->problem, documents, n);
  const uint64_t *row_begin = fit->counts->row_begin + fit->chunk_begin;
  const uint32_t *slots = fit->occurrences.slots;
  for (size_t i = row_begin[begin] - row_begin[0]; i < row_begin[end] - row_begin[0]; i++)
    fit->slot_weights[slots[i]] = fit->weights[i];
}

static void find_occurrences(fitting *fit) {
  quoth_lda_collect_occurrences(&fit->next_occurrences, fit->counts, fit->next_begin,
                                fit->next_begin + fit->n_next);
}

/* The first two items are for the next chunk: each is what only one thread can do. The others are
 * documents. */
enum { ITEMS_AHEAD = 2 };
static void infer_items(void *context, size_t begin, size_t end, size_t worker) {
  (void)worker;
  fitting *fit = context;
  for (size_t i = begin; i < end; i++) {
    if (i == 0) {
      draw_gamma(fit);
    } else if (i == 1) {
      find_occurrences(fit);
    } else {
      size_t first = (i - ITEMS_AHEAD) * DOCUMENTS_PER_ITEM;
      infer_run(fit, first, smaller(first + DOCUMENTS_PER_ITEM, fit->n_chunk));
    }
  }
}

static void add_statistics(void *context, size_t begin, size_t end, size_t worker) {
  (void)worker;
  fitting *fit = context;
  const quoth_lda_occurrences *occurrences = &fit->occurrences;
  size_t stride = fit->problem.stride;
  for (size_t i = begin; i < end; i++) {
    double *total = fit->item_totals + i * stride;
    memset(total, 0, stride * sizeof *total);
    size_t last = smaller((i + 1) * TERMS_PER_ITEM, occurrences->n_terms);
    for (size_t t = i * TERMS_PER_ITEM; t < last; t++) {
      size_t v = occurrences->terms[t], slot = occurrences->begin[t];
      if (t + 2 < last) {
        prefetch_row(fit->mass + occurrences->terms[t + 2] * stride, stride);
        prefetch_row(fit->exp_beta + occurrences->terms[t + 2] * stride, stride);
      }
      quoth_lda_term term = {
          .n_documents = occurrences->begin[t + 1] - slot,
          .documents = occurrences->documents + slot,
          .weights = fit->slot_weights + slot,
          .exp_beta = fit->exp_beta + v * stride,
      };
      fit->kernels->add_statistics(&term, fit->exp_theta, fit->factor, fit->mass + v * stride,
                                   total, stride);
    }
  }
}

static void add_item_totals(fitting *fit, size_t n_items) {
  size_t stride = fit->problem.stride;
  for (size_t i = 0; i < n_items; i++)
    for (size_t k = 0; k < stride; k++)
      fit->total[k] += fit->scale * fit->item_totals[i * stride + k];
}

/* The next chunk becomes this one, and that from `begin` to `end` the next. */
static void advance(fitting *fit, size_t begin, size_t end) {
  double *gamma = fit->gamma;
  fit->gamma = fit->next_gamma;
  fit->next_gamma = gamma;
  quoth_lda_occurrences occurrences = fit->occurrences;
  fit->occurrences = fit->next_occurrences;
  fit->next_occurrences = occurrences;
  fit->chunk_begin = fit->next_begin;
  fit->n_chunk = fit->n_next;
  fit->next_begin = begin;
  fit->n_next = end - begin;
}

static void learn_chunk(fitting *fit) {
  size_t n_document_items = items_of(fit->n_chunk, DOCUMENTS_PER_ITEM);
  quoth_pool_run(fit->pool, ITEMS_AHEAD + n_document_items, 1, infer_items, fit);
  size_t n_items = items_of(fit->occurrences.n_terms, TERMS_PER_ITEM);
  quoth_pool_run(fit->pool, n_items, 1, add_statistics, fit);
  add_item_totals(fit, n_items);
}

/* rho = (tau + t)^-kappa in step t = 1, 2, ...; the batch method forgets all it had. */
static double step_weight(const quoth_lda_params *params, uint64_t t) {
  if (params->learning_method == QUOTH_LDA_BATCH) return 1;
  return quoth_exp(-params->learning_decay * quoth_log(params->learning_offset + (double)t));
}

/* A step of one chunk has its terms already. */
static void find_terms(fitting *fit, size_t begin, size_t end) {
  const quoth_lda_occurrences *found = &fit->next_occurrences;
  if (chunk_end(fit, begin) < end) {
    quoth_lda_collect_terms(&fit->occurrences, fit->counts, begin, end);
    found = &fit->occurrences;
  }
  fit->terms = found->terms;
  fit->n_terms = found->n_terms;
}

/* Before its first chunk, which is still the next one. */
static quoth_status begin_step(fitting *fit, const quoth_lda_params *params, uint64_t t,
                               quoth_error *err) {
  size_t n_rows = fit->counts->n_rows, begin = fit->next_begin;
  size_t end = smaller(begin + fit->step_size, n_rows);
  find_terms(fit, begin, end);
  if (begin == 0 || fit->n_terms >= fit->counts->n_columns / SUM_AGAIN_SHARE) sum_lambda(fit);
  quoth_status status = compute_psi_total(fit, err);
  if (status) return status;
  expect(fit);
  decay(fit, step_weight(params, t), (double)n_rows / (double)(end - begin));
  return QUOTH_OK;
}

static bool report(const quoth_progress *progress, uint64_t before, uint64_t done, uint64_t total) {
  uint64_t interval = total / PROGRESS_UPDATES + 1;
  if (!progress || !progress->update) return true;
  if (before / interval == done / interval && done < total) return true;
  return progress->update(progress->context, "lda", done, total);
}

static quoth_status learn(fitting *fit, const quoth_lda_params *params,
                          const quoth_progress *progress, quoth_error *err) {
  size_t n_rows = fit->counts->n_rows;
  uint64_t n_steps = 0, total = params->max_iter * (uint64_t)n_rows;
  fit->n_next = total ? chunk_end(fit, 0) : 0;
  draw_gamma(fit);
  find_occurrences(fit);
  for (uint64_t done = 0; done < total;) {
    if (fit->next_begin % fit->step_size == 0) {
      quoth_status status = begin_step(fit, params, ++n_steps, err);
      if (status) return status;
    }
    uint64_t before = done;
    done += fit->n_next;
    size_t next = done % n_rows;
    advance(fit, next, done < total ? chunk_end(fit, next) : next);
    learn_chunk(fit);
    if (!report(progress, before, done, total))
      return quoth_fail(err, QUOTH_ERR_STOPPED, "stopped while learning topics");
  }
  return QUOTH_OK;
}

/* ---- Result ------------------------------------------------------------------------ */

/* [V][stride] to [V][K] in the same memory. */
static double *drop_padding(double *rows, size_t n_rows, size_t stride, size_t n_columns) {
  for (size_t v = 0; v < n_rows; v++)
    memmove(rows + v * n_columns, rows + v * stride, n_columns * sizeof *rows);
  return rows;
}

/* mass becomes lambda, without the padding. */
static double *make_components(fitting *fit) {
  size_t stride = fit->problem.stride, n_topics = fit->problem.n_topics;
  double *components = fit->mass;
  for (size_t v = 0; v < fit->counts->n_columns; v++)
    for (size_t k = 0; k < n_topics; k++)
      components[v * n_topics + k] = fit->topic_word_prior + fit->scale * fit->mass[v * stride + k];
  return components;
}

static quoth_status finish(fitting *fit, quoth_lda *out, quoth_error *err) {
  size_t n_terms = fit->n_terms = fit->counts->n_columns, stride = fit->problem.stride;
  sum_lambda(fit);
  quoth_status status = compute_psi_total(fit, err);
  if (status) return status;
  for (size_t v = 0; v < n_terms; v++) fit->occurrences.terms[v] = (uint32_t)v;
  fit->terms = fit->occurrences.terms;
  expect(fit);
  size_t n_topics = fit->problem.n_topics;
  out->exp_beta = drop_padding(fit->exp_beta, n_terms, stride, n_topics);
  out->components = make_components(fit);
  out->n_topics = (uint32_t)n_topics;
  out->n_terms = (uint32_t)n_terms;
  out->doc_topic_prior = fit->doc_topic_prior;
  out->mean_change_tol = fit->problem.mean_change_tol;
  out->max_doc_update_iter = fit->problem.max_rounds;
  fit->exp_beta = fit->mass = NULL;
  return QUOTH_OK;
}

static void apply_params(fitting *fit, const quoth_lda_params *params) {
  size_t n_topics = params->n_components, n_rows = fit->counts->n_rows;
  bool is_online = params->learning_method == QUOTH_LDA_ONLINE;
  fit->step_size = is_online ? smaller(params->batch_size, n_rows) : n_rows;
  fit->chunk_size = smaller(fit->step_size, CHUNK_DOCUMENTS);
  fit->problem = (quoth_lda_problem){
      .n_topics = n_topics,
      .stride = quoth_lda_stride(n_topics),
      .mean_change_tol = params->mean_change_tol,
      .max_rounds = params->max_doc_update_iter,
  };
  fit->doc_topic_prior = prior_or_default(params->doc_topic_prior, n_topics);
  fit->topic_word_prior = prior_or_default(params->topic_word_prior, n_topics);
}

static void draw_start(fitting *fit, uint32_t seed) {
  for (size_t k = 0; k < fit->problem.n_topics; k++) {
    fit->doc_prior[k] = fit->doc_topic_prior;
    fit->word_prior[k] = fit->topic_word_prior;
  }
  fit->near_prior = quoth_lda_near_prior_of(fit->topic_word_prior);
  fit->problem.doc_prior = fit->doc_prior;
  fit->problem.psi_doc_prior = quoth_digamma(fit->doc_topic_prior);
  quoth_random_seed(&fit->random, seed);
  draw_lambda(fit);
}

quoth_status quoth_lda_fit_at_width(quoth_width width, const quoth_lda_params *params,
                                    const quoth_sparse *counts, quoth_pool *pool,
                                    const quoth_progress *progress, quoth_lda *out,
                                    quoth_error *err) {
  *out = (quoth_lda){0};
  quoth_status status = quoth_lda_check(params, counts, err);
  if (status) return status;
  fitting fit = {
      .counts = counts, .pool = pool, .width = width, .kernels = quoth_lda_kernels_for(width)};
  apply_params(&fit, params);
  status = fitting_init(&fit, err);
  if (!status) {
    draw_start(&fit, params->random_state);
    status = learn(&fit, params, progress, err);
  }
  if (!status) status = finish(&fit, out, err);
  fitting_clear(&fit);
  return status;
}

quoth_status quoth_lda_fit(const quoth_lda_params *params, const quoth_sparse *counts,
                           quoth_pool *pool, const quoth_progress *progress, quoth_lda *out,
                           quoth_error *err) {
  return quoth_lda_fit_at_width(quoth_width_widest(), params, counts, pool, progress, out, err);
}
