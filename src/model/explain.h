/* explain.h - which words made a decision: the change of the predicted class's log-odds when all
 * occurrences of a word are left out. Exact, by predicting again; one pass for each distinct word.
 *
 * It says what this model did with this text. It does not say what would happen if several words
 * were left out at once, nor that a word is a cause of anything outside the model. */
#ifndef QUOTH_MODEL_EXPLAIN_H
#define QUOTH_MODEL_EXPLAIN_H

#include "model/model.h"

/* A place in the text where a word stands. Words are the analyzer's tokens, told apart by what they
 * become ("whale", "whales"). Of a model that counts characters they are what blanks separate. */
typedef struct quoth_word {
  size_t begin, end; /* bytes of the text */
  uint32_t term;     /* numbers what words become; words of one term have one weight */
  double weight;     /* log-odds of the predicted class with the word less those without it; above
                        0 speaks for the class */
} quoth_word;

typedef struct quoth_explanation {
  uint32_t label;    /* the predicted class */
  quoth_word *words; /* [n_words] in order of the text; only words that the model knows, as far
                        as it counts single words */
  size_t n_words;
  size_t n_known;    /* quoth_known_terms of the whole text */
} quoth_explanation; /* start from {0} */

/* `probabilities` ([n_classes]) takes the prediction for the whole text. Log-odds are taken of
 * probabilities held to [2^-52, 1 - 2^-52]. A model whose features are not words is
 * QUOTH_ERR_ARG. */
quoth_status quoth_explain(const quoth_model *model, quoth_scratch *scratch, const char *text,
                           size_t size, double *probabilities, quoth_explanation *out,
                           quoth_error *err);
void quoth_explanation_clear(quoth_explanation *explanation);

#endif
