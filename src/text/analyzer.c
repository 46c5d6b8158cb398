#include "text/analyzer.h"

#include <stdlib.h>

typedef struct emission {
  quoth_ngram_range ngrams;
  quoth_term_sink sink;
  void *context;
  quoth_error *err;
} emission;

static quoth_status emit(const emission *to, const char *begin, const char *end) {
  return to->sink(to->context, (quoth_bytes){begin, (size_t)(end - begin)}, to->err);
}

/* ---- Words ----------------------------------------------------------------- */

/* Tokens lie behind one another with a space between them, and so do those of an n-gram. */
static quoth_status emit_word_ngrams(const emission *to, const quoth_analyzer_scratch *scratch) {
  const quoth_token *tokens = scratch->tokens;
  quoth_status status = QUOTH_OK;
  for (size_t n = to->ngrams.min_n; n <= to->ngrams.max_n && n <= scratch->n_tokens; n++)
    for (size_t i = 0; i + n <= scratch->n_tokens && !status; i++)
      status = emit(to, scratch->text.data + tokens[i].begin,
                    scratch->text.data + tokens[i + n - 1].end);
  return status;
}

/* ---- Characters ------------------------------------------------------------ */

/* The characters of a text, of which blanks are joined. */
typedef struct joining {
  quoth_buffer *out;
  bool joins_single; /* a space also for a single blank, and at either end */
  bool after_blank;
  size_t blank_begin; /* of the blanks at the end of `out` */
  quoth_error *err;
} joining;

static quoth_status join_code_point(joining *state, uint32_t code_point) {
  char encoded[4];
  size_t size = quoth_utf8_put(code_point, encoded);
  bool is_blank = quoth_unicode_is_space(code_point);
  if (is_blank && (state->after_blank || state->joins_single)) {
    if (state->after_blank) state->out->size = state->blank_begin;
    encoded[0] = ' ';
    size = 1;
  }
  if (is_blank) state->blank_begin = state->out->size;
  state->after_blank = is_blank;
  return quoth_buffer_append(state->out, encoded, size, state->err);
}

static quoth_status join_characters(const quoth_analyzer *analyzer, quoth_bytes text,
                                    quoth_buffer *out, quoth_error *err) {
  joining state = {.out = out, .joins_single = analyzer->unit == QUOTH_UNIT_CHAR_WB, .err = err};
  out->size = 0;
  quoth_status status = state.joins_single ? join_code_point(&state, ' ') : QUOTH_OK;
  for (size_t at = 0; at < text.size && !status;) {
    uint32_t code_points[QUOTH_FOLDING_MAX];
    unsigned n = quoth_fold_next(&analyzer->folding, text, &at, code_points);
    for (unsigned i = 0; i < n && !status; i++) status = join_code_point(&state, code_points[i]);
  }
  return !status && state.joins_single ? join_code_point(&state, ' ') : status;
}

/* The end of the character that begins at `at`, of text that is well-formed. */
static const char *behind_character(const char *at) {
  unsigned char lead = (unsigned char)*at;
  return at + (lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4);
}

/* The end of the first n characters; NULL if there are fewer. */
static const char *skip_characters(const char *at, const char *end, size_t n) {
  for (; n > 0; n--) {
    if (at == end) return NULL;
    at = behind_character(at);
  }
  return at;
}

/* All n-grams of n characters; `window` is the end of the first. */
static quoth_status slide(const emission *to, const char *begin, const char *window,
                          const char *end) {
  for (;;) {
    quoth_status status = emit(to, begin, window);
    if (status || window == end) return status;
    begin = behind_character(begin);
    window = behind_character(window);
  }
}

static quoth_status emit_char_ngrams(const emission *to, const char *begin, const char *end) {
  quoth_status status = QUOTH_OK;
  for (size_t n = to->ngrams.min_n; n <= to->ngrams.max_n && !status; n++) {
    const char *window = skip_characters(begin, end, n);
    if (!window) break;
    status = slide(to, begin, window, end);
  }
  return status;
}

/* Of one word with its spaces. The whole word is an n-gram once, for the first n that is not below
 * its size. */
static quoth_status emit_within_word(const emission *to, const char *begin, const char *end) {
  for (size_t n = to->ngrams.min_n; n <= to->ngrams.max_n; n++) {
    const char *window = skip_characters(begin, end, n);
    if (!window || window == end) return emit(to, begin, end);
    quoth_status status = slide(to, begin, window, end);
    if (status) return status;
  }
  return QUOTH_OK;
}

/* `text` is words with a space between them and at either end. */
static quoth_status emit_within_words(const emission *to, quoth_bytes text) {
  quoth_status status = QUOTH_OK;
  for (size_t begin = 0, at = 1; at < text.size && !status; at++) {
    if (text.data[at] != ' ') continue;
    status = emit_within_word(to, text.data + begin, text.data + at + 1);
    begin = at;
  }
  return status;
}

/* ---- Both ------------------------------------------------------------------ */

quoth_status quoth_analyze(const quoth_analyzer *analyzer, quoth_analyzer_scratch *scratch,
                           quoth_bytes text, quoth_term_sink sink, void *context,
                           quoth_error *err) {
  emission to = {analyzer->ngrams, sink, context, err};
  quoth_status status = analyzer->unit == QUOTH_UNIT_WORD
                            ? quoth_tokenize(analyzer, scratch, text, err)
                            : join_characters(analyzer, text, &scratch->text, err);
  if (status || scratch->text.size == 0) return status;
  quoth_bytes folded = {scratch->text.data, scratch->text.size};
  switch (analyzer->unit) {
  case QUOTH_UNIT_WORD:
    return emit_word_ngrams(&to, scratch);
  case QUOTH_UNIT_CHAR:
    return emit_char_ngrams(&to, folded.data, folded.data + folded.size);
  case QUOTH_UNIT_CHAR_WB:
    return emit_within_words(&to, folded);
  }
  return QUOTH_OK;
}

void quoth_analyzer_scratch_clear(quoth_analyzer_scratch *scratch) {
  quoth_buffer_clear(&scratch->text);
  free(scratch->tokens);
  free(scratch->lemmas);
  quoth_stemming_clear(&scratch->stemming);
  *scratch = (quoth_analyzer_scratch){0};
}
