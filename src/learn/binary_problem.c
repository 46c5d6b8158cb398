#include "learn/binary_problem.h"

/* In four sums, so that an addition need not wait for the one before. */
double quoth_binary_decide(const quoth_binary_problem *problem, const double *w, size_t row) {
  const quoth_sparse *rows = problem->rows;
  uint64_t i = rows->row_begin[row], end = rows->row_begin[row + 1];
  double sums[4] = {0};
  for (; i + 4 <= end; i += 4)
    for (int lane = 0; lane < 4; lane++)
      sums[lane] += rows->weights[i + lane] * w[rows->columns[i + lane]];
  for (int lane = 0; i < end; i++, lane++) sums[lane] += rows->weights[i] * w[rows->columns[i]];
  return (sums[0] + sums[1]) + (sums[2] + sums[3]) + problem->bias * w[rows->n_columns];
}

void quoth_binary_add_row(const quoth_binary_problem *problem, size_t row, double factor,
                          double *w) {
  const quoth_sparse *rows = problem->rows;
  w[rows->n_columns] += factor * problem->bias;
  for (uint64_t i = rows->row_begin[row]; i < rows->row_begin[row + 1]; i++)
    w[rows->columns[i]] += factor * rows->weights[i];
}
