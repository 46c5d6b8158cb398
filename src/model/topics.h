/* topics.h - what a model's topics are about. */
#ifndef QUOTH_MODEL_TOPICS_H
#define QUOTH_MODEL_TOPICS_H

#include "model/model.h"

typedef struct quoth_topic_word {
  quoth_bytes term; /* borrowed from the model */
  double weight;    /* its probability in the topic: components_ over its row's sum */
} quoth_topic_word;

typedef struct quoth_topic {
  double share;                  /* of the words of the training texts */
  const quoth_topic_word *words; /* [n_words], heaviest first; equals in order of code points */
  size_t n_words;
} quoth_topic;

typedef struct quoth_topics {
  quoth_topic *topics; /* [n_topics] */
  size_t n_topics;
} quoth_topics;

/* The `n_words` heaviest words (or all, if there are fewer) of each topic. A model without topics
 * is QUOTH_ERR_ARG, and so is a slim one (slim.h) that keeps fewer words. */
quoth_status quoth_topics_list(const quoth_model *model, uint32_t n_words, quoth_topics *out,
                               quoth_error *err);
void quoth_topics_clear(quoth_topics *topics);

/* The terms in index order: a view of the model's. A model without a vocabulary is
 * QUOTH_ERR_ARG. */
quoth_status quoth_model_vocabulary(const quoth_model *model, quoth_strings *out, quoth_error *err);

#endif
