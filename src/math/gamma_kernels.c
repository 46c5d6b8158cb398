/* gamma_kernels.c - gamma.h at one width.
 *
 * Marsaglia and Tsang's method takes normal deviates X and uniform ones U in turn and yields a
 * value for most of the pairs. The polar method makes two X at a time from the first point of a
 * random sequence that lies in the unit disc. So the stream of the generator, in groups of four
 * words that make two uniform deviates each, reads
 *   [point outside]... [point inside: X, X'] [U, U'], and again,
 * and which groups are which depends on nothing but the points. The groups are sorted out one by
 * one, and the arithmetic is done on many. */
#include <math.h>

#include "base/logarithm.h"
#include "math/gamma_kernels.h"
#include "math/vector.h"

extern const quoth_gamma_kernel QUOTH_FOR_WIDTH(quoth_gamma_kernel_table);

enum { MAX_PAIRS = 128, MAX_GROUPS = 2 * MAX_PAIRS };

typedef struct groups {
  uint32_t words[4 * MAX_GROUPS];
  double unit[2 * MAX_GROUPS]; /* in [0, 1) */
  double radius2[MAX_GROUPS];  /* of the point that the two make */
} groups;

/* What makes two values, accepted or not. */
typedef struct pairs {
  double x[2][MAX_PAIRS];     /* the point; then the normal deviates */
  double u[2][MAX_PAIRS];     /* the uniform deviates */
  double factor[MAX_PAIRS];   /* radius2 of the point; then what it is multiplied with */
  double limit[2][MAX_PAIRS]; /* a u below accepts, one above needs a closer look */
  double value[2][MAX_PAIRS];
} pairs;

static QUOTH_TARGET void draw_groups(quoth_random *random, size_t n, groups *out) {
  quoth_random_u32_array(random, out->words, 4 * n);
  for (size_t i = 0; i < 2 * n; i++) {
    double high = (double)(int32_t)(out->words[2 * i] >> 5);
    double low = (double)(int32_t)(out->words[2 * i + 1] >> 6);
    out->unit[i] = (high * 0x1p26 + low) * 0x1p-53;
  }
  for (size_t i = 0; i < n; i++) {
    double x = 2 * out->unit[2 * i] - 1, y = 2 * out->unit[2 * i + 1] - 1;
    out->radius2[i] = x * x + y * y;
  }
}

/* A pair needs two groups at the least, hence none is drawn in vain. */
static QUOTH_TARGET void draw_pairs(quoth_random *random, size_t n, groups *drawn, pairs *out) {
  bool is_inside = false; /* the last group; its uniform deviates come next */
  for (size_t i = 0; i < n;) {
    size_t n_groups = 2 * (n - i) - is_inside;
    draw_groups(random, n_groups, drawn);
    for (size_t g = 0; g < n_groups; g++) {
      const double *unit = drawn->unit + 2 * g;
      if (is_inside) {
        out->u[0][i] = unit[0];
        out->u[1][i] = unit[1];
        is_inside = false;
        i++;
      } else if (drawn->radius2[g] < 1 && drawn->radius2[g] != 0) {
        out->x[0][i] = 2 * unit[1] - 1; /* numpy gives out the second first */
        out->x[1][i] = 2 * unit[0] - 1;
        out->factor[i] = drawn->radius2[g];
        is_inside = true;
      }
    }
  }
}

/* Marsaglia and Tsang accept u if log u < h = x^2/2 + b (1 - v + log v), v = (1 + t)^3, t = c x,
 * and spare most logarithms by u < 1 - 0.0331 x^4. Since 9 b c^2 = 1, all terms of h below t^4
 * vanish, h >= -3/4 b t^4 / (1 - |t|), which accepts earlier: log u <= u - 1. 1e-12 is more than
 * what rounding takes from h. */
#define ROUNDING_OF_H 1e-12
static double sure_factor(double b, double c) {
  double t2 = c * c, factor = 0.75 * b * t2 * t2 / (1 - c * QUOTH_LARGEST_NORMAL);
  return factor < 0.0331 ? factor : 0.0331;
}

/* The lanes behind the n pairs compute something, too, which is not used. */
static QUOTH_TARGET void make_values(pairs *p, size_t n, double b, double c, double scale) {
  const double factor = sure_factor(b, c), most = 1 - ROUNDING_OF_H;
  for (size_t i = 0; i < n; i += LANES) {
    vector radius2 = load(p->factor + i);
    store(p->factor + i, -2 * log_lanes(radius2) / radius2);
  }
  for (size_t i = 0; i < n; i++) p->factor[i] = sqrt(p->factor[i]);
  for (int which = 0; which < 2; which++)
    for (size_t i = 0; i < n; i += LANES) {
      vector x = load(p->factor + i) * load(p->x[which] + i);
      vector v = 1 + c * x;
      store(p->x[which] + i, x);
      store(p->limit[which] + i, most - factor * (x * x) * (x * x));
      store(p->value[which] + i, scale * (b * (v * v * v)));
    }
}

static bool is_accepted(double x, double u, double b, double c) {
  if (u < 1 - 0.0331 * (x * x) * (x * x)) return true;
  double v = 1 + c * x;
  v = v * v * v;
  return quoth_log(u) < 0.5 * x * x + b * (1 - v + quoth_log(v));
}

/* Returns how many there are. */
static size_t take_accepted(const pairs *p, size_t n, double b, double c, double *out) {
  size_t n_taken = 0;
  for (size_t i = 0; i < n; i++)
    for (int which = 0; which < 2; which++) {
      double u = p->u[which][i];
      if (u < p->limit[which][i] || is_accepted(p->x[which][i], u, b, c))
        out[n_taken++] = p->value[which][i];
    }
  return n_taken;
}

/* n is even; returns how many values there are. */
static QUOTH_TARGET size_t draw_gammas(quoth_random *random, double b, double c, double scale,
                                       double *out, size_t n) {
  groups drawn;
  pairs made = {0};
  size_t n_drawn = 0;
  while (n - n_drawn >= 2) {
    size_t n_pairs = (n - n_drawn) / 2;
    if (n_pairs > MAX_PAIRS) n_pairs = MAX_PAIRS;
    draw_pairs(random, n_pairs, &drawn, &made);
    make_values(&made, n_pairs, b, c, scale);
    n_drawn += take_accepted(&made, n_pairs, b, c, out + n_drawn);
  }
  return n_drawn;
}

const quoth_gamma_kernel QUOTH_FOR_WIDTH(quoth_gamma_kernel_table) = {draw_gammas};
