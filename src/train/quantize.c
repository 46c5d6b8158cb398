#include "train/quantize.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/key_table.h"
#include "learn/ngram_lm.h"
#include "model/coded.h"
#include "model/slim.h"
#include "train/importance.h"

/* Quantizing a vocabulary renumbers its terms, and so the columns of what follows. */
typedef struct columns {
  uint32_t *from; /* [n] for each column the number that it had; NULL: as they were */
  uint32_t n;
  /* How much the columns that the pipeline puts out matter, by the numbers that they had. Borrowed;
   * empty if that is not known. */
  const double *importance; /* [n_importance] */
  size_t n_importance;
} columns;

typedef struct quantizing {
  const quoth_tensors *from;
  double least_importance;
  quoth_tensors *out;
} quantizing;

static uint32_t column_before(const columns *now, size_t i) {
  return now->from ? now->from[i] : (uint32_t)i;
}

static void set_columns(columns *now, uint32_t *from, uint32_t n) {
  free(now->from);
  now->from = from;
  now->n = n;
}

static quoth_status copy_columns(const columns *now, columns *out, quoth_error *err) {
  *out = *now;
  if (!now->from) return QUOTH_OK;
  out->from = quoth_new_array(now->n, sizeof *out->from, err);
  if (!out->from) return QUOTH_ERR_NOMEM;
  memcpy(out->from, now->from, now->n * sizeof *now->from);
  return QUOTH_OK;
}

/* ---- Tensors --------------------------------------------------------------- */

/* Adds all tensors that the stage is applied with, but `except`. */
static quoth_status add_others(const quantizing *job, const quoth_stage *stage, const char *except,
                               quoth_error *err) {
  quoth_status status = QUOTH_OK;
  for (const quoth_applied_tensor *a = stage->type->applied; a->name && !status; a++) {
    const quoth_tensor *tensor = quoth_tensors_find(job->from, stage->name, a->name);
    if (tensor && !(except && strcmp(a->name, except) == 0))
      status = quoth_tensors_add_view(job->out, tensor, err);
  }
  return status;
}

/* The tensor's rows in the order of `now` as doubles, or NULL. */
static double *take_rows(const quoth_tensor *tensor, const columns *now, size_t *n,
                         quoth_error *err) {
  size_t width = tensor->rank == 2 ? tensor->shape[1] : 1;
  *n = now->n * width;
  double *rows = quoth_new_array(*n, sizeof *rows, err);
  for (size_t i = 0; rows && i < now->n; i++)
    for (size_t k = 0; k < width; k++) {
      size_t at = column_before(now, i) * width + k;
      rows[i * width + k] = tensor->dtype == QUOTH_F32 ? (double)((const float *)tensor->data)[at]
                                                       : ((const double *)tensor->data)[at];
    }
  return rows;
}

static quoth_status add_codes(const quantizing *job, const quoth_stage *stage, const char *name,
                              uint64_t n_rows, uint64_t n_columns, const double *values,
                              const double *levels, quoth_error *err) {
  size_t n = n_rows * (n_columns ? n_columns : 1);
  uint8_t *codes = quoth_new_array(n, sizeof *codes, err);
  for (size_t i = 0; codes && i < n; i++) codes[i] = quoth_levels_nearest(levels, values[i]);
  return quoth_tensors_add(job->out, stage->name, name, QUOTH_U8, n_rows, n_columns, codes, err);
}

/* The stage's tensor `name`, [V] or [V][K], as codes, and its levels. */
static quoth_status add_coded(const quantizing *job, const quoth_stage *stage, const char *name,
                              const columns *now, quoth_error *err) {
  const quoth_tensor *tensor = quoth_tensors_find(job->from, stage->name, name);
  if (tensor->dtype == QUOTH_U8)
    return quoth_fail(err, QUOTH_ERR_ARG, "this model is quantized already");
  size_t n;
  double *values = take_rows(tensor, now, &n, err);
  double *levels = quoth_new_array(QUOTH_N_LEVELS, sizeof *levels, err);
  quoth_status status = values && levels ? QUOTH_OK : QUOTH_ERR_NOMEM;
  for (size_t i = 0; i < n && !status; i++)
    if (!isfinite(values[i]))
      status =
          quoth_fail(err, QUOTH_ERR_ARG, "tensor %s has a number that is not finite", tensor->name);
  if (!status) status = quoth_levels_fit(values, n, levels, err);
  if (!status)
    status = add_codes(job, stage, name, now->n, tensor->rank == 2 ? tensor->shape[1] : 0, values,
                       levels, err);
  free(values);
  if (status) {
    free(levels);
    return status;
  }
  return quoth_tensors_add(job->out, stage->name, QUOTH_LEVELS_TENSOR, QUOTH_F64, QUOTH_N_LEVELS, 0,
                           levels, err);
}

/* ---- Stages ---------------------------------------------------------------- */

/* From the columns that the stage takes in to those that it puts out, in place. */
typedef quoth_status quantize_function(const quantizing *job, const quoth_stage *stage,
                                       columns *now, quoth_error *err);

static quoth_status quantize_pipeline(const quantizing *job, const quoth_pipeline *pipeline,
                                      columns *now, quoth_error *err);

static quoth_status add_keys(const quantizing *job, const quoth_stage *stage,
                             const quoth_key_table *table, quoth_error *err) {
  quoth_status status = quoth_tensors_add(job->out, stage->name, "vocabulary_keys", QUOTH_U32,
                                          table->n_keys, 0, (void *)(uintptr_t)table->keys, err);
  quoth_status added = quoth_tensors_add(job->out, stage->name, "vocabulary_buckets", QUOTH_U32,
                                         ((uint64_t)1 << table->bucket_bits) + 1, 0,
                                         (void *)(uintptr_t)table->buckets, err);
  return status ? status : added;
}

static quoth_status quantize_vocabulary(const quantizing *job, const quoth_stage *stage,
                                        columns *now, quoth_error *err) {
  const quoth_strings *terms = quoth_count_vectorizer_vocabulary(stage);
  if (!terms) return quoth_fail(err, QUOTH_ERR_ARG, "this model is quantized already");
  uint32_t *order = quoth_new_array(terms->n_strings, sizeof *order, err), n = 0;
  if (!order) return QUOTH_ERR_NOMEM;
  for (uint32_t i = 0; i < terms->n_strings; i++)
    if (i >= now->n_importance || !(now->importance[i] < job->least_importance)) order[n++] = i;
  quoth_key_table table;
  quoth_status status = quoth_key_table_new(terms, order, n, &table, err);
  if (status) {
    free(order);
    return status;
  }
  set_columns(now, order, table.n_keys);
  return add_keys(job, stage, &table, err);
}

static quoth_status keep_stage(const quantizing *job, const quoth_stage *stage, columns *now,
                               quoth_error *err) {
  set_columns(now, NULL, stage->n_outputs);
  return add_others(job, stage, NULL, err);
}

static quoth_status quantize_idf(const quantizing *job, const quoth_stage *stage, columns *now,
                                 quoth_error *err) {
  return add_coded(job, stage, "idf", now, err);
}

static quoth_status quantize_weights(const quantizing *job, const quoth_stage *stage,
                                     const char *name, columns *now, quoth_error *err) {
  quoth_status status = add_coded(job, stage, name, now, err);
  if (!status) status = add_others(job, stage, name, err);
  set_columns(now, NULL, stage->n_outputs);
  return status;
}

static quoth_status quantize_coef(const quantizing *job, const quoth_stage *stage, columns *now,
                                  quoth_error *err) {
  return quantize_weights(job, stage, "coef", now, err);
}

static quoth_status quantize_log_prob(const quantizing *job, const quoth_stage *stage, columns *now,
                                      quoth_error *err) {
  return quantize_weights(job, stage, "feature_log_prob", now, err);
}

static quoth_status quantize_ngrams(const quantizing *job, const quoth_stage *stage, columns *now,
                                    quoth_error *err) {
  const quoth_ngram_lm *lm = quoth_ngram_lm_models(stage);
  if (lm->is_packed) return quoth_fail(err, QUOTH_ERR_ARG, "this model is quantized already");
  quoth_ngram_lm packed;
  quoth_status status = quoth_ngram_lm_pack(lm, &packed, err);
  if (status) return status;
  status = quoth_tensors_add(job->out, stage->name, "buckets", QUOTH_U32,
                             ((uint64_t)1 << packed.bucket_bits) + 1, 0,
                             (void *)(uintptr_t)packed.buckets, err);
  quoth_status added = quoth_tensors_add(job->out, stage->name, "packed_ngrams", QUOTH_U8,
                                         packed.n_bytes, 0, (void *)(uintptr_t)packed.ngrams, err);
  static const char *const others[] = {"totals", "discounts", "calibration", "class_log_prior"};
  for (size_t i = 0; i < sizeof others / sizeof *others && !status && !added; i++) {
    const quoth_tensor *tensor = quoth_tensors_find(job->from, stage->name, others[i]);
    if (tensor) status = quoth_tensors_add_view(job->out, tensor, err);
  }
  set_columns(now, NULL, stage->n_outputs);
  return status ? status : added;
}

/* The member's columns, behind those of the members before it. */
static void append_columns(const columns *member, uint32_t first, uint32_t *from, uint32_t *n) {
  for (uint32_t i = 0; i < member->n; i++) from[(*n)++] = first + column_before(member, i);
}

static quoth_status quantize_union(const quantizing *job, const quoth_stage *stage, columns *now,
                                   quoth_error *err) {
  uint32_t *from = quoth_new_array(stage->n_outputs, sizeof *from, err), n = 0, first = 0;
  if (!from) return QUOTH_ERR_NOMEM;
  quoth_status status = QUOTH_OK;
  for (size_t m = 0; m < stage->n_members && !status; m++) {
    const quoth_pipeline *pipeline = &stage->members[m];
    columns member;
    status = copy_columns(now, &member, err);
    member.n_importance = first < now->n_importance ? now->n_importance - first : 0;
    if (member.n_importance > 0) member.importance = now->importance + first;
    if (!status) status = quantize_pipeline(job, pipeline, &member, err);
    if (!status) append_columns(&member, first, from, &n);
    first += pipeline->stages[pipeline->n_stages - 1].n_outputs;
    set_columns(&member, NULL, 0);
  }
  set_columns(now, from, n);
  return status;
}

static quoth_status quantize_stacking(const quantizing *job, const quoth_stage *stage, columns *now,
                                      quoth_error *err) {
  quoth_status status = QUOTH_OK;
  for (size_t m = 0; m < stage->n_members && !status; m++) {
    columns member = {0};
    status = quantize_pipeline(job, &stage->members[m], &member, err);
    set_columns(&member, NULL, 0);
  }
  return status ? status : keep_stage(job, stage, now, err);
}

static const struct {
  const quoth_stage_type *type;
  quantize_function *quantize;
} functions[] = {
    {&quoth_count_vectorizer, quantize_vocabulary},
    {&quoth_hashing_vectorizer, keep_stage},
    {&quoth_tfidf_stage, quantize_idf},
    {&quoth_multinomial_nb_stage, quantize_log_prob},
    {&quoth_complement_nb_stage, quantize_log_prob},
    {&quoth_logistic_regression_stage, quantize_coef},
    {&quoth_linear_svc_stage, quantize_coef},
    {&quoth_nb_svm_stage, quantize_coef},
    {&quoth_ngram_lm_stage, quantize_ngrams},
    {&quoth_feature_union_stage, quantize_union},
    {&quoth_stacking_stage, quantize_stacking},
    {&quoth_conditional_logit_stage, keep_stage},
};

/* NULL for a type that can't be quantized. */
static quantize_function *function_of(const quoth_stage_type *type) {
  for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
    if (functions[i].type == type) return functions[i].quantize;
  return NULL;
}

static quoth_status fail_stage(const char *path, const quoth_stage_type *type, quoth_error *err) {
  return quoth_fail(err, QUOTH_ERR_ARG, "stage %s can't be quantized: its type is %s", path,
                    type->name);
}

static quoth_status quantize_stage(const quantizing *job, const quoth_stage *stage, columns *now,
                                   quoth_error *err) {
  quantize_function *quantize = function_of(stage->type);
  return quantize ? quantize(job, stage, now, err) : fail_stage(stage->name, stage->type, err);
}

static bool check_stage(void *err, const quoth_stage_spec *stage, const char *path) {
  return function_of(stage->type) || !fail_stage(path, stage->type, err);
}

quoth_status quoth_quantize_check(const quoth_spec *spec, quoth_error *err) {
  quoth_error fault = {0};
  quoth_status status =
      quoth_pipeline_spec_visit(quoth_spec_pipeline(spec), NULL, check_stage, &fault, err);
  return fault.status ? quoth_fail(err, fault.status, "%s", fault.message) : status;
}

static quoth_status quantize_pipeline(const quantizing *job, const quoth_pipeline *pipeline,
                                      columns *now, quoth_error *err) {
  double *importance;
  size_t n;
  quoth_status status = quoth_term_importance(pipeline, job->from, &importance, &n, err);
  if (importance) {
    now->importance = importance;
    now->n_importance = n;
  }
  for (size_t i = 0; i < pipeline->n_stages && !status; i++)
    status = quantize_stage(job, &pipeline->stages[i], now, err);
  if (importance) now->n_importance = 0;
  free(importance);
  return status;
}

quoth_status quoth_quantize(const quoth_pipeline *pipeline, const quoth_tensors *from,
                            double least_importance, quoth_tensors *out, quoth_error *err) {
  const quantizing job = {from, least_importance, out};
  columns now = {0};
  quoth_status status = quantize_pipeline(&job, pipeline, &now, err);
  free(now.from);
  return status;
}

quoth_status quoth_model_quantize(const quoth_model *model, double least_importance, char **image,
                                  size_t *size, quoth_error *err) {
  *image = NULL;
  static const quoth_bytes format = {QUOTH_QUANTIZED_FORMAT, sizeof QUOTH_QUANTIZED_FORMAT - 1};
  quoth_tensors small = {0};
  quoth_status status = quoth_model_hand_down(model, &small, err);
  if (!status) status = quoth_tensors_set_metadata(&small, QUOTH_KEY_FORMAT, format, err);
  if (!status)
    status = quoth_quantize(&model->pipeline, &model->tensors, least_importance, &small, err);
  if (!status) status = quoth_tensors_write(&small, image, size, err);
  quoth_tensors_clear(&small);
  return status;
}
