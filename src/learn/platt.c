/* Newton's method, halving steps that climb: Lin, Lin and Weng, "A note on Platt's probabilistic
 * outputs for support vector machines" (2007). */
#include "learn/platt.h"

#include <math.h>
#include <stdlib.h>

#include "base/logarithm.h"
#include "math/functions.h"

enum { MAX_STEPS = 100, MAX_HALVINGS = 40 };
#define RIDGE 1e-12    /* makes the Hessian invertible where all decision values are alike */
#define TOLERANCE 1e-9 /* of the gradient, for a row */

typedef struct platt {
  const double *f;
  double *targets; /* [n]: t */
  double *small;   /* [n]: exp(-|slope f + offset|) */
  size_t n;
  double slope, offset;
} platt;

/* What is minimised, at slope a and offset b. */
static double value_at(platt *s, double a, double b) {
  double sum = 0;
  for (size_t i = 0; i < s->n; i++) s->small[i] = -fabs(a * s->f[i] + b);
  quoth_exp_array(s->small, s->small, s->n);
  for (size_t i = 0; i < s->n; i++) {
    double z = a * s->f[i] + b; /* -log P = softplus(z), -log(1 - P) = softplus(z) - z */
    sum += fmax(z, 0) + quoth_log(1 + s->small[i]) - (1 - s->targets[i]) * z;
  }
  return sum;
}

/* Of the values' sum: {d/da, d/db, d2/da2, d2/dadb, d2/db2}. */
static void differentiate(const platt *s, double out[5]) {
  for (int i = 0; i < 5; i++) out[i] = i == 2 || i == 4 ? RIDGE : 0;
  for (size_t i = 0; i < s->n; i++) {
    double f = s->f[i], e = s->small[i], low = e / (1 + e);
    double p = s->slope * f + s->offset > 0 ? low : 1 - low;
    double slope = s->targets[i] - p, curvature = low / (1 + e);
    out[0] += slope * f;
    out[1] += slope;
    out[2] += curvature * f * f;
    out[3] += curvature * f;
    out[4] += curvature;
  }
}

static void minimise(platt *s) {
  double value = value_at(s, s->slope, s->offset), g[5];
  for (int i = 0; i < MAX_STEPS; i++) {
    differentiate(s, g);
    if (fmax(fabs(g[0]), fabs(g[1])) <= TOLERANCE * (double)s->n) return;
    double determinant = g[2] * g[4] - g[3] * g[3], step = 1;
    double a = -(g[4] * g[0] - g[3] * g[1]) / determinant;
    double b = -(g[2] * g[1] - g[3] * g[0]) / determinant;
    double promised = a * g[0] + b * g[1], next = value_at(s, s->slope + a, s->offset + b);
    for (int halved = 0; !(next < value + 1e-4 * step * promised); halved++) {
      if (halved == MAX_HALVINGS) {
        value_at(s, s->slope, s->offset);
        return;
      }
      step /= 2;
      next = value_at(s, s->slope + step * a, s->offset + step * b);
    }
    s->slope += step * a;
    s->offset += step * b;
    value = next;
  }
}

quoth_status quoth_platt_fit(const double *decisions, const bool *is_positive, size_t n_rows,
                             double *slope, double *offset, quoth_error *err) {
  platt s = {.f = decisions, .n = n_rows};
  s.targets = quoth_new_array(n_rows, sizeof *s.targets, err);
  s.small = quoth_new_array(n_rows, sizeof *s.small, err);
  bool is_there = s.targets && s.small;
  if (is_there) {
    double n_positive = 0;
    for (size_t i = 0; i < n_rows; i++) n_positive += is_positive[i];
    double n_negative = (double)n_rows - n_positive;
    for (size_t i = 0; i < n_rows; i++)
      s.targets[i] = is_positive[i] ? (n_positive + 1) / (n_positive + 2) : 1 / (n_negative + 2);
    s.offset = quoth_log((n_negative + 1) / (n_positive + 1));
    minimise(&s);
    *slope = s.slope;
    *offset = s.offset;
  }
  free(s.targets);
  free(s.small);
  return is_there ? QUOTH_OK : QUOTH_ERR_NOMEM;
}
