#include "testing.h"

#include <math.h>
#include <string.h>

#include "base/random.h"
#include "learn/forest_kernels.h"

static quoth_amount count(uint64_t value) {
  return (quoth_amount){.kind = QUOTH_AMOUNT_COUNT, .count = value};
}

static quoth_amount share(double value) {
  return (quoth_amount){.kind = QUOTH_AMOUNT_SHARE, .share = value};
}

/* RandomForestClassifier's, but for the number of trees. */
static quoth_forest_params default_params(uint32_t n_trees) {
  return (quoth_forest_params){.n_estimators = n_trees,
                               .max_features.kind = QUOTH_AMOUNT_SQRT,
                               .min_samples_split = count(2),
                               .min_samples_leaf = count(1),
                               .bootstrap = true};
}

static void predict(const quoth_forest *forest, const float *features, double *probabilities) {
  quoth_forest_walk walk;
  assert_done(quoth_forest_walk_init(&walk, forest, err));
  quoth_forest_predict(&walk, features, probabilities);
  quoth_forest_walk_clear(&walk);
}

/* The trees' shares at the leaf that a row comes to, added in order. */
static void predict_naively(const quoth_forest *forest, const float *features, double *sums) {
  memset(sums, 0, forest->n_classes * sizeof *sums);
  for (uint32_t t = 0; t < forest->n_trees; t++) {
    uint32_t root = forest->tree_begin[t], node = root;
    while (forest->feature[node] >= 0)
      node = features[forest->feature[node]] <= forest->threshold[node]
                 ? node + 1
                 : root + forest->right[node];
    const double *value = forest->value + node * (size_t)forest->n_classes;
    double sum = 0;
    for (uint32_t c = 0; c < forest->n_classes; c++) sum += value[c];
    for (uint32_t c = 0; c < forest->n_classes; c++) sums[c] += value[c] / sum;
  }
  for (uint32_t c = 0; c < forest->n_classes; c++) sums[c] /= forest->n_trees;
}

static size_t n_nodes(const quoth_forest *forest) { return forest->tree_begin[forest->n_trees]; }

/* ---- A small forest, printed by scikit-learn 1.2.1 ------------------------------------- */

enum { SMALL_ROWS = 16, SMALL_FEATURES = 3, SMALL_CLASSES = 3 };

static void make_small(float features[SMALL_ROWS][SMALL_FEATURES], uint32_t labels[SMALL_ROWS]) {
  for (uint32_t i = 0; i < SMALL_ROWS; i++) {
    features[i][0] = (float)(7 * i % 5);
    features[i][1] = (float)(i * i % 11);
    features[i][2] = (float)(3 * i % 4);
    labels[i] = i * i / 3 % 3;
  }
}

/* RandomForestClassifier(n_estimators=2, random_state=7, class_weight="balanced", max_depth=3) */
static void test_known(void **state) {
  (void)state;
  enum { N_NODES = 18 };
  static const uint32_t BEGIN[] = {0, 9, 18};
  static const int32_t FEATURE[N_NODES] = {1, 2, -2, -2, 2, -2, 2, -2, -2,
                                           0, 2, -2, -2, 1, -2, 0, -2, -2};
  static const double THRESHOLD[N_NODES] = {0.5, 0.5, -2, -2, 1.5, -2, 2.5, -2, -2,
                                            1.5, 2.5, -2, -2, 0.5, -2, 3,   -2, -2};
  static const uint32_t RIGHT[N_NODES] = {4, 3, 0, 0, 6, 0, 8, 0, 0, 4, 3, 0, 0, 6, 0, 8, 0, 0};
  static const double IMPURITY[N_NODES] = {0x1.426cf7ca432c0p-1,
                                           0x1.8p-2,
                                           0,
                                           0,
                                           0x1.30a9419637022p-1,
                                           0,
                                           0x1.50d10f007be2dp-1,
                                           0x1.500e9c761b656p-1,
                                           0x1.fe3a76b2ef2b4p-2,
                                           0x1.271fbef3c748ap-1,
                                           0x1.5ee079d50ddb0p-2,
                                           0,
                                           -0x1p-51,
                                           0x1.47ae147ae147ep-2,
                                           0,
                                           0x1.c71c71c71c71ep-2,
                                           0,
                                           0x1.f58d0fac687d4p-3};
  static const uint32_t N_SAMPLES[N_NODES] = {10, 2, 1, 1, 8, 3, 5, 3, 2,
                                              11, 6, 5, 1, 5, 1, 4, 2, 2};
  static const double WEIGHT[N_NODES] = {
      0x1.d097b425ed098p+3, 0x1.2f684bda12f68p+2, 0x1.2f684bda12f68p+0, 0x1.c71c71c71c71cp+1,
      0x1.38e38e38e38e2p+3, 0x1.7b425ed097b42p+1, 0x1.b425ed097b425p+2, 0x1.12f684bda12f6p+2,
      0x1.425ed097b425ep+1, 0x1.ded097b425ecfp+3, 0x1.84bda12f684bdp+2, 0x1.2f684bda12f68p+2,
      0x1.5555555555555p+0, 0x1.1c71c71c71c72p+3, 0x1.c71c71c71c71cp+1, 0x1.5555555555555p+2,
      0x1.2f684bda12f68p+0, 0x1.097b425ed097bp+2};
  static const double IMPORTANCES[SMALL_FEATURES] = {0x1.540d43a2a073dp-2, 0x1.785a092f73b19p-3,
                                                     0x1.efc5b7c5a5b36p-2};
  float features[SMALL_ROWS][SMALL_FEATURES];
  uint32_t labels[SMALL_ROWS];
  double probabilities[SMALL_CLASSES], importances[SMALL_FEATURES];
  make_small(features, labels);
  quoth_forest_params params = default_params(2);
  params.random_state = 7;
  params.class_weight = QUOTH_CLASS_WEIGHT_BALANCED;
  params.max_depth = 3;
  quoth_pool *pool;
  quoth_forest forest;
  assert_done(quoth_pool_new(1, &pool, err));
  assert_done(quoth_forest_fit(&params, features[0], labels, SMALL_ROWS, SMALL_FEATURES,
                               SMALL_CLASSES, pool, NULL, &forest, err));
  assert_done(quoth_forest_check(&forest, err));
  assert_memory_equal(forest.tree_begin, BEGIN, sizeof BEGIN);
  assert_memory_equal(forest.feature, FEATURE, sizeof FEATURE);
  assert_memory_equal(forest.threshold, THRESHOLD, sizeof THRESHOLD);
  assert_memory_equal(forest.right, RIGHT, sizeof RIGHT);
  assert_memory_equal(forest.impurity, IMPURITY, sizeof IMPURITY);
  assert_memory_equal(forest.n_node_samples, N_SAMPLES, sizeof N_SAMPLES);
  assert_memory_equal(forest.weighted_n_node_samples, WEIGHT, sizeof WEIGHT);
  predict(&forest, (const float[]){2, 5, 1}, probabilities);
  assert_memory_equal(probabilities, ((const double[]){1, 0, 0}), sizeof probabilities);
  assert_done(quoth_forest_importances(&forest, importances, err));
  assert_memory_equal(importances, IMPORTANCES, sizeof importances);
  quoth_forest_clear(&forest);
  quoth_pool_free(pool);
}

/* ---- Random data -------------------------------------------------------------------------- */

enum { N_ROWS = 600, N_FEATURES = 8, N_CLASSES = 4 };

static float features[N_ROWS][N_FEATURES];
static uint32_t labels[N_ROWS];

static int make_data(void **state) {
  (void)state;
  quoth_random random;
  quoth_random_seed(&random, 0);
  for (size_t row = 0; row < N_ROWS; row++) {
    for (size_t f = 0; f < N_FEATURES; f++)
      features[row][f] = (float)quoth_random_below(&random, 2u << f);
    labels[row] = quoth_random_below(&random, 2) ? (uint32_t)features[row][1]
                                                 : quoth_random_below(&random, N_CLASSES);
  }
  return 0;
}

static quoth_status fit(const quoth_forest_params *params, size_t n_threads,
                        const quoth_progress *progress, quoth_forest *out, quoth_error *err) {
  quoth_pool *pool;
  assert_int_equal(quoth_pool_new(n_threads, &pool, err), QUOTH_OK);
  quoth_status status = quoth_forest_fit(params, features[0], labels, N_ROWS, N_FEATURES, N_CLASSES,
                                         pool, progress, out, err);
  quoth_pool_free(pool);
  return status;
}

static void check_same(const quoth_forest *a, const quoth_forest *b) {
  size_t n = n_nodes(a);
  assert_int_equal(a->n_trees, b->n_trees);
  assert_memory_equal(a->tree_begin, b->tree_begin, (a->n_trees + 1) * sizeof *a->tree_begin);
  assert_memory_equal(a->feature, b->feature, n * sizeof *a->feature);
  assert_memory_equal(a->threshold, b->threshold, n * sizeof *a->threshold);
  assert_memory_equal(a->right, b->right, n * sizeof *a->right);
  assert_memory_equal(a->value, b->value, n * N_CLASSES * sizeof *a->value);
  assert_memory_equal(a->impurity, b->impurity, n * sizeof *a->impurity);
  assert_memory_equal(a->n_node_samples, b->n_node_samples, n * sizeof *a->n_node_samples);
  assert_memory_equal(a->weighted_n_node_samples, b->weighted_n_node_samples,
                      n * sizeof *a->weighted_n_node_samples);
}

static void test_threads_change_nothing(void **state) {
  (void)state;
  quoth_forest_params params = default_params(30);
  for (int weight = QUOTH_CLASS_WEIGHT_NONE; weight <= QUOTH_CLASS_WEIGHT_BALANCED_SUBSAMPLE;
       weight++) {
    quoth_forest one, other;
    params.class_weight = (quoth_class_weight)weight;
    assert_done(fit(&params, 1, NULL, &one, err));
    assert_true(n_nodes(&one) > 1000);
    for (size_t n_threads = 2; n_threads <= 5; n_threads += 3) {
      assert_done(fit(&params, n_threads, NULL, &other, err));
      check_same(&one, &other);
      quoth_forest_clear(&other);
    }
    quoth_forest_clear(&one);
  }
}

typedef struct listener {
  uint64_t n_calls, last, stop_at;
} listener;

static bool listen(void *context, const char *stage, uint64_t done, uint64_t total) {
  listener *l = context;
  assert_string_equal(stage, "forest");
  assert_true(l->n_calls == 0 || done > l->last);
  assert_true(done <= total);
  l->n_calls++;
  l->last = done;
  return done < l->stop_at;
}

static void test_progress(void **state) {
  (void)state;
  quoth_forest_params params = default_params(1000);
  params.max_depth = 1;
  for (size_t n_threads = 1; n_threads <= 3; n_threads++) {
    listener l = {.stop_at = UINT64_MAX};
    quoth_forest forest;
    assert_done(fit(&params, n_threads, &(quoth_progress){&l, listen}, &forest, err));
    assert_int_equal(l.last, 1000);
    assert_in_range(l.n_calls, 2, 300);
    quoth_forest_clear(&forest);
  }
}

static void test_stop(void **state) {
  (void)state;
  quoth_forest_params params = default_params(1000);
  for (size_t n_threads = 1; n_threads <= 3; n_threads++) {
    listener l = {.stop_at = 10};
    quoth_forest forest;
    quoth_error err;
    assert_int_equal(fit(&params, n_threads, &(quoth_progress){&l, listen}, &forest, &err),
                     QUOTH_ERR_STOPPED);
    assert_in_range(l.last, 10, 999);
    assert_null(forest.tree_begin);
  }
}

/* ---- What is refused ------------------------------------------------------------------------ */

static void check_param_refused(const quoth_forest_params *params, const char *name) {
  quoth_forest forest;
  quoth_error err;
  assert_int_equal(fit(params, 1, NULL, &forest, &err), QUOTH_ERR_ARG);
  assert_non_null(strstr(err.message, name));
  assert_null(forest.tree_begin);
}

static void test_bad_params(void **state) {
  (void)state;
  quoth_forest_params params = default_params(0);
  check_param_refused(&params, "n_estimators");
  static const quoth_amount FEATURES[] = {{.kind = QUOTH_AMOUNT_COUNT},
                                          {.kind = QUOTH_AMOUNT_SHARE, .share = 0},
                                          {.kind = QUOTH_AMOUNT_SHARE, .share = 1.5},
                                          {.kind = QUOTH_AMOUNT_SHARE, .share = NAN}};
  for (size_t i = 0; i < sizeof FEATURES / sizeof *FEATURES; i++) {
    params = default_params(1);
    params.max_features = FEATURES[i];
    check_param_refused(&params, "max_features");
  }
  const quoth_amount splits[] = {
      {.kind = QUOTH_AMOUNT_ALL}, count(1), share(0), share(1.01), share(-1), share(NAN)};
  for (size_t i = 0; i < sizeof splits / sizeof *splits; i++) {
    params = default_params(1);
    params.min_samples_split = splits[i];
    check_param_refused(&params, "min_samples_split");
  }
  const quoth_amount leaves[] = {
      {.kind = QUOTH_AMOUNT_SQRT}, count(0), share(0), share(1), share(NAN)};
  for (size_t i = 0; i < sizeof leaves / sizeof *leaves; i++) {
    params = default_params(1);
    params.min_samples_leaf = leaves[i];
    check_param_refused(&params, "min_samples_leaf");
  }
}

/* Larger than any data: a lone root, as in scikit-learn. */
static void test_huge_params(void **state) {
  (void)state;
  quoth_forest_params params = default_params(2);
  quoth_forest forest;
  params.min_samples_leaf = count(UINT64_MAX);
  assert_done(fit(&params, 1, NULL, &forest, err));
  assert_int_equal(n_nodes(&forest), 2);
  quoth_forest_clear(&forest);
  params = default_params(2);
  params.min_samples_split = count(UINT64_MAX);
  params.max_features = count(UINT64_MAX);
  assert_done(fit(&params, 1, NULL, &forest, err));
  assert_int_equal(n_nodes(&forest), 2);
  quoth_forest_clear(&forest);
}

static void check_data_refused(const float *row, const uint32_t *label, size_t n_rows,
                               uint32_t n_features, const char *message) {
  quoth_forest_params params = default_params(1);
  quoth_forest forest;
  quoth_pool *pool;
  quoth_error err;
  assert_int_equal(quoth_pool_new(1, &pool, &err), QUOTH_OK);
  assert_int_equal(
      quoth_forest_fit(&params, row, label, n_rows, n_features, 2, pool, NULL, &forest, &err),
      QUOTH_ERR_DATA);
  assert_string_equal(err.message, message);
  assert_null(forest.tree_begin);
  quoth_pool_free(pool);
}

static void test_bad_data(void **state) {
  (void)state;
  check_data_refused((const float[]){1, 2}, (const uint32_t[]){0}, 0, 2,
                     "forest: no rows to learn from");
  check_data_refused((const float[]){1, 2}, (const uint32_t[]){0}, 1, 0, "forest: 0 features");
  check_data_refused((const float[]){1, 2}, (const uint32_t[]){0, 2}, 2, 1,
                     "forest: row 1: label 2 of 2 classes");
  check_data_refused((const float[]){1, 2, 3, NAN}, (const uint32_t[]){0, 1}, 2, 2,
                     "forest: row 1: feature 1 is not finite");
  check_data_refused((const float[]){-INFINITY, 2}, (const uint32_t[]){0, 1}, 2, 1,
                     "forest: row 0: feature 0 is not finite");
}

/* ---- Forests from files -----------------------------------------------------------------------
 */

/* Two trees over two features and three classes: the first asks feature 1, then feature 0. */
typedef struct by_hand {
  uint32_t tree_begin[3];
  int32_t feature[6];
  double threshold[6];
  uint32_t right[6];
  double value[6][3];
  double impurity[6];
  uint32_t n_node_samples[6];
  double weight[6];
  quoth_forest forest;
} by_hand;

static by_hand make_by_hand(void) {
  return (by_hand){
      .tree_begin = {0, 5, 6},
      .feature = {1, 0, -2, -2, -2, -2},
      .threshold = {0.1, 2, -2, -2, -2, -2},
      .right = {4, 3, 0, 0, 0, 0},
      .value = {{4, 3, 3}, {4, 2, 0}, {4, 0, 0}, {0, 2, 0}, {0, 1, 3}, {1, 1, 2}},
      .impurity = {.66, 4. / 9, 0, 0, .375, .625},
      .n_node_samples = {10, 6, 4, 2, 4, 4},
      .weight = {10, 6, 4, 2, 4, 4},
  };
}

static quoth_forest *forest_of(by_hand *h) {
  h->forest = (quoth_forest){.n_trees = 2,
                             .n_features = 2,
                             .n_classes = 3,
                             .tree_begin = h->tree_begin,
                             .feature = h->feature,
                             .threshold = h->threshold,
                             .right = h->right,
                             .value = h->value[0],
                             .impurity = h->impurity,
                             .n_node_samples = h->n_node_samples,
                             .weighted_n_node_samples = h->weight};
  return &h->forest;
}

static void check_predict(float x0, float x1, double p0, double p1, double p2) {
  by_hand h = make_by_hand();
  double probabilities[3];
  predict(forest_of(&h), (const float[]){x0, x1}, probabilities);
  assert_memory_equal(probabilities, ((const double[]){p0, p1, p2}), sizeof probabilities);
}

/* A value equal to the threshold goes left; 0.1f is more than 0.1. */
static void test_predict(void **state) {
  (void)state;
  check_predict(2, 0, (1 + .25) / 2, .25 / 2, .5 / 2);
  check_predict(nextafterf(2, 3), 0, .25 / 2, (1 + .25) / 2, .5 / 2);
  check_predict(0, 0.1f, .25 / 2, (.25 + .25) / 2, (.75 + .5) / 2);
  check_predict(-1e30f, nextafterf(0.1f, 0), (1 + .25) / 2, .25 / 2, .5 / 2);
}

/* ---- Rows together ------------------------------------------------------------------------ */

/* Rows [first, first + QUOTH_FOREST_TOGETHER) at every width, and one by one. */
static void check_together(const quoth_forest *forest, quoth_forest_walk *walk, size_t first) {
  enum { ROWS = QUOTH_FOREST_TOGETHER };
  _Alignas(64) float columns[N_FEATURES][ROWS];
  _Alignas(64) double sums[ROWS * 8];
  double expected[N_CLASSES], alone[N_CLASSES];
  size_t size = forest->n_classes * sizeof *expected;
  for (size_t f = 0; f < N_FEATURES; f++)
    for (size_t i = 0; i < ROWS; i++) columns[f][i] = features[first + i][f];
  for (quoth_width width = 0; width < QUOTH_N_WIDTHS; width++) {
    if (!quoth_width_usable(width)) continue;
    walk->kernels = quoth_forest_kernels_for(width);
    quoth_forest_predict_together(walk, columns[0], sums);
    for (size_t i = 0; i < ROWS; i++) {
      predict_naively(forest, features[first + i], expected);
      quoth_forest_predict(walk, features[first + i], alone);
      assert_memory_equal(sums + i * walk->shares_stride, expected, size);
      assert_memory_equal(alone, expected, size);
    }
  }
}

/* Up to the most leaves that a tree may have for that, which one of these trees reaches. */
static void test_together(void **state) {
  (void)state;
  size_t most_nodes = 0;
  for (uint32_t least = 3; least < 40; least++) {
    quoth_forest_params params = default_params(7);
    params.min_samples_leaf = count(least);
    quoth_forest forest;
    quoth_forest_walk walk;
    assert_done(fit(&params, 1, NULL, &forest, err));
    assert_done(quoth_forest_walk_init(&walk, &forest, err));
    size_t most = 0;
    for (uint32_t t = 0; t < forest.n_trees; t++) {
      size_t n = forest.tree_begin[t + 1] - forest.tree_begin[t];
      if (n > most) most = n;
    }
    assert_int_equal(walk.cuts != NULL, most < 2 * QUOTH_FOREST_MAX_CUT_LEAVES);
    if (walk.cuts && most > most_nodes) most_nodes = most;
    for (size_t row = 0; walk.cuts && row + QUOTH_FOREST_TOGETHER <= N_ROWS; row += 37)
      check_together(&forest, &walk, row);
    quoth_forest_walk_clear(&walk);
    quoth_forest_clear(&forest);
  }
  assert_true(most_nodes >= 2 * QUOTH_FOREST_MAX_CUT_LEAVES - 9);
}

/* Two nodes lead to one, and another is out of reach: quoth makes no such tree, a file may. */
static void test_knotted_trees_are_walked(void **state) {
  (void)state;
  by_hand h = make_by_hand();
  quoth_forest_walk walk;
  assert_done(quoth_forest_walk_init(&walk, forest_of(&h), err));
  assert_non_null(walk.cuts);
  quoth_forest_walk_clear(&walk);
  h.right[1] = 4;
  assert_done(quoth_forest_check(forest_of(&h), err));
  assert_done(quoth_forest_walk_init(&walk, forest_of(&h), err));
  assert_null(walk.cuts);
  quoth_forest_walk_clear(&walk);
}

/* Tree 1 has no say: it is a lone root. Feature 0 took 6 * 4/9, feature 1 took 6.6 - 8/3 - 1.5. */
static void test_importances(void **state) {
  (void)state;
  by_hand h = make_by_hand();
  double importances[2], gain0 = 8. / 3, gain1 = 6.6 - 8. / 3 - 1.5;
  assert_done(quoth_forest_importances(forest_of(&h), importances, err));
  assert_true(fabs(importances[0] - gain0 / (gain0 + gain1)) < 1e-15);
  assert_true(fabs(importances[1] - gain1 / (gain0 + gain1)) < 1e-15);
  h.tree_begin[1] = 1;
  h.forest.n_trees = 1;
  assert_done(quoth_forest_importances(&h.forest, importances, err));
  assert_true(importances[0] == 0 && importances[1] == 0);
}

static void check_refused(by_hand h, const char *message) {
  quoth_error err;
  assert_int_equal(quoth_forest_check(forest_of(&h), &err), QUOTH_ERR_FORMAT);
  assert_string_equal(err.message, message);
}

#define CHECK_REFUSED(change, message)                                                             \
  do {                                                                                             \
    by_hand h = make_by_hand();                                                                    \
    change;                                                                                        \
    check_refused(h, message);                                                                     \
  } while (0)

static void test_check(void **state) {
  (void)state;
  by_hand sound = make_by_hand();
  assert_done(quoth_forest_check(forest_of(&sound), err));

  CHECK_REFUSED(h.tree_begin[0] = 1, "forest: the first tree does not begin at node 0");
  CHECK_REFUSED(h.tree_begin[1] = 0, "forest: tree 0 has no nodes");
  CHECK_REFUSED(h.tree_begin[2] = 5, "forest: tree 1 has no nodes");
  CHECK_REFUSED(h.tree_begin[2] = 2, "forest: tree 1 has no nodes");

  static const char FEATURE[] = "forest: tree 0, node 1: there is no such feature";
  CHECK_REFUSED(h.feature[1] = 2, FEATURE);
  CHECK_REFUSED(h.feature[1] = -1, FEATURE);
  CHECK_REFUSED(h.feature[1] = -3, FEATURE);
  CHECK_REFUSED(h.feature[1] = INT32_MIN, FEATURE);

  static const char CHILD[] =
      "forest: tree 0, node 1: the right child is not a later node of the tree";
  CHECK_REFUSED(h.right[1] = 5, CHILD);
  CHECK_REFUSED(h.right[1] = UINT32_MAX, CHILD);
  CHECK_REFUSED(h.right[1] = 2, CHILD);
  CHECK_REFUSED(h.right[1] = 1, CHILD);
  CHECK_REFUSED(h.right[1] = 0, CHILD);
  CHECK_REFUSED(h.feature[4] = 0,
                "forest: tree 0, node 4: the right child is not a later node of the tree");

  static const char VALUE[] =
      "forest: tree 0, node 2: a class weight is negative or not finite, or all are 0";
  CHECK_REFUSED(h.value[2][0] = 0, VALUE);
  CHECK_REFUSED(h.value[2][1] = -1, VALUE);
  CHECK_REFUSED(h.value[2][1] = NAN, VALUE);
  CHECK_REFUSED(h.value[2][1] = INFINITY, VALUE);
  CHECK_REFUSED(h.value[2][0] = h.value[2][1] = 1.5e308, VALUE);

  CHECK_REFUSED(h.threshold[0] = NAN, "forest: tree 0, node 0: the threshold is not finite");
  CHECK_REFUSED(h.threshold[0] = INFINITY, "forest: tree 0, node 0: the threshold is not finite");
  CHECK_REFUSED(h.impurity[3] = NAN, "forest: tree 0, node 3: the impurity is not finite");
  static const char WEIGHT[] = "forest: tree 1, node 0: the weight is not a positive number";
  CHECK_REFUSED(h.weight[5] = 0, WEIGHT);
  CHECK_REFUSED(h.weight[5] = -1, WEIGHT);
  CHECK_REFUSED(h.weight[5] = NAN, WEIGHT);
  CHECK_REFUSED(h.weight[5] = INFINITY, WEIGHT);
}

static void test_check_sizes(void **state) {
  (void)state;
  by_hand h = make_by_hand();
  for (int i = 0; i < 3; i++) {
    quoth_forest forest = *forest_of(&h);
    *(i == 0 ? &forest.n_trees : i == 1 ? &forest.n_features : &forest.n_classes) = 0;
    assert_int_equal(quoth_forest_check(&forest, NULL), QUOTH_ERR_FORMAT);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_known),
      cmocka_unit_test(test_threads_change_nothing),
      cmocka_unit_test(test_progress),
      cmocka_unit_test(test_stop),
      cmocka_unit_test(test_bad_params),
      cmocka_unit_test(test_huge_params),
      cmocka_unit_test(test_bad_data),
      cmocka_unit_test(test_predict),
      cmocka_unit_test(test_importances),
      cmocka_unit_test(test_check),
      cmocka_unit_test(test_check_sizes),
      cmocka_unit_test(test_together),
      cmocka_unit_test(test_knotted_trees_are_walked),
  };
  return cmocka_run_group_tests(tests, make_data, NULL);
}
