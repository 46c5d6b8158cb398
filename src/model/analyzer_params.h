/* analyzer_params.h - the parameters that vectorizers share: how a text becomes terms. */
#ifndef QUOTH_MODEL_ANALYZER_PARAMS_H
#define QUOTH_MODEL_ANALYZER_PARAMS_H

#include <stddef.h>

#include "model/counter.h"
#include "model/param.h"

/* ORDER quoth_strip_accents, quoth_term_unit, quoth_token_pattern, quoth_lemmatizer,
 * quoth_stemmer */
extern const char *const quoth_strip_accents_names[],
    *const quoth_unit_names[], *const quoth_token_pattern_names[], *const quoth_lemmatizer_names[];
extern const char *const quoth_stemmer_names[];

/* null, a language or a list of words: const json_t *, borrowed from the spec. */
bool quoth_param_read_stop_words(const quoth_param *param, const json_t *value, void *field);

#define QUOTH_ANALYZER_FIELD(name) .offset = offsetof(quoth_counting_params, name)

#define QUOTH_COMMA_NAME(language) ", \"" #language "\""

/* Rows of a table of a struct that begins with quoth_counting_params. */
/* clang-format off */
#define QUOTH_ANALYZER_PARAMS                                                                      \
  {"lowercase", "true or false", "fold texts to lower case, as Python's str.lower", "true",        \
   QUOTH_ANALYZER_FIELD(analyzer.folding.lowercase), quoth_param_read_bool},                       \
  {"strip_accents", "null, \"ascii\" or \"unicode\"",                                              \
   "after NFKD, leave out what is not ASCII, or what combines with other characters", "null",      \
   QUOTH_ANALYZER_FIELD(analyzer.folding.strip_accents), quoth_param_read_choice,                  \
   .choices = quoth_strip_accents_names,                                                           \
   .is_late = true},                                                                               \
  {"analyzer", "\"word\", \"char\" or \"char_wb\"",                                                \
   "count words, or characters, or characters within words; the latter two take no notice of "     \
   "token_pattern, stop_words, lemmatizer and stemmer",                                                     \
   "\"word\"", QUOTH_ANALYZER_FIELD(analyzer.unit), quoth_param_read_choice, .choices = quoth_unit_names, \
   .is_late = true},                                                                               \
  {"ngram_range", "[least, most], integers from 1 to 100",                                         \
   "count runs of that many words or characters", "[1, 1]", QUOTH_ANALYZER_FIELD(analyzer.ngrams), \
   quoth_param_read_range, .min = 1, .max = 100, .is_late = true},                                 \
  {"token_pattern", "\"word\", \"word+punct\", \"whitespace\" or \"word+punct+unspaced\"",                                  \
   "what a word is: two or more word characters; one or more of them, or any other mark; all "     \
   "between blanks; the second, but each character of a script without spaces a word", \
   "\"word\"", QUOTH_ANALYZER_FIELD(analyzer.tokens), quoth_param_read_choice,                     \
   .choices = quoth_token_pattern_names,                                                           \
   .is_late = true},                                                                               \
  {"stop_words",                                                                                   \
   "null, \"english\" or another language (" QUOTH_STOP_WORD_LANGUAGES "), or a list of words",    \
   "leave out scikit-learn's 318 English stop words, those that Snowball lists for another "       \
   "language, or those of the list",                                                               \
   "null",                                                                                         \
   QUOTH_ANALYZER_FIELD(stop_words), quoth_param_read_stop_words},                                 \
  {"lemmatizer",                                                                                   \
   "null, \"wordnet\", \"wordnet-verb\", \"wordnet-adj\", \"wordnet-adv\" or \"wordnet-all\"",     \
   "turn words into WordNet's dictionary forms: of nouns (as NLTK does by default), verbs, "       \
   "adjectives, adverbs, or the shortest of all",                                                  \
   "null", QUOTH_ANALYZER_FIELD(analyzer.lemmatizer), quoth_param_read_choice,                     \
   .choices = quoth_lemmatizer_names},                                                             \
  {"stemmer", "null" QUOTH_STEMMERS(QUOTH_COMMA_NAME),                                             \
   "take off the endings of words as Snowball's stemmer for a language does", "null",              \
   QUOTH_ANALYZER_FIELD(analyzer.stemmer), quoth_param_read_choice,                                \
   .choices = quoth_stemmer_names,                                                                 \
   .is_late = true}
/* clang-format on */

#endif
