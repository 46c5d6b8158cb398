/* analyzer.h - a text to its terms, as scikit-learn's CountVectorizer makes them:
 *
 *   words       lower case, accents, tokens, stop words, lemmas, stems, n-grams of what is left, in
 *               that order. The words of an n-gram are joined by a space.
 *   characters  lower case, accents, n-grams of characters. Of two or more blanks in a row one
 *               space is left ("char"); or every run between blanks, with a space at either end,
 *               has n-grams of its own ("char_wb"), of which the last is the whole run, once.
 */
#ifndef QUOTH_TEXT_ANALYZER_H
#define QUOTH_TEXT_ANALYZER_H

#include "text/folding.h"
#include "text/lemmatizer.h"
#include "text/stemmer.h"
#include "text/stop_words.h"

typedef enum quoth_term_unit {
  QUOTH_UNIT_WORD,
  QUOTH_UNIT_CHAR,   /* "char" */
  QUOTH_UNIT_CHAR_WB /* "char_wb": within words */
} quoth_term_unit;

/* Classes of characters are Python's; see unicode.h. */
typedef enum quoth_token_pattern {
  QUOTH_TOKENS_WORD,       /* "word": \b\w\w+\b, scikit-learn's default */
  QUOTH_TOKENS_WORD_PUNCT, /* "word+punct": \w+|[^\w\s] */
  QUOTH_TOKENS_WHITESPACE, /* "whitespace": \S+ */
  /* "word+punct+unspaced": the same as word+punct, but each character of a script without spaces
   * is a token, with the marks that combine with it; see quoth_unicode_is_unspaced */
  QUOTH_TOKENS_WORD_PUNCT_UNSPACED
} quoth_token_pattern;

typedef struct quoth_ngram_range {
  uint32_t min_n, max_n; /* 1 <= min_n <= max_n */
} quoth_ngram_range;

typedef struct quoth_analyzer {
  quoth_folding folding;
  quoth_term_unit unit;
  quoth_ngram_range ngrams;
  /* Of words only: */
  quoth_token_pattern tokens;
  quoth_stop_words stop_words;              /* compared before lemmatising and stemming */
  const quoth_string_table *stop_word_list; /* of QUOTH_STOP_WORDS_LISTED; borrowed */
  quoth_lemmatizer lemmatizer;
  quoth_stemmer stemmer;
} quoth_analyzer;

/* A word of a text. */
typedef struct quoth_token {
  size_t begin, end;               /* bytes of the scratch's text: the word as terms have it */
  size_t source_begin, source_end; /* bytes of the text that it came from */
} quoth_token;

/* Working memory of one thread; grows to the longest text met. Start from {0}. */
typedef struct quoth_analyzer_scratch {
  quoth_buffer text;   /* folded: the tokens, each with a space behind it, or the characters */
  quoth_token *tokens; /* [n_tokens] of the last text */
  size_t n_tokens, tokens_capacity;
  quoth_known_lemma *lemmas; /* [QUOTH_KNOWN_LEMMAS] if many texts are to come, or NULL; owned */
  quoth_stemming stemming;
} quoth_analyzer_scratch;

void quoth_analyzer_scratch_clear(quoth_analyzer_scratch *scratch);

/* Takes a term, valid until the scratch is used again; anything but QUOTH_OK stops the analysis and
 * is returned. */
typedef quoth_status (*quoth_term_sink)(void *context, quoth_bytes term, quoth_error *err);

/* Hands `sink` the terms in scikit-learn's order. `text` should be valid UTF-8 (see utf8.h); an
 * ill-formed part counts as one U+FFFD. Takes time linear in the size of the text, for each n. */
quoth_status quoth_analyze(const quoth_analyzer *analyzer, quoth_analyzer_scratch *scratch,
                           quoth_bytes text, quoth_term_sink sink, void *context, quoth_error *err);

/* Fills scratch->tokens with the words that terms are made of, whatever the unit. */
quoth_status quoth_tokenize(const quoth_analyzer *analyzer, quoth_analyzer_scratch *scratch,
                            quoth_bytes text, quoth_error *err);

#endif
