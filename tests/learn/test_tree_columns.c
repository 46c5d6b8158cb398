#include "testing.h"

#include <math.h>

#include "learn/tree_columns.h"

enum { N_ROWS = 8, N_FEATURES = 2 };

static void check_cells(const quoth_tree_columns *columns, uint32_t feature,
                        const quoth_tree_cell *cells, uint32_t n_cells, const uint32_t *cell_of) {
  assert_int_equal(columns->n_cells[feature], n_cells);
  for (uint32_t i = 0; i < n_cells; i++) {
    const quoth_tree_cell *cell = &columns->cells[feature * N_ROWS + i];
    assert_true(cell->value == cells[i].value);
    assert_int_equal(cell->label, cells[i].label);
  }
  assert_memory_equal(columns->cell_of + feature * N_ROWS, cell_of, N_ROWS * sizeof *cell_of);
}

/* By value (both zeros are one), then by label. */
static void test_cells(void **state) {
  (void)state;
  static const float FEATURES[N_ROWS][N_FEATURES] = {{0.0f, 5},  {-0.0f, 5},  {-1e-45f, 5},
                                                     {3e38f, 5}, {-3e38f, 5}, {1e-45f, 5},
                                                     {0.0f, 5},  {-0.0f, 5}};
  static const uint32_t LABELS[N_ROWS] = {2, 2, 0, 1, 1, 0, 0, 0};
  quoth_tree_columns columns;
  assert_done(quoth_tree_columns_init(&columns, LABELS, N_ROWS, N_FEATURES, 3, err));
  for (uint32_t f = 0; f < N_FEATURES; f++)
    assert_done(quoth_tree_columns_fill(&columns, FEATURES[0], LABELS, N_FEATURES, f, err));
  check_cells(
      &columns, 0,
      (const quoth_tree_cell[]){{-3e38f, 1}, {-1e-45f, 0}, {0, 0}, {0, 2}, {1e-45f, 0}, {3e38f, 1}},
      6, (const uint32_t[]){3, 3, 1, 5, 0, 4, 2, 2});
  check_cells(&columns, 1, (const quoth_tree_cell[]){{5, 0}, {5, 1}, {5, 2}}, 3,
              (const uint32_t[]){2, 2, 0, 1, 1, 0, 0, 0});
  quoth_tree_columns_clear(&columns);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_cells)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
