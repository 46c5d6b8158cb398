/* one_vs_rest.h - linear classifiers of C classes, each class against all others, with calibrated
 * probabilities: LinearSVC in a CalibratedClassifierCV(ensemble=False) of scikit-learn, and NB-SVM.
 *
 * Class k's weights solve the problem of binary_problem.h, with y = 1 in its rows and -1 in others,
 * and c = C, or, if classes are balanced, C n / (C classes * rows of the class) in its own rows;
 * of two classes only the second one's, which balances both sides. Its decision value is
 * f_k = w_k . x + intercept_k, its probability 1 / (1 + exp(slope_k f_k + offset_k)), over the sum
 * of these. The rows are split into folds; for slope and offset, platt.h, f of each row comes from
 * weights that have not learnt from its fold.
 *
 * NB-SVM (Wang and Manning, "Baselines and bigrams: simple, good sentiment and topic
 * classification", 2012) first multiplies each feature by the class's log-count ratio
 *
 *   r_kv = log((p_kv / sum over v of p_kv) / (q_kv / sum over v of q_kv))
 *   p_kv = alpha + the sum of feature v in the class's rows, q_kv the same in all other rows
 *
 * and then pulls the weights u that it learns to their mean size:
 *
 *   w_kv = r_kv ((1 - beta) mean over v of |u_kv| + beta u_kv)
 *
 * The logistic loss, with beta = 1, needs no folds: slope is -1 and offset 0.
 *
 * V features, C classes, K columns: 1 for two classes, else C. */
#ifndef QUOTH_LEARN_ONE_VS_REST_H
#define QUOTH_LEARN_ONE_VS_REST_H

#include "base/thread_pool.h"
#include "learn/binary_problem.h"

typedef struct quoth_one_vs_rest_params {
  double C; /* above 0 */
  quoth_margin_loss loss;
  bool fit_intercept;
  double intercept_scaling; /* the intercept's feature; above 0 */
  enum { QUOTH_CLASSES_ALIKE, QUOTH_CLASSES_BALANCED } class_weight;
  double tol; /* of each problem */
  uint32_t max_iter;
  uint32_t cv;  /* folds; 0: slopes are -1 and offsets 0 */
  bool is_nb;   /* NB-SVM: */
  double alpha; /* above 0 */
  double beta;  /* from 0 to 1 */
} quoth_one_vs_rest_params;

typedef struct quoth_one_vs_rest {
  double *coef;      /* [V][K] */
  double *intercept; /* [K] */
  double *sigmoid;   /* [2][K]: slopes, offsets */
} quoth_one_vs_rest;

/* What is learnt from. */
typedef struct quoth_one_vs_rest_data {
  const quoth_sparse *rows; /* [n][V] weights; for NB-SVM none is negative */
  const uint32_t *labels;   /* [n], below n_classes */
  uint32_t n_classes;
  const uint32_t *folds; /* [n], below n_folds */
  uint32_t n_folds;      /* below 2: rows are calibrated with weights that have learnt from them */
  double *alphas;        /* [K][n] of binary_problem.h: where the search on all rows begins, such as
                            zeros or what was found for other rows of the same kind, and where it ends */
} quoth_one_vs_rest_data;

/* Fills the arrays of `out`, which are the caller's. A class without rows is impossible. Progress
 * is told in problems, as stage `label`. */
quoth_status quoth_one_vs_rest_fit(const quoth_one_vs_rest_params *params,
                                   const quoth_one_vs_rest_data *data, quoth_pool *pool,
                                   const char *label, const quoth_progress *progress,
                                   const quoth_one_vs_rest *out, quoth_error *err);

#endif
