/* lbfgs.h - the minimum of a smooth function of many numbers, by the limited-memory method of
 * Broyden, Fletcher, Goldfarb and Shanno. Nocedal and Wright, "Numerical optimization" (2nd ed.),
 * algorithms 7.4 and 7.5, with steps that are halved until they lower the function enough. */
#ifndef QUOTH_LEARN_LBFGS_H
#define QUOTH_LEARN_LBFGS_H

#include "base/memory.h"

typedef struct quoth_lbfgs {
  size_t n; /* numbers */
  /* The function's value at x ([n]); its gradient into [n]. */
  double (*evaluate)(void *context, const double *x, double *gradient);
  void *context;
  double tol; /* ends when no item of the gradient is above it */
  uint32_t max_iter;
} quoth_lbfgs;

/* `x` is where it begins, and takes the minimum, or where max_iter steps lead, or where rounding
 * ends all descent. Told of each step; may be stopped. */
quoth_status quoth_lbfgs_minimise(const quoth_lbfgs *problem, const char *label,
                                  const quoth_progress *progress, double *x, quoth_error *err);

#endif
