/* Algorithm 1 of Hsieh et al., "A dual coordinate descent method for large-scale linear SVM"
 * (2008), with shrinking (section 3.2): minimises
 *
 *   D(alpha) = |w|^2 / 2 + sum over rows of (shift_i alpha_i^2 / 2 - alpha_i),
 *   w = sum over rows of alpha_i y_i x_i,   0 <= alpha_i <= upper_i
 *
 *   hinge          shift_i = 0            upper_i = c_i
 *   squared hinge  shift_i = 1 / (2 c_i)  upper_i = infinity
 *
 * one alpha_i at a time. F(w) + D(alpha) is never below 0 and 0 at the minimum: the gap, which is
 * what tells the end. Rows are taken in a random order, always the same. */
#include <math.h>
#include <stdlib.h>

#include "base/random.h"
#include "learn/binary_problem.h"

/* How far apart the projected gradients of a pass may be until the gap is looked at, which takes as
 * long as a pass; at first, and what it is multiplied with each time. */
#define FIRST_SPREAD 0.3
#define SPREAD_FACTOR 0.3

typedef struct descent {
  const quoth_binary_problem *problem;
  double *alpha, *w;
  double *curvature; /* [n]: of D along alpha_i */
  uint32_t *order;   /* [n]: rows at work, those put aside, those left out */
  size_t n_rows;     /* that are not left out */
  size_t n_active;
  /* Highest and lowest projected gradient of the last pass, and of this one: */
  double highest, lowest, next_highest, next_lowest;
  quoth_random random;
} descent;

static bool is_squared(const descent *d) { return d->problem->loss == QUOTH_LOSS_SQUARED_HINGE; }

static double shift(const descent *d, size_t row) {
  return is_squared(d) ? 1 / (2 * d->problem->costs[row]) : 0;
}

static double upper(const descent *d, size_t row) {
  return is_squared(d) ? INFINITY : d->problem->costs[row];
}

static void list_rows(descent *d) {
  const quoth_sparse *rows = d->problem->rows;
  for (size_t row = 0; row < rows->n_rows; row++) {
    if (d->problem->costs[row] == 0) continue;
    double squares = d->problem->bias * d->problem->bias;
    for (uint64_t i = rows->row_begin[row]; i < rows->row_begin[row + 1]; i++)
      squares += rows->weights[i] * rows->weights[i];
    d->curvature[row] = squares + shift(d, row);
    d->order[d->n_rows++] = (uint32_t)row;
  }
}

static void take_all(descent *d) {
  d->n_active = d->n_rows;
  d->highest = INFINITY;
  d->lowest = -INFINITY;
}

static double value_of_slack(const descent *d, size_t row) {
  double slack = 1 - d->problem->signs[row] * quoth_binary_decide(d->problem, d->w, row);
  if (!(slack > 0)) return 0;
  return d->problem->costs[row] * (is_squared(d) ? slack * slack : slack);
}

/* Whether F(w) + D(alpha) is small enough beside F(w). */
static bool is_gap_closed(const descent *d) {
  double primal = 0, dual = 0, squares = 0;
  for (size_t v = 0; v <= d->problem->rows->n_columns; v++) squares += d->w[v] * d->w[v];
  for (size_t i = 0; i < d->n_rows; i++) {
    size_t row = d->order[i];
    primal += value_of_slack(d, row);
    dual += d->alpha[row] * (shift(d, row) * d->alpha[row] / 2 - 1);
  }
  primal += squares / 2;
  return primal + squares / 2 + dual <= d->problem->tol * primal;
}

/* Moves a row's alpha to where D is least along it. False if the row is at a bound and likely to
 * stay there. */
static bool visit(descent *d, size_t row) {
  double sign = d->problem->signs[row], alpha = d->alpha[row], most = upper(d, row);
  double gradient = sign * quoth_binary_decide(d->problem, d->w, row) - 1 + shift(d, row) * alpha;
  double projected = gradient;
  if (alpha == 0) {
    if (gradient > d->highest) return false;
    projected = fmin(gradient, 0);
  } else if (alpha == most) {
    if (gradient < d->lowest) return false;
    projected = fmax(gradient, 0);
  }
  d->next_highest = fmax(d->next_highest, projected);
  d->next_lowest = fmin(d->next_lowest, projected);
  if (projected == 0) return true;
  d->alpha[row] = most; /* of a row without features, whose hinge stays 1 */
  if (d->curvature[row] > 0)
    d->alpha[row] = fmin(fmax(alpha - gradient / d->curvature[row], 0), most);
  if (d->alpha[row] != alpha)
    quoth_binary_add_row(d->problem, row, (d->alpha[row] - alpha) * sign, d->w);
  return true;
}

static void swap(uint32_t *order, size_t i, size_t j) {
  uint32_t kept = order[i];
  order[i] = order[j];
  order[j] = kept;
}

/* Rows come in random order, which the processor can't foresee. */
static void expect(const descent *d, size_t row) {
  enum { LINE = 64 };
  const quoth_sparse *rows = d->problem->rows;
  uint64_t begin = rows->row_begin[row], end = rows->row_begin[row + 1];
  for (uint64_t i = begin; i < end; i += LINE / sizeof *rows->columns)
    __builtin_prefetch(&rows->columns[i], 0, 2);
  for (uint64_t i = begin; i < end; i += LINE / sizeof *rows->weights)
    __builtin_prefetch(&rows->weights[i], 0, 2);
}

static void pass(descent *d) {
  d->next_highest = -INFINITY;
  d->next_lowest = INFINITY;
  quoth_random_shuffle(&d->random, d->order, d->n_active);
  for (size_t i = 0; i < d->n_active;) {
    if (i + 1 < d->n_active) expect(d, d->order[i + 1]);
    if (visit(d, d->order[i]))
      i++;
    else
      swap(d->order, i, --d->n_active);
  }
  d->highest = d->next_highest > 0 ? d->next_highest : INFINITY;
  d->lowest = d->next_lowest < 0 ? d->next_lowest : -INFINITY;
}

static bool descend(descent *d, uint32_t max_iter) {
  double spread = FIRST_SPREAD;
  take_all(d);
  for (uint32_t round = 0; round < max_iter && d->n_rows > 0; round++) {
    pass(d);
    if (d->next_highest - d->next_lowest > spread) continue;
    if (is_gap_closed(d)) return true;
    spread *= SPREAD_FACTOR;
    take_all(d);
  }
  return is_gap_closed(d);
}

quoth_status quoth_dual_descent(const quoth_binary_problem *problem, uint32_t max_iter,
                                double *alpha, double *w, bool *is_done, quoth_error *err) {
  size_t n_rows = problem->rows->n_rows;
  descent d = {.problem = problem, .alpha = alpha, .w = w};
  d.curvature = quoth_new_array(n_rows, sizeof *d.curvature, err);
  d.order = quoth_new_array(n_rows, sizeof *d.order, err);
  bool is_there = d.curvature && d.order;
  if (is_there) {
    quoth_random_seed(&d.random, 0);
    list_rows(&d);
    *is_done = descend(&d, max_iter);
  }
  free(d.curvature);
  free(d.order);
  return is_there ? QUOTH_OK : QUOTH_ERR_NOMEM;
}
