/* linear.h - what linear classifiers predict with: scores that are sums over a document's entries,
 * and from scores to probabilities.
 *
 * Without sigmoids, these are the scores' softmax. With sigmoids each class stands against the
 * rest: its score f has the probability 1 / (1 + exp(slope f + offset)), over the sum of those of
 * all classes; where all are 0, classes are alike. There may be several such models, whose
 * probabilities are averaged: so scikit-learn's CalibratedClassifierCV has it.
 *
 * V features, C classes, K columns of weights: C, or 1 if there are two classes, whose first then
 * has the score 0, or 1 - the probability of the second. With sigmoids, as many times that as there
 * are models, one behind another. */
#ifndef QUOTH_LEARN_LINEAR_H
#define QUOTH_LEARN_LINEAR_H

#include "base/memory.h"

typedef struct quoth_linear {
  uint32_t n_features, n_classes, n_columns; /* V, C, K */
  const double *weights;                     /* [V][K], or NULL */
  const float *weights_single;               /* [V][K], in place of weights */
  const uint8_t *weight_codes;               /* [V][K], in place of weights: numbers of levels */
  const double *levels;                      /* [QUOTH_N_LEVELS] */
  const double *bias;                        /* [K], or NULL for zeros */
  const double *sigmoid;                     /* [2][K]: slopes, offsets; NULL for a softmax */
  const double *log_prior; /* [C]: of the classes, for documents without entries; may be -inf */
} quoth_linear;

/* Columns of one model of `n_classes`. */
static inline uint32_t quoth_linear_n_columns(uint32_t n_classes) {
  return n_classes == 2 ? 1 : n_classes;
}

/* The scores and probabilities of a document of `n` entries, into [C] each. `columns` NULL: all
 * features, in turn. Scores are what the softmax is taken of; with sigmoids, decision values, the
 * mean of several models', where the first of two classes has 0. `sums` ([K]) is scratch. */
void quoth_linear_predict(const quoth_linear *model, const uint32_t *columns, const double *values,
                          size_t n, double *sums, double *scores, double *probabilities);

/* In place: exp of each score over their sum. A score may be -inf, not all. */
void quoth_softmax(double *scores, uint32_t n);

#endif
