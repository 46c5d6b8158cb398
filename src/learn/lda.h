/* lda.h - latent Dirichlet allocation by variational Bayes, as scikit-learn's
 * LatentDirichletAllocation: Hoffman, Blei, Bach, "Online Learning for Latent Dirichlet
 * Allocation" (2010).
 *
 * D documents, V terms, K topics. */
#ifndef QUOTH_LEARN_LDA_H
#define QUOTH_LEARN_LDA_H

#include "base/thread_pool.h"
#include "math/sparse.h"

typedef enum quoth_lda_method { QUOTH_LDA_BATCH, QUOTH_LDA_ONLINE } quoth_lda_method;

typedef struct quoth_lda_params {
  uint32_t n_components; /* K >= 1 */
  uint32_t max_iter;     /* passes over the documents, >= 0 */
  quoth_lda_method learning_method;
  double learning_offset;       /* tau, >= 1 */
  double learning_decay;        /* kappa, in [0, 1] */
  uint32_t batch_size;          /* documents a step of the online method, >= 1 */
  double doc_topic_prior;       /* alpha, in [0, 1]; NaN: 1/K */
  double topic_word_prior;      /* eta, in [0, 1]; NaN: 1/K */
  double mean_change_tol;       /* 1e-3 */
  uint32_t max_doc_update_iter; /* 100 */
  uint32_t random_state;
} quoth_lda_params;

/* What prediction needs. Views: the arrays belong to whoever made them. */
typedef struct quoth_lda {
  uint32_t n_topics;            /* K */
  uint32_t n_terms;             /* V */
  const double *exp_beta;       /* [V][K]: exp(E[log beta]), scikit-learn's
                                   exp_dirichlet_component_ transposed */
  const float *exp_beta_single; /* [V][K]: the same, read where exp_beta is NULL */
  const double *components;     /* [V][K]: lambda, components_ transposed; NULL if not kept */
  double doc_topic_prior;       /* alpha */
  double mean_change_tol;
  uint32_t max_doc_update_iter;
} quoth_lda;

/* Learns from `counts` ([D][V]). `pool` shares out work and cannot change a result. On success
 * the two arrays of `out` are the caller's; release them with quoth_lda_clear. Progress is told
 * in documents, as stage "lda". */
quoth_status quoth_lda_fit(const quoth_lda_params *params, const quoth_sparse *counts,
                           quoth_pool *pool, const quoth_progress *progress, quoth_lda *out,
                           quoth_error *err);
void quoth_lda_clear(quoth_lda *lda);

/* Loops for one width of the processor's vectors (lda_kernels.h). */
typedef struct quoth_lda_kernels quoth_lda_kernels;

/* Working memory of one thread. Start from {0}. */
typedef struct quoth_lda_scratch {
  double *memory;
  size_t capacity;                  /* of memory, in doubles */
  const quoth_lda_kernels *kernels; /* NULL: the widest that the processor has, as with any
                                       other the same bits */
} quoth_lda_scratch;

void quoth_lda_scratch_clear(quoth_lda_scratch *scratch);
/* Room for documents of up to `n_entries` distinct terms; transform then allocates nothing. */
quoth_status quoth_lda_scratch_reserve(quoth_lda_scratch *scratch, const quoth_lda *lda,
                                       size_t n_entries, quoth_error *err);

/* The terms of one document. */
typedef struct quoth_lda_terms {
  const uint32_t *columns; /* [n_entries], ascending */
  const uint32_t *counts;  /* [n_entries] */
  size_t n_entries;
} quoth_lda_terms;

/* The topic shares of `n` documents, at most QUOTH_LDA_TOGETHER: transform() of their rows. Each
 * has its scratch, and its shares, [n_topics], which sum to 1. Together takes less time than one
 * after another. Reserves scratch if need be, which is all that can fail. */
enum { QUOTH_LDA_TOGETHER = 8 };
quoth_status quoth_lda_transform(const quoth_lda *lda, size_t n, const quoth_lda_terms *documents,
                                 quoth_lda_scratch *const *scratches, double *const *shares,
                                 quoth_error *err);

#endif
