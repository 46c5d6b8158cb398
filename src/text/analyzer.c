#include "text/analyzer.h"

#include "text/unicode.h"

typedef struct analysis {
  const quoth_analyzer *analyzer;
  quoth_buffer *token; /* word characters of the token so far */
  size_t n_characters; /* in `token` */
  size_t begin, end;   /* bytes of the input that it came from */
  quoth_term_sink sink;
  void *context;
  quoth_error *err;
} analysis;

/* ASCII word characters have WORD_BIT; capital letters also the bit that makes them small. */
enum { WORD_BIT = 0x01, CASE_BIT = 0x20 };
static const unsigned char ASCII[128] = {
    ['0' ... '9'] = WORD_BIT,
    ['A' ... 'Z'] = WORD_BIT | CASE_BIT,
    ['_'] = WORD_BIT,
    ['a' ... 'z'] = WORD_BIT,
};

static bool is_ascii(char byte) { return (unsigned char)byte < 0x80; }

static quoth_status add_characters(analysis *state, const char *data, size_t size,
                                   size_t n_characters, size_t begin, size_t end) {
  if (state->n_characters == 0) state->begin = begin;
  state->n_characters += n_characters;
  state->end = end;
  return quoth_buffer_append(state->token, data, size, state->err);
}

/* Hands on the term of a token, which takes the token's place in the buffer. */
static quoth_status emit_term(analysis *state) {
  const quoth_analyzer *analyzer = state->analyzer;
  quoth_bytes token = {state->token->data, state->token->size};
  if (quoth_is_stop_word(analyzer->stop_words, token)) return QUOTH_OK;
  quoth_lemma lemma = quoth_lemmatize(analyzer->lemmatizer, token);
  state->token->size = lemma.head_size;
  quoth_status status =
      quoth_buffer_append(state->token, lemma.tail.data, lemma.tail.size, state->err);
  if (status) return status;
  quoth_term term = {{state->token->data, state->token->size}, state->begin, state->end};
  return state->sink(state->context, &term, state->err);
}

static quoth_status end_token(analysis *state) {
  quoth_status status = state->n_characters >= 2 ? emit_term(state) : QUOTH_OK;
  state->token->size = state->n_characters = 0;
  return status;
}

/* Adds the run of ASCII word characters that begins at `*at`, moving `*at` behind it. */
static quoth_status add_ascii_run(analysis *state, quoth_bytes text, size_t *at) {
  size_t begin = *at, end = begin;
  while (end < text.size && is_ascii(text.data[end]) && ASCII[(int)text.data[end]]) end++;
  *at = end;
  size_t before = state->token->size;
  quoth_status status =
      add_characters(state, text.data + begin, end - begin, end - begin, begin, end);
  if (status || !state->analyzer->lowercase) return status;
  for (char *byte = state->token->data + before; before < state->token->size; before++, byte++)
    *byte = (char)(*byte | (ASCII[(int)*byte] & CASE_BIT));
  return QUOTH_OK;
}

/* Any other character at `*at`: part of a token or the end of one. */
static quoth_status add_character(analysis *state, quoth_bytes text, size_t *at) {
  size_t begin = *at;
  uint32_t code_points[2];
  unsigned n_code_points = 1;
  if (state->analyzer->lowercase)
    n_code_points = quoth_unicode_lower_next(text, at, code_points);
  else
    code_points[0] = quoth_utf8_next(text, at);
  quoth_status status = QUOTH_OK;
  for (unsigned i = 0; !status && i < n_code_points; i++) {
    if (quoth_unicode_is_word(code_points[i])) {
      char encoded[4];
      size_t size = quoth_utf8_put(code_points[i], encoded);
      status = add_characters(state, encoded, size, 1, begin, *at);
    } else {
      status = end_token(state);
    }
  }
  return status;
}

quoth_status quoth_analyze(const quoth_analyzer *analyzer, quoth_analyzer_scratch *scratch,
                           quoth_bytes text, quoth_term_sink sink, void *context,
                           quoth_error *err) {
  analysis state = {analyzer, &scratch->token, .sink = sink, .context = context, .err = err};
  quoth_status status = QUOTH_OK;
  size_t at = 0;
  state.token->size = 0;
  while (!status && at < text.size) {
    if (!is_ascii(text.data[at])) {
      status = add_character(&state, text, &at);
    } else if (ASCII[(int)text.data[at]]) {
      status = add_ascii_run(&state, text, &at);
    } else {
      status = end_token(&state);
      at++;
    }
  }
  return status ? status : end_token(&state);
}

void quoth_analyzer_scratch_clear(quoth_analyzer_scratch *scratch) {
  quoth_buffer_clear(&scratch->token);
}
