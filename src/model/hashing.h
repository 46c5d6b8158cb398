/* hashing.h - terms numbered by their hash, as scikit-learn's HashingVectorizer does: nothing is
 * learnt and nothing stored, but different terms may share a column.
 *
 *   column  |h| modulo n_features, h = MurmurHash3 of the term as a signed number
 *   weight  the term's count; with alternate_sign it counts negative where h is negative, so that
 *           terms which share a column add up to 0 rather than to twice as much
 */
#ifndef QUOTH_MODEL_HASHING_H
#define QUOTH_MODEL_HASHING_H

#include "learn/tfidf.h"
#include "model/counter.h"

typedef struct quoth_hashing_params {
  quoth_counting_params counting; /* its analyzer, and binary */
  uint32_t n_features;            /* from 1 to 2^31 - 1 */
  bool alternate_sign;
  quoth_norm norm;
} quoth_hashing_params;

/* A text as weights. */
typedef struct quoth_hashed {
  quoth_counter counter;
  uint32_t *columns; /* [n_entries], ascending; a weight may be 0 */
  double *weights;   /* [n_entries] */
  size_t n_entries, columns_capacity, weights_capacity;
} quoth_hashed; /* start from {0} */

/* `analyzer` is that of params->counting, with its stop words. */
quoth_status quoth_hash_text(const quoth_hashing_params *params, const quoth_analyzer *analyzer,
                             quoth_bytes text, quoth_hashed *out, quoth_error *err);
void quoth_hashed_clear(quoth_hashed *hashed);

#endif
