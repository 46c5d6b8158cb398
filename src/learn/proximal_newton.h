/* proximal_newton.h - the minimum of a logistic loss with an L1 penalty, F(W, b) + l1 |W|_1, where
 * F has the L2 penalty too: each step minimises a quadratic model of F and the L1 penalty itself by
 * coordinate descent over the weights that are not 0 or want to move; then a line search. Yuan, Ho
 * and Lin, "An improved GLMNET for l1-regularized logistic regression" (2012). Weights that the
 * penalty holds at 0 are exactly 0. */
#ifndef QUOTH_LEARN_PROXIMAL_NEWTON_H
#define QUOTH_LEARN_PROXIMAL_NEWTON_H

#include "learn/logistic_loss.h"

/* As quoth_newton_minimise; the gradient's items, with an L1 penalty, are how far the least
 * subgradient is from 0. */
quoth_status quoth_proximal_newton_minimise(const quoth_logistic_loss *loss, double l1, double tol,
                                            uint32_t max_iter, const char *label,
                                            const quoth_progress *progress, double *parameters,
                                            quoth_error *err);

#endif
