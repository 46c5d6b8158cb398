#include "model/explain.h"

#include <stdlib.h>
#include <string.h>

#include "base/logarithm.h"
#include "base/string_table.h"
#include "learn/metrics.h"
#include "model/topics.h"

void quoth_explanation_clear(quoth_explanation *explanation) {
  free(explanation->words);
  *explanation = (quoth_explanation){0};
}

static double log_odds(double probability) {
  const double least = 0x1p-52;
  if (probability < least) probability = least;
  if (probability > 1 - least) probability = 1 - least;
  return quoth_log(probability) - quoth_log(1 - probability);
}

/* One explanation in the making. */
typedef struct explaining {
  const quoth_model *model;
  quoth_scratch *scratch;
  quoth_bytes text;
  const quoth_stage *vectorizer; /* if it counts single words: those that it knows count */
  quoth_explanation *out;
  char *rest;            /* [text.size]: the text without the word at hand */
  double *probabilities; /* [n_classes] of the rest */
} explaining;

/* How the model reads words; of characters, what blanks separate; of several members, words and
 * marks. */
static quoth_status find_analyzer(explaining *job, quoth_analyzer *out, quoth_error *err) {
  const quoth_stage *first = &job->model->pipeline.stages[0];
  if (first->n_members > 0) {
    *out = (quoth_analyzer){.tokens = QUOTH_TOKENS_WORD_PUNCT_UNSPACED};
    return QUOTH_OK;
  }
  if (first->type == &quoth_ngram_lm_stage) {
    *out = *quoth_ngram_lm_analyzer(first);
  } else if (first->type == &quoth_hashing_vectorizer) {
    *out = *quoth_hashing_vectorizer_analyzer(first);
  } else {
    const quoth_stage *stage = quoth_model_find_stage(job->model, &quoth_count_vectorizer);
    if (!stage) return quoth_fail(err, QUOTH_ERR_ARG, "this model has no vocabulary");
    *out = *quoth_count_vectorizer_analyzer(stage);
    if (out->unit == QUOTH_UNIT_WORD && out->ngrams.min_n == 1) job->vectorizer = stage;
  }
  if (out->unit != QUOTH_UNIT_WORD)
    *out = (quoth_analyzer){.folding = out->folding, .tokens = QUOTH_TOKENS_WHITESPACE};
  return QUOTH_OK;
}

/* Numbers the terms of the text's words. */
static quoth_status number_words(explaining *job, const quoth_analyzer_scratch *analysis,
                                 quoth_string_table *terms, quoth_error *err) {
  quoth_explanation *out = job->out;
  out->words = quoth_new_array(analysis->n_tokens, sizeof *out->words, err);
  if (!out->words) return QUOTH_ERR_NOMEM;
  for (size_t i = 0; i < analysis->n_tokens; i++) {
    const quoth_token *token = &analysis->tokens[i];
    quoth_bytes text = {analysis->text.data + token->begin, token->end - token->begin};
    if (job->vectorizer && quoth_count_vectorizer_find(job->vectorizer, text) == QUOTH_STRING_NONE)
      continue;
    uint32_t id = quoth_string_table_add(terms, text, err);
    if (id == QUOTH_STRING_NONE) return QUOTH_ERR_NOMEM;
    out->words[out->n_words++] =
        (quoth_word){.begin = token->source_begin, .end = token->source_end, .term = id};
  }
  return QUOTH_OK;
}

static quoth_status find_words(explaining *job, quoth_error *err) {
  quoth_analyzer analyzer;
  quoth_status status = find_analyzer(job, &analyzer, err);
  if (status) return status;
  quoth_analyzer_scratch analysis = {0};
  quoth_string_table terms = {0};
  status = quoth_tokenize(&analyzer, &analysis, job->text, err);
  if (!status) status = number_words(job, &analysis, &terms, err);
  quoth_string_table_clear(&terms);
  quoth_analyzer_scratch_clear(&analysis);
  return status;
}

/* The log-odds of the label for the text with the words of `term` blanked out. */
static quoth_status predict_without(explaining *job, uint32_t term, double *odds,
                                    quoth_error *err) {
  const quoth_explanation *out = job->out;
  memcpy(job->rest, job->text.data, job->text.size);
  for (size_t i = 0; i < out->n_words; i++)
    if (out->words[i].term == term)
      memset(job->rest + out->words[i].begin, ' ', out->words[i].end - out->words[i].begin);
  quoth_status status =
      quoth_predict(job->model, job->scratch, job->rest, job->text.size, job->probabilities, err);
  if (!status) *odds = log_odds(job->probabilities[out->label]);
  return status;
}

/* Words of one term have one weight, found when its first is met. */
static quoth_status weigh_words(explaining *job, double odds, quoth_error *err) {
  quoth_explanation *out = job->out;
  for (size_t i = 0; i < out->n_words; i++) {
    size_t first = 0;
    while (out->words[first].term != out->words[i].term) first++;
    if (first < i) {
      out->words[i].weight = out->words[first].weight;
      continue;
    }
    double odds_without;
    quoth_status status = predict_without(job, out->words[i].term, &odds_without, err);
    if (status) return status;
    out->words[i].weight = odds - odds_without;
  }
  return QUOTH_OK;
}

static quoth_status explain(explaining *job, double *probabilities, quoth_error *err) {
  uint32_t n_classes = quoth_model_n_classes(job->model);
  quoth_status status =
      quoth_predict(job->model, job->scratch, job->text.data, job->text.size, probabilities, err);
  if (status) return status;
  job->out->label = quoth_most_probable(probabilities, n_classes);
  job->out->n_known = quoth_known_terms(job->scratch);
  status = find_words(job, err);
  if (status || job->out->n_words == 0) return status;
  job->rest = quoth_new_array(job->text.size, 1, err);
  job->probabilities = quoth_new_array(n_classes, sizeof *job->probabilities, err);
  if (!job->rest || !job->probabilities) return QUOTH_ERR_NOMEM;
  return weigh_words(job, log_odds(probabilities[job->out->label]), err);
}

quoth_status quoth_explain(const quoth_model *model, quoth_scratch *scratch, const char *text,
                           size_t size, double *probabilities, quoth_explanation *out,
                           quoth_error *err) {
  *out = (quoth_explanation){0};
  explaining job = {.model = model, .scratch = scratch, .text = {text, size}, .out = out};
  quoth_status status = explain(&job, probabilities, err);
  if (!status) out->label = quoth_most_probable(probabilities, quoth_model_n_classes(model));
  free(job.rest);
  free(job.probabilities);
  if (status) quoth_explanation_clear(out);
  return status;
}
