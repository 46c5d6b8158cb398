/* The area is a quotient of numbers of pairs of rows, each an integer, so there is nothing to round
 * but the quotient (scikit-learn adds up trapezoids). J. A. Hanley and B. J. McNeil, "The meaning
 * and use of the area under a receiver operating characteristic curve", 1982. */
#include "learn/roc_auc.h"

#include <math.h>
#include <stdlib.h>

#include "base/sort.h"

typedef struct ranking {
  double *scores;  /* [n_rows] */
  uint32_t *order; /* [n_rows]: rows, scores ascending */
  uint64_t *pairs; /* [2 * n_rows], scratch */
} ranking;

static void ranking_clear(ranking *it) {
  free(it->scores);
  free(it->order);
  free(it->pairs);
}

static quoth_status ranking_init(ranking *out, size_t n_rows, quoth_error *err) {
  bool is_done = (out->scores = quoth_new_array(n_rows, sizeof *out->scores, err)) &&
                 (out->order = quoth_new_array(n_rows, sizeof *out->order, err)) &&
                 (out->pairs = quoth_new_array(n_rows, 2 * sizeof *out->pairs, err));
  return is_done ? QUOTH_OK : QUOTH_ERR_NOMEM;
}

/* Rows of class `c` and others, from lower scores to higher, a run of equal scores at a time. */
static double area_of(const ranking *it, const uint32_t *labels, size_t n_rows, uint32_t c) {
  uint64_t n_positive = 0, n_negative = 0;
  uint64_t n_half_pairs = 0; /* 2 for each pair in the right order, 1 for each tie */
  for (size_t i = 0; i < n_rows;) {
    uint64_t positive = 0, negative = 0;
    double score = it->scores[it->order[i]];
    if (isnan(score)) return NAN;
    for (; i < n_rows && it->scores[it->order[i]] == score; i++) {
      bool is_positive = labels[it->order[i]] == c;
      positive += is_positive;
      negative += !is_positive;
    }
    n_half_pairs += positive * (2 * n_negative + negative);
    n_positive += positive;
    n_negative += negative;
  }
  if (n_positive == 0 || n_negative == 0) return NAN;
  return (double)n_half_pairs / (2 * (double)n_positive * (double)n_negative);
}

quoth_status quoth_roc_auc(const uint32_t *labels, const double *probabilities, size_t n_rows,
                           uint32_t n_classes, double *out, quoth_error *err) {
  ranking it = {0};
  quoth_status status = ranking_init(&it, n_rows, err);
  for (uint32_t c = 0; c < n_classes && !status; c++) {
    for (size_t i = 0; i < n_rows; i++) it.scores[i] = probabilities[i * n_classes + c];
    quoth_argsort_doubles(it.scores, it.order, it.pairs, n_rows);
    out[c] = area_of(&it, labels, n_rows, c);
  }
  ranking_clear(&it);
  return status;
}
