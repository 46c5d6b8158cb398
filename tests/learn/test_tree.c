#include "testing.h"

#include <stdlib.h>

#include "base/random.h"
#include "learn/tree.h"

enum { N_ROWS = 4000, N_FEATURES = 6, N_CLASSES = 5 };

static float features[N_ROWS][N_FEATURES];
static uint32_t labels[N_ROWS];

/* From features of all different values to features of three values, and one constant; a quarter
 * of the labels follow the first. */
static void make_data(uint32_t seed) {
  quoth_random random;
  quoth_random_seed(&random, seed);
  for (size_t row = 0; row < N_ROWS; row++) {
    for (size_t f = 0; f + 1 < N_FEATURES; f++)
      features[row][f] = f < 2 ? (float)quoth_random_normal(&random)
                               : (float)quoth_random_below(&random, 3u << 2 * (f - 2));
    features[row][N_FEATURES - 1] = 1;
    labels[row] = quoth_random_below(&random, 4)
                      ? quoth_random_below(&random, N_CLASSES)
                      : (uint32_t)(features[row][0] > 0) + (features[row][2] > 1);
  }
}

static quoth_tree grow(const quoth_tree_params *params, const quoth_tree_columns *columns) {
  quoth_tree_data data = {.n_rows = N_ROWS,
                          .n_features = N_FEATURES,
                          .n_classes = N_CLASSES,
                          .features = features[0],
                          .labels = labels,
                          .columns = columns};
  quoth_splitter splitter;
  quoth_tree tree;
  assert_done(quoth_splitter_init(&splitter, params, &data, err));
  for (uint32_t row = 0; row < N_ROWS; row++) splitter.weights[row] = row * 7 % 4;
  assert_done(quoth_tree_grow(&splitter, 5, &tree, err));
  quoth_splitter_clear(&splitter);
  return tree;
}

static void check_same(const quoth_tree *a, const quoth_tree *b) {
  assert_int_equal(a->n_nodes, b->n_nodes);
  for (size_t i = 0; i < a->n_nodes; i++) {
    const quoth_tree_node *x = &a->nodes[i], *y = &b->nodes[i];
    assert_int_equal(x->feature, y->feature);
    assert_int_equal(x->right, y->right);
    assert_int_equal(x->n_samples, y->n_samples);
    assert_memory_equal(&x->threshold, &y->threshold, sizeof x->threshold);
    assert_memory_equal(&x->impurity, &y->impurity, sizeof x->impurity);
    assert_memory_equal(&x->weight, &y->weight, sizeof x->weight);
  }
  assert_memory_equal(a->values, b->values, a->n_nodes * N_CLASSES * sizeof *a->values);
}

/* Counting by cells gives the same bits as sorting, its naive twin. */
static void test_columns_change_nothing(void **state) {
  (void)state;
  for (uint32_t seed = 0; seed < 4; seed++) {
    make_data(seed);
    quoth_tree_columns columns;
    assert_done(quoth_tree_columns_init(&columns, labels, N_ROWS, N_FEATURES, N_CLASSES, err));
    for (uint32_t f = 0; f < N_FEATURES; f++)
      assert_done(quoth_tree_columns_fill(&columns, features[0], labels, N_FEATURES, f, err));
    quoth_tree_params params = {.criterion = seed % 2 ? QUOTH_ENTROPY : QUOTH_GINI,
                                .max_depth = UINT32_MAX,
                                .max_features = seed < 2 ? 2 : N_FEATURES,
                                .min_samples_split = 2,
                                .min_samples_leaf = 1 + seed};
    quoth_tree sorted = grow(&params, NULL), counted = grow(&params, &columns);
    assert_true(sorted.n_nodes > 100);
    check_same(&sorted, &counted);
    quoth_tree_clear(&sorted);
    quoth_tree_clear(&counted);
    quoth_tree_columns_clear(&columns);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_columns_change_nothing)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
