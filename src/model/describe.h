/* describe.h - what is in a model, as JSON: what `quoth inspect --json` prints and the API's
 * GET /model answers. */
#ifndef QUOTH_MODEL_DESCRIBE_H
#define QUOTH_MODEL_DESCRIBE_H

#include "model/topics.h"

/* The words that a description has of each topic. */
enum { QUOTH_WORDS_PER_TOPIC = 10 };

/* {"digest", "version", "spec", "classes", "metrics", "provenance",
 *  "tensors": [{"name", "dtype", "shape"}],
 *  "topics": [{"topic", "share", "words": [{"word", "weight"}]}]}, ten words a topic; no topics for
 * a model that has none. A new reference; NULL with `err` set on failure. */
json_t *quoth_model_describe(const quoth_model *model, quoth_error *err);

/* The list under "topics". NULL if out of memory. */
json_t *quoth_topics_json(const quoth_topics *topics);

#endif
