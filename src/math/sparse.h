/* sparse.h - a matrix of counts or of weights in compressed rows. */
#ifndef QUOTH_MATH_SPARSE_H
#define QUOTH_MATH_SPARSE_H

#include "base/memory.h"
#include "base/thread_pool.h"

typedef struct quoth_sparse {
  size_t n_rows;
  uint32_t n_columns;
  uint64_t *row_begin; /* [n_rows + 1]: row r is entries [row_begin[r], row_begin[r + 1]) */
  uint32_t *columns;   /* [n_entries], ascending within a row, no repeats */
  uint32_t *counts;    /* [n_entries], each >= 1; NULL if it is one of weights */
  double *weights;     /* [n_entries]; NULL if it is one of counts */
} quoth_sparse;        /* start from {0} */

static inline uint64_t quoth_sparse_n_entries(const quoth_sparse *matrix) {
  return matrix->row_begin ? matrix->row_begin[matrix->n_rows] : 0;
}

void quoth_sparse_clear(quoth_sparse *matrix);

/* The first entry of `row` whose column is `column` or a later one. */
uint64_t quoth_sparse_find(const quoth_sparse *matrix, size_t row, uint32_t column);

/* Runs `work` over runs of columns. Each goes through all rows and takes the entries of its columns
 * (from quoth_sparse_find on), so what is summed for a column is summed in the rows' order,
 * whatever the threads. */
void quoth_sparse_run_columns(const quoth_sparse *matrix, quoth_pool *pool, quoth_pool_work work,
                              void *context);

/* The transpose of a matrix of weights with less than 2^32 rows. The caller's to clear. */
quoth_status quoth_sparse_transpose(const quoth_sparse *matrix, quoth_sparse *out,
                                    quoth_error *err);

#endif
