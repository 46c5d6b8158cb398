#include "learn/binary_problem.h"

double quoth_binary_decide(const quoth_binary_problem *problem, const double *w, size_t row) {
  const quoth_sparse *rows = problem->rows;
  double sum = problem->bias * w[rows->n_columns];
  for (uint64_t i = rows->row_begin[row]; i < rows->row_begin[row + 1]; i++)
    sum += rows->weights[i] * w[rows->columns[i]];
  return sum;
}

void quoth_binary_add_row(const quoth_binary_problem *problem, size_t row, double factor,
                          double *w) {
  const quoth_sparse *rows = problem->rows;
  w[rows->n_columns] += factor * problem->bias;
  for (uint64_t i = rows->row_begin[row]; i < rows->row_begin[row + 1]; i++)
    w[rows->columns[i]] += factor * rows->weights[i];
}
