/* Splits of unweighted rows: counts instead of sorted rows. Sums of whole numbers are exact, so the
 * scores come out as if added up in any other order, bit for bit. */
#include <string.h>

#include "learn/tree_split.h"

/* Counts the node's rows by cell, into `bins`. */
static void count_rows(const quoth_splitter *splitter, const uint32_t *cell_of) {
  const quoth_tree_item *items = splitter->items;
  const uint32_t *weights = splitter->whole_weights;
  uint64_t *bins = splitter->bins;
  for (size_t i = splitter->begin, end = splitter->end; i < end; i++)
    bins[cell_of[items[i].row]] += (UINT64_C(1) << 32) + weights[items[i].row];
}

static quoth_tree_run make_run(const quoth_tree_cell *cell, uint64_t bin) {
  return (quoth_tree_run){*cell, (uint32_t)(bin >> 32), (uint32_t)bin};
}

/* Moves all bins in use to `runs`, in order, and empties them. Returns the number of runs. */
static size_t drain_all(const quoth_splitter *splitter, const quoth_tree_cell *cells,
                        size_t n_cells) {
  quoth_tree_run *runs = splitter->runs;
  uint64_t *bins = splitter->bins;
  size_t n_runs = 0;
  for (size_t cell = 0; cell < n_cells; cell++) {
    runs[n_runs] = make_run(&cells[cell], bins[cell]);
    n_runs += bins[cell] != 0;
  }
  memset(bins, 0, n_cells * sizeof *bins);
  return n_runs;
}

/* The same where few of the cells are in use. */
static size_t drain_marked(const quoth_splitter *splitter, const uint32_t *cell_of,
                           const quoth_tree_cell *cells, size_t n_cells) {
  const quoth_tree_item *items = splitter->items;
  quoth_tree_run *runs = splitter->runs;
  uint64_t *bins = splitter->bins, *marks = splitter->marks;
  size_t n_runs = 0, n_words = (n_cells + 63) / 64;
  for (size_t i = splitter->begin, end = splitter->end; i < end; i++) {
    uint32_t cell = cell_of[items[i].row];
    marks[cell / 64] |= UINT64_C(1) << cell % 64;
  }
  for (size_t word = 0; word < n_words; word++) {
    for (uint64_t bits = marks[word]; bits; bits &= bits - 1) {
      size_t cell = word * 64 + (size_t)__builtin_ctzll(bits);
      runs[n_runs++] = make_run(&cells[cell], bins[cell]);
      bins[cell] = 0;
    }
    marks[word] = 0;
  }
  return n_runs;
}

/* The node's rows, counted by cell. */
static size_t find_runs(const quoth_splitter *splitter, uint32_t feature) {
  enum { DENSE = 4 };
  const quoth_tree_columns *columns = splitter->data->columns;
  const quoth_tree_cell *cells = columns->cells + feature * columns->n_rows;
  const uint32_t *cell_of = columns->cell_of + feature * columns->n_rows;
  size_t n_cells = columns->n_cells[feature];
  count_rows(splitter, cell_of);
  return n_cells / DENSE < splitter->end - splitter->begin
             ? drain_all(splitter, cells, n_cells)
             : drain_marked(splitter, cell_of, cells, n_cells);
}

static bool differ(const quoth_tree_run *below, const quoth_tree_run *above) {
  return above->cell.value > below->cell.value + QUOTH_FEATURE_THRESHOLD;
}

typedef struct exact_sums {
  double weight_left, squares_left, squares_right;
} exact_sums;

/* (a + w)^2 = a^2 + w (2a + w) */
static void move_left(quoth_splitter *splitter, const quoth_tree_run *run, exact_sums *sums) {
  uint32_t label = run->cell.label;
  double weight = run->weight, before = splitter->left[label], after = before + weight;
  splitter->left[label] = after;
  sums->weight_left += weight;
  sums->squares_left += weight * (before + after);
  sums->squares_right -= weight * (2 * splitter->totals[label] - (before + after));
}

static double score(quoth_splitter *splitter, const exact_sums *sums) {
  double weight_left = sums->weight_left, weight_right = splitter->weight - weight_left;
  double impurity_left, impurity_right;
  if (splitter->params.criterion == QUOTH_GINI) {
    impurity_left = 1 - sums->squares_left / (weight_left * weight_left);
    impurity_right = 1 - sums->squares_right / (weight_right * weight_right);
  } else {
    uint32_t n_classes = splitter->data->n_classes;
    for (uint32_t c = 0; c < n_classes; c++)
      splitter->right[c] = splitter->totals[c] - splitter->left[c];
    impurity_left = quoth_entropy(splitter->left, n_classes, weight_left);
    impurity_right = quoth_entropy(splitter->right, n_classes, weight_right);
  }
  return -weight_right * impurity_right - weight_left * impurity_left;
}

static void offer_runs(quoth_splitter *splitter, uint32_t feature, size_t n_runs) {
  const quoth_tree_run *runs = splitter->runs;
  uint32_t n_classes = splitter->data->n_classes;
  size_t position = splitter->begin, least = splitter->params.min_samples_leaf;
  exact_sums sums = {0};
  memset(splitter->left, 0, n_classes * sizeof *splitter->left);
  for (uint32_t c = 0; c < n_classes; c++)
    sums.squares_right += splitter->totals[c] * splitter->totals[c];
  for (size_t i = 0; i + 1 < n_runs; i++) {
    move_left(splitter, &runs[i], &sums);
    position += runs[i].n_rows;
    if (differ(&runs[i], &runs[i + 1]) && position - splitter->begin >= least &&
        splitter->end - position >= least)
      quoth_splitter_offer(splitter, feature, position, runs[i].cell.value, runs[i + 1].cell.value,
                           score(splitter, &sums));
  }
}

bool quoth_splitter_try_column(quoth_splitter *splitter, uint32_t feature) {
  size_t n_runs = find_runs(splitter, feature);
  if (!differ(&splitter->runs[0], &splitter->runs[n_runs - 1])) return false;
  offer_runs(splitter, feature, n_runs);
  return true;
}

/* ---- The split ----------------------------------------------------------------------------- */

/* The number of the first cell above the threshold. */
static uint32_t first_cell_above(const quoth_tree_cell *cells, size_t n_cells, double threshold) {
  size_t begin = 0, end = n_cells;
  while (begin < end) {
    size_t middle = begin + (end - begin) / 2;
    if ((double)cells[middle].value <= threshold)
      begin = middle + 1;
    else
      end = middle;
  }
  return (uint32_t)begin;
}

/* No branch depends on where a row goes, which no processor foresees. The order of rows in a part
 * is free here. */
static void divide_by_cell(quoth_splitter *splitter, const uint32_t *cell_of,
                           uint32_t first_right) {
  quoth_tree_item *items = splitter->items, *spare = splitter->spare;
  size_t n_left = splitter->begin, n_right = 0;
  for (size_t i = splitter->begin; i < splitter->end; i++) {
    quoth_tree_item item = items[i];
    bool is_right = cell_of[item.row] >= first_right;
    items[n_left] = item;
    spare[n_right] = item;
    n_left += !is_right;
    n_right += is_right;
  }
  memcpy(items + n_left, spare, n_right * sizeof *items);
}

void quoth_splitter_divide_by_column(quoth_splitter *splitter) {
  const quoth_tree_columns *columns = splitter->data->columns;
  const quoth_tree_split *best = &splitter->best;
  size_t begin = best->feature * columns->n_rows;
  divide_by_cell(
      splitter, columns->cell_of + begin,
      first_cell_above(columns->cells + begin, columns->n_cells[best->feature], best->threshold));
  splitter->weight_left = 0;
  for (uint32_t c = 0; c < splitter->data->n_classes; c++) {
    splitter->left[c] = splitter->best_left[c];
    splitter->right[c] = splitter->totals[c] - splitter->left[c];
    splitter->weight_left += splitter->left[c];
  }
  splitter->weight_right = splitter->weight - splitter->weight_left;
}
