#include "corpus/corpora.h"

#include <stdlib.h>
#include <string.h>

typedef struct quoth_read_corpus {
  const json_t *spec; /* what it was read with */
  quoth_corpus corpus;
} read_corpus;

/* Whether a parameter tells which terms count, not what a term is. */
static bool is_of_choice(const char *name) {
  static const char *const names[] = {"max_df", "min_df", "max_features", "binary"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (strcmp(name, names[i]) == 0) return true;
  return false;
}

/* Whether `other` has what `spec` says of terms. */
static bool has_the_same(const json_t *other, const json_t *spec) {
  const char *name;
  json_t *value;
  json_object_foreach((json_t *)(uintptr_t)spec, name, value) {
    if (!is_of_choice(name) && !json_equal(value, json_object_get(other, name))) return false;
  }
  return true;
}

static const quoth_corpus *find(const quoth_corpora *corpora, const json_t *spec) {
  for (size_t i = 0; i < corpora->n; i++) {
    const read_corpus *read = &corpora->read[i];
    if (has_the_same(read->spec, spec) && has_the_same(spec, read->spec)) return &read->corpus;
  }
  return NULL;
}

quoth_status quoth_corpora_get(quoth_corpora *corpora, const json_t *spec,
                               const quoth_counting_params *params, quoth_pool *pool,
                               const char *label, const quoth_progress *progress,
                               const quoth_corpus **out, quoth_error *err) {
  if ((*out = find(corpora, spec))) return QUOTH_OK;
  read_corpus *read =
      quoth_grow(corpora->read, &corpora->capacity, corpora->n + 1, sizeof *read, err);
  if (!read) return QUOTH_ERR_NOMEM;
  corpora->read = read;
  read += corpora->n;
  quoth_status status = quoth_corpus_read(params, corpora->texts, corpora->n_texts, pool, label,
                                          progress, &read->corpus, err);
  if (status) return status;
  read->spec = spec;
  corpora->n++;
  *out = &read->corpus;
  return QUOTH_OK;
}

void quoth_corpora_clear(quoth_corpora *corpora) {
  for (size_t i = 0; i < corpora->n; i++) quoth_corpus_clear(&corpora->read[i].corpus);
  free(corpora->read);
  *corpora = (quoth_corpora){0};
}
