#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "learn/lda.h"
#include "learn/lda_kernels.h"
#include "math/functions.h"

QUOTH_DECLARE_WIDTHS(quoth_lda_kernels, quoth_lda_kernel_table);

const quoth_lda_kernels *quoth_lda_kernels_for(quoth_width width) {
  return QUOTH_PICK_WIDTH(quoth_lda_kernel_table, width);
}

void quoth_lda_clear(quoth_lda *lda) {
  free((void *)(uintptr_t)lda->exp_beta);
  free((void *)(uintptr_t)lda->components);
  *lda = (quoth_lda){0};
}

void quoth_lda_scratch_clear(quoth_lda_scratch *scratch) {
  free(scratch->memory);
  *scratch = (quoth_lda_scratch){0};
}

/* Parts of the scratch of a document of m terms, all in doubles but the last. */
typedef struct layout {
  double *prior, *gamma, *exp_theta; /* [stride] */
  double *exp_beta;                  /* [m][stride] */
  double *weights;                   /* [m] */
  uint32_t *rows;                    /* [m]: 0, 1, ... */
} layout;

static layout lay_out(double *memory, size_t stride, size_t n_entries) {
  layout parts;
  parts.prior = memory;
  parts.gamma = parts.prior + stride;
  parts.exp_theta = parts.gamma + stride;
  parts.exp_beta = parts.exp_theta + stride;
  parts.weights = parts.exp_beta + n_entries * stride;
  parts.rows = (uint32_t *)(void *)(parts.weights + n_entries);
  return parts;
}

quoth_status quoth_lda_scratch_reserve(quoth_lda_scratch *scratch, const quoth_lda *lda,
                                       size_t n_entries, quoth_error *err) {
  size_t stride = quoth_lda_stride(lda->n_topics), need;
  if (__builtin_mul_overflow(n_entries, stride + 2, &need) ||
      __builtin_add_overflow(need, 3 * stride, &need))
    return quoth_fail_nomem(err, SIZE_MAX);
  if (scratch->memory && need <= scratch->capacity) return QUOTH_OK;
  double *memory = quoth_new_aligned(need, sizeof *memory, err);
  if (!memory) return QUOTH_ERR_NOMEM;
  free(scratch->memory);
  scratch->memory = memory;
  scratch->capacity = need;
  return QUOTH_OK;
}

/* Inference is in doubles whatever the table is in, so that its bits are the same everywhere. */
static void copy_row(const quoth_lda *lda, uint32_t term, double *row) {
  size_t n_topics = lda->n_topics, begin = term * n_topics;
  if (lda->exp_beta)
    memcpy(row, lda->exp_beta + begin, n_topics * sizeof *row);
  else
    for (size_t k = 0; k < n_topics; k++) row[k] = lda->exp_beta_single[begin + k];
}

/* Rows lie anywhere in a table of megabytes; asked for early, they come while others are copied. */
static void prefetch_row(const quoth_lda *lda, uint32_t term) {
  enum { CACHE_LINE = 64 };
  size_t item = lda->exp_beta ? sizeof *lda->exp_beta : sizeof *lda->exp_beta_single;
  const char *table =
      lda->exp_beta ? (const char *)lda->exp_beta : (const char *)lda->exp_beta_single;
  const char *row = table + (size_t)term * lda->n_topics * item;
  for (size_t at = 0; at < lda->n_topics * item; at += CACHE_LINE) __builtin_prefetch(row + at);
}

enum { ROWS_AHEAD = 3 };
static void prefetch_first_rows(const quoth_lda *lda, const quoth_lda_terms *document) {
  for (size_t j = 0; j < document->n_entries && j < ROWS_AHEAD; j++)
    prefetch_row(lda, document->columns[j]);
}

/* The document's rows of exp_beta, padded, and a start of 1 for every topic. */
static void load_document(const quoth_lda *lda, const uint32_t *columns, size_t n_entries,
                          const layout *parts) {
  size_t n_topics = lda->n_topics, stride = quoth_lda_stride(n_topics);
  memset(parts->prior, 0, 2 * stride * sizeof *parts->prior); /* and gamma */
  for (size_t k = 0; k < n_topics; k++) {
    parts->prior[k] = lda->doc_topic_prior;
    parts->gamma[k] = 1;
  }
  for (size_t j = 0; j < n_entries; j++) {
    double *row = parts->exp_beta + j * stride;
    if (j + ROWS_AHEAD < n_entries) prefetch_row(lda, columns[j + ROWS_AHEAD]);
    copy_row(lda, columns[j], row);
    for (size_t k = n_topics; k < stride; k++) row[k] = 0;
    parts->rows[j] = (uint32_t)j;
  }
}

/* Where nothing is known of a document, not even a prior, all topics are alike. */
static void normalize(const double *gamma, double *shares, size_t n_topics) {
  double total = quoth_sum_pairwise(gamma, n_topics);
  for (size_t k = 0; k < n_topics; k++)
    shares[k] = total > 0 ? gamma[k] / total : 1 / (double)n_topics;
}

static quoth_lda_problem problem_of(const quoth_lda *lda, const layout *parts) {
  return (quoth_lda_problem){
      .n_topics = lda->n_topics,
      .stride = quoth_lda_stride(lda->n_topics),
      .doc_prior = parts->prior,
      .psi_doc_prior = quoth_digamma(lda->doc_topic_prior),
      .mean_change_tol = lda->mean_change_tol,
      .max_rounds = lda->max_doc_update_iter,
  };
}

static quoth_lda_document document_of(const quoth_lda_terms *terms, const layout *parts) {
  return (quoth_lda_document){
      .n_entries = terms->n_entries,
      .exp_beta = parts->exp_beta,
      .rows = parts->rows,
      .counts = terms->counts,
      .gamma = parts->gamma,
      .exp_theta = parts->exp_theta,
      .weights = parts->weights,
  };
}

quoth_status quoth_lda_transform(const quoth_lda *lda, size_t n, const quoth_lda_terms *documents,
                                 quoth_lda_scratch *const *scratches, double *const *shares,
                                 quoth_error *err) {
  layout parts[QUOTH_LDA_TOGETHER];
  quoth_lda_document loaded[QUOTH_LDA_TOGETHER];
  assert(n >= 1 && n <= QUOTH_LDA_TOGETHER);
  prefetch_first_rows(lda, &documents[0]);
  for (size_t d = 0; d < n; d++) {
    quoth_status status = quoth_lda_scratch_reserve(scratches[d], lda, documents[d].n_entries, err);
    if (status) return status;
    if (d + 1 < n) prefetch_first_rows(lda, &documents[d + 1]);
    parts[d] =
        lay_out(scratches[d]->memory, quoth_lda_stride(lda->n_topics), documents[d].n_entries);
    load_document(lda, documents[d].columns, documents[d].n_entries, &parts[d]);
    loaded[d] = document_of(&documents[d], &parts[d]);
  }
  quoth_lda_problem problem = problem_of(lda, &parts[0]);
  quoth_lda_scratch *first = scratches[0];
  if (!first->kernels) first->kernels = quoth_lda_kernels_for(quoth_width_widest());
  first->kernels->infer_documents(&problem, loaded, n);
  for (size_t d = 0; d < n; d++) normalize(parts[d].gamma, shares[d], lda->n_topics);
  return QUOTH_OK;
}
