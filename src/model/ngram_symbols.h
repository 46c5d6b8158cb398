/* ngram_symbols.h - texts as an ngram_lm stage reads them: symbols, and scores for each class. */
#ifndef QUOTH_MODEL_NGRAM_SYMBOLS_H
#define QUOTH_MODEL_NGRAM_SYMBOLS_H

#include "learn/ngram_lm.h"
#include "text/analyzer.h"

/* What a spec says of an ngram_lm. */
typedef struct quoth_ngram_stage_params {
  quoth_analyzer analyzer;
  quoth_ngram_lm_params lm;
  uint32_t cv; /* folds that the calibration is learnt from; 0: there is none */
} quoth_ngram_stage_params;

/* How such a stage cuts texts into symbols. */
quoth_analyzer quoth_ngram_analyzer(const quoth_ngram_stage_params *params);

typedef struct quoth_symbol_reader {
  quoth_analyzer analyzer;
  quoth_analyzer_scratch scratch;
  uint64_t *symbols; /* [n] */
  size_t n, capacity;
} quoth_symbol_reader; /* start from {.analyzer = ...} */

/* Adds a text's symbols behind those that are there. */
quoth_status quoth_read_symbols(quoth_symbol_reader *reader, quoth_bytes text, quoth_error *err);
void quoth_symbol_reader_clear(quoth_symbol_reader *reader);

/* Scores that are calibrated, of a text of `n` symbols for each class, [C]: log P / sqrt(n).
 * Returns how many of the symbols are known. `work` is [2 * C]. */
size_t quoth_ngram_scores(const quoth_ngram_lm *lm, const uint64_t *symbols, size_t n, double *work,
                          double *scores);

#endif
