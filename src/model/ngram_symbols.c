#include "model/ngram_symbols.h"

#include <math.h>
#include <stdlib.h>

#include "base/digest.h"

void quoth_symbol_reader_clear(quoth_symbol_reader *reader) {
  quoth_analyzer_scratch_clear(&reader->scratch);
  free(reader->symbols);
}

static quoth_status take_term(void *context, quoth_bytes term, quoth_error *err) {
  quoth_symbol_reader *reader = context;
  uint64_t *symbols =
      quoth_grow(reader->symbols, &reader->capacity, reader->n + 1, sizeof *symbols, err);
  if (!symbols) return QUOTH_ERR_NOMEM;
  reader->symbols = symbols;
  uint64_t hash = quoth_hash(term.data, term.size);
  symbols[reader->n++] = hash == QUOTH_NGRAM_START ? 1 : hash;
  return QUOTH_OK;
}

quoth_status quoth_read_symbols(quoth_symbol_reader *reader, quoth_bytes text, quoth_error *err) {
  return quoth_analyze(&reader->analyzer, &reader->scratch, text, take_term, reader, err);
}

quoth_analyzer quoth_ngram_analyzer(const quoth_ngram_stage_params *params) {
  quoth_analyzer analyzer = params->analyzer;
  analyzer.ngrams = (quoth_ngram_range){1, 1};
  return analyzer;
}

size_t quoth_ngram_scores(const quoth_ngram_lm *lm, const uint64_t *symbols, size_t n, double *work,
                          double *scores) {
  size_t n_known = quoth_ngram_lm_score(lm, symbols, n, work, scores);
  for (uint32_t c = 0; c < lm->n_classes && n > 0; c++) scores[c] /= sqrt((double)n);
  return n_known;
}
