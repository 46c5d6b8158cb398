/* lda_kernels.h - the inner loops of latent Dirichlet allocation; private to lda_*.c.
 *
 * K topics. Rows over topics are padded to `stride`, a multiple of eight: with zeros, but for
 * exp_theta, whose padding counts for nothing, being multiplied with zeros. */
#ifndef QUOTH_LEARN_LDA_KERNELS_H
#define QUOTH_LEARN_LDA_KERNELS_H

#include "learn/lda.h"
#include "learn/lda_near_prior.h"
#include "math/width.h"

static inline size_t quoth_lda_stride(size_t n_topics) { return (n_topics + 7) / 8 * 8; }

/* What the documents of a model have in common. */
typedef struct quoth_lda_problem {
  size_t n_topics, stride;
  const double *doc_prior; /* [stride]: alpha */
  double psi_doc_prior;    /* quoth_digamma(alpha) */
  double mean_change_tol;
  uint32_t max_rounds;
} quoth_lda_problem;

/* One document of m distinct terms. */
typedef struct quoth_lda_document {
  size_t n_entries;       /* m */
  const double *exp_beta; /* [n rows][stride] */
  const uint32_t *rows;   /* [m]: each term's row of it */
  const uint32_t *counts; /* [m] */
  double *gamma;          /* [stride]: its start; becomes the posterior of the topics */
  double *exp_theta;      /* [stride]: becomes exp(E[log theta]) */
  double *weights;        /* [m]: becomes count / phi, with the last exp_theta */
} quoth_lda_document;

/* What exp_beta is computed from. */
typedef struct quoth_lda_expectation {
  size_t stride;
  const double *mass; /* [V][stride] */
  double scale;
  const double *prior, *psi_total; /* [stride] */
  const quoth_lda_near_prior *near_prior;
  const double *at_prior; /* [stride]: exp(psi(prior) - psi_total) */
  double *exp_beta;       /* [V][stride] */
} quoth_lda_expectation;

/* The occurrences of one term in a chunk of documents. */
typedef struct quoth_lda_term {
  size_t n_documents;
  const uint32_t *documents; /* [n_documents]: rows of exp_theta, ascending */
  const double *weights;     /* [n_documents] */
  const double *exp_beta;    /* [stride] */
} quoth_lda_term;

struct quoth_lda_kernels {
  /* Rounds of the fixed-point equations of each document's posterior until it stands still. */
  void (*infer_documents)(const quoth_lda_problem *problem, const quoth_lda_document *documents,
                          size_t n);

  /* Rows `terms` of exp_beta = exp(psi(prior + scale * mass) - psi_total). */
  void (*expect_terms)(const quoth_lda_expectation *e, const uint32_t *terms, size_t n);

  /* gain = factor * exp_beta * sum over documents of weight * exp_theta; added to the term's
   * `mass` and to `total`, each [stride]. `exp_theta` is [n documents][stride]. */
  void (*add_statistics)(const quoth_lda_term *term, const double *exp_theta, double factor,
                         double *mass, double *total, size_t stride);
}; /* quoth_lda_kernels */

const quoth_lda_kernels *quoth_lda_kernels_for(quoth_width width);

/* quoth_lda_fit at a given width, for tests: the result is the same at any. */
quoth_status quoth_lda_fit_at_width(quoth_width width, const quoth_lda_params *params,
                                    const quoth_sparse *counts, quoth_pool *pool,
                                    const quoth_progress *progress, quoth_lda *out,
                                    quoth_error *err);

#endif
