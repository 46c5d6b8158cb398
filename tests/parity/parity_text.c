/* parity_text.c - src/text for tests/parity/test_text.py. Lists of words are one word a line;
 * a result that does not fit into `capacity` bytes is SIZE_MAX. */
#include <string.h>

#include "text/analyzer.h"
#include "text/unicode.h"

#define SHIM __attribute__((visibility("default")))

typedef struct output {
  char *data;
  size_t size, capacity;
} output;

static void put(output *out, const char *data, size_t size) {
  if (out->size == SIZE_MAX || size > out->capacity - out->size) {
    out->size = SIZE_MAX;
    return;
  }
  memcpy(out->data + out->size, data, size);
  out->size += size;
}

/* The next line of `lines`, moving `at` behind it; false at the end. */
static bool next_line(quoth_bytes lines, size_t *at, quoth_bytes *line) {
  if (*at >= lines.size) return false;
  const char *begin = lines.data + *at, *end = memchr(begin, '\n', lines.size - *at);
  *line = (quoth_bytes){begin, end ? (size_t)(end - begin) : lines.size - *at};
  *at += line->size + 1;
  return true;
}

SHIM void parity_text_is_word(uint32_t n_code_points, unsigned char *out) {
  for (uint32_t c = 0; c < n_code_points; c++) out[c] = quoth_unicode_is_word(c);
}

SHIM void parity_text_is_unspaced(uint32_t n_code_points, unsigned char *out) {
  for (uint32_t c = 0; c < n_code_points; c++) out[c] = quoth_unicode_is_unspaced(c);
}

SHIM void parity_text_is_mark(uint32_t n_code_points, unsigned char *out) {
  for (uint32_t c = 0; c < n_code_points; c++) out[c] = quoth_unicode_is_mark(c);
}

SHIM size_t parity_text_lower(const char *text, size_t size, char *data, size_t capacity) {
  output out = {data, 0, capacity};
  for (size_t at = 0; at < size;) {
    uint32_t lowered[2];
    unsigned n = quoth_unicode_lower_next((quoth_bytes){text, size}, &at, lowered);
    for (unsigned i = 0; i < n; i++) {
      char encoded[4];
      put(&out, encoded,
          quoth_utf8_put(lowered[i] == QUOTH_UTF8_INVALID ? 0xFFFD : lowered[i], encoded));
    }
  }
  return out.size;
}

SHIM void parity_text_is_stop_word(const char *words, size_t size, unsigned char *out) {
  quoth_bytes word;
  for (size_t at = 0; next_line((quoth_bytes){words, size}, &at, &word);)
    *out++ = quoth_is_stop_word(QUOTH_STOP_WORDS_ENGLISH, NULL, word);
}

SHIM size_t parity_text_lemmatize(const char *lemmatizer, const char *words, size_t size,
                                  char *data, size_t capacity) {
  quoth_lemmatizer kind;
  if (!quoth_lemmatizer_from_name(lemmatizer, &kind)) return SIZE_MAX;
  output out = {data, 0, capacity};
  quoth_bytes word;
  for (size_t at = 0; next_line((quoth_bytes){words, size}, &at, &word);) {
    quoth_lemma lemma = quoth_lemmatize(kind, word);
    put(&out, word.data, lemma.head_size);
    put(&out, lemma.tail.data, lemma.tail.size);
    put(&out, "\n", 1);
  }
  return out.size;
}

/* The stems of words, each with a newline behind it, as the words have. */
SHIM size_t parity_text_stem(uint32_t stemmer, const char *words, size_t size, char *data,
                             size_t capacity) {
  output out = {data, 0, capacity};
  quoth_stemming stemming = {0};
  quoth_bytes word, stem;
  quoth_status status = QUOTH_OK;
  for (size_t at = 0; !status && next_line((quoth_bytes){words, size}, &at, &word);) {
    status = quoth_stem(stemmer, &stemming, word, &stem, NULL);
    put(&out, stem.data, stem.size);
    put(&out, "\n", 1);
  }
  quoth_stemming_clear(&stemming);
  return status ? SIZE_MAX : out.size;
}

/* A language's stop words, a space behind each. */
SHIM size_t parity_text_stop_words(const char *language, char *data, size_t capacity) {
  output out = {data, 0, capacity};
  quoth_bytes words = quoth_stop_words_of(language);
  put(&out, words.data, words.size);
  return out.size;
}

/* What a test sets; numbers are those of the enums. */
typedef struct parity_analyzer {
  uint32_t lowercase, strip_accents, unit, min_n, max_n, tokens, stop_words;
} parity_analyzer;

static bool make_analyzer(const parity_analyzer *from, const char *lemmatizer,
                          quoth_analyzer *out) {
  *out = (quoth_analyzer){.folding = {from->lowercase, from->strip_accents},
                          .unit = from->unit,
                          .ngrams = {from->min_n, from->max_n},
                          .tokens = from->tokens,
                          .stop_words = from->stop_words};
  return quoth_lemmatizer_from_name(lemmatizer, &out->lemmatizer);
}

static quoth_status put_term(void *context, quoth_bytes term, quoth_error *err) {
  (void)err;
  put(context, term.data, term.size);
  put(context, "\xff", 1);
  return QUOTH_OK;
}

/* Terms, each with a byte 0xff behind it. */
SHIM size_t parity_text_analyze(const parity_analyzer *settings, const char *lemmatizer,
                                const char *text, size_t size, char *data, size_t capacity) {
  quoth_analyzer analyzer;
  if (!make_analyzer(settings, lemmatizer, &analyzer)) return SIZE_MAX;
  quoth_analyzer_scratch scratch = {0};
  output out = {data, 0, capacity};
  quoth_status status =
      quoth_analyze(&analyzer, &scratch, (quoth_bytes){text, size}, put_term, &out, NULL);
  quoth_analyzer_scratch_clear(&scratch);
  return status ? SIZE_MAX : out.size;
}

/* Where the words of a text came from, into [][2]: one for every byte of text is room enough. */
SHIM size_t parity_text_spans(const parity_analyzer *settings, const char *text, size_t size,
                              uint64_t *spans) {
  quoth_analyzer analyzer;
  make_analyzer(settings, "", &analyzer);
  quoth_analyzer_scratch scratch = {0};
  quoth_status status = quoth_tokenize(&analyzer, &scratch, (quoth_bytes){text, size}, NULL);
  size_t n = scratch.n_tokens;
  for (size_t i = 0; i < n; i++) {
    spans[2 * i] = scratch.tokens[i].source_begin;
    spans[2 * i + 1] = scratch.tokens[i].source_end;
  }
  quoth_analyzer_scratch_clear(&scratch);
  return status ? SIZE_MAX : n;
}
