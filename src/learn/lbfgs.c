#include "learn/lbfgs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { N_PAIRS = 10, MAX_HALVINGS = 40 };

typedef struct search {
  const quoth_lbfgs *problem;
  double *x, *gradient;           /* [n] */
  double *next_x, *next_gradient; /* [n] */
  double *direction;              /* [n] */
  double *steps, *changes;        /* [N_PAIRS][n]: differences of x and of the gradient */
  double products[N_PAIRS];       /* step . change of each pair */
  size_t n_pairs;                 /* made so far; the last N_PAIRS are kept */
  double value;
} search;

static double dot(const double *a, const double *b, size_t n) {
  double sum = 0;
  for (size_t i = 0; i < n; i++) sum += a[i] * b[i];
  return sum;
}

static void add(double *to, double factor, const double *x, size_t n) {
  for (size_t i = 0; i < n; i++) to[i] += factor * x[i];
}

static double largest(const double *x, size_t n) {
  double most = 0;
  for (size_t i = 0; i < n; i++)
    if (fabs(x[i]) > most) most = fabs(x[i]);
  return most;
}

/* direction = -H gradient, where H is what the pairs make of the inverse Hessian. */
static void find_direction(search *s) {
  size_t n = s->problem->n, kept = s->n_pairs < N_PAIRS ? s->n_pairs : N_PAIRS;
  double factors[N_PAIRS];
  for (size_t i = 0; i < n; i++) s->direction[i] = -s->gradient[i];
  for (size_t age = 1; age <= kept; age++) {
    size_t p = (s->n_pairs - age) % N_PAIRS;
    factors[p] = dot(s->steps + p * n, s->direction, n) / s->products[p];
    add(s->direction, -factors[p], s->changes + p * n, n);
  }
  if (kept > 0) {
    size_t p = (s->n_pairs - 1) % N_PAIRS;
    const double *change = s->changes + p * n;
    double scale = s->products[p] / dot(change, change, n);
    for (size_t i = 0; i < n; i++) s->direction[i] *= scale;
  }
  for (size_t age = kept; age >= 1; age--) {
    size_t p = (s->n_pairs - age) % N_PAIRS;
    double factor = dot(s->changes + p * n, s->direction, n) / s->products[p];
    add(s->direction, factors[p] - factor, s->steps + p * n, n);
  }
}

static void keep_pair(search *s) {
  size_t n = s->problem->n, p = s->n_pairs % N_PAIRS;
  double *step = s->steps + p * n, *change = s->changes + p * n;
  for (size_t i = 0; i < n; i++) {
    step[i] = s->next_x[i] - s->x[i];
    change[i] = s->next_gradient[i] - s->gradient[i];
  }
  s->products[p] = dot(step, change, n);
  if (s->products[p] > 1e-10 * dot(change, change, n)) s->n_pairs++;
}

/* Moves along the direction as far as the value falls enough; false where it can't. */
static bool step(search *s) {
  const double least_share = 1e-4; /* Armijo's: of the fall that the gradient promises */
  size_t n = s->problem->n;
  double slope = dot(s->gradient, s->direction, n);
  double length = s->n_pairs == 0 ? fmin(1, 1 / sqrt(-slope)) : 1;
  if (!(slope < 0)) return false;
  for (int i = 0; i < MAX_HALVINGS; i++) {
    memcpy(s->next_x, s->x, n * sizeof *s->x);
    add(s->next_x, length, s->direction, n);
    double value = s->problem->evaluate(s->problem->context, s->next_x, s->next_gradient);
    if (!(value <= s->value + least_share * length * slope)) {
      length /= 2;
      continue;
    }
    keep_pair(s);
    memcpy(s->x, s->next_x, n * sizeof *s->x);
    memcpy(s->gradient, s->next_gradient, n * sizeof *s->gradient);
    s->value = value;
    return true;
  }
  return false;
}

static quoth_status iterate(search *s, const char *label, const quoth_progress *progress,
                            quoth_error *err) {
  const quoth_lbfgs *problem = s->problem;
  s->value = problem->evaluate(problem->context, s->x, s->gradient);
  for (uint32_t i = 0; i < problem->max_iter; i++) {
    if (largest(s->gradient, problem->n) <= problem->tol) break;
    if (progress && !progress->update(progress->context, label, i, problem->max_iter))
      return quoth_fail(err, QUOTH_ERR_STOPPED, "stopped");
    find_direction(s);
    if (!step(s)) break;
  }
  if (progress) progress->update(progress->context, label, problem->max_iter, problem->max_iter);
  return QUOTH_OK;
}

quoth_status quoth_lbfgs_minimise(const quoth_lbfgs *problem, const char *label,
                                  const quoth_progress *progress, double *x, quoth_error *err) {
  size_t n = problem->n;
  double *memory = quoth_new_array(n, (4 + 2 * N_PAIRS) * sizeof *memory, err);
  if (!memory) return QUOTH_ERR_NOMEM;
  search s = {.problem = problem,
              .x = x,
              .gradient = memory,
              .next_x = memory + n,
              .next_gradient = memory + 2 * n,
              .direction = memory + 3 * n,
              .steps = memory + 4 * n,
              .changes = memory + (4 + N_PAIRS) * n};
  quoth_status status = iterate(&s, label, progress, err);
  free(memory);
  return status;
}
