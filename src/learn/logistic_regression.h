/* logistic_regression.h - logistic regression, as scikit-learn's LogisticRegression (solvers lbfgs
 * and saga, multi_class auto): minimises
 *
 *   C * (sum over rows of s_i * loss_i) + r(W)
 *
 *   l2  r = |W|^2 / 2      elasticnet  r = (1 - l1_ratio) |W|^2 / 2 + l1_ratio |W|_1
 *   l1  r = |W|_1          none        r = 0
 *
 * over the weights W and the intercepts, which are not penalised; logistic_loss.h has the loss: of
 * two classes that of the second against the first, with one column of weights, of more classes the
 * multinomial one. s is 1, or n / (C * rows of the class) if classes are balanced.
 *
 * V features, C classes, K columns: 1 for two classes, else C. */
#ifndef QUOTH_LEARN_LOGISTIC_REGRESSION_H
#define QUOTH_LEARN_LOGISTIC_REGRESSION_H

#include "base/thread_pool.h"
#include "math/sparse.h"

typedef struct quoth_logistic_params {
  double C; /* above 0 */
  enum { QUOTH_PENALTY_L2, QUOTH_PENALTY_L1, QUOTH_PENALTY_ELASTICNET, QUOTH_PENALTY_NONE } penalty;
  double l1_ratio; /* from 0 to 1, of an elastic net */
  bool fit_intercept;
  enum { QUOTH_ROWS_ALIKE, QUOTH_ROWS_BALANCED } class_weight;
  double tol;        /* done when no item of the gradient, divided by C, is larger */
  uint32_t max_iter; /* Newton steps */
} quoth_logistic_params;

/* `rows` has weights; `labels` is [rows->n_rows], below n_classes. Writes coef ([V][K]) and
 * intercept ([K]). A class without rows gets the intercept -inf, and is left out otherwise; of two
 * classes without the other, the one that is there is certain. Progress is told in Newton steps, as
 * stage `label`. */
quoth_status quoth_logistic_regression_fit(const quoth_logistic_params *params,
                                           const quoth_sparse *rows, const uint32_t *labels,
                                           uint32_t n_classes, quoth_pool *pool, const char *label,
                                           const quoth_progress *progress, double *coef,
                                           double *intercept, quoth_error *err);

#endif
