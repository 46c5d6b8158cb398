#include "model/topics.h"

#include <stdlib.h>
#include <string.h>

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
  const quoth_strings *terms = quoth_count_vectorizer_vocabulary(stage);
  if (!terms)
    return quoth_fail(err, QUOTH_ERR_ARG,
                      "a quantized model, which has hashes of its terms and not the terms");
  *out = *terms;
  return QUOTH_OK;
}

/* Keeps `words` the heaviest met so far, heaviest first, after `n_before` others. Terms come in
 * ascending order, so an equal weight goes behind. */
static void offer(quoth_topic_word *words, size_t n_before, size_t most, quoth_topic_word word) {
  if (n_before >= most && word.weight <= words[most - 1].weight) return;
  size_t at = n_before < most ? n_before : most - 1;
  for (; at > 0 && words[at - 1].weight < word.weight; at--) words[at] = words[at - 1];
  words[at] = word;
}

/* Room for `n_words` words of each of `n_topics`. */
static quoth_status topics_init(quoth_topics *out, uint32_t n_topics, size_t n_words,
                                quoth_error *err) {
  out->topics = quoth_new_array(n_topics, sizeof *out->topics, err);
  if (!out->topics) return QUOTH_ERR_NOMEM;
  for (; out->n_topics < n_topics; out->n_topics++) {
    quoth_topic *topic = &out->topics[out->n_topics];
    topic->n_words = n_words;
    topic->words = quoth_new_array(n_words, sizeof *topic->words, err);
    if (!topic->words) return QUOTH_ERR_NOMEM;
  }
  return QUOTH_OK;
}

static quoth_topic_word *words_of(const quoth_topic *topic) {
  return (quoth_topic_word *)(uintptr_t)topic->words;
}

/* Goes through the table once, for all topics. `totals` is zeros, [n_topics]. */
static void list_words(const double *components, const quoth_strings *vocabulary, size_t most,
                       quoth_topics *out, double *totals) {
  size_t n_topics = out->n_topics;
  for (uint32_t v = 0; v < vocabulary->n_strings; v++)
    for (size_t k = 0; k < n_topics; k++) {
      double weight = components[v * n_topics + k];
      totals[k] += weight;
      offer(words_of(&out->topics[k]), v, most,
            (quoth_topic_word){quoth_strings_get(vocabulary, v), weight});
    }
  for (size_t k = 0; k < n_topics; k++)
    for (size_t i = 0; i < most; i++) words_of(&out->topics[k])[i].weight /= totals[k];
}

static size_t lesser(size_t a, size_t b) { return a < b ? a : b; }

/* From the tensors of training. */
static quoth_status list_components(const quoth_model *model, const quoth_stage *stage,
                                    const quoth_strings *vocabulary, uint32_t n_words,
                                    quoth_topics *out, quoth_error *err) {
  const quoth_tensor *components, *shares;
  uint32_t n_topics = stage->n_outputs;
  quoth_status status =
      quoth_tensors_get(&model->tensors, stage->name, "components", QUOTH_F64, 2, &components, err);
  if (!status)
    status = quoth_tensors_get(&model->tensors, stage->name, "shares", QUOTH_F64, 1, &shares, err);
  if (status) return status;
  if (components->shape[0] != vocabulary->n_strings || components->shape[1] != n_topics ||
      shares->shape[0] != n_topics)
    return quoth_fail(err, QUOTH_ERR_FORMAT, "tensors of %s differ in size", stage->name);
  size_t most = lesser(n_words, vocabulary->n_strings);
  status = topics_init(out, n_topics, most, err);
  double *totals = status ? NULL : quoth_new_array(n_topics, sizeof *totals, err);
  if (!totals) return QUOTH_ERR_NOMEM;
  for (uint32_t k = 0; k < n_topics; k++) out->topics[k].share = ((const double *)shares->data)[k];
  if (most) list_words(components->data, vocabulary, most, out, totals);
  free(totals);
  return QUOTH_OK;
}

/* {"word", "weight"}: a term of the vocabulary, which outlives the JSON. */
static bool read_word(const json_t *json, const quoth_strings *vocabulary, quoth_topic_word *word) {
  const json_t *text = json_object_get(json, "word"), *weight = json_object_get(json, "weight");
  if (!json_is_string(text) || !json_is_number(weight)) return false;
  uint32_t term = quoth_strings_find(
      vocabulary, (quoth_bytes){json_string_value(text), json_string_length(text)});
  if (term == QUOTH_STRING_NONE) return false;
  *word = (quoth_topic_word){quoth_strings_get(vocabulary, term), json_number_value(weight)};
  return true;
}

static bool read_topic(const json_t *json, const quoth_strings *vocabulary, quoth_topic *topic) {
  const json_t *words = json_object_get(json, "words"), *share = json_object_get(json, "share");
  if (!json_is_number(share) || json_array_size(words) < topic->n_words) return false;
  topic->share = json_number_value(share);
  for (size_t i = 0; i < topic->n_words; i++)
    if (!read_word(json_array_get(words, i), vocabulary, &words_of(topic)[i])) return false;
  return true;
}

static quoth_status read_topics(const json_t *list, uint32_t n_topics,
                                const quoth_strings *vocabulary, uint32_t n_words,
                                quoth_topics *out, quoth_error *err) {
  size_t n_kept = json_array_size(json_object_get(json_array_get(list, 0), "words"));
  if (n_words > n_kept && n_kept < vocabulary->n_strings)
    return quoth_fail(err, QUOTH_ERR_ARG,
                      "this model is slim and has %zu words a topic; ask the model that it was "
                      "made from for more",
                      n_kept);
  quoth_status status = topics_init(out, n_topics, lesser(n_words, n_kept), err);
  bool is_sound = json_array_size(list) == n_topics;
  for (uint32_t k = 0; k < n_topics && is_sound && !status; k++)
    is_sound = read_topic(json_array_get(list, k), vocabulary, &out->topics[k]);
  if (status) return status;
  return is_sound ? QUOTH_OK
                  : quoth_fail(err, QUOTH_ERR_FORMAT, "its " QUOTH_KEY_TOPICS " are damaged");
}

/* From the metadata of a slim model. */
static quoth_status list_kept(const char *text, const quoth_stage *stage,
                              const quoth_strings *vocabulary, uint32_t n_words, quoth_topics *out,
                              quoth_error *err) {
  json_t *list;
  quoth_status status = quoth_json_parse((quoth_bytes){text, strlen(text)}, NULL, &list, err);
  if (status == QUOTH_ERR_NOMEM) return status;
  if (status) return quoth_fail(err, QUOTH_ERR_FORMAT, "its " QUOTH_KEY_TOPICS " are damaged");
  status = read_topics(list, stage->n_outputs, vocabulary, n_words, out, err);
  json_decref(list);
  return status;
}

quoth_status quoth_topics_list(const quoth_model *model, uint32_t n_words, quoth_topics *out,
                               quoth_error *err) {
  *out = (quoth_topics){0};
  const quoth_stage *stage = quoth_model_find_stage(model, &quoth_lda_stage);
  if (!stage) return quoth_fail(err, QUOTH_ERR_ARG, "this model has no topics");
  quoth_strings vocabulary;
  quoth_status status = quoth_model_vocabulary(model, &vocabulary, err);
  if (status) return status;
  const char *kept = quoth_tensors_metadata(&model->tensors, QUOTH_KEY_TOPICS);
  bool is_slim = kept && !quoth_tensors_find(&model->tensors, stage->name, "components");
  status = is_slim ? list_kept(kept, stage, &vocabulary, n_words, out, err)
                   : list_components(model, stage, &vocabulary, n_words, out, err);
  if (status) quoth_topics_clear(out);
  return status;
}
