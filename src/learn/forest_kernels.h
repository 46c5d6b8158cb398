/* forest_kernels.h - small trees asked without walking: private to forest_*.c.
 *
 * C. Lucchese et al., "QuickScorer: a fast algorithm to rank documents with additive ensembles of
 * regression trees", 2015. The leaves of a tree are bits, the leftmost lowest. An inner node whose
 * test fails rules out the leaves of its left part. When all inner nodes are through, in any order,
 * the lowest bit left is the leaf where a walk would end. Several rows fill a vector, and no row
 * waits for what another's test said. */
#ifndef QUOTH_LEARN_FOREST_KERNELS_H
#define QUOTH_LEARN_FOREST_KERNELS_H

#include "learn/forest.h"
#include "math/width.h"

enum {
  QUOTH_FOREST_MAX_CUT_LEAVES = 64, /* of a tree: beyond, walks take fewer steps */
  QUOTH_FOREST_SHARES_LANES = 4     /* class shares are padded to a multiple of it */
};

/* An inner node. */
struct quoth_forest_cut {
  float threshold;
  uint32_t feature;
  /* The leaves that a row can't reach if its feature is above the threshold: 0 to 31, the others.
   */
  int32_t left_low, left_high;
};

struct quoth_forest_kernels {
  /* sums[row][class] += shares of the leaves of `columns`, [F][QUOTH_FOREST_TOGETHER] features,
   * tree by tree. `sums` is [QUOTH_FOREST_TOGETHER][walk->shares_stride]. */
  void (*add_shares)(const quoth_forest_walk *walk, const float *columns, double *sums);
};

const quoth_forest_kernels *quoth_forest_kernels_for(quoth_width width);

#endif
