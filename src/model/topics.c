#include "model/topics.h"

#include <stdlib.h>

void quoth_topics_clear(quoth_topics *topics) {
  for (size_t k = 0; topics->topics && k < topics->n_topics; k++)
    free((quoth_topic_word *)(uintptr_t)topics->topics[k].words);
  free(topics->topics);
  *topics = (quoth_topics){0};
}

quoth_status quoth_model_vocabulary(const quoth_model *model, quoth_strings *out,
                                    quoth_error *err) {
  const quoth_stage *stage = quoth_model_find_stage(model, &quoth_count_vectorizer);
  if (!stage) return quoth_fail(err, QUOTH_ERR_ARG, "this model has no vocabulary");
  *out = quoth_count_vectorizer_vocabulary(stage);
  return QUOTH_OK;
}

/* Keeps words[0..n) the n heaviest met so far, heaviest first. Terms come in ascending order, so
 * an equal weight goes behind. */
static void offer(quoth_topic_word *words, uint32_t *n, uint32_t most, quoth_topic_word word) {
  if (*n == most && word.weight <= words[most - 1].weight) return;
  uint32_t at = *n < most ? (*n)++ : most - 1;
  for (; at > 0 && words[at - 1].weight < word.weight; at--) words[at] = words[at - 1];
  words[at] = word;
}

static void list_words(const double *components, uint32_t n_topics, uint32_t topic,
                       const quoth_strings *vocabulary, uint32_t most, quoth_topic_word *words) {
  uint32_t n = 0;
  double total = 0;
  for (uint32_t v = 0; v < vocabulary->n_strings; v++) {
    double weight = components[(size_t)v * n_topics + topic];
    total += weight;
    offer(words, &n, most, (quoth_topic_word){quoth_strings_get(vocabulary, v), weight});
  }
  for (uint32_t i = 0; i < n; i++) words[i].weight /= total;
}

quoth_status quoth_topics_list(const quoth_model *model, uint32_t n_words, quoth_topics *out,
                               quoth_error *err) {
  *out = (quoth_topics){0};
  const quoth_stage *stage = quoth_model_find_stage(model, &quoth_lda_stage);
  if (!stage) return quoth_fail(err, QUOTH_ERR_ARG, "this model has no topics");
  quoth_strings vocabulary;
  const quoth_tensor *components, *shares;
  quoth_status status = quoth_model_vocabulary(model, &vocabulary, err);
  if (!status)
    status = quoth_tensors_get(&model->tensors, stage->name, "components", QUOTH_F64, 2,
                               &components, err);
  if (!status)
    status = quoth_tensors_get(&model->tensors, stage->name, "shares", QUOTH_F64, 1, &shares, err);
  if (status) return status;
  if (components->shape[0] != vocabulary.n_strings || components->shape[1] != stage->n_outputs ||
      shares->shape[0] != stage->n_outputs)
    return quoth_fail(err, QUOTH_ERR_FORMAT, "tensors of %s differ in size", stage->name);

  uint32_t n_topics = stage->n_outputs;
  out->n_topics = n_topics;
  out->topics = quoth_new_array(n_topics, sizeof *out->topics, err);
  for (uint32_t k = 0; out->topics && k < n_topics; k++) {
    quoth_topic *topic = &out->topics[k];
    topic->share = ((const double *)shares->data)[k];
    topic->n_words = n_words < vocabulary.n_strings ? n_words : vocabulary.n_strings;
    quoth_topic_word *words = quoth_new_array(topic->n_words, sizeof *words, err);
    topic->words = words;
    if (!words) {
      quoth_topics_clear(out);
      return QUOTH_ERR_NOMEM;
    }
    if (topic->n_words)
      list_words(components->data, n_topics, k, &vocabulary, (uint32_t)topic->n_words, words);
  }
  return out->topics ? QUOTH_OK : QUOTH_ERR_NOMEM;
}
