/* The words of a text. */
#include "text/analyzer.h"

#include <string.h>

/* Classes of characters. */
enum { WORD = 1, SPACE = 2, OTHER = 4, UNSPACED = 8, MARK = 16 };

/* Which characters make tokens in runs, which alone, and how many a token needs. Marks go on with
 * the unspaced one before them. */
static const struct {
  unsigned in_runs, alone;
  size_t least;
} patterns[] = {
    [QUOTH_TOKENS_WORD] = {WORD | UNSPACED, 0, 2},
    [QUOTH_TOKENS_WORD_PUNCT] = {WORD | UNSPACED, OTHER | MARK, 1},
    [QUOTH_TOKENS_WHITESPACE] = {WORD | UNSPACED | OTHER | MARK, 0, 1},
    [QUOTH_TOKENS_WORD_PUNCT_UNSPACED] = {WORD, OTHER | MARK | UNSPACED, 1},
};

/* By byte; 0 for those that are no character. */
static const unsigned char ascii_classes[256] = {
    [0x00 ... 0x08] = OTHER,
    ['\t' ... '\r'] = SPACE,
    [0x0E ... 0x1B] = OTHER,
    [0x1C ... 0x1F] = SPACE,
    [' '] = SPACE,
    ['!' ... '/'] = OTHER,
    ['0' ... '9'] = WORD,
    [':' ... '@'] = OTHER,
    ['A' ... 'Z'] = WORD,
    ['[' ... '^'] = OTHER,
    ['_'] = WORD,
    ['`'] = OTHER,
    ['a' ... 'z'] = WORD,
    ['{' ... 0x7F] = OTHER,
};

typedef struct tokenizer {
  const quoth_analyzer *analyzer;
  quoth_analyzer_scratch *scratch;
  unsigned in_runs, alone;
  size_t least;
  unsigned goes_on;                /* the classes that lengthen the token at work */
  size_t begin;                    /* of the token at work, in scratch->text */
  size_t n_characters;             /* that it has so far */
  size_t source_begin, source_end; /* bytes of the input that it came from */
  quoth_error *err;
} tokenizer;

static unsigned class_of(uint32_t code_point) {
  if (code_point < 0x80) return ascii_classes[code_point];
  if (quoth_unicode_is_word(code_point))
    return quoth_unicode_is_unspaced(code_point) ? UNSPACED : WORD;
  if (quoth_unicode_is_space(code_point)) return SPACE;
  return quoth_unicode_is_mark(code_point) ? MARK : OTHER;
}

static void count_characters(tokenizer *state, size_t n, size_t source_begin, size_t source_end) {
  if (state->n_characters == 0) state->source_begin = source_begin;
  state->n_characters += n;
  state->source_end = source_end;
}

static quoth_status reserve_token(quoth_analyzer_scratch *scratch, quoth_error *err) {
  if (scratch->n_tokens < scratch->tokens_capacity) return QUOTH_OK;
  quoth_token *tokens = quoth_grow(scratch->tokens, &scratch->tokens_capacity,
                                   scratch->n_tokens + 1, sizeof *tokens, err);
  if (!tokens) return QUOTH_ERR_NOMEM;
  scratch->tokens = tokens;
  return QUOTH_OK;
}

/* Puts a word's lemma in its place, at the end of the text. */
static quoth_status replace_by_lemma(const tokenizer *state, quoth_bytes word) {
  quoth_analyzer_scratch *scratch = state->scratch;
  quoth_lemma lemma = quoth_lemmatize_again(state->analyzer->lemmatizer, scratch->lemmas, word);
  scratch->text.size = state->begin + lemma.head_size;
  return quoth_buffer_append(&scratch->text, lemma.tail.data, lemma.tail.size, state->err);
}

/* Puts the stem of the token at work in its place. */
static quoth_status stem_token(tokenizer *state) {
  quoth_buffer *text = &state->scratch->text;
  quoth_bytes word = {text->data + state->begin, text->size - state->begin}, stem;
  quoth_status status =
      quoth_stem(state->analyzer->stemmer, &state->scratch->stemming, word, &stem, state->err);
  if (status || stem.data == word.data) return status;
  text->size = state->begin;
  return quoth_buffer_append(text, stem.data, stem.size, state->err);
}

/* Makes a token of what is at the end of the text, unless it is a stop word. A space comes behind
 * it. */
static quoth_status keep_token(tokenizer *state) {
  quoth_analyzer_scratch *scratch = state->scratch;
  quoth_buffer *text = &scratch->text;
  quoth_bytes word = {text->data + state->begin, text->size - state->begin};
  const quoth_analyzer *analyzer = state->analyzer;
  if (analyzer->stop_words != QUOTH_STOP_WORDS_NONE &&
      quoth_is_stop_word(analyzer->stop_words, analyzer->stop_word_list, word)) {
    text->size = state->begin;
    return QUOTH_OK;
  }
  quoth_status status = reserve_token(scratch, state->err);
  if (!status && analyzer->lemmatizer != QUOTH_LEMMATIZER_NONE)
    status = replace_by_lemma(state, word);
  if (!status && analyzer->stemmer) status = stem_token(state);
  if (!status) status = quoth_buffer_reserve(text, 1, state->err);
  if (status) return status;
  scratch->tokens[scratch->n_tokens++] =
      (quoth_token){state->begin, text->size, state->source_begin, state->source_end};
  text->data[text->size++] = ' ';
  state->begin = text->size;
  return QUOTH_OK;
}

static quoth_status end_token(tokenizer *state) {
  quoth_status status = QUOTH_OK;
  if (state->n_characters >= state->least)
    status = keep_token(state);
  else
    state->scratch->text.size = state->begin;
  state->n_characters = state->goes_on = 0;
  return status;
}

/* Ends the token at work unless a character of the class lengthens it. */
static quoth_status begin_or_go_on(tokenizer *state, unsigned class) {
  if (class & state->goes_on) return QUOTH_OK;
  quoth_status status = end_token(state);
  state->goes_on = class & state->in_runs ? state->in_runs : class & UNSPACED ? MARK : 0;
  return status;
}

/* The high bit of each byte from `least` to `most`, all of them and of x below 128. */
static uint64_t bytes_between(uint64_t x, uint64_t least, uint64_t most) {
  const uint64_t ones = UINT64_MAX / 0xFF;
  return (x + (0x80 - least) * ones) ^ (x + (0x7F - most) * ones);
}

/* Copies eight bytes, capitals made small if `lowercase`. Returns how many of them are
 * letters, digits or underscores before the first that is not: most words end within eight bytes,
 * and no branch asks where. */
static size_t copy_word_bytes(const unsigned char *from, bool lowercase, char *to) {
  const uint64_t ones = UINT64_MAX / 0xFF, high = 0x80 * ones;
  uint64_t bytes, x;
  memcpy(&bytes, from, sizeof bytes);
  x = bytes & ~high;
  uint64_t is_capital = bytes_between(x, 'A', 'Z'), is_small = bytes_between(x, 'a', 'z');
  uint64_t is_other = bytes_between(x, '0', '9') | bytes_between(x, '_', '_');
  uint64_t is_no_word = ~((is_capital | is_small | is_other) & ~bytes) & high;
  if (lowercase) bytes |= (is_capital & high) >> 2;
  memcpy(to, &bytes, sizeof bytes);
  return is_no_word ? (size_t)__builtin_ctzll(is_no_word) / 8 : sizeof bytes;
}

/* Adds the run of ASCII characters that begins at `*at`, moving `*at` behind it. */
static quoth_status add_ascii_run(tokenizer *state, quoth_bytes text, size_t *at) {
  quoth_buffer *out = &state->scratch->text;
  quoth_status status = begin_or_go_on(state, state->in_runs);
  if (!status) status = quoth_buffer_reserve(out, text.size - *at, state->err);
  if (status) return status;
  bool lowercase = state->analyzer->folding.lowercase;
  unsigned in_runs = state->in_runs, small = lowercase ? 0x20 : 0;
  const unsigned char *source = (const unsigned char *)text.data;
  size_t begin = *at, end = begin;
  char *to = out->data + out->size;
  size_t n = in_runs & OTHER ? 0 : 8;
  for (; n == 8 && text.size - end >= 8; end += n, to += n)
    n = copy_word_bytes(source + end, lowercase, to);
  for (; end < text.size && (ascii_classes[source[end]] & in_runs); end++) {
    unsigned byte = source[end];
    *to++ = (char)(byte | (byte - 'A' < 26u ? small : 0));
  }
  out->size = (size_t)(to - out->data);
  count_characters(state, end - begin, begin, end);
  *at = end;
  return QUOTH_OK;
}

static quoth_status take_code_point(tokenizer *state, uint32_t code_point, size_t source_begin,
                                    size_t source_end) {
  unsigned class = class_of(code_point);
  quoth_status status = begin_or_go_on(state, class);
  if (status || !(class & (state->in_runs | state->alone))) return status;
  char encoded[4];
  count_characters(state, 1, source_begin, source_end);
  return quoth_buffer_append(&state->scratch->text, encoded, quoth_utf8_put(code_point, encoded),
                             state->err);
}

/* The character at `*at`: part of a token, a token, or the end of one. */
static quoth_status take_character(tokenizer *state, quoth_bytes text, size_t *at) {
  size_t begin = *at;
  uint32_t code_points[QUOTH_FOLDING_MAX];
  unsigned n = quoth_fold_next(&state->analyzer->folding, text, at, code_points);
  quoth_status status = QUOTH_OK;
  for (unsigned i = 0; !status && i < n; i++)
    status = take_code_point(state, code_points[i], begin, *at);
  return status;
}

quoth_status quoth_tokenize(const quoth_analyzer *analyzer, quoth_analyzer_scratch *scratch,
                            quoth_bytes text, quoth_error *err) {
  tokenizer state = {.analyzer = analyzer,
                     .scratch = scratch,
                     .in_runs = patterns[analyzer->tokens].in_runs,
                     .alone = patterns[analyzer->tokens].alone,
                     .least = patterns[analyzer->tokens].least,
                     .err = err};
  quoth_status status = QUOTH_OK;
  scratch->text.size = scratch->n_tokens = 0;
  for (size_t at = 0; !status && at < text.size;) {
    unsigned class = ascii_classes[(unsigned char)text.data[at]];
    if (class & state.in_runs) {
      status = add_ascii_run(&state, text, &at);
    } else if (class & SPACE) {
      status = end_token(&state);
      at++;
    } else {
      status = take_character(&state, text, &at);
    }
  }
  return status ? status : end_token(&state);
}
