/* newton.h - the minimum of a logistic loss by Newton's method: each step's system is solved by
 * conjugate gradients, preconditioned by the Hessian's diagonal, as far as the gradient's size
 * makes it worth while; then a line search. Galli and Lin, "A study on truncated Newton methods for
 * linear classification" (2021). */
#ifndef QUOTH_LEARN_NEWTON_H
#define QUOTH_LEARN_NEWTON_H

#include "learn/logistic_loss.h"

/* `parameters` ([V + 1][K]) is where it begins, and takes the minimum: where no item of the
 * gradient is above `tol` and the last step lowered F by less than a millionth, or max_iter steps
 * on, or where rounding ends all descent. */
quoth_status quoth_newton_minimise(const quoth_logistic_loss *loss, double tol, uint32_t max_iter,
                                   const char *label, const quoth_progress *progress,
                                   double *parameters, quoth_error *err);

#endif
