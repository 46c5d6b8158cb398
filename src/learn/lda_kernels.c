/* lda_kernels.c - lda_kernels.h at one width. Sums over topics go over eight lanes (see
 * math/vector.h), sums over terms and over documents from first to last. */
#include "learn/lda_kernels.h"

#include "math/vector.h"

extern const quoth_lda_kernels QUOTH_FOR_WIDTH(quoth_lda_kernel_table);

/* Added to phi so that nothing is divided by zero: 2^-52, as scikit-learn does. */
#define PHI_FLOOR 0x1p-52

/* Topics are taken in blocks of eight vectors, which leaves registers for a row and a weight, and
 * the rest in one smaller block. Calls BLOCK(number of vectors, first topic, ...) for each; the
 * compiler knows the numbers. */
enum { BLOCK_VECTORS = 8, BLOCK_TOPICS = BLOCK_VECTORS * LANES };
#define FOR_BLOCKS(stride, BLOCK, ...)                                                             \
  do {                                                                                             \
    size_t k_ = 0;                                                                                 \
    for (; k_ + BLOCK_TOPICS <= (stride); k_ += BLOCK_TOPICS)                                      \
      BLOCK(BLOCK_VECTORS, k_, __VA_ARGS__);                                                       \
    switch (((stride)-k_) / SUM_LANES) {                                                           \
      LAST_BLOCK(1, BLOCK, __VA_ARGS__)                                                            \
      LAST_BLOCK(2, BLOCK, __VA_ARGS__)                                                            \
      LAST_BLOCK(3, BLOCK, __VA_ARGS__)                                                            \
      LAST_BLOCK(4, BLOCK, __VA_ARGS__)                                                            \
      LAST_BLOCK(5, BLOCK, __VA_ARGS__)                                                            \
      LAST_BLOCK(6, BLOCK, __VA_ARGS__)                                                            \
      LAST_BLOCK(7, BLOCK, __VA_ARGS__)                                                            \
    }                                                                                              \
  } while (0)
#define LAST_BLOCK(n, BLOCK, ...)                                                                  \
  case n:                                                                                          \
    if ((n)*SUM_PARTS < BLOCK_VECTORS) BLOCK((size_t)(n)*SUM_PARTS, k_, __VA_ARGS__);              \
    break;

VECTOR_INLINE double dot(const double *a, const double *b, size_t n) {
  eight_lanes sum = {0};
  for (size_t i = 0; i < n; i += SUM_LANES)
    for (size_t p = 0; p < SUM_PARTS; p++)
      sum.part[p] += load(a + i + p * LANES) * load(b + i + p * LANES);
  return sum_of_lanes(&sum);
}

VECTOR_INLINE double sum(const double *x, size_t n) {
  eight_lanes sum = {0};
  for (size_t i = 0; i < n; i += SUM_LANES)
    for (size_t p = 0; p < SUM_PARTS; p++) sum.part[p] += load(x + i + p * LANES);
  return sum_of_lanes(&sum);
}

/* out[v] = sum over i of weights[i] * vector v of row rows[i]; `table` begins at the block. */
VECTOR_INLINE void weigh_rows(size_t n_vectors, const double *table, size_t stride,
                              const uint32_t *rows, const double *weights, size_t n, vector *out) {
  for (size_t v = 0; v < n_vectors; v++) out[v] = (vector){0};
  for (size_t i = 0; i < n; i++) {
    const double *row = table + rows[i] * stride;
    for (size_t v = 0; v < n_vectors; v++) out[v] += weights[i] * load(row + v * LANES);
  }
}

/* ---- Documents ------------------------------------------------------------------- */

/* weights = counts / phi, where phi_j = sum over topics of exp_theta * exp_beta of term j. */
VECTOR_INLINE void weigh_terms_of(size_t stride, const quoth_lda_document *document) {
  for (size_t j = 0; j < document->n_entries; j++) {
    const double *row = document->exp_beta + document->rows[j] * stride;
    double phi = dot(document->exp_theta, row, stride) + PHI_FLOOR;
    document->weights[j] = document->counts[j] / phi;
  }
}

/* A known stride lets the compiler keep exp_theta in registers. */
static QUOTH_TARGET void weigh_terms(size_t stride, const quoth_lda_document *document) {
  switch (stride) {
  case 8:
    return weigh_terms_of(8, document);
  case 16:
    return weigh_terms_of(16, document);
  case 24:
    return weigh_terms_of(24, document);
  case 32:
    return weigh_terms_of(32, document);
  case 40:
    return weigh_terms_of(40, document);
  case 48:
    return weigh_terms_of(48, document);
  case 56:
    return weigh_terms_of(56, document);
  case 64:
    return weigh_terms_of(64, document);
  default:
    return weigh_terms_of(stride, document);
  }
}

typedef struct gamma_update {
  eight_lanes total;  /* of the new gamma */
  eight_lanes change; /* of |new - old| */
} gamma_update;

/* gamma = prior + exp_theta * sum over terms of weight * exp_beta, for one block from k. */
VECTOR_INLINE void update_block(size_t n_vectors, size_t k, const quoth_lda_problem *problem,
                                const quoth_lda_document *document, gamma_update *update) {
  vector shares[BLOCK_VECTORS];
  weigh_rows(n_vectors, document->exp_beta + k, problem->stride, document->rows, document->weights,
             document->n_entries, shares);
  for (size_t v = 0; v < n_vectors; v++, k += LANES) {
    vector gamma = load(document->exp_theta + k) * shares[v] + load(problem->doc_prior + k);
    update->total.part[v % SUM_PARTS] += gamma;
    update->change.part[v % SUM_PARTS] += absolute(load(document->gamma + k) - gamma);
    store(document->gamma + k, gamma);
  }
}

static QUOTH_TARGET gamma_update update_gamma(const quoth_lda_problem *problem,
                                              const quoth_lda_document *document) {
  gamma_update update = {0};
  FOR_BLOCKS(problem->stride, update_block, problem, document, &update);
  return update;
}

/* Documents go through their rounds in groups, so that what one waits for is done while others
 * compute, and so that topics of several fill a vector. */
enum { GROUP = 8, SEGMENT_TOPICS = 128, PACK_TOPICS = 1024, MAX_SEGMENTS = 64 };

typedef struct group {
  size_t n; /* documents under way, at most GROUP */
  const quoth_lda_document *documents[GROUP];
  uint32_t rounds[GROUP];
  double total[GROUP]; /* of gamma */
  double change[GROUP];
  double psi_total[GROUP];
  double at_prior[GROUP]; /* exp_theta of a topic whose gamma is the prior */
} group;

/* Topics of one document whose gammas are in the pack. */
typedef struct segment {
  const quoth_lda_document *document;
  size_t begin, end; /* topics */
  double at_prior;
} segment;

/* Most topics of a document are soon back at their prior, to the last bit; all of these have the
 * same exp_theta. Only the gammas of the others are packed. Behind the n-th there is room for the
 * rest of a vector. */
typedef struct pack {
  size_t n, n_segments;
  double gamma[PACK_TOPICS + LANES]; /* [n]; becomes exp_theta */
  double psi_total[PACK_TOPICS + LANES];
  segment segments[MAX_SEGMENTS];
} pack;

VECTOR_INLINE vector_mask is_off_prior(const quoth_lda_problem *problem, const double *gamma,
                                       size_t k) {
  return differ(load(gamma + k), load(problem->doc_prior + k));
}

VECTOR_INLINE void unpack_segment(const quoth_lda_problem *problem, const segment *s,
                                  const double **packed) {
  for (size_t k = s->begin, n; k < s->end; k += LANES, *packed += n) {
    vector_mask mask = is_off_prior(problem, s->document->gamma, k);
    store(s->document->exp_theta + k, expand(*packed, mask, broadcast(s->at_prior), &n));
  }
}

VECTOR_INLINE void exp_digamma_at(int n, double *x, const double *shift) {
  vector value[MOST_VECTORS], less_by[MOST_VECTORS];
  EACH value[j] = load(x + LANE_OF(j));
  EACH less_by[j] = load(shift + LANE_OF(j));
  exp_digamma(n, value, less_by, value);
  EACH store(x + LANE_OF(j), value[j]);
}

/* x = exp(psi(x) - shift), each [n], with room for the rest of a vector behind. */
static QUOTH_TARGET void exp_digamma_all(double *x, const double *shift, size_t n) {
  size_t i = 0;
  for (; i + MOST_LANES <= n; i += MOST_LANES) exp_digamma_at(MOST_VECTORS, x + i, shift + i);
  for (; i < n; i += LANES) exp_digamma_at(1, x + i, shift + i);
}

VECTOR_INLINE void unpack(const quoth_lda_problem *problem, pack *p) {
  exp_digamma_all(p->gamma, p->psi_total, p->n);
  const double *packed = p->gamma;
  for (size_t i = 0; i < p->n_segments; i++) unpack_segment(problem, &p->segments[i], &packed);
  p->n = p->n_segments = 0;
}

VECTOR_INLINE void pack_segment(const quoth_lda_problem *problem, pack *p, segment s,
                                double psi_total) {
  if (p->n + (s.end - s.begin) > PACK_TOPICS || p->n_segments == MAX_SEGMENTS) unpack(problem, p);
  size_t first = p->n;
  for (size_t k = s.begin; k < s.end; k += LANES)
    p->n += compress(p->gamma + p->n, is_off_prior(problem, s.document->gamma, k),
                     load(s.document->gamma + k));
  for (size_t i = first; i < p->n; i += LANES) store(p->psi_total + i, broadcast(psi_total));
  p->segments[p->n_segments++] = s;
}

/* exp_theta = exp(psi(gamma) - psi(total)). */
static QUOTH_TARGET void expect_topics(const quoth_lda_problem *problem, group *g) {
  pack packed;
  packed.n = packed.n_segments = 0;
  for (size_t i = 0; i < g->n; i += LANES) {
    vector psi_total = digamma_lanes(load(g->total + i));
    vector at_prior = broadcast(problem->psi_doc_prior) - psi_total;
    exp_or_zero(1, &at_prior, &at_prior);
    store(g->psi_total + i, psi_total);
    store(g->at_prior + i, at_prior);
  }
  for (size_t i = 0; i < g->n; i++)
    for (size_t k = 0; k < problem->stride; k += SEGMENT_TOPICS) {
      size_t rest = problem->stride - k;
      segment s = {g->documents[i], k, k + (rest < SEGMENT_TOPICS ? rest : SEGMENT_TOPICS),
                   g->at_prior[i]};
      pack_segment(problem, &packed, s, g->psi_total[i]);
    }
  unpack(problem, &packed);
}

static QUOTH_TARGET void add_document(const quoth_lda_problem *problem, group *g,
                                      const quoth_lda_document *document) {
  g->documents[g->n] = document;
  g->rounds[g->n] = 0;
  g->total[g->n] = sum(document->gamma, problem->stride);
  g->change[g->n] = __builtin_inf();
  g->n++;
}

static QUOTH_TARGET void update_document(const quoth_lda_problem *problem, group *g, size_t i) {
  gamma_update update = update_gamma(problem, g->documents[i]);
  g->rounds[i]++;
  g->total[i] = sum_of_lanes(&update.total);
  g->change[i] = sum_of_lanes(&update.change) / (double)problem->n_topics;
}

static void drop_settled(const quoth_lda_problem *problem, group *g) {
  size_t n = 0;
  for (size_t i = 0; i < g->n; i++) {
    if (g->change[i] < problem->mean_change_tol || g->rounds[i] == problem->max_rounds) continue;
    g->documents[n] = g->documents[i];
    g->rounds[n] = g->rounds[i];
    n++;
  }
  g->n = n;
}

static QUOTH_TARGET void infer_documents(const quoth_lda_problem *problem,
                                         const quoth_lda_document *documents, size_t n) {
  group g = {0};
  for (size_t next = 0; next < n || g.n > 0;) {
    for (size_t i = 0; i < g.n; i++) update_document(problem, &g, i);
    while (g.n < GROUP && next < n) add_document(problem, &g, &documents[next++]);
    expect_topics(problem, &g);
    for (size_t i = 0; i < g.n; i++) weigh_terms(problem->stride, g.documents[i]);
    drop_settled(problem, &g);
  }
}

/* ---- Terms ----------------------------------------------------------------------- */

/* Lambdas that need more arithmetic than the others of their vectors. */
typedef struct packed_lambdas {
  size_t n;
  double lambda[PACK_TOPICS + LANES];    /* [n] */
  double psi_total[PACK_TOPICS + LANES]; /* [n] */
  double place[PACK_TOPICS + LANES];     /* [n]: where the result goes */
} packed_lambdas;

VECTOR_INLINE void pack_lambdas(packed_lambdas *packed, vector_mask mask, vector lambda,
                                vector psi_total, size_t place) {
  static const double LANE_NUMBERS[] = {0, 1, 2, 3, 4, 5, 6, 7};
  compress(packed->psi_total + packed->n, mask, psi_total);
  compress(packed->place + packed->n, mask, (double)place + load(LANE_NUMBERS));
  packed->n += compress(packed->lambda + packed->n, mask, lambda);
}

static QUOTH_TARGET void expect_packed(packed_lambdas *packed, double *out) {
  exp_digamma_all(packed->lambda, packed->psi_total, packed->n);
  for (size_t i = 0; i < packed->n; i++) out[(size_t)packed->place[i]] = packed->lambda[i];
  packed->n = 0;
}

/* exp(psi(prior + d) - psi_total), see lda_near_prior.h. */
VECTOR_INLINE void expect_near_prior(int n, const quoth_lda_near_prior *near, const vector *d,
                                     const double *at_prior, vector *out) {
  vector p[MOST_VECTORS];
  EACH p[j] = broadcast(near->coefficients[QUOTH_LDA_NEAR_TERMS - 1]);
  for (int i = QUOTH_LDA_NEAR_TERMS - 2; i >= 0; i--)
    EACH p[j] = p[j] * d[j] + near->coefficients[i];
  EACH p[j] = p[j] * d[j] + 1;
  for (int i = 0; i < QUOTH_LDA_NEAR_SQUARINGS; i++) EACH p[j] *= p[j];
  EACH out[j] = load(at_prior + LANE_OF(j)) * p[j];
}

/* For `n` vectors from topic k of a row. If most lambdas are near the prior, the others are packed.
 * If not, all are taken as if they were below 1, which most then are, and the others are packed. A
 * lambda's result is the same either way. */
VECTOR_INLINE void expect_vectors(int n, const quoth_lda_expectation *e, size_t row, size_t k,
                                  packed_lambdas *packed) {
  vector d[MOST_VECTORS], lambda[MOST_VECTORS], shift[MOST_VECTORS], value[MOST_VECTORS];
  vector_mask is_near[MOST_VECTORS], is_left[MOST_VECTORS];
  size_t n_near = 0;
  EACH d[j] = e->scale * load(e->mass + row + k + LANE_OF(j));
  EACH lambda[j] = load(e->prior + k + LANE_OF(j)) + d[j];
  EACH shift[j] = load(e->psi_total + k + LANE_OF(j));
  EACH is_near[j] = not_below(d[j], 0) & less(d[j], e->near_prior->limit);
  EACH n_near += count_on(is_near[j]);
  EACH value[j] = (vector){0};
  if (n_near > 0) expect_near_prior(n, e->near_prior, d, e->at_prior + k, value);
  if (2 * n_near >= (size_t)n * LANES) {
    EACH is_left[j] = ~is_near[j];
  } else {
    vector full[MOST_VECTORS];
    exp_digamma_below_one(n, lambda, shift, full);
    EACH value[j] = choose(is_near[j], value[j], full[j]);
    EACH is_left[j] = not_below(lambda[j], 1);
  }
  EACH pack_lambdas(packed, is_left[j], lambda[j], shift[j], row + k + LANE_OF(j));
  EACH store(e->exp_beta + row + k + LANE_OF(j), value[j]);
}

VECTOR_INLINE void prefetch_row(const quoth_lda_expectation *e, size_t row) {
  for (size_t k = 0; k < e->stride; k += SUM_LANES) __builtin_prefetch(e->mass + row + k);
}

static QUOTH_TARGET void expect_terms(const quoth_lda_expectation *e, const uint32_t *terms,
                                      size_t n) {
  packed_lambdas packed;
  packed.n = 0;
  for (size_t t = 0; t < n; t++) {
    if (t + 2 < n) prefetch_row(e, terms[t + 2] * e->stride);
    size_t row = terms[t] * e->stride, k = 0;
    for (size_t step; k < e->stride; k += step) {
      step = k + MOST_LANES <= e->stride ? MOST_LANES : LANES;
      if (packed.n + step > PACK_TOPICS) expect_packed(&packed, e->exp_beta);
      if (step == MOST_LANES)
        expect_vectors(MOST_VECTORS, e, row, k, &packed);
      else
        expect_vectors(1, e, row, k, &packed);
    }
  }
  expect_packed(&packed, e->exp_beta);
}

VECTOR_INLINE void add_block(size_t n_vectors, size_t k, const quoth_lda_term *term,
                             const double *exp_theta, double factor, double *mass, double *total,
                             size_t stride) {
  vector shares[BLOCK_VECTORS];
  weigh_rows(n_vectors, exp_theta + k, stride, term->documents, term->weights, term->n_documents,
             shares);
  for (size_t v = 0; v < n_vectors; v++, k += LANES) {
    vector gain = factor * (shares[v] * load(term->exp_beta + k));
    store(mass + k, load(mass + k) + gain);
    store(total + k, load(total + k) + gain);
  }
}

static QUOTH_TARGET void add_statistics(const quoth_lda_term *term, const double *exp_theta,
                                        double factor, double *mass, double *total, size_t stride) {
  FOR_BLOCKS(stride, add_block, term, exp_theta, factor, mass, total, stride);
}

const quoth_lda_kernels QUOTH_FOR_WIDTH(quoth_lda_kernel_table) = {infer_documents, expect_terms,
                                                                   add_statistics};
