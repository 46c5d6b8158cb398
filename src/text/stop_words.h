/* stop_words.h - words too common to tell texts apart. */
#ifndef QUOTH_TEXT_STOP_WORDS_H
#define QUOTH_TEXT_STOP_WORDS_H

#include "base/string_table.h"

typedef enum quoth_stop_words {
  QUOTH_STOP_WORDS_NONE,
  /* The 318 words of stop_words_english.txt: the list of the Glasgow Information Retrieval
   * Group, http://ir.dcs.gla.ac.uk/resources/linguistic_utils/stop_words, as scikit-learn's
   * ENGLISH_STOP_WORDS has it, errors and all. */
  QUOTH_STOP_WORDS_ENGLISH,
  QUOTH_STOP_WORDS_LISTED /* a list of one's own, or another language's */
} quoth_stop_words;

/* `word` is compared as it is: the English ones are in lower case. `list` is that of
 * QUOTH_STOP_WORDS_LISTED. */
bool quoth_is_stop_word(quoth_stop_words which, const quoth_string_table *list, quoth_bytes word);

/* The languages that have a list beside English: Snowball's stop words, as Perl's Lingua::StopWords
 * 0.12 has them. */
#define QUOTH_STOP_WORD_LANGUAGES                                                                  \
  "danish, dutch, finnish, french, german, hungarian, indonesian, italian, norwegian, "            \
  "portuguese, "                                                                                   \
  "romanian, russian, spanish, swedish"

/* The list of one of these, a space behind each word; size 0 for any other name. */
quoth_bytes quoth_stop_words_of(const char *language);

#endif
