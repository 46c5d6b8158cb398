#include "learn/newton.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 4096, MAX_INNER = 400, MAX_HALVINGS = 40 };

/* Steps go on while the last one promised to lower F by more than this share. What remains to be
 * gained is far less: near the minimum, each step leaves little more than the square. */
#define SMALL_FALL 1e-6

/* Where a step with the Hessian's diagonal alone would lower F by less than this share, for each
 * unit of tol, nothing is left to gain, even if single items of the gradient are larger. */
#define TOL_SHARE 1e-5

/* Letters as in the literature: direction d, its conjugate part v, residual r. */
typedef struct newton {
  const quoth_logistic_loss *loss;
  size_t n, n_margins;                     /* parameters, margins */
  double *w;                               /* [n] */
  double *gradient, *diagonal;             /* [n] */
  double *d, *v, *r, *hv;                  /* [n] */
  double *margins, *probabilities;         /* [n_margins], at w */
  double *d_margins, *v_margins, *scratch; /* [n_margins] */
  double *partial;                         /* one for each block */
  double value;                            /* F at w */
  double promised;                         /* by how much the last step was to lower it */
} newton;

/* ---- Vectors --------------------------------------------------------------- */

/* One pass over all parameters. */
typedef struct vector_pass {
  const newton *state;
  double factor;
  double (*work)(const newton *state, double factor, size_t begin, size_t end);
} vector_pass;

static void run_blocks(void *context, size_t begin, size_t end, size_t worker) {
  (void)worker;
  const vector_pass *p = context;
  for (size_t block = begin; block < end; block++) {
    size_t first = block * BLOCK, behind = first + BLOCK;
    p->state->partial[block] =
        p->work(p->state, p->factor, first, behind < p->state->n ? behind : p->state->n);
  }
}

/* The blocks' results, added in order. */
static double run(const newton *state, double factor,
                  double (*work)(const newton *, double, size_t, size_t)) {
  size_t n_blocks = (state->n + BLOCK - 1) / BLOCK;
  vector_pass p = {state, factor, work};
  quoth_pool_run(state->loss->pool, n_blocks, 1, run_blocks, &p);
  double sum = 0;
  for (size_t block = 0; block < n_blocks; block++) sum += state->partial[block];
  return sum;
}

/* d = 0, r = -gradient, v = r / diagonal; r . v */
static double begin_inner(const newton *s, double factor, size_t begin, size_t end) {
  (void)factor;
  double sum = 0;
  for (size_t i = begin; i < end; i++) {
    s->d[i] = 0;
    s->r[i] = -s->gradient[i];
    s->v[i] = s->r[i] / s->diagonal[i];
    sum += s->r[i] * s->v[i];
  }
  return sum;
}

/* d += alpha v, r -= alpha Hv; r . (r / diagonal) */
static double take_inner_step(const newton *s, double alpha, size_t begin, size_t end) {
  double sum = 0;
  for (size_t i = begin; i < end; i++) {
    s->d[i] += alpha * s->v[i];
    s->r[i] -= alpha * s->hv[i];
    sum += s->r[i] * s->r[i] / s->diagonal[i];
  }
  return sum;
}

/* v = r / diagonal + beta v */
static double turn(const newton *s, double beta, size_t begin, size_t end) {
  for (size_t i = begin; i < end; i++) s->v[i] = s->r[i] / s->diagonal[i] + beta * s->v[i];
  return 0;
}

/* w += alpha d */
static double take_step(const newton *s, double alpha, size_t begin, size_t end) {
  for (size_t i = begin; i < end; i++) s->w[i] += alpha * s->d[i];
  return 0;
}

static double dot_gradient(const newton *s, double factor, size_t begin, size_t end) {
  (void)factor;
  double sum = 0;
  for (size_t i = begin; i < end; i++) sum += s->gradient[i] * s->d[i];
  return sum;
}

/* |w + alpha d|^2 over what is penalised: all but the intercepts. */
static double square_sum(const newton *s, double alpha, size_t begin, size_t end) {
  size_t n_penalised = s->n - s->loss->n_columns;
  double sum = 0;
  for (size_t i = begin; i < end && i < n_penalised; i++) {
    double w = s->w[i] + alpha * s->d[i];
    sum += w * w;
  }
  return sum;
}

/* ---- Steps ----------------------------------------------------------------- */

/* d with H d = -gradient, where begin_inner gave `rho`, up to a residual of `tolerance` of the
 * gradient, in the norm of the inverse diagonal. */
static void solve(newton *s, double rho, double tolerance) {
  double enough = tolerance * tolerance * rho;
  memset(s->d_margins, 0, s->n_margins * sizeof *s->d_margins);
  for (int i = 0; i < MAX_INNER && rho > enough; i++) {
    double curvature =
        quoth_logistic_curvature(s->loss, s->v, s->probabilities, s->v_margins, s->scratch, s->hv);
    if (!(curvature > 0)) return;
    double alpha = rho / curvature, before = rho;
    rho = run(s, alpha, take_inner_step);
    for (size_t m = 0; m < s->n_margins; m++) s->d_margins[m] += alpha * s->v_margins[m];
    run(s, rho / before, turn);
  }
}

static double value_at(const newton *s, double alpha) {
  for (size_t m = 0; m < s->n_margins; m++) s->scratch[m] = s->margins[m] + alpha * s->d_margins[m];
  double loss = quoth_logistic_evaluate(s->loss, s->scratch, s->v_margins);
  return loss + s->loss->l2 / 2 * run(s, alpha, square_sum);
}

/* Moves along d as far as the value falls enough; false where it can't. */
static bool search_line(newton *s) {
  const double least_share = 1e-4; /* Armijo's: of the fall that the gradient promises */
  double slope = run(s, 0, dot_gradient), rounding = 1e-14 * fabs(s->value), alpha = 1;
  s->promised = -slope / 2;
  if (!(slope < 0)) return false;
  int n_halvings = 0;
  double value = value_at(s, alpha);
  while (!(value <= s->value + least_share * alpha * slope + rounding)) {
    if (++n_halvings == MAX_HALVINGS) return false;
    alpha /= 2;
    value = value_at(s, alpha);
  }
  run(s, alpha, take_step);
  s->value = value;
  memcpy(s->margins, s->scratch, s->n_margins * sizeof *s->margins);
  memcpy(s->probabilities, s->v_margins, s->n_margins * sizeof *s->probabilities);
  return true;
}

static quoth_status iterate(newton *s, double tol, uint32_t max_iter, const char *label,
                            const quoth_progress *progress, quoth_error *err) {
  quoth_logistic_margins(s->loss, s->w, s->margins);
  double none = 0, first = 0;
  memset(s->d, 0, s->n * sizeof *s->d);
  s->value = quoth_logistic_evaluate(s->loss, s->margins, s->probabilities) +
             s->loss->l2 / 2 * run(s, none, square_sum);
  for (uint32_t step = 0; step < max_iter; step++) {
    double largest =
        quoth_logistic_gradient(s->loss, s->w, s->probabilities, s->gradient, s->diagonal);
    if (step == 0) first = largest;
    if (progress && !progress->update(progress->context, label, step + 1, max_iter))
      return quoth_fail(err, QUOTH_ERR_STOPPED, "stopped");
    if (largest <= tol && s->promised <= SMALL_FALL * s->value) break;
    double rho = run(s, 0, begin_inner);
    if (rho / 2 <= TOL_SHARE * tol * s->value) break;
    solve(s, rho, fmin(0.3, sqrt(largest / first)));
    if (!search_line(s)) break;
  }
  if (progress) progress->update(progress->context, label, max_iter, max_iter);
  return QUOTH_OK;
}

quoth_status quoth_newton_minimise(const quoth_logistic_loss *loss, double tol, uint32_t max_iter,
                                   const char *label, const quoth_progress *progress,
                                   double *parameters, quoth_error *err) {
  newton s = {.loss = loss,
              .n = (loss->rows.n_columns + (size_t)1) * loss->n_columns,
              .n_margins = loss->rows.n_rows * loss->n_columns,
              .w = parameters,
              .promised = INFINITY};
  double **vectors[] = {&s.gradient, &s.diagonal, &s.d, &s.v, &s.r, &s.hv};
  double **of_rows[] = {&s.margins, &s.probabilities, &s.d_margins, &s.v_margins, &s.scratch};
  enum {
    N_VECTORS = sizeof vectors / sizeof *vectors,
    N_OF_ROWS = sizeof of_rows / sizeof *of_rows
  };
  bool is_there = (s.partial = quoth_new_array((s.n + BLOCK - 1) / BLOCK, sizeof(double), err));
  for (int i = 0; i < N_VECTORS && is_there; i++)
    is_there = (*vectors[i] = quoth_new_aligned(s.n, sizeof(double), err));
  for (int i = 0; i < N_OF_ROWS && is_there; i++)
    is_there = (*of_rows[i] = quoth_new_aligned(s.n_margins, sizeof(double), err));
  quoth_status status =
      is_there ? iterate(&s, tol, max_iter, label, progress, err) : QUOTH_ERR_NOMEM;
  for (int i = 0; i < N_VECTORS; i++) free(*vectors[i]);
  for (int i = 0; i < N_OF_ROWS; i++) free(*of_rows[i]);
  free(s.partial);
  return status;
}
