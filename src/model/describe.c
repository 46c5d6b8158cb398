#include "model/describe.h"

static json_t *shape_json(const quoth_tensor *tensor) {
  json_t *shape = json_array();
  for (uint32_t d = 0; d < tensor->rank; d++)
    quoth_json_push(&shape, json_integer((json_int_t)tensor->shape[d]));
  return shape;
}

static json_t *tensors_json(const quoth_model *model) {
  json_t *list = json_array();
  for (size_t i = 0; i < model->tensors.n_items; i++) {
    const quoth_tensor *tensor = &model->tensors.items[i];
    if (quoth_tensor_is_padding(tensor)) continue;
    quoth_json_push(&list, json_pack("{s:s, s:s, s:o}", "name", tensor->name, "dtype",
                                     quoth_dtype_name(tensor->dtype), "shape", shape_json(tensor)));
  }
  return list;
}

static json_t *words_json(const quoth_topic *topic) {
  json_t *words = json_array();
  for (size_t i = 0; i < topic->n_words; i++) {
    const quoth_topic_word *word = &topic->words[i];
    quoth_json_push(&words, json_pack("{s:s%, s:f}", "word", word->term.data, word->term.size,
                                      "weight", word->weight));
  }
  return words;
}

json_t *quoth_topics_json(const quoth_topics *topics) {
  json_t *list = json_array();
  for (size_t k = 0; k < topics->n_topics; k++)
    quoth_json_push(&list,
                    json_pack("{s:I, s:f, s:o}", "topic", (json_int_t)k, "share",
                              topics->topics[k].share, "words", words_json(&topics->topics[k])));
  return list;
}

json_t *quoth_model_describe(const quoth_model *model, quoth_error *err) {
  quoth_topics topics = {0};
  quoth_status status = quoth_topics_list(model, QUOTH_WORDS_PER_TOPIC, &topics, err);
  if (status && status != QUOTH_ERR_ARG) return NULL; /* ERR_ARG: it has none */
  json_t *spec;
  if (quoth_spec_to_json(&model->spec, &spec, err)) {
    quoth_topics_clear(&topics);
    return NULL;
  }
  json_t *description = json_pack(
      "{s:s, s:s, s:o, s:O, s:O, s:O, s:o, s:o}", "digest", quoth_model_digest(model), "version",
      quoth_tensors_metadata(&model->tensors, QUOTH_KEY_VERSION), "spec", spec, "classes",
      model->classes, "metrics", model->metrics, "provenance", model->provenance, "tensors",
      tensors_json(model), "topics", quoth_topics_json(&topics));
  quoth_topics_clear(&topics);
  if (!description) quoth_fail(err, QUOTH_ERR_NOMEM, "out of memory to describe the model");
  return description;
}
