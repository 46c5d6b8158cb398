/* search_space.h - what a search may try: for each parameter some values, or a range.
 *
 *   "vectorizer.min_df=1,2,5"    values, each as quoth_spec_set takes it, equally likely
 *   "classifier.C=0.1..100"      a range, log-uniform: 0.1 to 1 is as likely as 10 to 100
 *
 * A range is of whole numbers if the parameter takes no others. */
#ifndef QUOTH_TRAIN_SEARCH_SPACE_H
#define QUOTH_TRAIN_SEARCH_SPACE_H

#include "base/random.h"
#include "model/spec.h"

typedef struct quoth_search_dimension {
  char *key;       /* "classifier.C" */
  char *values;    /* as they were given: "0.1..100" */
  json_t *choices; /* "vectorizer.min_df=1", ...; NULL: a range */
  double low, high;
  bool is_whole;
} quoth_search_dimension;

typedef struct quoth_search_space {
  quoth_search_dimension *dimensions; /* [n_dimensions] */
  size_t n_dimensions, capacity;
} quoth_search_space; /* start from {0} */

/* Adds what suits the spec's recipe, without the keys that `spec` lacks; nothing for a recipe of
 * one's own. */
quoth_status quoth_search_space_add_standard(quoth_search_space *space, const quoth_spec *spec,
                                             quoth_error *err);
/* Adds "KEY=VALUES", in place of what there is for KEY. A value that `spec` does not take is an
 * error. */
quoth_status quoth_search_space_add(quoth_search_space *space, const quoth_spec *spec,
                                    const char *text, quoth_error *err);
/* Removes what there is for the key of "KEY=VALUE", if anything. */
void quoth_search_space_remove(quoth_search_space *space, const char *assignment);
void quoth_search_space_clear(quoth_search_space *space);

/* One "KEY=VALUE" for each dimension, for quoth_spec_set: a new JSON array. Numbers of a range have
 * three significant digits. */
quoth_status quoth_search_space_draw(const quoth_search_space *space, quoth_random *random,
                                     json_t **settings, quoth_error *err);

/* {"KEY": "VALUES", ...}; NULL if out of memory. */
json_t *quoth_search_space_json(const quoth_search_space *space);

#endif
