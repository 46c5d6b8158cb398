#include "model/pipeline.h"

#include <stdlib.h>

/* ---- Loading --------------------------------------------------------------- */

void quoth_stage_clear(quoth_stage *stage) {
  if (stage->state) stage->type->unload(stage);
  for (size_t m = 0; m < stage->n_members; m++) quoth_pipeline_clear(&stage->members[m]);
  free(stage->members);
  free((char *)(uintptr_t)stage->name);
  *stage = (quoth_stage){0};
}

void quoth_pipeline_clear(quoth_pipeline *pipeline) {
  for (size_t i = 0; i < pipeline->n_stages; i++) quoth_stage_clear(&pipeline->stages[i]);
  free(pipeline->stages);
  *pipeline = (quoth_pipeline){0};
}

static quoth_status load_members(const quoth_stage_spec *spec, const quoth_tensors *tensors,
                                 quoth_stage *stage, quoth_error *err) {
  size_t n = quoth_stage_spec_n_members(spec);
  if (n == 0) return QUOTH_OK;
  stage->members = quoth_new_array(n, sizeof *stage->members, err);
  if (!stage->members) return QUOTH_ERR_NOMEM;
  quoth_status status = QUOTH_OK;
  for (; stage->n_members < n && !status; stage->n_members++) {
    quoth_member_spec member = quoth_stage_spec_member(spec, stage->n_members);
    char *path = quoth_path(stage->name, member.name, err);
    if (!path) return QUOTH_ERR_NOMEM;
    status = quoth_pipeline_load(member.pipeline, 0, quoth_pipeline_spec_n_stages(member.pipeline),
                                 path, tensors, &stage->members[stage->n_members], err);
    free(path);
  }
  return status;
}

/* All members take in the same. */
static quoth_status check_members(quoth_stage *stage, quoth_error *err) {
  for (size_t m = 0; m < stage->n_members; m++) {
    uint32_t n_inputs = stage->members[m].stages[0].n_inputs;
    if (m > 0 && n_inputs != stage->n_inputs)
      return quoth_fail(err, QUOTH_ERR_FORMAT, "members of %s take in %u and %u columns",
                        stage->name, stage->n_inputs, n_inputs);
    stage->n_inputs = n_inputs;
  }
  return QUOTH_OK;
}

quoth_status quoth_stage_load(const quoth_stage_spec *spec, const char *path,
                              const quoth_tensors *tensors, quoth_stage *out, quoth_error *err) {
  *out = (quoth_stage){.type = spec->type, .name = quoth_path(NULL, path, err)};
  if (!out->name) return QUOTH_ERR_NOMEM;
  quoth_status status = load_members(spec, tensors, out, err);
  if (!status) status = check_members(out, err);
  if (status) return status;
  void *params = quoth_stage_spec_params(*spec, err);
  if (!params) return QUOTH_ERR_NOMEM;
  status = spec->type->load(out, tensors, params, err);
  free(params);
  return status;
}

quoth_status quoth_pipeline_load(quoth_pipeline_spec spec, size_t first, size_t end,
                                 const char *path, const quoth_tensors *tensors,
                                 quoth_pipeline *out, quoth_error *err) {
  *out = (quoth_pipeline){0};
  out->stages = quoth_new_array(end - first, sizeof *out->stages, err);
  if (!out->stages) return QUOTH_ERR_NOMEM;
  for (size_t i = first; i < end; i++) {
    quoth_stage_spec description = quoth_pipeline_spec_stage(spec, i);
    quoth_stage *stage = &out->stages[out->n_stages];
    char *stage_path = quoth_path(path, description.name, err);
    if (!stage_path) return QUOTH_ERR_NOMEM;
    out->n_stages++;
    quoth_status status = quoth_stage_load(&description, stage_path, tensors, stage, err);
    free(stage_path);
    if (status) return status;
    if (i > first && stage->n_inputs != stage[-1].n_outputs)
      return quoth_fail(err, QUOTH_ERR_FORMAT, "stage %s takes %u columns, stage %s puts out %u",
                        stage->name, stage->n_inputs, stage[-1].name, stage[-1].n_outputs);
  }
  return QUOTH_OK;
}

/* ---- One document ---------------------------------------------------------- */

void quoth_stages_scratch_free(quoth_stages_scratch *scratch) {
  if (!scratch) return;
  for (size_t i = 0; i < scratch->n_stages; i++)
    scratch->stages[i].type->scratch_free(scratch->memory[i]);
  free(scratch);
}

quoth_status quoth_stages_scratch_new(const quoth_stage *stages, size_t n_stages,
                                      quoth_stages_scratch **out, quoth_error *err) {
  *out = NULL;
  quoth_stages_scratch *scratch =
      quoth_new_array(1, sizeof *scratch + n_stages * sizeof(void *), err);
  if (!scratch) return QUOTH_ERR_NOMEM;
  scratch->stages = stages;
  for (; scratch->n_stages < n_stages; scratch->n_stages++) {
    const quoth_stage *stage = &stages[scratch->n_stages];
    quoth_status status = stage->type->scratch_new(stage, &scratch->memory[scratch->n_stages], err);
    if (status) {
      quoth_stages_scratch_free(scratch);
      return status;
    }
  }
  *out = scratch;
  return QUOTH_OK;
}

quoth_status quoth_stages_apply(quoth_stages_scratch *scratch, size_t n_stages,
                                quoth_document *document, quoth_error *err) {
  for (size_t i = 0; i < n_stages; i++) {
    const quoth_stage *stage = &scratch->stages[i];
    quoth_status status = stage->type->apply(stage, scratch->memory[i], document, err);
    if (status) return status;
  }
  return QUOTH_OK;
}

/* ---- Members --------------------------------------------------------------- */

void quoth_members_scratch_free(const quoth_stage *stage, quoth_stages_scratch **scratch) {
  for (size_t m = 0; scratch && m < stage->n_members; m++) quoth_stages_scratch_free(scratch[m]);
  free(scratch);
}

quoth_status quoth_members_scratch_new(const quoth_stage *stage, quoth_stages_scratch ***out,
                                       quoth_error *err) {
  quoth_stages_scratch **scratch = quoth_new_array(stage->n_members, sizeof(void *), err);
  quoth_status status = scratch ? QUOTH_OK : QUOTH_ERR_NOMEM;
  for (size_t m = 0; m < stage->n_members && !status; m++)
    status = quoth_stages_scratch_new(stage->members[m].stages, stage->members[m].n_stages,
                                      &scratch[m], err);
  if (status) quoth_members_scratch_free(stage, scratch);
  *out = status ? NULL : scratch;
  return status;
}

quoth_status quoth_member_apply(const quoth_stage *stage, quoth_stages_scratch *const *scratch,
                                size_t i, const quoth_document *in, quoth_document *out,
                                quoth_error *err) {
  *out = *in;
  out->n_known = 0;
  return quoth_stages_apply(scratch[i], stage->members[i].n_stages, out, err);
}
