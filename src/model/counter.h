/* counter.h - the counts of a text's terms against a vocabulary: the apply half of scikit-learn's
 * CountVectorizer, and its parameters. */
#ifndef QUOTH_MODEL_COUNTER_H
#define QUOTH_MODEL_COUNTER_H

#include "base/amount.h"
#include "base/json.h"
#include "base/string_table.h"
#include "text/analyzer.h"

typedef struct quoth_counting_params {
  quoth_analyzer analyzer;     /* but for stop words that are in a spec */
  const json_t *stop_words;    /* the spec's: null, a language or a list of texts; borrowed */
  bool binary;                 /* count a term once a document */
  quoth_amount max_df, min_df; /* documents that hold a term: count or share */
  uint32_t max_features;       /* the terms with the highest counts; 0: all */
} quoth_counting_params;

/* The analyzer with its stop words, of which a list, but for English, goes into `listed`, to be
 * cleared after it. */
quoth_status quoth_counting_analyzer(const quoth_counting_params *params,
                                     quoth_string_table *listed, quoth_analyzer *out,
                                     quoth_error *err);

/* A word met before, and what it led to. */
typedef struct quoth_known_word {
  char word[27]; /* [size], as the text has it but for folding; longer words are not kept */
  uint8_t size;  /* 0: none */
  uint32_t number;
} quoth_known_word;

enum { QUOTH_KNOWN_WORDS = 16384 };

/* The counts of one text against a vocabulary. */
typedef struct quoth_counter {
  /* If terms are single words: whether one is a stop word, its lemma and its number take one probe
   * when it is met again. All texts must then be counted alike. */
  bool remembers;
  quoth_known_word (*known)[2]; /* [QUOTH_KNOWN_WORDS] places for two; NULL before the first text */
  quoth_buffer lemma;
  quoth_analyzer_scratch analysis;
  uint64_t *pairs; /* term number in the high half, count in the low; sorted, merged */
  uint64_t *spare;
  size_t n_pairs, pairs_capacity, spare_capacity;
} quoth_counter; /* start from {0} */

/* A term's number, or QUOTH_STRING_NONE. */
typedef uint32_t quoth_term_number(const void *context, quoth_bytes term);

/* Fills counter->pairs with the terms of `text` that have a number. */
quoth_status quoth_counter_count_by(quoth_counter *counter, const quoth_analyzer *analyzer,
                                    quoth_term_number *number, const void *context, bool binary,
                                    quoth_bytes text, quoth_error *err);
/* The same with those that `vocabulary` has. */
quoth_status quoth_counter_count(quoth_counter *counter, const quoth_analyzer *analyzer,
                                 const quoth_strings *vocabulary, bool binary, quoth_bytes text,
                                 quoth_error *err);
void quoth_counter_clear(quoth_counter *counter);

#endif
