/* spec.h - the full description of a model to be: its stages, their parameters, and how it is
 * evaluated. Training from the same spec and the same data gives the same file.
 *
 *   {"quoth_spec": 1,
 *    "recipe": "topics-forest",
 *    "pipeline": [{"name": "vectorizer", "type": "count_vectorizer", "params": {...}}, ...],
 *    "evaluation": {"train_size": 0.25, ...}}
 *
 * Names and parameters are scikit-learn's. Whatever is left out takes the type's default. */
#ifndef QUOTH_MODEL_SPEC_H
#define QUOTH_MODEL_SPEC_H

#include "data/split.h"
#include "model/pipeline_spec.h"

typedef struct quoth_spec {
  json_t *root; /* complete and valid */
} quoth_spec;   /* start from {0} */

/* Recipes by name, the default one first; [i].name is NULL at the end. */
typedef struct quoth_recipe {
  const char *name;
  const char *help;
  const char *spec; /* JSON, without what is at its default */
} quoth_recipe;
extern const quoth_recipe quoth_recipes[];

quoth_status quoth_spec_from_recipe(const char *name, quoth_spec *out, quoth_error *err);
/* `file` names the source in messages; may be NULL. */
quoth_status quoth_spec_from_json(quoth_bytes text, const char *file, quoth_spec *out,
                                  quoth_error *err);
void quoth_spec_clear(quoth_spec *spec);

/* Changes one parameter: "lda.n_components=20", "evaluation.stratify=true", and of a member's stage
 * "union.words.vectorizer.min_df=2". The value is JSON; a
 * bare word is taken as a string. */
quoth_status quoth_spec_set(quoth_spec *spec, const char *assignment, quoth_error *err);
/* Sets every random_state. */
quoth_status quoth_spec_set_seed(quoth_spec *spec, uint32_t seed, quoth_error *err);

/* As it is written, without what came after version 0.1.0 and is at its default. A new
 * reference. */
quoth_status quoth_spec_to_json(const quoth_spec *spec, json_t **out, quoth_error *err);
quoth_status quoth_spec_append_json(const quoth_spec *spec, int indent, quoth_buffer *out,
                                    quoth_error *err);

quoth_pipeline_spec quoth_spec_pipeline(const quoth_spec *spec);
/* The stages of that, without their members. */
size_t quoth_spec_n_stages(const quoth_spec *spec);
quoth_stage_spec quoth_spec_stage(const quoth_spec *spec, size_t i);

/* "evaluation": the parameters of train_test_split, and what is kept. */
typedef struct quoth_evaluation {
  quoth_split_params split;
  bool refit; /* on all rows, after everything was fitted to the train rows; see train.h */
} quoth_evaluation;

extern const quoth_param_table quoth_evaluation_params;
quoth_status quoth_spec_evaluation(const quoth_spec *spec, quoth_evaluation *out, quoth_error *err);

#endif
