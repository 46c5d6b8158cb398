/* A forest laid out for prediction: what a step looks at lies together, and the leaves' shares are
 * divided out. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "learn/forest_kernels.h"
#include "learn/tree.h"
#include "math/functions.h"

/* From an inner node to the node behind it if the feature's value is at most the threshold, else to
 * `next`. No value is at most NaN: a leaf leads to itself. */
struct quoth_forest_step {
  float threshold; /* the largest float that is at most the node's: floats compare the same */
  uint32_t feature;
  uint32_t next; /* a number in the whole forest */
};

enum { N_LANES = 8 };

static float floor_to_float(double x) {
  float rounded = (float)x;
  return rounded > x ? nextafterf(rounded, -INFINITY) : rounded;
}

static void lay_out_shares(const double *value, uint32_t n_classes, double *shares) {
  double sum = quoth_sum_pairwise(value, n_classes);
  for (uint32_t c = 0; c < n_classes; c++) shares[c] = value[c] / sum;
}

QUOTH_DECLARE_WIDTHS(quoth_forest_kernels, quoth_forest_kernel_table);

const quoth_forest_kernels *quoth_forest_kernels_for(quoth_width width) {
  return QUOTH_PICK_WIDTH(quoth_forest_kernel_table, width);
}

/* Children come after their parents. `depths` is scratch for the tree's nodes. */
static uint32_t depth_of_tree(const quoth_forest *forest, uint32_t tree, uint32_t *depths) {
  uint32_t root = forest->tree_begin[tree], n_nodes = forest->tree_begin[tree + 1] - root, most = 0;
  memset(depths, 0, n_nodes * sizeof *depths);
  for (uint32_t i = 0; i < n_nodes; i++) {
    if (forest->feature[root + i] == QUOTH_TREE_LEAF) continue;
    uint32_t below = depths[i] + 1;
    depths[i + 1] = depths[forest->right[root + i]] = below;
    if (below > most) most = below;
  }
  return most;
}

static void lay_out_tree(const quoth_forest *forest, uint32_t tree, quoth_forest_walk *walk,
                         uint32_t *n_leaves) {
  uint32_t root = forest->tree_begin[tree], end = forest->tree_begin[tree + 1];
  for (uint32_t node = root; node < end; node++) {
    bool is_leaf = forest->feature[node] == QUOTH_TREE_LEAF;
    walk->steps[node] = (quoth_forest_step){
        .threshold = is_leaf ? NAN : floor_to_float(forest->threshold[node]),
        .feature = is_leaf ? 0 : (uint32_t)forest->feature[node],
        .next = is_leaf ? node : root + forest->right[node],
    };
    if (!is_leaf) continue;
    lay_out_shares(forest->value + (size_t)node * forest->n_classes, forest->n_classes,
                   walk->shares + *n_leaves * walk->shares_stride);
    walk->leaves[node] = (*n_leaves)++;
  }
}

/* Bits [begin, end), of 63 at most. */
static uint64_t bits_between(uint32_t begin, uint32_t end) {
  return (UINT64_C(1) << end) - (UINT64_C(1) << begin);
}

/* The nodes of a part lie behind one another. So its first leaf is the number of leaves before its
 * root, and its last one comes before the right part's first. */
static void lay_out_cuts(const quoth_forest *forest, uint32_t tree, quoth_forest_walk *walk) {
  uint32_t root = forest->tree_begin[tree], end = forest->tree_begin[tree + 1];
  uint32_t first_leaf[2 * QUOTH_FOREST_MAX_CUT_LEAVES], n_leaves = 0;
  quoth_forest_cut *cut = walk->cuts + walk->cut_begin[tree];
  for (uint32_t node = root; node < end; node++) {
    first_leaf[node - root] = n_leaves;
    n_leaves += forest->feature[node] == QUOTH_TREE_LEAF;
  }
  for (uint32_t node = root; node < end; node++) {
    if (forest->feature[node] == QUOTH_TREE_LEAF) continue;
    uint64_t left = bits_between(first_leaf[node - root], first_leaf[forest->right[node]]);
    *cut++ = (quoth_forest_cut){
        .threshold = walk->steps[node].threshold,
        .feature = walk->steps[node].feature,
        .left_low = (int32_t)left,
        .left_high = (int32_t)(left >> 32),
    };
  }
  walk->cut_begin[tree + 1] = (uint32_t)(cut - walk->cuts);
}

/* Whether a tree has few leaves, and the nodes of each part lie behind one another, as fitting
 * leaves them; in a file two nodes may lead to the same. */
static bool is_small_tree(const quoth_forest *forest, uint32_t tree) {
  uint32_t root = forest->tree_begin[tree], n_nodes = forest->tree_begin[tree + 1] - root;
  uint32_t size[2 * QUOTH_FOREST_MAX_CUT_LEAVES];               /* nodes of each node's part */
  if (n_nodes >= 2 * QUOTH_FOREST_MAX_CUT_LEAVES) return false; /* n leaves: 2 n - 1 nodes */
  for (uint32_t node = n_nodes; node-- > 0;) {
    size[node] = 1;
    if (forest->feature[root + node] == QUOTH_TREE_LEAF) continue;
    uint32_t right = forest->right[root + node];
    if (right != node + 1 + size[node + 1]) return false;
    size[node] += size[node + 1] + size[right];
  }
  return size[0] == n_nodes;
}

static bool has_small_trees(const quoth_forest *forest) {
  uint32_t t = 0;
  while (t < forest->n_trees && is_small_tree(forest, t)) t++;
  return t == forest->n_trees;
}

static quoth_status add_cuts(quoth_forest_walk *walk, const quoth_forest *forest, size_t n_inner,
                             quoth_error *err) {
  walk->cuts = quoth_new_array(n_inner, sizeof *walk->cuts, err);
  walk->cut_begin = quoth_new_array(forest->n_trees + (size_t)1, sizeof *walk->cut_begin, err);
  if (!walk->cuts || !walk->cut_begin) return QUOTH_ERR_NOMEM;
  for (uint32_t t = 0; t < forest->n_trees; t++) lay_out_cuts(forest, t, walk);
  walk->kernels = quoth_forest_kernels_for(quoth_width_widest());
  return QUOTH_OK;
}

static quoth_status lay_out(quoth_forest_walk *walk, const quoth_forest *forest, quoth_error *err) {
  size_t n_nodes = forest->tree_begin[forest->n_trees], n_roots = forest->n_trees, n_leaves = 0;
  for (size_t node = 0; node < n_nodes; node++) n_leaves += forest->feature[node] < 0;
  size_t lanes = has_small_trees(forest) ? QUOTH_FOREST_SHARES_LANES : 1;
  *walk = (quoth_forest_walk){.n_trees = forest->n_trees,
                              .n_classes = forest->n_classes,
                              .shares_stride = (forest->n_classes + lanes - 1) / lanes * lanes};
  walk->roots = quoth_new_array(n_roots + N_LANES, sizeof *walk->roots, err);
  walk->steps = quoth_new_array(n_nodes, sizeof *walk->steps, err);
  walk->leaves = quoth_new_array(n_nodes, sizeof *walk->leaves, err);
  walk->depths = quoth_new_array(n_roots / N_LANES + 1, sizeof *walk->depths, err);
  walk->shares = quoth_new_array(n_leaves, walk->shares_stride * sizeof *walk->shares, err);
  if (!walk->roots || !walk->steps || !walk->leaves || !walk->depths || !walk->shares)
    return QUOTH_ERR_NOMEM;
  memcpy(walk->roots, forest->tree_begin, n_roots * sizeof *walk->roots);
  uint32_t leaf = 0;
  for (uint32_t t = 0; t < forest->n_trees; t++) {
    uint32_t depth = depth_of_tree(forest, t, walk->leaves + forest->tree_begin[t]);
    uint32_t *deepest = &walk->depths[t / N_LANES];
    if (depth > *deepest) *deepest = depth;
    lay_out_tree(forest, t, walk, &leaf);
  }
  return lanes == 1 ? QUOTH_OK : add_cuts(walk, forest, n_nodes - n_leaves, err);
}

quoth_status quoth_forest_walk_init(quoth_forest_walk *walk, const quoth_forest *forest,
                                    quoth_error *err) {
  quoth_status status = lay_out(walk, forest, err);
  if (status) quoth_forest_walk_clear(walk);
  return status;
}

void quoth_forest_walk_clear(quoth_forest_walk *walk) {
  free(walk->roots);
  free(walk->steps);
  free(walk->leaves);
  free(walk->depths);
  free(walk->shares);
  free(walk->cuts);
  free(walk->cut_begin);
  *walk = (quoth_forest_walk){0};
}

/* Without a branch: no processor foresees which way a step goes. */
static uint32_t step(const quoth_forest_step *steps, uint32_t node, const float *features) {
  const quoth_forest_step *at = &steps[node];
  uint32_t if_left = -(uint32_t)(features[at->feature] <= at->threshold);
  return at->next ^ ((at->next ^ (node + 1)) & if_left);
}

/* Walks several trees at once, because each step waits for the one before, as many steps as the
 * deepest needs. `nodes` are the roots at first, the leaves at last. */
static void find_leaves(const quoth_forest_step *steps, uint32_t depth, const float *features,
                        uint32_t nodes[N_LANES]) {
  for (; depth > 0; depth--)
    for (int i = 0; i < N_LANES; i++) nodes[i] = step(steps, nodes[i], features);
}

static void add_shares(const double *shares, uint32_t n_classes, double *probabilities) {
  for (uint32_t c = 0; c < n_classes; c++) probabilities[c] += shares[c];
}

/* The mean of the leaves' class shares, trees added in order. */
void quoth_forest_predict(const quoth_forest_walk *walk, const float *features,
                          double *probabilities) {
  uint32_t n_classes = walk->n_classes, n_trees = walk->n_trees;
  memset(probabilities, 0, n_classes * sizeof *probabilities);
  for (size_t t = 0; t < n_trees; t += N_LANES) {
    size_t n_lanes = n_trees - t < N_LANES ? n_trees - t : N_LANES;
    uint32_t nodes[N_LANES];
    memcpy(nodes, walk->roots + t, sizeof nodes); /* behind the last, the first tree's */
    find_leaves(walk->steps, walk->depths[t / N_LANES], features, nodes);
    for (size_t i = 0; i < n_lanes; i++)
      add_shares(walk->shares + walk->leaves[nodes[i]] * walk->shares_stride, n_classes,
                 probabilities);
  }
  for (uint32_t c = 0; c < n_classes; c++) probabilities[c] /= n_trees;
}

void quoth_forest_predict_together(const quoth_forest_walk *walk, const float *columns,
                                   double *sums) {
  size_t n = QUOTH_FOREST_TOGETHER * walk->shares_stride;
  memset(sums, 0, n * sizeof *sums);
  walk->kernels->add_shares(walk, columns, sums);
  for (size_t i = 0; i < n; i++) sums[i] /= walk->n_trees;
}
