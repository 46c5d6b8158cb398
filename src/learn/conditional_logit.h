/* conditional_logit.h - which of several classes, from features that each class has of its own,
 * such as the scores that several classifiers give it.
 *
 *   P(c | row) = softmax over classes of z_c,  z_c = b_c + sum over features j of (w_j + d_jc) x_jc
 *
 * minimises
 *
 *   sum over rows of -log P(label | row) + alpha / 2 sum w_j^2 + class_alpha / 2 sum d_jc^2
 *
 * McFadden, "Conditional logit analysis of qualitative choice behavior" (1974), with a weight for
 * each feature, and a deviation from it for each class that costs more: with many classes, most
 * share the weights. */
#ifndef QUOTH_LEARN_CONDITIONAL_LOGIT_H
#define QUOTH_LEARN_CONDITIONAL_LOGIT_H

#include "base/thread_pool.h"

typedef struct quoth_conditional_logit_params {
  double alpha, class_alpha;
  double tol; /* how small the gradient's largest item should become, for each row */
  uint32_t max_iter;
} quoth_conditional_logit_params;

/* What is learnt from. */
typedef struct quoth_choices {
  size_t n_rows;
  uint32_t n_features, n_classes; /* J, C */
  const double *features;         /* [n_rows][J][C] */
  const uint32_t *labels;         /* [n_rows] */
} quoth_choices;

/* Writes `coef` ([J][C]): w_j + d_jc; and `intercept` ([C]): -inf for a class without rows. The
 * result is the same with any number of threads. */
quoth_status quoth_conditional_logit_fit(const quoth_conditional_logit_params *params,
                                         const quoth_choices *choices, quoth_pool *pool,
                                         const char *label, const quoth_progress *progress,
                                         double *coef, double *intercept, quoth_error *err);

/* z of one row, `features` [J][C], into [C]. */
void quoth_conditional_logit_scores(const double *coef, const double *intercept,
                                    uint32_t n_features, uint32_t n_classes, const double *features,
                                    double *scores);

#endif
