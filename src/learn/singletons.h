/* singletons.h - features that only one row has, made one feature of that row.
 *
 * Half and more of the n-grams of a corpus are of this kind. The penalty |w|^2 and the margins stay
 * the same when the singletons x_1, x_2, ... of a row give way to one feature sqrt(x_1^2 + x_2^2 +
 * ...) with weight u, where w_j = u x_j / sqrt(...): the optimum lies there, since other weights of
 * the same margin have a larger |w|. So the smaller problem has the same minimum. */
#ifndef QUOTH_LEARN_SINGLETONS_H
#define QUOTH_LEARN_SINGLETONS_H

#include "math/sparse.h"

typedef struct quoth_singletons {
  quoth_sparse merged; /* [n_rows][at most n_columns]; within a row in no order */
  uint32_t *column;    /* [n_columns]: each feature's in `merged` */
  double *share;       /* [n_columns]: what its weight is of that one's */
} quoth_singletons;    /* start from {0} */

quoth_status quoth_singletons_merge(const quoth_sparse *rows, quoth_singletons *out,
                                    quoth_error *err);
/* Weights of all features, [n_columns][n_outputs], from those of the merged ones. */
void quoth_singletons_spread(const quoth_singletons *singletons, uint32_t n_columns,
                             const double *merged_weights, size_t n_outputs, double *weights);
void quoth_singletons_clear(quoth_singletons *singletons);

#endif
