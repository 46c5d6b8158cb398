#include "learn/logistic_loss.h"

#include <math.h>
#include <stdlib.h>

#include "base/logarithm.h"
#include "math/functions.h"

enum { BLOCK = 256 }; /* rows or features: what a thread takes at a time */

static size_t n_blocks(size_t n) { return (n + BLOCK - 1) / BLOCK; }

static size_t n_features(const quoth_logistic_loss *loss) { return loss->rows.n_columns; }

quoth_status quoth_logistic_loss_init(quoth_logistic_loss *loss, quoth_error *err) {
  size_t row_blocks = n_blocks(loss->rows.n_rows), blocks = n_blocks(n_features(loss) + 1);
  loss->partial =
      quoth_new_array(blocks > row_blocks ? blocks : row_blocks, sizeof *loss->partial, err);
  return loss->partial ? quoth_sparse_transpose(&loss->rows, &loss->columns, err) : QUOTH_ERR_NOMEM;
}

void quoth_logistic_loss_clear(quoth_logistic_loss *loss) {
  quoth_sparse_clear(&loss->columns);
  free(loss->partial);
}

/* ---- Blocks ---------------------------------------------------------------- */

/* One pass over rows or features. What each needs of these: */
typedef struct pass {
  const quoth_logistic_loss *loss;
  const double *parameters;    /* [V + 1][K] */
  const double *probabilities; /* [n][K] */
  double *margins;             /* [n][K] */
  double *row_out;             /* [n][K] */
  double *gradient, *diagonal; /* [V + 1][K] */
  void (*work)(const struct pass *pass, size_t begin, size_t end, double *partial);
  size_t n_items;
} pass;

static void run_blocks(void *context, size_t begin, size_t end, size_t worker) {
  (void)worker;
  const pass *p = context;
  for (size_t block = begin; block < end; block++) {
    size_t first = block * BLOCK, behind = first + BLOCK;
    p->work(p, first, behind < p->n_items ? behind : p->n_items, &p->loss->partial[block]);
  }
}

static void run(const pass *p) {
  quoth_pool_run(p->loss->pool, n_blocks(p->n_items), 1, run_blocks, (void *)(uintptr_t)p);
}

static double run_sum(const pass *p) {
  run(p);
  double sum = 0;
  for (size_t block = 0; block < n_blocks(p->n_items); block++) sum += p->loss->partial[block];
  return sum;
}

/* ---- Rows ------------------------------------------------------------------ */

/* out += D' x, for a row x of the matrix and D ([.][n_columns]). Sums stay in registers where the
 * compiler knows how many there are. */
__attribute__((always_inline)) static inline void add_few_products(const quoth_sparse *matrix,
                                                                   size_t row, const double *dense,
                                                                   size_t n_columns, double *out) {
  double sums[4] = {0};
  for (uint64_t i = matrix->row_begin[row]; i < matrix->row_begin[row + 1]; i++)
    for (size_t k = 0; k < n_columns; k++)
      sums[k] += matrix->weights[i] * dense[matrix->columns[i] * n_columns + k];
  for (size_t k = 0; k < n_columns; k++) out[k] += sums[k];
}

static void add_products(const quoth_sparse *matrix, size_t row, const double *dense,
                         size_t n_columns, double *out) {
  switch (n_columns) {
  case 1:
    add_few_products(matrix, row, dense, 1, out);
    return;
  case 3:
    add_few_products(matrix, row, dense, 3, out);
    return;
  case 4:
    add_few_products(matrix, row, dense, 4, out);
    return;
  }
  for (uint64_t i = matrix->row_begin[row]; i < matrix->row_begin[row + 1]; i++) {
    const double *d = dense + matrix->columns[i] * n_columns;
    double x = matrix->weights[i];
    for (size_t k = 0; k < n_columns; k++) out[k] += x * d[k];
  }
}

static void row_margins(const pass *p, size_t begin, size_t end, double *partial) {
  (void)partial;
  const quoth_sparse *rows = &p->loss->rows;
  size_t n_columns = p->loss->n_columns;
  const double *intercept = p->parameters + n_features(p->loss) * n_columns;
  for (size_t row = begin; row < end; row++) {
    double *out = p->margins + row * n_columns;
    for (size_t k = 0; k < n_columns; k++) out[k] = intercept[k];
    add_products(rows, row, p->parameters, n_columns, out);
  }
}

void quoth_logistic_margins(const quoth_logistic_loss *loss, const double *parameters,
                            double *margins) {
  run(&(pass){.loss = loss,
              .parameters = parameters,
              .margins = margins,
              .work = row_margins,
              .n_items = loss->rows.n_rows});
}

static double softplus(double z, double exp_of_minus_abs) {
  return (z > 0 ? z : 0) + quoth_log(1 + exp_of_minus_abs);
}

static void evaluate_two(const pass *p, size_t begin, size_t end, double *partial) {
  const quoth_logistic_loss *loss = p->loss;
  double e[BLOCK] = {0}, sum = 0;
  for (size_t row = begin; row < end; row++) e[row - begin] = -fabs(p->margins[row]);
  quoth_exp_array(e, e, end - begin);
  for (size_t row = begin; row < end; row++) {
    double z = p->margins[row], small = e[row - begin] / (1 + e[row - begin]);
    p->row_out[row] = z > 0 ? 1 - small : small;
    sum += loss->row_weights[row] * (softplus(z, e[row - begin]) - (loss->targets[row] ? z : 0));
  }
  *partial = sum;
}

static void evaluate_many(const pass *p, size_t begin, size_t end, double *partial) {
  const quoth_logistic_loss *loss = p->loss;
  size_t n_columns = loss->n_columns;
  double sum = 0;
  for (size_t row = begin; row < end; row++) {
    const double *z = p->margins + row * n_columns;
    double *out = p->row_out + row * n_columns, highest = z[0];
    for (size_t k = 1; k < n_columns; k++) highest = z[k] > highest ? z[k] : highest;
    for (size_t k = 0; k < n_columns; k++) out[k] = z[k] - highest;
  }
  quoth_exp_array(p->row_out + begin * n_columns, p->row_out + begin * n_columns,
                  (end - begin) * n_columns);
  for (size_t row = begin; row < end; row++) {
    const double *z = p->margins + row * n_columns;
    double *out = p->row_out + row * n_columns, total = 0, highest = z[0];
    for (size_t k = 1; k < n_columns; k++) highest = z[k] > highest ? z[k] : highest;
    for (size_t k = 0; k < n_columns; k++) total += out[k];
    for (size_t k = 0; k < n_columns; k++) out[k] /= total;
    sum += loss->row_weights[row] * (highest + quoth_log(total) - z[loss->targets[row]]);
  }
  *partial = sum;
}

double quoth_logistic_evaluate(const quoth_logistic_loss *loss, const double *margins,
                               double *probabilities) {
  return run_sum(&(pass){.loss = loss,
                         .margins = (double *)(uintptr_t)margins,
                         .row_out = probabilities,
                         .work = loss->n_columns == 1 ? evaluate_two : evaluate_many,
                         .n_items = loss->rows.n_rows});
}

/* ---- Gradient -------------------------------------------------------------- */

/* Adds x times the residual s (p - y) of a row to g, and x^2 s p (1 - p) to h. */
__attribute__((always_inline)) static inline void
add_residual(const pass *p, size_t row, double x, size_t n_columns, double *g, double *h) {
  const quoth_logistic_loss *loss = p->loss;
  const double *probabilities = p->probabilities + row * n_columns;
  double weight = x * loss->row_weights[row];
  uint32_t target = loss->targets[row];
  for (size_t k = 0; k < n_columns; k++) {
    double q = probabilities[k];
    bool is_target = n_columns == 1 ? target : k == target;
    g[k] += weight * (q - is_target);
    h[k] += weight * x * q * (1 - q);
  }
}

__attribute__((always_inline)) static inline void add_residuals(const pass *p, size_t feature,
                                                                size_t n_columns) {
  const quoth_sparse *columns = &p->loss->columns;
  double *g = p->gradient + feature * n_columns, *h = p->diagonal + feature * n_columns;
  for (size_t k = 0; k < n_columns; k++) g[k] = h[k] = 0;
  if (feature == columns->n_rows) {
    for (size_t row = 0; row < columns->n_columns; row++) add_residual(p, row, 1, n_columns, g, h);
  } else {
    for (uint64_t i = columns->row_begin[feature]; i < columns->row_begin[feature + 1]; i++)
      add_residual(p, columns->columns[i], columns->weights[i], n_columns, g, h);
  }
}

/* What the penalty adds; the intercept has none, and does not move where it is not to be fitted. */
static void add_penalty(const pass *p, size_t feature) {
  const quoth_logistic_loss *loss = p->loss;
  size_t n_columns = loss->n_columns;
  double *g = p->gradient + feature * n_columns, *h = p->diagonal + feature * n_columns;
  const double *w = p->parameters + feature * n_columns;
  bool is_intercept = feature == n_features(loss);
  for (size_t k = 0; k < n_columns; k++) {
    if (!is_intercept) {
      g[k] += loss->l2 * w[k];
      h[k] += loss->l2;
    } else if (!loss->fit_intercept) {
      g[k] = 0;
    }
    if (!(h[k] > 0)) h[k] = 1;
  }
}

static void feature_gradient(const pass *p, size_t begin, size_t end, double *partial) {
  size_t n_columns = p->loss->n_columns;
  double largest = 0;
  for (size_t feature = begin; feature < end; feature++) {
    switch (n_columns) {
    case 1:
      add_residuals(p, feature, 1);
      break;
    case 3:
      add_residuals(p, feature, 3);
      break;
    default:
      add_residuals(p, feature, n_columns);
    }
    add_penalty(p, feature);
    for (size_t k = 0; k < n_columns; k++)
      largest = fmax(largest, fabs(p->gradient[feature * n_columns + k]));
  }
  *partial = largest;
}

double quoth_logistic_gradient(const quoth_logistic_loss *loss, const double *parameters,
                               const double *probabilities, double *gradient, double *diagonal) {
  pass p = {.loss = loss,
            .parameters = parameters,
            .probabilities = probabilities,
            .gradient = gradient,
            .diagonal = diagonal,
            .work = feature_gradient,
            .n_items = n_features(loss) + 1};
  run(&p);
  double largest = 0;
  for (size_t block = 0; block < n_blocks(p.n_items); block++)
    largest = fmax(largest, loss->partial[block]);
  return largest;
}

/* ---- Hessian --------------------------------------------------------------- */

/* A row's margins u of the direction, and the loss's Hessian times u: s (p u - p (p . u)). */
static void row_curvature(const pass *p, size_t begin, size_t end, double *partial) {
  row_margins(p, begin, end, partial);
  const quoth_logistic_loss *loss = p->loss;
  size_t n_columns = loss->n_columns;
  for (size_t row = begin; row < end; row++) {
    const double *u = p->margins + row * n_columns, *q = p->probabilities + row * n_columns;
    double *out = p->row_out + row * n_columns, mean = 0, s = loss->row_weights[row];
    for (size_t k = 0; k < n_columns; k++) mean += q[k] * u[k];
    for (size_t k = 0; k < n_columns; k++) out[k] = s * q[k] * (u[k] - mean);
  }
}

static void add_all_rows(const pass *p, double *out) {
  size_t n_columns = p->loss->n_columns;
  for (size_t row = 0; row < p->loss->rows.n_rows && p->loss->fit_intercept; row++)
    for (size_t k = 0; k < n_columns; k++) out[k] += p->row_out[row * n_columns + k];
}

static void feature_curvature(const pass *p, size_t begin, size_t end, double *partial) {
  const quoth_logistic_loss *loss = p->loss;
  size_t n_columns = loss->n_columns;
  double sum = 0;
  for (size_t feature = begin; feature < end; feature++) {
    const double *v = p->parameters + feature * n_columns;
    double *out = p->gradient + feature * n_columns;
    bool is_intercept = feature == n_features(loss);
    for (size_t k = 0; k < n_columns; k++) out[k] = is_intercept ? 0 : loss->l2 * v[k];
    if (is_intercept)
      add_all_rows(p, out);
    else
      add_products(&loss->columns, feature, p->row_out, n_columns, out);
    for (size_t k = 0; k < n_columns; k++) sum += v[k] * out[k];
  }
  *partial = sum;
}

double quoth_logistic_curvature(const quoth_logistic_loss *loss, const double *direction,
                                const double *probabilities, double *margins, double *scratch,
                                double *product) {
  pass p = {.loss = loss,
            .parameters = direction,
            .probabilities = probabilities,
            .margins = margins,
            .row_out = scratch,
            .gradient = product,
            .work = row_curvature,
            .n_items = loss->rows.n_rows};
  run(&p);
  p.work = feature_curvature;
  p.n_items = n_features(loss) + 1;
  return run_sum(&p);
}
