/* tfidf.h - counts to weights, as scikit-learn's TfidfTransformer:
 *
 *   weight(t, d) = tf(t, d) * idf(t),  then each document divided by its norm
 *   tf           = the count, or 1 + log(count)
 *   idf          = 1 + log((n + s) / (df + s)), s = 1 if smoothed else 0; or 1
 *
 * n documents, of which df hold the term. V terms. */
#ifndef QUOTH_LEARN_TFIDF_H
#define QUOTH_LEARN_TFIDF_H

#include "math/sparse.h"

typedef enum quoth_norm { QUOTH_NORM_NONE, QUOTH_NORM_L1, QUOTH_NORM_L2 } quoth_norm;

typedef struct quoth_tfidf_params {
  quoth_norm norm;
  bool use_idf, smooth_idf, sublinear_tf;
} quoth_tfidf_params;

/* Divides `weights` ([n]) by their norm, unless it is 0. */
void quoth_normalise(quoth_norm norm, double *weights, size_t n);

/* Writes the idf of each column of `counts`, [V]. */
quoth_status quoth_tfidf_fit(const quoth_tfidf_params *params, const quoth_sparse *counts,
                             double *idf, quoth_error *err);

/* The weights of a document's `n` entries, into [n], which holds the idf of each. */
void quoth_tfidf_weigh(const quoth_tfidf_params *params, const uint32_t *counts, size_t n,
                       double *weights);
/* The same, of the idf of all columns. */
void quoth_tfidf_transform(const quoth_tfidf_params *params, const double *idf,
                           const uint32_t *columns, const uint32_t *counts, size_t n,
                           double *weights);

#endif
