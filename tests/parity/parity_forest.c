/* Flat functions over learn/forest.h and learn/metrics.h for test_forest.py. */
#include <stdlib.h>
#include <string.h>

#include "learn/forest.h"
#include "learn/metrics.h"

#define EXPORTED __attribute__((visibility("default")))

/* A parameter as two numbers: a kind of quoth_amount and its value. */
typedef struct amount_argument {
  int32_t kind;
  double value;
} amount_argument;

typedef struct fit_argument {
  uint32_t n_estimators, criterion, max_depth, bootstrap, class_weight, random_state;
  amount_argument max_features, min_samples_split, min_samples_leaf;
} fit_argument;

static quoth_amount to_amount(amount_argument argument) {
  quoth_amount amount = {.share = argument.value, .count = 0};
  amount.kind = (unsigned)argument.kind;
  if (amount.kind == QUOTH_AMOUNT_COUNT) amount.count = (uint64_t)argument.value;
  return amount;
}

EXPORTED quoth_forest *parity_forest_fit(const fit_argument *argument, const float *features,
                                         const uint32_t *labels, size_t n_rows, uint32_t n_features,
                                         uint32_t n_classes, size_t threads, quoth_error *err) {
  quoth_forest_params params = {
      .n_estimators = argument->n_estimators,
      .criterion = (quoth_criterion)argument->criterion,
      .max_depth = argument->max_depth,
      .max_features = to_amount(argument->max_features),
      .min_samples_split = to_amount(argument->min_samples_split),
      .min_samples_leaf = to_amount(argument->min_samples_leaf),
      .bootstrap = argument->bootstrap,
      .class_weight = (quoth_class_weight)argument->class_weight,
      .random_state = argument->random_state,
  };
  quoth_pool *pool = NULL;
  quoth_forest *forest = calloc(1, sizeof *forest);
  quoth_status status = forest ? quoth_pool_new(threads, &pool, err) : quoth_fail_nomem(err, 0);
  if (!status)
    status = quoth_forest_fit(&params, features, labels, n_rows, n_features, n_classes, pool, NULL,
                              forest, err);
  if (!status) status = quoth_forest_check(forest, err);
  quoth_pool_free(pool);
  if (!status) return forest;
  free(forest);
  return NULL;
}

EXPORTED void parity_forest_free(quoth_forest *forest) {
  quoth_forest_clear(forest);
  free(forest);
}

/* `probabilities` is [n_rows][n_classes]. */
EXPORTED int parity_forest_predict(const quoth_forest *forest, const float *features, size_t n_rows,
                                   double *probabilities) {
  quoth_forest_walk walk;
  quoth_status status = quoth_forest_walk_init(&walk, forest, NULL);
  if (status) return status;
  for (size_t row = 0; row < n_rows; row++)
    quoth_forest_predict(&walk, features + row * forest->n_features,
                         probabilities + row * forest->n_classes);
  quoth_forest_walk_clear(&walk);
  return QUOTH_OK;
}

EXPORTED int parity_forest_importances(const quoth_forest *forest, double *importances) {
  return quoth_forest_importances(forest, importances, NULL);
}

static void copy_rates(const quoth_class_metrics *rates, double *out) {
  out[0] = rates->precision;
  out[1] = rates->recall;
  out[2] = rates->f1;
  out[3] = (double)rates->support;
}

/* `numbers` gets accuracy and log loss; `rates` ([n_classes + 2][4]) precision, recall, F1 and
 * support of each class, their macro means and their weighted means. */
EXPORTED int parity_metrics(const uint32_t *labels, const double *probabilities, size_t n_rows,
                            uint32_t n_classes, double *numbers, uint64_t *confusion,
                            double *rates) {
  quoth_metrics metrics;
  quoth_status status =
      quoth_metrics_compute(labels, probabilities, n_rows, n_classes, &metrics, NULL);
  if (status) return (int)status;
  numbers[0] = metrics.accuracy;
  numbers[1] = metrics.log_loss;
  memcpy(confusion, metrics.confusion, (size_t)n_classes * n_classes * sizeof *confusion);
  for (uint32_t c = 0; c < n_classes; c++) copy_rates(&metrics.per_class[c], rates + 4 * c);
  copy_rates(&metrics.macro, rates + 4 * n_classes);
  copy_rates(&metrics.weighted, rates + 4 * (n_classes + 1));
  quoth_metrics_clear(&metrics);
  return 0;
}
