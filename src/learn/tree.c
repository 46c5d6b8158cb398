#include "learn/tree.h"

#include <float.h>
#include <stdlib.h>
#include <string.h>

/* A part of the rows that waits to become a node. */
typedef struct open_node {
  size_t begin, end;
  double impurity;
  uint32_t depth, n_constant;
  uint32_t parent; /* whose right child this is; NO_PARENT for a left child or the root */
} open_node;

#define NO_PARENT UINT32_MAX

typedef struct growth {
  quoth_splitter *splitter;
  quoth_tree *tree;
  open_node *open; /* stack: a deep tree must not exhaust the C stack */
  size_t n_open, open_capacity;
} growth;

static quoth_status push(growth *g, open_node node, quoth_error *err) {
  open_node *open = quoth_grow(g->open, &g->open_capacity, g->n_open + 1, sizeof *open, err);
  if (!open) return QUOTH_ERR_NOMEM;
  g->open = open;
  g->open[g->n_open++] = node;
  return QUOTH_OK;
}

/* Appends a leaf for the splitter's present node. */
static quoth_status add_leaf(growth *g, const open_node *part, quoth_error *err) {
  quoth_tree *tree = g->tree;
  const quoth_splitter *splitter = g->splitter;
  size_t n_classes = splitter->data->n_classes, number = tree->n_nodes;
  quoth_tree_node *nodes =
      quoth_grow(tree->nodes, &tree->nodes_capacity, number + 1, sizeof *nodes, err);
  if (!nodes) return QUOTH_ERR_NOMEM;
  tree->nodes = nodes;
  double *values = quoth_grow(tree->values, &tree->values_capacity, (number + 1) * n_classes,
                              sizeof *values, err);
  if (!values) return QUOTH_ERR_NOMEM;
  tree->values = values;
  tree->n_nodes++;
  nodes[number] = (quoth_tree_node){
      .feature = QUOTH_TREE_LEAF,
      .threshold = QUOTH_TREE_LEAF,
      .n_samples = (uint32_t)(part->end - part->begin),
      .impurity = part->impurity,
      .weight = splitter->weight,
  };
  memcpy(values + number * n_classes, splitter->totals, n_classes * sizeof *values);
  if (part->parent != NO_PARENT) nodes[part->parent].right = (uint32_t)number;
  return QUOTH_OK;
}

static bool may_split(const quoth_tree_params *params, const open_node *part) {
  size_t n = part->end - part->begin;
  return n >= params->min_samples_split && n / 2 >= params->min_samples_leaf &&
         part->depth < params->max_depth && part->impurity > DBL_EPSILON;
}

/* Makes the last node an inner one whose parts wait; the left part comes next. */
static quoth_status split_last(growth *g, const open_node *part, const quoth_tree_split *split,
                               quoth_error *err) {
  uint32_t number = (uint32_t)(g->tree->n_nodes - 1);
  g->tree->nodes[number].feature = (int32_t)split->feature;
  g->tree->nodes[number].threshold = split->threshold;
  open_node left = {.begin = part->begin,
                    .end = split->position,
                    .impurity = split->impurity_left,
                    .depth = part->depth + 1,
                    .n_constant = split->n_constant,
                    .parent = NO_PARENT};
  open_node right = left;
  right.begin = split->position;
  right.end = part->end;
  right.impurity = split->impurity_right;
  right.parent = number;
  quoth_status status = push(g, right, err);
  return status ? status : push(g, left, err);
}

/* Rounding can make the best split look worse than none: that is no split. */
static bool improves(const quoth_tree_split *split) {
  return split->improvement + DBL_EPSILON >= 0;
}

static quoth_status grow_node(growth *g, open_node part, quoth_error *err) {
  quoth_splitter *splitter = g->splitter;
  quoth_splitter_enter(splitter, part.begin, part.end);
  if (g->tree->n_nodes == 0)
    part.impurity = quoth_impurity(splitter->params.criterion, splitter->totals,
                                   splitter->data->n_classes, splitter->weight);
  quoth_status status = add_leaf(g, &part, err);
  quoth_tree_split split;
  if (status || !may_split(&splitter->params, &part) ||
      !quoth_splitter_search(splitter, part.impurity, part.n_constant, &split) || !improves(&split))
    return status;
  return split_last(g, &part, &split, err);
}

quoth_status quoth_tree_grow(quoth_splitter *splitter, uint32_t seed, quoth_tree *out,
                             quoth_error *err) {
  *out = (quoth_tree){0};
  growth g = {.splitter = splitter, .tree = out};
  size_t n_items = quoth_splitter_start(splitter, seed);
  quoth_status status = push(&g, (open_node){.end = n_items, .parent = NO_PARENT}, err);
  while (!status && g.n_open > 0) status = grow_node(&g, g.open[--g.n_open], err);
  free(g.open);
  return status;
}

void quoth_tree_clear(quoth_tree *tree) {
  free(tree->nodes);
  free(tree->values);
  *tree = (quoth_tree){0};
}
