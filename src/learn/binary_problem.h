/* binary_problem.h - a linear classifier of two classes with an L2 penalty, as liblinear has it:
 * Fan et al., "LIBLINEAR: a library for large linear classification" (2008). Minimises
 *
 *   F(w) = |w|^2 / 2 + sum over rows i of c_i loss(m_i),   m_i = y_i w . x_i,   y_i = 1 or -1
 *
 *   squared hinge  loss(m) = max(0, 1 - m)^2
 *   hinge          loss(m) = max(0, 1 - m)
 *   logistic       loss(m) = log(1 + exp(-m))
 *
 * With an intercept, x_i has one feature more, which is `bias` in all rows and penalised as others
 * are. F is strongly convex, so there is one minimum w*, and F(w) - F(w*) <= |gradient of F at
 * w|^2 / 2. Each row's share of the minimum is a number alpha_i:
 *
 *   w* = sum over rows of alpha_i y_i x_i
 *
 * One thread solves a problem; many problems are for many threads (one_vs_rest.h). n rows, V
 * features. */
#ifndef QUOTH_LEARN_BINARY_PROBLEM_H
#define QUOTH_LEARN_BINARY_PROBLEM_H

#include "math/sparse.h"

typedef enum quoth_margin_loss {
  QUOTH_LOSS_SQUARED_HINGE,
  QUOTH_LOSS_HINGE,
  QUOTH_LOSS_LOGISTIC
} quoth_margin_loss; /* ORDER margin_loss */

typedef struct quoth_binary_problem {
  const quoth_sparse *rows; /* [n][V] weights */
  const double *signs;      /* [n]: y */
  const double *costs;      /* [n]: c; 0 leaves a row out */
  double bias;              /* 0 for no intercept */
  quoth_margin_loss loss;
  double tol;        /* done when F is above its minimum by at most this share of it */
  uint32_t max_iter; /* passes over the rows, and after them as many of Newton's steps */
} quoth_binary_problem;

/* Writes the minimum to `w` ([V + 1]: the last is the bias's). `alpha` ([n]) is where the search
 * begins, such as zeros or what came out for other costs, and takes what the rows' shares are. */
quoth_status quoth_binary_solve(const quoth_binary_problem *problem, double *alpha, double *w,
                                quoth_error *err);

/* w . x of a row, with the bias. */
double quoth_binary_decide(const quoth_binary_problem *problem, const double *w, size_t row);

/* ---- Its parts ---- */

/* w += factor * x of a row. */
void quoth_binary_add_row(const quoth_binary_problem *problem, size_t row, double factor,
                          double *w);

/* The dual of a hinge, by coordinate descent over at most max_iter rounds. `w` comes in as what
 * `alpha` adds up to. *is_done tells whether it is the minimum. */
quoth_status quoth_dual_descent(const quoth_binary_problem *problem, uint32_t max_iter,
                                double *alpha, double *w, bool *is_done, quoth_error *err);

/* The primal, by Newton's method from `w`; for any loss but the hinge, which has corners. Writes
 * alpha. */
quoth_status quoth_binary_newton(const quoth_binary_problem *problem, double *alpha, double *w,
                                 quoth_error *err);

#endif
