/* naive_bayes.h - multinomial and complement naive Bayes, as scikit-learn's MultinomialNB and
 * ComplementNB: Rennie et al., "Tackling the poor assumptions of naive Bayes text classifiers"
 * (2003).
 *
 * N(c, t) is the sum of term t over the documents of class c.
 *   multinomial  weight(t, c) = log((N(c, t) + alpha) / sum over terms of the same)
 *   complement   weight(t, c) = -log((N(not c, t) + alpha) / sum over terms of the same),
 *                if normalised divided by the sum of these over terms
 *
 * V terms, C classes. */
#ifndef QUOTH_LEARN_NAIVE_BAYES_H
#define QUOTH_LEARN_NAIVE_BAYES_H

#include "base/thread_pool.h"
#include "math/sparse.h"

typedef struct quoth_naive_bayes_params {
  double alpha;   /* below 1e-10 means 1e-10 */
  bool fit_prior; /* else all classes are as likely */
  bool norm;      /* complement only */
} quoth_naive_bayes_params;

/* `rows` has weights, not negative (QUOTH_ERR_DATA); `labels` is [rows->n_rows], below n_classes.
 * Writes `weights` ([V][C]) and `log_prior` ([C], -inf for a class without rows if the prior is
 * fitted). QUOTH_ERR_ARG if alpha is so large that sums overflow. */
quoth_status quoth_multinomial_nb_fit(const quoth_naive_bayes_params *params,
                                      const quoth_sparse *rows, const uint32_t *labels,
                                      uint32_t n_classes, quoth_pool *pool, double *weights,
                                      double *log_prior, quoth_error *err);
quoth_status quoth_complement_nb_fit(const quoth_naive_bayes_params *params,
                                     const quoth_sparse *rows, const uint32_t *labels,
                                     uint32_t n_classes, quoth_pool *pool, double *weights,
                                     double *log_prior, quoth_error *err);

/* The logarithm of each class's share of the rows. */
quoth_status quoth_log_prior(const uint32_t *labels, size_t n_rows, uint32_t n_classes,
                             double *log_prior, quoth_error *err);

#endif
