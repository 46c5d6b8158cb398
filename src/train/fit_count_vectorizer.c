#include <stdint.h>

#include "corpus/corpora.h"
#include "corpus/counting.h"
#include "train/fit.h"

/* Counting so many has left tens of megabytes, in pieces too small to go back by themselves. */
enum { MANY_COUNTS = 4 << 20 };

/* Hands the vocabulary's arrays over to the tensors. */
static quoth_status store(const char *name, quoth_counting *counting, quoth_tensors *tensors,
                          quoth_error *err) {
  quoth_strings vocabulary = counting->vocabulary;
  counting->vocabulary = (quoth_strings){0};
  quoth_status bytes = quoth_tensors_add(tensors, name, "vocabulary", QUOTH_U8, counting->n_bytes,
                                         0, (void *)(uintptr_t)vocabulary.bytes, err);
  quoth_status ends =
      quoth_tensors_add(tensors, name, "vocabulary_ends", QUOTH_U64, vocabulary.n_strings, 0,
                        (void *)(uintptr_t)vocabulary.ends, err);
  quoth_status slots =
      quoth_tensors_add(tensors, name, "vocabulary_index", QUOTH_U32, vocabulary.n_slots, 0,
                        (void *)(uintptr_t)vocabulary.slots, err);
  return bytes ? bytes : ends ? ends : slots;
}

static quoth_status get_corpus(const quoth_fit *fit, const quoth_corpus **out, quoth_error *err) {
  return quoth_corpora_get(fit->corpora, fit->spec.params, fit->params, fit->pool,
                           quoth_count_vectorizer.label, fit->progress, out, err);
}

static quoth_status count(const quoth_fit *fit, quoth_counting *out, quoth_error *err) {
  const quoth_batch *in = fit->in;
  if (!fit->corpora)
    return quoth_count_terms(fit->params, in->texts, in->n_rows, fit->pool,
                             quoth_count_vectorizer.label, fit->progress, out, err);
  const quoth_corpus *corpus;
  quoth_status status = get_corpus(fit, &corpus, err);
  return status
             ? status
             : quoth_count_rows(fit->params, corpus, in->numbers, in->n_rows, fit->pool, out, err);
}

quoth_status quoth_fit_count_vectorizer(const quoth_fit *fit, quoth_tensors *tensors,
                                        quoth_batch *out, quoth_error *err) {
  quoth_counting counting;
  quoth_status status = count(fit, &counting, err);
  if (status) return status;
  if (counting.counts.row_begin[counting.counts.n_rows] > MANY_COUNTS) quoth_trim_memory();
  *out = (quoth_batch){.kind = QUOTH_DATA_COUNTS,
                       .n_rows = counting.counts.n_rows,
                       .n_columns = counting.counts.n_columns,
                       .sparse = counting.counts};
  counting.counts = (quoth_sparse){0};
  return store(fit->name, &counting, tensors, err);
}

quoth_status quoth_count_vectorizer_apply_again(const quoth_fit *fit, const quoth_tensors *tensors,
                                                quoth_batch *out, quoth_error *err) {
  const quoth_tensor *bytes, *ends;
  const quoth_corpus *corpus;
  quoth_status status =
      quoth_tensors_get(tensors, fit->name, "vocabulary", QUOTH_U8, 1, &bytes, err);
  if (!status)
    status = quoth_tensors_get(tensors, fit->name, "vocabulary_ends", QUOTH_U64, 1, &ends, err);
  if (!status) status = get_corpus(fit, &corpus, err);
  if (status) return status;
  quoth_strings vocabulary = {
      .bytes = bytes->data, .ends = ends->data, .n_strings = (uint32_t)ends->shape[0]};
  *out = (quoth_batch){
      .kind = QUOTH_DATA_COUNTS, .n_rows = fit->in->n_rows, .n_columns = vocabulary.n_strings};
  return quoth_count_rows_again(fit->params, corpus, &vocabulary, fit->in->numbers, fit->in->n_rows,
                                fit->pool, &out->sparse, err);
}
