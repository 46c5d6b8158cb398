/* lda_kernels.c - lda_kernels.h at one width. Sums over topics go over eight lanes (see
 * math/vector.h), sums over terms and over documents from first to last. */
#include "learn/lda_kernels.h"

#include "math/vector.h"

extern const quoth_lda_kernels QUOTH_FOR_WIDTH(quoth_lda_kernel_table);

/* Added to phi so that nothing is divided by zero: 2^-52, as scikit-learn does. */
#define PHI_FLOOR 0x1p-52

/* Topics are taken in blocks of four vectors, which leaves registers for a row and a weight, and
 * the rest in blocks of eight topics. */
enum { BLOCK_VECTORS = 4, BLOCK_TOPICS = BLOCK_VECTORS * LANES };

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

/* ---- One document ---------------------------------------------------------------- */

/* exp_theta = exp(psi(gamma) - psi(total)). Most topics of a document are soon back at their
 * prior, to the last bit; all of these have the same exp_theta. */
VECTOR_INLINE void expect_topics(const quoth_lda_problem *problem,
                                 const quoth_lda_document *document, double total) {
  vector psi_total = digamma_lanes(broadcast(total));
  vector at_prior = exp_or_zero(broadcast(problem->psi_doc_prior) - psi_total);
  for (size_t k = 0; k < problem->stride; k += LANES) {
    vector gamma = load(document->gamma + k);
    bool is_at_prior = all_equal(gamma, load(problem->doc_prior + k));
    store(document->exp_theta + k, is_at_prior ? at_prior : exp_digamma_lanes(gamma, psi_total));
  }
}

/* weights = counts / phi, where phi_j = sum over topics of exp_theta * exp_beta of term j. */
VECTOR_INLINE void weigh_terms(const quoth_lda_problem *problem,
                               const quoth_lda_document *document) {
  for (size_t j = 0; j < document->n_entries; j++) {
    const double *row = problem->exp_beta + document->rows[j] * problem->stride;
    double phi = dot(document->exp_theta, row, problem->stride) + PHI_FLOOR;
    document->weights[j] = document->counts[j] / phi;
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
  weigh_rows(n_vectors, problem->exp_beta + k, problem->stride, document->rows, document->weights,
             document->n_entries, shares);
  for (size_t v = 0; v < n_vectors; v++, k += LANES) {
    vector gamma = load(document->exp_theta + k) * shares[v] + load(problem->doc_prior + k);
    update->total.part[v % SUM_PARTS] += gamma;
    update->change.part[v % SUM_PARTS] += absolute(load(document->gamma + k) - gamma);
    store(document->gamma + k, gamma);
  }
}

VECTOR_INLINE gamma_update update_gamma(const quoth_lda_problem *problem,
                                        const quoth_lda_document *document) {
  gamma_update update = {0};
  size_t k = 0;
  for (; k + BLOCK_TOPICS <= problem->stride; k += BLOCK_TOPICS)
    update_block(BLOCK_VECTORS, k, problem, document, &update);
  for (; k < problem->stride; k += SUM_LANES)
    update_block(SUM_PARTS, k, problem, document, &update);
  return update;
}

static QUOTH_TARGET void infer_document(const quoth_lda_problem *problem,
                                        const quoth_lda_document *document) {
  expect_topics(problem, document, sum(document->gamma, problem->stride));
  weigh_terms(problem, document);
  for (uint32_t round = 0; round < problem->max_rounds; round++) {
    gamma_update update = update_gamma(problem, document);
    expect_topics(problem, document, sum_of_lanes(&update.total));
    weigh_terms(problem, document);
    double change = sum_of_lanes(&update.change) / (double)problem->n_topics;
    if (change < problem->mean_change_tol) break;
  }
}

/* ---- One term -------------------------------------------------------------------- */

static QUOTH_TARGET void expect_term(const double *mass, double scale, const double *prior,
                                     const double *psi_total, double *out, size_t stride) {
  for (size_t k = 0; k < stride; k += LANES)
    store(out + k,
          exp_digamma_lanes(load(prior + k) + scale * load(mass + k), load(psi_total + k)));
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
  size_t k = 0;
  for (; k + BLOCK_TOPICS <= stride; k += BLOCK_TOPICS)
    add_block(BLOCK_VECTORS, k, term, exp_theta, factor, mass, total, stride);
  for (; k < stride; k += SUM_LANES)
    add_block(SUM_PARTS, k, term, exp_theta, factor, mass, total, stride);
}

const quoth_lda_kernels QUOTH_FOR_WIDTH(quoth_lda_kernel_table) = {infer_document, expect_term,
                                                                   add_statistics};
