/* stemmer.h - words without their endings, as Snowball's stemmers leave them (libstemmer 2.2;
 * https://snowballstem.org). A stem needn't be a word. */
#ifndef QUOTH_TEXT_STEMMER_H
#define QUOTH_TEXT_STEMMER_H

#include "base/memory.h"

/* Snowball's names of its algorithms. Those that aren't here have no room in quothd: armenian,
 * basque, catalan, greek, hindi, irish, lithuanian, nepali, serbian, tamil, yiddish. */
#define QUOTH_STEMMERS(X)                                                                          \
  X(arabic)                                                                                        \
  X(danish)                                                                                        \
  X(dutch)                                                                                         \
  X(english) /* "Porter 2" */                                                                      \
  X(finnish)                                                                                       \
  X(french)                                                                                        \
  X(german)                                                                                        \
  X(hungarian)                                                                                     \
  X(indonesian)                                                                                    \
  X(italian)                                                                                       \
  X(norwegian)                                                                                     \
  X(porter) /* Porter's stemmer of 1980, for English */                                            \
  X(portuguese)                                                                                    \
  X(romanian)                                                                                      \
  X(russian)                                                                                       \
  X(spanish)                                                                                       \
  X(swedish)                                                                                       \
  X(turkish)

#define QUOTH_STEMMER_VALUE(language) QUOTH_STEMMER_##language,
typedef enum quoth_stemmer {
  QUOTH_STEMMER_NONE,
  QUOTH_STEMMERS(QUOTH_STEMMER_VALUE)
} quoth_stemmer;

/* One thread's working memory. Start from {0}. */
typedef struct quoth_stemming {
  struct SN_env *env; /* NULL until a word is stemmed */
} quoth_stemming;

void quoth_stemming_clear(quoth_stemming *stemming);

/* Longer words are left as they are: some stemmers take time quadratic in a word's size. */
enum { QUOTH_STEMMED_MAX = 1000 };

/* The stem of `word`, valid until `stemming` or `word` changes; perhaps empty. `word` is UTF-8, in
 * lower case unless the caller wants otherwise. */
quoth_status quoth_stem(quoth_stemmer stemmer, quoth_stemming *stemming, quoth_bytes word,
                        quoth_bytes *stem, quoth_error *err);

#endif
