/* Newton's method on F as in newton.c, each step's system solved by conjugate gradients with the
 * Hessian's diagonal for a preconditioner; of a squared hinge, the generalised Hessian: Keerthi and
 * DeCoste, "A modified finite Newton method for fast solution of large scale linear SVMs" (2005).
 * newton.c shares out rows of one problem to threads, this runs in one of them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/logarithm.h"
#include "learn/binary_problem.h"
#include "math/functions.h"

enum { MAX_INNER = 1000, MAX_HALVINGS = 40 };

/* Letters as in the literature: direction d, its conjugate part v, residual r. */
typedef struct newton {
  const quoth_binary_problem *problem;
  size_t n, n_rows;            /* parameters, rows */
  double *w;                   /* [n] */
  double *gradient, *diagonal; /* [n] */
  double *d, *v, *r, *hv;      /* [n] */
  double *margins, *moved;     /* [n_rows]: m at w, and farther along d */
  double *d_margins;           /* [n_rows]: what d adds to m */
  double *slopes, *curvatures; /* [n_rows]: derivatives of c loss(m) */
  double value;                /* F at w */
} newton;

static double dot(const double *a, const double *b, size_t n) {
  double sum = 0;
  for (size_t i = 0; i < n; i++) sum += a[i] * b[i];
  return sum;
}

/* ---- The loss -------------------------------------------------------------- */

static double logistic_sum(newton *s, const double *margins) {
  double sum = 0;
  for (size_t row = 0; row < s->n_rows; row++) s->slopes[row] = -fabs(margins[row]);
  quoth_exp_array(s->slopes, s->slopes, s->n_rows);
  for (size_t row = 0; row < s->n_rows; row++) {
    double cost = s->problem->costs[row], e = s->slopes[row], small = e / (1 + e);
    sum += cost * ((margins[row] < 0 ? -margins[row] : 0) + quoth_log(1 + e));
    s->slopes[row] = -cost * (margins[row] < 0 ? 1 - small : small);
    s->curvatures[row] = cost * small / (1 + e);
  }
  return sum;
}

static double squared_hinge_sum(newton *s, const double *margins) {
  double sum = 0;
  for (size_t row = 0; row < s->n_rows; row++) {
    double cost = s->problem->costs[row], slack = fmax(1 - margins[row], 0);
    sum += cost * slack * slack;
    s->slopes[row] = -2 * cost * slack;
    s->curvatures[row] = slack > 0 ? 2 * cost : 0;
  }
  return sum;
}

/* The rows' part of F; their slopes and curvatures. */
static double evaluate(newton *s, const double *margins) {
  return s->problem->loss == QUOTH_LOSS_LOGISTIC ? logistic_sum(s, margins)
                                                 : squared_hinge_sum(s, margins);
}

static void find_margins(const newton *s, const double *w, double *margins) {
  for (size_t row = 0; row < s->n_rows; row++)
    margins[row] = s->problem->signs[row] * quoth_binary_decide(s->problem, w, row);
}

static void find_gradient(const newton *s) {
  const quoth_sparse *rows = s->problem->rows;
  double bias = s->problem->bias;
  for (size_t v = 0; v < s->n; v++) {
    s->gradient[v] = s->w[v];
    s->diagonal[v] = 1;
  }
  for (size_t row = 0; row < s->n_rows; row++) {
    quoth_binary_add_row(s->problem, row, s->slopes[row] * s->problem->signs[row], s->gradient);
    s->diagonal[s->n - 1] += s->curvatures[row] * bias * bias;
    for (uint64_t i = rows->row_begin[row]; i < rows->row_begin[row + 1]; i++)
      s->diagonal[rows->columns[i]] += s->curvatures[row] * rows->weights[i] * rows->weights[i];
  }
}

/* ---- Steps ----------------------------------------------------------------- */

/* hv = the Hessian times v; v . hv */
static double curve(const newton *s) {
  memcpy(s->hv, s->v, s->n * sizeof *s->hv);
  for (size_t row = 0; row < s->n_rows; row++)
    if (s->curvatures[row] > 0)
      quoth_binary_add_row(s->problem, row,
                           s->curvatures[row] * quoth_binary_decide(s->problem, s->v, row), s->hv);
  return dot(s->v, s->hv, s->n);
}

/* d with H d = -gradient, up to a residual of `tolerance` of the gradient, in the norm of the
 * inverse diagonal. */
static void solve(const newton *s, double tolerance) {
  double rho = 0;
  for (size_t i = 0; i < s->n; i++) {
    s->d[i] = 0;
    s->r[i] = -s->gradient[i];
    s->v[i] = s->r[i] / s->diagonal[i];
    rho += s->r[i] * s->v[i];
  }
  double enough = tolerance * tolerance * rho;
  for (int round = 0; round < MAX_INNER && rho > enough; round++) {
    double alpha = rho / curve(s), before = rho;
    rho = 0;
    for (size_t i = 0; i < s->n; i++) {
      s->d[i] += alpha * s->v[i];
      s->r[i] -= alpha * s->hv[i];
      rho += s->r[i] * s->r[i] / s->diagonal[i];
    }
    for (size_t i = 0; i < s->n; i++) s->v[i] = s->r[i] / s->diagonal[i] + rho / before * s->v[i];
  }
}

static double value_at(newton *s, double step) {
  double squares = 0;
  for (size_t i = 0; i < s->n; i++) {
    double w = s->w[i] + step * s->d[i];
    squares += w * w;
  }
  for (size_t row = 0; row < s->n_rows; row++)
    s->moved[row] = s->margins[row] + step * s->d_margins[row];
  return evaluate(s, s->moved) + squares / 2;
}

/* Moves along d as far as F falls enough; false where it can't. */
static bool search_line(newton *s) {
  const double least_share = 1e-4; /* Armijo's: of the fall that the gradient promises */
  double slope = dot(s->gradient, s->d, s->n), rounding = 1e-14 * s->value, step = 1;
  if (!(slope < 0)) return false;
  find_margins(s, s->d, s->d_margins);
  double value = value_at(s, step);
  for (int i = 0; !(value <= s->value + least_share * step * slope + rounding); i++) {
    if (i == MAX_HALVINGS) return false;
    step /= 2;
    value = value_at(s, step);
  }
  for (size_t i = 0; i < s->n; i++) s->w[i] += step * s->d[i];
  memcpy(s->margins, s->moved, s->n_rows * sizeof *s->margins);
  s->value = value;
  return true;
}

static void iterate(newton *s) {
  find_margins(s, s->w, s->margins);
  s->value = evaluate(s, s->margins) + dot(s->w, s->w, s->n) / 2;
  double first = 0;
  for (uint32_t step = 0; step < s->problem->max_iter; step++) {
    find_gradient(s);
    double squares = dot(s->gradient, s->gradient, s->n);
    if (step == 0) first = squares;
    if (squares / 2 <= s->problem->tol * s->value) break;
    solve(s, fmin(0.1, sqrt(sqrt(squares / first))));
    if (!search_line(s)) break;
  }
  evaluate(s, s->margins);
}

quoth_status quoth_binary_newton(const quoth_binary_problem *problem, double *alpha, double *w,
                                 quoth_error *err) {
  newton s = {.problem = problem,
              .n = problem->rows->n_columns + (size_t)1,
              .n_rows = problem->rows->n_rows,
              .w = w};
  double **vectors[] = {&s.gradient, &s.diagonal, &s.d, &s.v, &s.r, &s.hv};
  double **of_rows[] = {&s.margins, &s.moved, &s.d_margins, &s.slopes, &s.curvatures};
  enum {
    N_VECTORS = sizeof vectors / sizeof *vectors,
    N_OF_ROWS = sizeof of_rows / sizeof *of_rows
  };
  bool is_there = true;
  for (int i = 0; i < N_VECTORS && is_there; i++)
    is_there = (*vectors[i] = quoth_new_array(s.n, sizeof(double), err));
  for (int i = 0; i < N_OF_ROWS && is_there; i++)
    is_there = (*of_rows[i] = quoth_new_array(s.n_rows, sizeof(double), err));
  if (is_there) {
    iterate(&s);
    for (size_t row = 0; row < s.n_rows; row++) alpha[row] = -s.slopes[row];
  }
  for (int i = 0; i < N_VECTORS; i++) free(*vectors[i]);
  for (int i = 0; i < N_OF_ROWS; i++) free(*of_rows[i]);
  return is_there ? QUOTH_OK : QUOTH_ERR_NOMEM;
}
