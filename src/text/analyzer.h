/* analyzer.h - a text to its terms: lower case, tokens, stop words, lemmas, in that order,
 * as scikit-learn's CountVectorizer does it with its default token_pattern. A token is a run
 * of two or more word characters, as long as can be (see unicode.h). */
#ifndef QUOTH_TEXT_ANALYZER_H
#define QUOTH_TEXT_ANALYZER_H

#include "text/lemmatizer.h"
#include "text/stop_words.h"

typedef struct quoth_analyzer {
  bool lowercase;              /* Python's str.lower() */
  quoth_stop_words stop_words; /* compared before lemmatising */
  quoth_lemmatizer lemmatizer;
} quoth_analyzer;

typedef struct quoth_term {
  quoth_bytes text;  /* UTF-8; valid during the call */
  size_t begin, end; /* bytes of the input that the term came from */
} quoth_term;

/* Takes the terms in order; anything but QUOTH_OK stops the analysis and is returned. */
typedef quoth_status (*quoth_term_sink)(void *context, const quoth_term *term, quoth_error *err);

/* Working memory of one thread; grows to the longest token met. Start from {0}. */
typedef struct quoth_analyzer_scratch {
  quoth_buffer token; /* the token being read, later the term */
} quoth_analyzer_scratch;

void quoth_analyzer_scratch_clear(quoth_analyzer_scratch *scratch);

/* `text` should be valid UTF-8 (see utf8.h); ill-formed bytes are safe and separate tokens.
 * Takes time linear in the size of the text. */
quoth_status quoth_analyze(const quoth_analyzer *analyzer, quoth_analyzer_scratch *scratch,
                           quoth_bytes text, quoth_term_sink sink, void *context, quoth_error *err);

#endif
