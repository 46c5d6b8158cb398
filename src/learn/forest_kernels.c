/* forest_kernels.c - forest_kernels.h at one width. */
#include "learn/forest_kernels.h"

#include <stddef.h>

extern const quoth_forest_kernels QUOTH_FOR_WIDTH(quoth_forest_kernel_table);

/* Each row has a lane of a vector, or of one of two. */
enum {
  ROWS = QUOTH_FOREST_TOGETHER,
  ROW_LANES = QUOTH_LANES == 2 ? 4 : 8,
  PARTS = ROWS / ROW_LANES
};
typedef float row_floats __attribute__((vector_size(4 * ROW_LANES), may_alias));
typedef int32_t row_bits __attribute__((vector_size(4 * ROW_LANES)));
typedef double share_vector
    __attribute__((vector_size(8 * QUOTH_FOREST_SHARES_LANES), aligned(8), may_alias));

/* The leaves that rows may still reach. */
typedef union row_leaves {
  row_bits part[PARTS];
  uint32_t row[ROWS];
} row_leaves;

#define EACH for (int p = 0; p < PARTS; p++)

static inline __attribute__((always_inline)) QUOTH_TARGET void
find_leaves(const quoth_forest_cut *cuts, size_t n, const float *columns, row_leaves *low,
            row_leaves *high) {
  row_bits low_left[PARTS], high_left[PARTS];
  EACH low_left[p] = high_left[p] = ~(row_bits){0};
  for (size_t i = 0; i < n; i++) {
    const row_floats *column =
        (const row_floats *)(const void *)(columns + cuts[i].feature * (size_t)ROWS);
    EACH {
      row_bits is_above = column[p] > cuts[i].threshold;
      low_left[p] &= ~(is_above & cuts[i].left_low);
      high_left[p] &= ~(is_above & cuts[i].left_high);
    }
  }
  EACH low->part[p] = low_left[p];
  EACH high->part[p] = high_left[p];
}

static QUOTH_TARGET void add_shares(const quoth_forest_walk *walk, const float *columns,
                                    double *sums) {
  size_t stride = walk->shares_stride;
  const double *shares = walk->shares; /* of the tree's first leaf */
  for (uint32_t t = 0; t < walk->n_trees; t++) {
    uint32_t begin = walk->cut_begin[t], n_cuts = walk->cut_begin[t + 1] - begin;
    row_leaves low, high;
    find_leaves(walk->cuts + begin, n_cuts, columns, &low, &high);
    for (size_t row = 0; row < ROWS; row++) {
      uint64_t leaves = (uint64_t)high.row[row] << 32 | low.row[row];
      const double *of_leaf = shares + (size_t)__builtin_ctzll(leaves) * stride;
      double *sum = sums + row * stride;
      for (size_t c = 0; c < stride; c += QUOTH_FOREST_SHARES_LANES)
        *(share_vector *)(sum + c) += *(const share_vector *)(of_leaf + c);
    }
    shares += (n_cuts + 1) * stride;
  }
}

const quoth_forest_kernels QUOTH_FOR_WIDTH(quoth_forest_kernel_table) = {add_shares};
