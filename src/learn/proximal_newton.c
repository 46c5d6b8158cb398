#include "learn/proximal_newton.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_PASSES = 25, MAX_HALVINGS = 40 };

/* Steps go on while the last one promised to lower the value by more than this share. */
#define SMALL_FALL 1e-7

/* Where it promised less than this share, for each unit of tol, nothing is left to gain, even if
 * single items of the subgradient are larger. */
#define TOL_SHARE 1e-5

/* d is the direction, q its margins, `means` ([n]) each row's probabilities times these. */
typedef struct proximal {
  const quoth_logistic_loss *loss;
  double l1;
  size_t n, n_margins, n_columns;  /* parameters, margins, K */
  double *w, *d;                   /* [n] */
  double *gradient, *diagonal;     /* [n] of F at w */
  double *margins, *probabilities; /* [n_margins] at w */
  double *moved, *moved_probabilities;
  double *q;        /* [n_margins] */
  double *means;    /* [rows] */
  uint32_t *active; /* [V + 1] features with a weight that is not held at 0 */
  size_t n_active;
  double value;    /* at w */
  double promised; /* by how much the last step was to lower it */
} proximal;

static bool is_intercept(const proximal *s, size_t feature) {
  return feature == s->loss->rows.n_columns;
}

static double l1_of(const proximal *s, size_t feature) {
  return is_intercept(s, feature) ? 0 : s->l1;
}

/* How far the subgradient of g w + l1 |w| that is nearest to 0 is from it. */
static double violation(double w, double g, double l1) {
  if (w != 0) return fabs(g + (w > 0 ? l1 : -l1));
  return fmax(fabs(g) - l1, 0);
}

/* Lists the features at work; the largest violation of all. */
static double find_active(proximal *s) {
  double largest = 0;
  s->n_active = 0;
  for (size_t v = 0; v <= s->loss->rows.n_columns; v++) {
    bool is_active = false;
    for (size_t i = v * s->n_columns; i < (v + 1) * s->n_columns; i++) {
      double far = violation(s->w[i], s->gradient[i], l1_of(s, v));
      is_active |= s->w[i] != 0 || far > 0;
      largest = fmax(largest, far);
    }
    if (is_intercept(s, v) && !s->loss->fit_intercept) continue;
    if (is_active) s->active[s->n_active++] = (uint32_t)v;
  }
  return largest;
}

/* ---- The quadratic model ---------------------------------------------------- */

/* A row of a feature: number `i` of its entries; the intercept has every row. */
typedef struct entry {
  size_t row;
  double x;
} entry;

static entry entry_at(const proximal *s, size_t feature, uint64_t i) {
  const quoth_sparse *columns = &s->loss->columns;
  if (is_intercept(s, feature)) return (entry){i, 1};
  return (entry){columns->columns[i], columns->weights[i]};
}

static void entries_of(const proximal *s, size_t feature, uint64_t *begin, uint64_t *end) {
  const quoth_sparse *columns = &s->loss->columns;
  *begin = is_intercept(s, feature) ? 0 : columns->row_begin[feature];
  *end = is_intercept(s, feature) ? s->loss->rows.n_rows : columns->row_begin[feature + 1];
}

/* The model's gradient in weight k of a feature: that of F, and the Hessian times d. */
static double model_gradient(const proximal *s, size_t feature, size_t k) {
  size_t at = feature * s->n_columns + k;
  double sum = s->gradient[at];
  uint64_t begin, end;
  entries_of(s, feature, &begin, &end);
  for (uint64_t i = begin; i < end; i++) {
    entry e = entry_at(s, feature, i);
    size_t m = e.row * s->n_columns + k;
    sum += e.x * s->loss->row_weights[e.row] * s->probabilities[m] * (s->q[m] - s->means[e.row]);
  }
  return is_intercept(s, feature) ? sum : sum + s->loss->l2 * s->d[at];
}

static void move(proximal *s, size_t feature, size_t k, double by) {
  uint64_t begin, end;
  entries_of(s, feature, &begin, &end);
  s->d[feature * s->n_columns + k] += by;
  for (uint64_t i = begin; i < end; i++) {
    entry e = entry_at(s, feature, i);
    size_t m = e.row * s->n_columns + k;
    s->q[m] += by * e.x;
    s->means[e.row] += by * e.x * s->probabilities[m];
  }
}

/* Moves a weight to where the model is least along it; its violation before. */
static double descend(proximal *s, size_t feature, size_t k) {
  size_t at = feature * s->n_columns + k;
  double g = model_gradient(s, feature, k), h = s->diagonal[at], l1 = l1_of(s, feature);
  double w = s->w[at] + s->d[at], target = w - g / h, shrunk = fabs(target) - l1 / h;
  double next = shrunk > 0 ? copysign(shrunk, target) : 0;
  if (next != w) move(s, feature, k, next - w);
  return violation(w, g, l1);
}

/* Visits a feature's weights. False if all are held at 0. */
static bool visit(proximal *s, size_t feature, double *largest) {
  bool is_held = true;
  for (size_t k = 0; k < s->n_columns; k++) {
    double far = descend(s, feature, k);
    size_t at = feature * s->n_columns + k;
    is_held &= far == 0 && s->w[at] + s->d[at] == 0;
    *largest = fmax(*largest, far);
  }
  return !is_held;
}

/* d that makes the model least, until no weight's violation is above `enough`. Features that are
 * held at 0 are put aside, and looked at again when the others are done. */
static void solve(proximal *s, double enough) {
  memset(s->d, 0, s->n * sizeof *s->d);
  memset(s->q, 0, s->n_margins * sizeof *s->q);
  memset(s->means, 0, s->loss->rows.n_rows * sizeof *s->means);
  size_t n_working = s->n_active;
  for (int pass = 0; pass < MAX_PASSES; pass++) {
    double largest = 0;
    size_t n_visited = n_working;
    for (size_t i = 0; i < n_working;) {
      uint32_t feature = s->active[i];
      if (visit(s, feature, &largest)) {
        i++;
      } else {
        s->active[i] = s->active[--n_working];
        s->active[n_working] = feature;
      }
    }
    if (largest > enough) continue;
    if (n_visited == s->n_active) return;
    n_working = s->n_active;
  }
}

/* ---- Steps ----------------------------------------------------------------- */

/* The penalties at w + step d. */
static double penalty(const proximal *s, double step) {
  double squares = 0, sizes = 0;
  for (size_t i = 0; i < s->n - s->n_columns; i++) {
    double w = s->w[i] + step * s->d[i];
    squares += w * w;
    sizes += fabs(w);
  }
  return s->loss->l2 / 2 * squares + s->l1 * sizes;
}

static double value_at(proximal *s, double step) {
  for (size_t m = 0; m < s->n_margins; m++) s->moved[m] = s->margins[m] + step * s->q[m];
  return quoth_logistic_evaluate(s->loss, s->moved, s->moved_probabilities) + penalty(s, step);
}

/* What the whole step should change the value by, to first order. */
static double first_order(const proximal *s) {
  double sum = 0;
  for (size_t i = 0; i < s->n; i++) {
    sum += s->gradient[i] * s->d[i];
    if (i < s->n - s->n_columns) sum += s->l1 * (fabs(s->w[i] + s->d[i]) - fabs(s->w[i]));
  }
  return sum;
}

/* Moves along d as far as the value falls enough; false where it can't. */
static bool search_line(proximal *s) {
  const double least_share = 1e-4; /* Armijo's: of the fall that is promised */
  double slope = first_order(s), rounding = 1e-14 * fabs(s->value), step = 1;
  s->promised = -slope / 2;
  if (!(slope < 0)) return false;
  double value = value_at(s, step);
  for (int i = 0; !(value <= s->value + least_share * step * slope + rounding); i++) {
    if (i == MAX_HALVINGS) return false;
    step /= 2;
    value = value_at(s, step);
  }
  for (size_t i = 0; i < s->n; i++) s->w[i] += step * s->d[i];
  memcpy(s->margins, s->moved, s->n_margins * sizeof *s->margins);
  memcpy(s->probabilities, s->moved_probabilities, s->n_margins * sizeof *s->probabilities);
  s->value = value;
  return true;
}

static quoth_status iterate(proximal *s, double tol, uint32_t max_iter, const char *label,
                            const quoth_progress *progress, quoth_error *err) {
  double first = 0;
  quoth_logistic_margins(s->loss, s->w, s->margins);
  s->value = quoth_logistic_evaluate(s->loss, s->margins, s->probabilities) + penalty(s, 0);
  for (uint32_t step = 0; step < max_iter; step++) {
    quoth_logistic_gradient(s->loss, s->w, s->probabilities, s->gradient, s->diagonal);
    double largest = find_active(s);
    if (step == 0) first = largest;
    if (progress && !progress->update(progress->context, label, step + 1, max_iter))
      return quoth_fail(err, QUOTH_ERR_STOPPED, "stopped");
    if (s->promised <= (largest <= tol ? SMALL_FALL : TOL_SHARE * tol) * s->value) break;
    solve(s, largest * fmin(0.1, sqrt(largest / first)));
    if (!search_line(s)) break;
  }
  if (progress) progress->update(progress->context, label, max_iter, max_iter);
  return QUOTH_OK;
}

quoth_status quoth_proximal_newton_minimise(const quoth_logistic_loss *loss, double l1, double tol,
                                            uint32_t max_iter, const char *label,
                                            const quoth_progress *progress, double *parameters,
                                            quoth_error *err) {
  size_t n_rows = loss->rows.n_rows, n_features = loss->rows.n_columns;
  proximal s = {.loss = loss,
                .l1 = l1,
                .n = (n_features + 1) * loss->n_columns,
                .n_margins = n_rows * loss->n_columns,
                .n_columns = loss->n_columns,
                .w = parameters,
                .promised = INFINITY};
  double **vectors[] = {&s.d, &s.gradient, &s.diagonal};
  double **of_rows[] = {&s.margins, &s.probabilities, &s.moved, &s.moved_probabilities, &s.q};
  enum {
    N_VECTORS = sizeof vectors / sizeof *vectors,
    N_OF_ROWS = sizeof of_rows / sizeof *of_rows
  };
  bool is_there = (s.means = quoth_new_array(n_rows, sizeof(double), err)) &&
                  (s.active = quoth_new_array(n_features + 1, sizeof *s.active, err));
  for (int i = 0; i < N_VECTORS && is_there; i++)
    is_there = (*vectors[i] = quoth_new_array(s.n, sizeof(double), err));
  for (int i = 0; i < N_OF_ROWS && is_there; i++)
    is_there = (*of_rows[i] = quoth_new_array(s.n_margins, sizeof(double), err));
  quoth_status status =
      is_there ? iterate(&s, tol, max_iter, label, progress, err) : QUOTH_ERR_NOMEM;
  for (int i = 0; i < N_VECTORS; i++) free(*vectors[i]);
  for (int i = 0; i < N_OF_ROWS; i++) free(*of_rows[i]);
  free(s.means);
  free(s.active);
  return status;
}
