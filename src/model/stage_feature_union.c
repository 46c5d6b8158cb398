/* FeatureUnion: what several members make of a document, side by side. No tensors of its own: a
 * member's columns begin where those of the one before it end. */
#include <stdlib.h>

#include "model/pipeline.h"

static quoth_status load(quoth_stage *stage, const quoth_tensors *tensors, const void *params,
                         quoth_error *err) {
  (void)tensors, (void)params;
  uint64_t n_outputs = 0;
  for (size_t m = 0; m < stage->n_members; m++) {
    const quoth_pipeline *member = &stage->members[m];
    n_outputs += member->stages[member->n_stages - 1].n_outputs;
  }
  if (n_outputs >= UINT32_MAX)
    return quoth_fail(err, QUOTH_ERR_FORMAT, "%s: too many columns", stage->name);
  stage->n_outputs = (uint32_t)n_outputs;
  return QUOTH_OK;
}

typedef struct union_scratch {
  const quoth_stage *stage;
  quoth_stages_scratch **members; /* [n_members] */
  uint32_t *columns;              /* [n] */
  double *weights;                /* [n] */
  size_t n, columns_capacity, weights_capacity;
} union_scratch;

static void scratch_free(void *scratch) {
  union_scratch *memory = scratch;
  if (!memory) return;
  quoth_members_scratch_free(memory->stage, memory->members);
  free(memory->columns);
  free(memory->weights);
  free(memory);
}

static quoth_status scratch_new(const quoth_stage *stage, void **scratch, quoth_error *err) {
  union_scratch *memory = quoth_new_array(1, sizeof *memory, err);
  if (!memory) return QUOTH_ERR_NOMEM;
  memory->stage = stage;
  quoth_status status = quoth_members_scratch_new(stage, &memory->members, err);
  if (status)
    scratch_free(memory);
  else
    *scratch = memory;
  return status;
}

static quoth_status reserve(union_scratch *memory, size_t n, quoth_error *err) {
  uint32_t *columns =
      quoth_grow(memory->columns, &memory->columns_capacity, memory->n + n, sizeof *columns, err);
  if (!columns) return QUOTH_ERR_NOMEM;
  memory->columns = columns;
  double *weights =
      quoth_grow(memory->weights, &memory->weights_capacity, memory->n + n, sizeof *weights, err);
  if (!weights) return QUOTH_ERR_NOMEM;
  memory->weights = weights;
  return QUOTH_OK;
}

static void add(union_scratch *memory, uint32_t column, double weight) {
  memory->columns[memory->n] = column;
  memory->weights[memory->n++] = weight;
}

/* Appends what a member put out, `n_columns` wide, behind column `first`. */
static quoth_status add_output(union_scratch *memory, const quoth_document *document,
                               uint32_t first, uint32_t n_columns, quoth_error *err) {
  quoth_status status = reserve(memory, document->dense ? n_columns : document->n_entries, err);
  if (status) return status;
  if (document->dense) {
    for (uint32_t i = 0; i < n_columns; i++)
      if (document->dense[i] != 0) add(memory, first + i, document->dense[i]);
    return QUOTH_OK;
  }
  for (size_t i = 0; i < document->n_entries; i++)
    add(memory, first + document->columns[i],
        document->weights ? document->weights[i] : document->counts[i]);
  return QUOTH_OK;
}

static quoth_status apply(const quoth_stage *stage, void *scratch, quoth_document *document,
                          quoth_error *err) {
  union_scratch *memory = scratch;
  uint32_t first = 0;
  size_t n_known = document->n_known;
  memory->n = 0;
  for (size_t m = 0; m < stage->n_members; m++) {
    const quoth_pipeline *member = &stage->members[m];
    uint32_t n_columns = member->stages[member->n_stages - 1].n_outputs;
    quoth_document made;
    quoth_status status = quoth_member_apply(stage, memory->members, m, document, &made, err);
    if (!status) status = add_output(memory, &made, first, n_columns, err);
    if (status) return status;
    first += n_columns;
    n_known += made.n_known;
  }
  *document = (quoth_document){.columns = memory->columns,
                               .weights = memory->weights,
                               .n_entries = memory->n,
                               .n_known = n_known};
  return QUOTH_OK;
}

static const quoth_applied_tensor applied[] = {{NULL, NULL}};

const quoth_stage_type quoth_feature_union_stage = {
    .name = "feature_union",
    .label = "union",
    .inputs = QUOTH_KIND(QUOTH_DATA_TEXTS) | QUOTH_KIND(QUOTH_DATA_COUNTS) |
              QUOTH_KIND(QUOTH_DATA_WEIGHTS) | QUOTH_KIND(QUOTH_DATA_FEATURES),
    .output = QUOTH_DATA_WEIGHTS,
    .member_outputs = QUOTH_KIND(QUOTH_DATA_COUNTS) | QUOTH_KIND(QUOTH_DATA_WEIGHTS) |
                      QUOTH_KIND(QUOTH_DATA_FEATURES),
    .params = {NULL, 0, 1},
    .applied = applied,
    .load = load,
    .scratch_new = scratch_new,
    .scratch_free = scratch_free,
    .apply = apply,
};
