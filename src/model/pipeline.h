/* pipeline.h - stages in a row: loaded, and applied to one document or to many. */
#ifndef QUOTH_MODEL_PIPELINE_H
#define QUOTH_MODEL_PIPELINE_H

#include "base/thread_pool.h"
#include "model/pipeline_spec.h"

/* Makes a stage, with its members, from its tensors, which outlive it. *out goes back through
 * _clear, also on failure. */
quoth_status quoth_stage_load(const quoth_stage_spec *spec, const char *path,
                              const quoth_tensors *tensors, quoth_stage *out, quoth_error *err);
void quoth_stage_clear(quoth_stage *stage);

/* Makes stages [first, end) of `spec` from their tensors, which outlive them; `path` is that of the
 * member whose pipeline it is, or NULL. *out goes back through _clear, also on failure. */
quoth_status quoth_pipeline_load(quoth_pipeline_spec spec, size_t first, size_t end,
                                 const char *path, const quoth_tensors *tensors,
                                 quoth_pipeline *out, quoth_error *err);
void quoth_pipeline_clear(quoth_pipeline *pipeline);

/* Working memory of one thread for `n` stages in a row. */
typedef struct quoth_stages_scratch {
  const quoth_stage *stages;
  size_t n_stages;
  void *memory[]; /* [n_stages] each stage's own */
} quoth_stages_scratch;

quoth_status quoth_stages_scratch_new(const quoth_stage *stages, size_t n_stages,
                                      quoth_stages_scratch **out, quoth_error *err);
void quoth_stages_scratch_free(quoth_stages_scratch *scratch);

/* Sends one document through the first `n_stages` stages of `scratch`. */
quoth_status quoth_stages_apply(quoth_stages_scratch *scratch, size_t n_stages,
                                quoth_document *document, quoth_error *err);

/* Sends every row of `in` through the stages, of which the last puts out dense numbers. Progress
 * is told in rows, as stage `label`; NULL progress is fine. */
quoth_status quoth_stages_apply_batch(const quoth_stage *stages, size_t n_stages,
                                      const quoth_batch *in, quoth_pool *pool, const char *label,
                                      const quoth_progress *progress, quoth_batch *out,
                                      quoth_error *err);

/* ---- A stage's members ---- */

/* Working memory of one thread for each of a stage's members, [n_members]. */
quoth_status quoth_members_scratch_new(const quoth_stage *stage, quoth_stages_scratch ***out,
                                       quoth_error *err);
void quoth_members_scratch_free(const quoth_stage *stage, quoth_stages_scratch **scratch);
/* What member `i` makes of `in`; n_known is that of the member alone. */
quoth_status quoth_member_apply(const quoth_stage *stage, quoth_stages_scratch *const *scratch,
                                size_t i, const quoth_document *in, quoth_document *out,
                                quoth_error *err);

#endif
