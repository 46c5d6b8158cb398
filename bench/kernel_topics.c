/* Topic models beside scikit-learn's loops written down plainly. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "inputs.h"
#include "kernel.h"
#include "learn/lda_kernels.h"
#include "learn/lda_naive.h"

enum { N_DOCUMENTS = 500, N_TOPICS = 50, N_PASSES = 2 };

static const quoth_lda_params PARAMS = {
    .n_components = N_TOPICS,
    .max_iter = N_PASSES,
    .learning_method = QUOTH_LDA_ONLINE,
    .learning_offset = 50,
    .learning_decay = 0.7,
    .batch_size = 128,
    .doc_topic_prior = NAN,
    .topic_word_prior = NAN,
    .mean_change_tol = 1e-3,
    .max_doc_update_iter = 100,
};

typedef struct topics_work {
  kernel_results results;
  input_texts texts;
  quoth_counting counting;
  quoth_pool *pool;
  quoth_lda lda;
  quoth_lda_scratch scratch[QUOTH_LDA_TOGETHER];
  lda_naive twin; /* its exp_dirichlet */
} topics_work;

static void fit(topics_work *work, quoth_width width) {
  quoth_error err;
  quoth_lda_clear(&work->lda);
  kernel_require(quoth_lda_fit_at_width(width, &PARAMS, &work->counting.counts, work->pool, NULL,
                                        &work->lda, &err),
                 &err);
}

static topics_work *prepare(void) {
  topics_work *work = kernel_memory(1, sizeof *work);
  quoth_error err;
  input_texts_init(&work->texts, N_DOCUMENTS);
  input_counting(&work->texts, &work->counting);
  kernel_require(quoth_pool_new(1, &work->pool, &err), &err);
  return work;
}

static void release(void *work_) {
  topics_work *work = work_;
  kernel_results_clear(&work->results);
  quoth_counting_clear(&work->counting);
  input_texts_clear(&work->texts);
  quoth_pool_free(work->pool);
  quoth_lda_clear(&work->lda);
  for (size_t i = 0; i < QUOTH_LDA_TOGETHER; i++) quoth_lda_scratch_clear(&work->scratch[i]);
  lda_naive_clear(&work->twin);
  free(work);
}

/* ---- Inference ------------------------------------------------------------------------- */

/* The same topics for both. */
static void *prepare_transform(void) {
  topics_work *work = prepare();
  kernel_results_init(&work->results, (size_t)N_DOCUMENTS * N_TOPICS);
  fit(work, QUOTH_WIDTH_BASELINE);
  size_t n_terms = work->lda.n_terms;
  work->twin = (lda_naive){.params = PARAMS, .n_topics = N_TOPICS, .n_terms = n_terms};
  work->twin.params.doc_topic_prior = 1.0 / N_TOPICS;
  work->twin.exp_dirichlet = kernel_memory(n_terms * N_TOPICS, sizeof(double));
  for (size_t v = 0; v < n_terms; v++)
    for (size_t k = 0; k < N_TOPICS; k++)
      work->twin.exp_dirichlet[k * n_terms + v] = work->lda.exp_beta[v * N_TOPICS + k];
  return work;
}

static void fast_lda_transform(void *work_, quoth_width width) {
  topics_work *work = work_;
  const quoth_sparse *counts = &work->counting.counts;
  quoth_error err;
  for (size_t first = 0, n; first < N_DOCUMENTS; first += n) {
    quoth_lda_terms terms[QUOTH_LDA_TOGETHER];
    quoth_lda_scratch *scratches[QUOTH_LDA_TOGETHER];
    double *shares[QUOTH_LDA_TOGETHER];
    for (n = 0; n < QUOTH_LDA_TOGETHER && first + n < N_DOCUMENTS; n++) {
      uint64_t begin = counts->row_begin[first + n];
      terms[n] = (quoth_lda_terms){counts->columns + begin, counts->counts + begin,
                                   counts->row_begin[first + n + 1] - begin};
      scratches[n] = &work->scratch[n];
      scratches[n]->kernels = quoth_lda_kernels_for(width);
      shares[n] = work->results.fast + (first + n) * N_TOPICS;
    }
    kernel_require(quoth_lda_transform(&work->lda, n, terms, scratches, shares, &err), &err);
  }
}

static void naive_lda_transform(void *work_) {
  topics_work *work = work_;
  lda_naive_transform(&work->twin, &work->counting.counts, work->results.naive);
}

const kernel lda_transform_kernel = {
    "lda_transform", N_DOCUMENTS,        "document",          true, 1e-9, prepare_transform,
    release,         fast_lda_transform, naive_lda_transform,
};

/* ---- Learning --------------------------------------------------------------------------- */

static void *prepare_fit(void) {
  topics_work *work = prepare();
  kernel_results_init(&work->results, (size_t)N_TOPICS * work->counting.counts.n_columns);
  return work;
}

static void fast_lda_fit(void *work_, quoth_width width) {
  topics_work *work = work_;
  fit(work, width);
  memcpy(work->results.fast, work->lda.components, work->results.n * sizeof(double));
}

static void naive_lda_fit(void *work_) {
  topics_work *work = work_;
  size_t n_terms = work->counting.counts.n_columns;
  lda_naive_clear(&work->twin);
  lda_naive_fit(&work->twin, &PARAMS, &work->counting.counts);
  for (size_t v = 0; v < n_terms; v++)
    for (size_t k = 0; k < N_TOPICS; k++)
      work->results.naive[v * N_TOPICS + k] = work->twin.components[k * n_terms + v];
}

const kernel lda_fit_kernel = {
    "lda_fit", N_DOCUMENTS *N_PASSES, "document",    true, 1e-9, prepare_fit,
    release,   fast_lda_fit,          naive_lda_fit,
};
