/* linear.h - what naive Bayes and logistic regression predict with: scores that are sums over a
 * document's entries, and from scores to probabilities.
 *
 * V features, C classes, K columns of weights: C, or 1 if there are two classes, whose first then
 * has the score 0. */
#ifndef QUOTH_LEARN_LINEAR_H
#define QUOTH_LEARN_LINEAR_H

#include "base/memory.h"

typedef struct quoth_linear {
  uint32_t n_features, n_classes, n_columns; /* V, C, K */
  const double *weights;                     /* [V][K], or NULL */
  const float *weights_single;               /* [V][K], in place of weights */
  const double *bias;                        /* [K], or NULL for zeros */
  const double *log_prior; /* [C]: of the classes, for documents without entries; may be -inf */
} quoth_linear;

/* The scores of a document of `n` entries, into [C]. `columns` NULL: all features, in turn. */
void quoth_linear_scores(const quoth_linear *model, const uint32_t *columns, const double *values,
                         size_t n, double *scores);

/* In place: exp of each score over their sum. A score may be -inf, not all. */
void quoth_softmax(double *scores, uint32_t n);

#endif
