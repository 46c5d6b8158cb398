/* logistic_loss.h - the objective of logistic regression, its gradient, and products with its
 * Hessian, over rows of sparse weights.
 *
 *   F(W, b) = sum over rows i of s_i loss_i + l2 / 2 |W|^2
 *   loss_i  = log(sum over k of exp(z_ik)) - z_iy,   z_i = W' x_i + b   (K = C >= 3)
 *   loss_i  = log(1 + exp(z_i)) - y z_i,             y in {0, 1}        (K = 1, two classes)
 *
 * n rows, V features, K columns. Parameters are [V + 1][K], the last row being b. Sums are taken in
 * blocks of fixed size that are added in order, whatever the number of threads. */
#ifndef QUOTH_LEARN_LOGISTIC_LOSS_H
#define QUOTH_LEARN_LOGISTIC_LOSS_H

#include "base/thread_pool.h"
#include "math/sparse.h"

typedef struct quoth_logistic_loss {
  quoth_sparse rows;         /* [n][V] weights */
  quoth_sparse columns;      /* [V][n], the transpose */
  const uint32_t *targets;   /* [n], below K, or 0 and 1 */
  const double *row_weights; /* [n]: s */
  size_t n_columns;          /* K */
  double l2;
  bool fit_intercept; /* else b stays as it is */
  quoth_pool *pool;
  double *partial; /* one for each block */
} quoth_logistic_loss;

/* `rows`, targets, row_weights and the numbers are set; the rest is made. */
quoth_status quoth_logistic_loss_init(quoth_logistic_loss *loss, quoth_error *err);
/* Leaves `rows` alone. */
void quoth_logistic_loss_clear(quoth_logistic_loss *loss);

/* z of each row, into [n][K]. */
void quoth_logistic_margins(const quoth_logistic_loss *loss, const double *parameters,
                            double *margins);

/* The sum of s_i loss_i; each class's probability (the second one's if K = 1) into [n][K]. */
double quoth_logistic_evaluate(const quoth_logistic_loss *loss, const double *margins,
                               double *probabilities);

/* The gradient of F and the diagonal of its Hessian, [V + 1][K] each, where the rows have these
 * probabilities. Returns the gradient's largest absolute item. */
double quoth_logistic_gradient(const quoth_logistic_loss *loss, const double *parameters,
                               const double *probabilities, double *gradient, double *diagonal);

/* The product of the Hessian and a direction ([V + 1][K]); the direction's margins into
 * `margins`, and `scratch` ([n][K]) overwritten. Returns direction . product. */
double quoth_logistic_curvature(const quoth_logistic_loss *loss, const double *direction,
                                const double *probabilities, double *margins, double *scratch,
                                double *product);

#endif
