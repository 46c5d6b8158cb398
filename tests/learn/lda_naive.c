#include "lda_naive.h"

#include <math.h>
#include <stdlib.h>

#include "base/random.h"

static double *new_doubles(size_t n) {
  double *x = calloc(n ? n : 1, sizeof *x);
  if (!x) abort();
  return x;
}

double lda_naive_psi(double x) {
  if (x <= 1e-6) return -0.57721566490153286 - 1 / x;
  double result = 0;
  while (x < 6) {
    result -= 1 / x;
    x += 1;
  }
  double r = 1 / x;
  result += log(x) - 0.5 * r;
  r = r * r;
  return result - r * ((1. / 12.) - r * ((1. / 120.) - r * (1. / 252.)));
}

/* exp(_dirichlet_expectation_2d(a)) of one row. */
static void exp_expectation(const double *a, double *out, size_t n) {
  double total = 0;
  for (size_t i = 0; i < n; i++) total += a[i];
  double psi_total = lda_naive_psi(total);
  for (size_t i = 0; i < n; i++) out[i] = exp(lda_naive_psi(a[i]) - psi_total);
}

typedef struct document {
  size_t n;
  const uint32_t *ids, *counts;
} document;

static document row_of(const quoth_sparse *counts, size_t d) {
  uint64_t first = counts->row_begin[d];
  return (document){counts->row_begin[d + 1] - first, counts->columns + first,
                    counts->counts + first};
}

/* counts / norm_phi */
static void weigh(const lda_naive *lda, document doc, const double *exp_topics, double *weights) {
  for (size_t j = 0; j < doc.n; j++) {
    double phi = 0;
    for (size_t k = 0; k < lda->n_topics; k++)
      phi += exp_topics[k] * lda->exp_dirichlet[k * lda->n_terms + doc.ids[j]];
    weights[j] = doc.counts[j] / (phi + 0x1p-52);
  }
}

/* _update_doc_distribution of one document. */
static void infer(const lda_naive *lda, document doc, double *topics, double *exp_topics,
                  double *weights) {
  size_t n_topics = lda->n_topics;
  double *last = new_doubles(n_topics);
  exp_expectation(topics, exp_topics, n_topics);
  for (uint32_t round = 0; round < lda->params.max_doc_update_iter; round++) {
    weigh(lda, doc, exp_topics, weights);
    double change = 0;
    for (size_t k = 0; k < n_topics; k++) {
      double shares = 0;
      for (size_t j = 0; j < doc.n; j++)
        shares += weights[j] * lda->exp_dirichlet[k * lda->n_terms + doc.ids[j]];
      last[k] = topics[k];
      topics[k] = exp_topics[k] * shares + lda->params.doc_topic_prior;
      change += fabs(last[k] - topics[k]);
    }
    exp_expectation(topics, exp_topics, n_topics);
    if (change / (double)n_topics < lda->params.mean_change_tol) break;
  }
  weigh(lda, doc, exp_topics, weights);
  free(last);
}

static void expect_topics(lda_naive *lda) {
  for (size_t k = 0; k < lda->n_topics; k++)
    exp_expectation(lda->components + k * lda->n_terms, lda->exp_dirichlet + k * lda->n_terms,
                    lda->n_terms);
}

/* The sufficient statistics [K][V] of documents [begin, end). */
static double *expectation_step(const lda_naive *lda, const quoth_sparse *counts, size_t begin,
                                size_t end, quoth_random *random) {
  size_t n_topics = lda->n_topics, n_terms = lda->n_terms;
  double *topics = new_doubles((end - begin) * n_topics), *exp_topics = new_doubles(n_topics);
  double *weights = new_doubles(n_terms), *statistics = new_doubles(n_topics * n_terms);
  for (size_t i = 0; i < (end - begin) * n_topics; i++)
    topics[i] = quoth_random_gamma(random, 100, 0.01);
  for (size_t d = begin; d < end; d++) {
    document doc = row_of(counts, d);
    infer(lda, doc, topics + (d - begin) * n_topics, exp_topics, weights);
    for (size_t k = 0; k < n_topics; k++)
      for (size_t j = 0; j < doc.n; j++)
        statistics[k * n_terms + doc.ids[j]] += exp_topics[k] * weights[j];
  }
  for (size_t i = 0; i < n_topics * n_terms; i++) statistics[i] *= lda->exp_dirichlet[i];
  free(topics);
  free(exp_topics);
  free(weights);
  return statistics;
}

/* _em_step; t = 1, 2, ... */
static void step(lda_naive *lda, const quoth_sparse *counts, size_t begin, size_t end,
                 quoth_random *random, size_t t) {
  const quoth_lda_params *params = &lda->params;
  double *statistics = expectation_step(lda, counts, begin, end, random);
  double rho = pow(params->learning_offset + (double)t, -params->learning_decay);
  double ratio = (double)counts->n_rows / (double)(end - begin);
  for (size_t i = 0; i < lda->n_topics * lda->n_terms; i++) {
    if (params->learning_method == QUOTH_LDA_BATCH) {
      lda->components[i] = params->topic_word_prior + statistics[i];
    } else {
      lda->components[i] *= 1 - rho;
      lda->components[i] += rho * (params->topic_word_prior + ratio * statistics[i]);
    }
  }
  expect_topics(lda);
  free(statistics);
}

void lda_naive_fit(lda_naive *lda, const quoth_lda_params *params, const quoth_sparse *counts) {
  size_t n_topics = params->n_components, n_terms = counts->n_columns, n_rows = counts->n_rows;
  *lda = (lda_naive){.params = *params, .n_topics = n_topics, .n_terms = n_terms};
  if (isnan(params->doc_topic_prior)) lda->params.doc_topic_prior = 1 / (double)n_topics;
  if (isnan(params->topic_word_prior)) lda->params.topic_word_prior = 1 / (double)n_topics;
  lda->components = new_doubles(n_topics * n_terms);
  lda->exp_dirichlet = new_doubles(n_topics * n_terms);
  quoth_random random;
  quoth_random_seed(&random, params->random_state);
  for (size_t i = 0; i < n_topics * n_terms; i++)
    lda->components[i] = quoth_random_gamma(&random, 100, 0.01);
  expect_topics(lda);
  size_t size = params->learning_method == QUOTH_LDA_BATCH ? n_rows : params->batch_size, t = 1;
  for (uint32_t pass = 0; pass < params->max_iter; pass++)
    for (size_t begin = 0; begin < n_rows; begin += size, t++)
      step(lda, counts, begin, begin + size < n_rows ? begin + size : n_rows, &random, t);
}

void lda_naive_transform(const lda_naive *lda, const quoth_sparse *counts, double *shares) {
  double *exp_topics = new_doubles(lda->n_topics), *weights = new_doubles(lda->n_terms);
  for (size_t d = 0; d < counts->n_rows; d++) {
    double *topics = shares + d * lda->n_topics, total = 0;
    for (size_t k = 0; k < lda->n_topics; k++) topics[k] = 1;
    infer(lda, row_of(counts, d), topics, exp_topics, weights);
    for (size_t k = 0; k < lda->n_topics; k++) total += topics[k];
    for (size_t k = 0; k < lda->n_topics; k++) topics[k] /= total;
  }
  free(exp_topics);
  free(weights);
}

void lda_naive_clear(lda_naive *lda) {
  free(lda->components);
  free(lda->exp_dirichlet);
}
