/* model.h - a model file opened for use: its metadata and its stages. The public half is in
 * quoth.h; this is for code that reports on models. */
#ifndef QUOTH_MODEL_MODEL_H
#define QUOTH_MODEL_MODEL_H

#include "base/file.h"
#include "model/pipeline.h"
#include "model/spec.h"

/* Further metadata of the file, each a string of JSON. docs/MODEL_FORMAT.md */
#define QUOTH_KEY_SPEC "quoth.spec"
#define QUOTH_KEY_CLASSES "quoth.classes" /* list of strings */
#define QUOTH_KEY_METRICS "quoth.metrics"
#define QUOTH_KEY_PROVENANCE "quoth.provenance"
#define QUOTH_KEY_TOPICS "quoth.topics" /* of a slim model: the list of quoth_topics_json */

struct quoth_model {
  quoth_file file; /* empty if the memory is somebody else's */
  quoth_tensors tensors;
  quoth_spec spec;
  json_t *classes;    /* [n_classes] strings */
  json_t *metrics;    /* object */
  json_t *provenance; /* object */
  quoth_pipeline pipeline;
  size_t n_feature_stages; /* stages up to the last that puts out features; 0 if none does */
};

/* Whether it has tensors in fewer bits (train/quantize.h). */
bool quoth_model_is_quantized(const quoth_model *model);

/* The first stage of this type, members aside, or NULL. */
const quoth_stage *quoth_model_find_stage(const quoth_model *model, const quoth_stage_type *type);

#endif
