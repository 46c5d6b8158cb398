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

VECTOR_INLINE void exp_digamma_packed(int n, pack *p, size_t i) {
  vector gamma[MOST_VECTORS], shift[MOST_VECTORS];
  EACH gamma[j] = load(p->gamma + i + LANE_OF(j));
  EACH shift[j] = load(p->psi_total + i + LANE_OF(j));
  exp_digamma(n, gamma, shift, gamma);
  EACH store(p->gamma + i + LANE_OF(j), gamma[j]);
}

VECTOR_INLINE void unpack(const quoth_lda_problem *problem, pack *p) {
  size_t i = 0;
  for (; i + MOST_LANES <= p->n; i += MOST_LANES) exp_digamma_packed(MOST_VECTORS, p, i);
  for (; i < p->n; i += LANES) exp_digamma_packed(1, p, i);
  const double *packed = p->gamma;
  for (i = 0; i < p->n_segments; i++) unpack_segment(problem, &p->segments[i], &packed);
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

/* Nearly all lambdas are below 1. All are taken as if they were, and those that are not once more,
 * packed. */
typedef struct large_lambdas {
  size_t n;
  double lambda[PACK_TOPICS + LANES];    /* [n] */
  double psi_total[PACK_TOPICS + LANES]; /* [n] */
  double place[PACK_TOPICS + LANES];     /* [n]: where the result goes */
} large_lambdas;

VECTOR_INLINE void pack_large(large_lambdas *large, vector lambda, vector psi_total, size_t place) {
  static const double LANE_NUMBERS[] = {0, 1, 2, 3, 4, 5, 6, 7};
  vector_mask mask = not_below(lambda, 1);
  compress(large->psi_total + large->n, mask, psi_total);
  compress(large->place + large->n, mask, (double)place + load(LANE_NUMBERS));
  large->n += compress(large->lambda + large->n, mask, lambda);
}

VECTOR_INLINE void expect_vectors(int n, const double *mass, double scale, const double *prior,
                                  const double *psi_total, double *out, size_t place,
                                  large_lambdas *large) {
  vector lambda[MOST_VECTORS], shift[MOST_VECTORS];
  EACH lambda[j] = load(prior + LANE_OF(j)) + scale * load(mass + LANE_OF(j));
  EACH shift[j] = load(psi_total + LANE_OF(j));
  EACH pack_large(large, lambda[j], shift[j], place + LANE_OF(j));
  exp_digamma_below_one(n, lambda, shift, lambda);
  EACH store(out + place + LANE_OF(j), lambda[j]);
}

static QUOTH_TARGET void expect_large(large_lambdas *large, double *out) {
  for (size_t i = 0; i < large->n; i += LANES) {
    vector value = load(large->lambda + i), shift = load(large->psi_total + i);
    exp_digamma(1, &value, &shift, &value);
    store(large->lambda + i, value);
  }
  for (size_t i = 0; i < large->n; i++) out[(size_t)large->place[i]] = large->lambda[i];
  large->n = 0;
}

static QUOTH_TARGET void expect_terms(const quoth_lda_expectation *e, const uint32_t *terms,
                                      size_t n) {
  large_lambdas large;
  large.n = 0;
  for (size_t t = 0; t < n; t++) {
    size_t stride = e->stride, row = terms[t] * stride, k = 0;
    if (t + 2 < n)
      for (size_t i = 0; i < stride; i += 8)
        __builtin_prefetch(e->mass + terms[t + 2] * stride + i);
    for (size_t step; k < stride; k += step) {
      bool are_many = k + MOST_LANES <= stride;
      step = are_many ? MOST_LANES : LANES;
      if (large.n + step > PACK_TOPICS) expect_large(&large, e->exp_beta);
      if (are_many)
        expect_vectors(MOST_VECTORS, e->mass + row + k, e->scale, e->prior + k, e->psi_total + k,
                       e->exp_beta, row + k, &large);
      else
        expect_vectors(1, e->mass + row + k, e->scale, e->prior + k, e->psi_total + k, e->exp_beta,
                       row + k, &large);
    }
  }
  expect_large(&large, e->exp_beta);
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
