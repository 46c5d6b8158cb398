/* lemmatizer.h - dictionary forms of English words, as NLTK 3.8's WordNetLemmatizer finds
 * them in WordNet 3.0. The dictionary is compiled in (see tools/make_wordnet.py). */
#ifndef QUOTH_TEXT_LEMMATIZER_H
#define QUOTH_TEXT_LEMMATIZER_H

#include <stdint.h>

#include "base/memory.h"

/* The version compiled in; tools/make_wordnet.py reads it here. */
#define QUOTH_WORDNET_VERSION "3.0"

typedef enum quoth_lemmatizer {
  QUOTH_LEMMATIZER_NONE, /* every word is its own lemma */
  QUOTH_LEMMATIZER_NOUN, /* "wordnet": WordNetLemmatizer().lemmatize(word) */
  QUOTH_LEMMATIZER_VERB, /* "wordnet-verb": lemmatize(word, "v"), and so on */
  QUOTH_LEMMATIZER_ADJ,
  QUOTH_LEMMATIZER_ADV,
  QUOTH_LEMMATIZER_ALL /* noun, verb, adjective, adverb: the shortest, the first of equals */
} quoth_lemmatizer;

/* A lemma as a head of the word itself followed by a constant tail ("wolv|es" gives head 3
 * of the word and the tail "f"), so that nothing is copied or allocated. */
typedef struct quoth_lemma {
  size_t head_size; /* bytes of the word that the lemma starts with */
  quoth_bytes tail; /* static storage, never NULL */
} quoth_lemma;

/* `word` is UTF-8, in lower case unless the caller wants otherwise. Takes time linear in
 * the size of the word. */
quoth_lemma quoth_lemmatize(quoth_lemmatizer lemmatizer, quoth_bytes word);

/* A word met before, and its lemma. */
typedef struct quoth_known_lemma {
  char word[20]; /* [size]; longer words are not kept */
  uint8_t size, head_size, tail_size;
  uint8_t lemmatizer; /* QUOTH_LEMMATIZER_NONE: no word */
  const char *tail;
} quoth_known_lemma;

enum { QUOTH_KNOWN_LEMMAS = 16384 };

/* The same, with words met last looked up in `known` ([QUOTH_KNOWN_LEMMAS], zeroed at first), which
 * is one thread's; NULL: none is known. */
quoth_lemma quoth_lemmatize_again(quoth_lemmatizer lemmatizer, quoth_known_lemma *known,
                                  quoth_bytes word);

/* The name in specs, "wordnet-adj" and the like; NULL for none. */
const char *quoth_lemmatizer_name(quoth_lemmatizer lemmatizer);

/* Its inverse; NULL and "" mean none. False, and `out` left alone, for an unknown name. */
bool quoth_lemmatizer_from_name(const char *name, quoth_lemmatizer *out);

#endif
