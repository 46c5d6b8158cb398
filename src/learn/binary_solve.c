/* Which method solves a problem of two classes. */
#include <string.h>

#include "learn/binary_problem.h"

/* Rounds of coordinate descent after which Newton's method goes on, where it can. Most texts need
 * less; features of very different size, or few of them, would need thousands. */
enum { DESCENT_ROUNDS = 100 };

/* alpha as far as the costs allow, and w from it. */
static void start(const quoth_binary_problem *problem, double *alpha, double *w) {
  const quoth_sparse *rows = problem->rows;
  bool is_bounded = problem->loss != QUOTH_LOSS_SQUARED_HINGE;
  memset(w, 0, (rows->n_columns + (size_t)1) * sizeof *w);
  for (size_t row = 0; row < rows->n_rows; row++) {
    double cost = problem->costs[row];
    if (cost == 0 || (is_bounded && alpha[row] > cost)) alpha[row] = cost;
    if (alpha[row] != 0) quoth_binary_add_row(problem, row, alpha[row] * problem->signs[row], w);
  }
}

quoth_status quoth_binary_solve(const quoth_binary_problem *problem, double *alpha, double *w,
                                quoth_error *err) {
  uint32_t max_iter = problem->max_iter;
  quoth_status status = QUOTH_OK;
  bool is_done = false;
  start(problem, alpha, w);
  if (problem->loss == QUOTH_LOSS_SQUARED_HINGE && max_iter > DESCENT_ROUNDS)
    max_iter = DESCENT_ROUNDS;
  if (problem->loss != QUOTH_LOSS_LOGISTIC)
    status = quoth_dual_descent(problem, max_iter, alpha, w, &is_done, err);
  if (!status && !is_done && problem->loss != QUOTH_LOSS_HINGE)
    status = quoth_binary_newton(problem, alpha, w, err);
  return status;
}
