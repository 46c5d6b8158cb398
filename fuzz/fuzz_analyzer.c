/* Three bytes of settings and a text as terms. No text may crash; terms are
 * well-formed, and stems are the same whatever was stemmed before. */
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "text/analyzer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { N_SETTINGS = 3 };

static void demand(bool condition) {
  if (!condition) abort();
}

static quoth_analyzer settings_of(const uint8_t *bytes) {
  return (quoth_analyzer){
      .folding = {.lowercase = bytes[0] & 1,
                  .strip_accents = (quoth_strip_accents)((bytes[0] >> 1) % 3)},
      .unit = (quoth_term_unit)((bytes[0] >> 3) % 3),
      .ngrams = {1, 1 + (bytes[0] >> 5) % 3},
      .tokens = (quoth_token_pattern)(bytes[1] % 4),
      .stop_words = bytes[1] & 4 ? QUOTH_STOP_WORDS_ENGLISH : QUOTH_STOP_WORDS_NONE,
      .lemmatizer = (quoth_lemmatizer)((bytes[1] >> 3) % (QUOTH_LEMMATIZER_ALL + 1)),
      .stemmer = (quoth_stemmer)(bytes[2] % (QUOTH_STEMMER_turkish + 1))};
}

static quoth_status check_term(void *context, quoth_bytes term, quoth_error *err) {
  (void)context;
  (void)err;
  demand(quoth_utf8_valid_prefix(term) == term.size);
  return QUOTH_OK;
}

/* Each word's stem, with a new environment and with one that has stemmed the words before. */
static void check_stems(const quoth_analyzer *analyzer, quoth_bytes text) {
  quoth_analyzer plain = *analyzer;
  plain.stemmer = QUOTH_STEMMER_NONE;
  quoth_analyzer_scratch scratch = {0};
  quoth_stemming used = {0};
  demand(!quoth_tokenize(&plain, &scratch, text, NULL));
  for (size_t i = 0; i < scratch.n_tokens; i++) {
    const quoth_token *token = &scratch.tokens[i];
    quoth_bytes word = {scratch.text.data + token->begin, token->end - token->begin}, first, second;
    quoth_stemming new = {0};
    demand(!quoth_stem(analyzer->stemmer, &used, word, &first, NULL));
    demand(!quoth_stem(analyzer->stemmer, &new, word, &second, NULL));
    demand(first.size == second.size && memcmp(first.data, second.data, first.size) == 0);
    quoth_stemming_clear(&new);
  }
  quoth_stemming_clear(&used);
  quoth_analyzer_scratch_clear(&scratch);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < N_SETTINGS) return 0;
  quoth_analyzer analyzer = settings_of(data);
  quoth_bytes text = {(const char *)data + N_SETTINGS, size - N_SETTINGS};
  quoth_analyzer_scratch scratch = {0};
  demand(!quoth_analyze(&analyzer, &scratch, text, check_term, NULL, NULL));
  quoth_analyzer_scratch_clear(&scratch);
  check_stems(&analyzer, text);
  return 0;
}
