/* sklearn.h - scikit-learn's fitted objects, as pickled by Python or joblib, to a model of quoth.
 *
 * What quoth can't do in the same way is refused, with the attribute and why. docs/IMPORT.md */
#ifndef QUOTH_INTEROP_SKLEARN_H
#define QUOTH_INTEROP_SKLEARN_H

#include "model/model.h"

/* One file, as it is on disk. */
typedef struct quoth_import_source {
  const char *name; /* for messages, and for the provenance */
  quoth_bytes data;
} quoth_import_source;

typedef struct quoth_import_options {
  /* What a vectorizer of a class of its own does with words: "wordnet" and the like, "null" for
   * nothing; NULL if it was not said. */
  const char *lemmatizer;
} quoth_import_options;

typedef struct quoth_imported {
  quoth_tensors tensors; /* with all metadata but the provenance */
  json_t *provenance;
} quoth_imported; /* start from {0} */

/* The objects in `sources` ([n_sources]), in this order, as one pipeline; a Pipeline stands for its
 * steps. A LabelEncoder may be anywhere. */
quoth_status quoth_sklearn_import(const quoth_import_source *sources, size_t n_sources,
                                  const quoth_import_options *options, quoth_imported *out,
                                  quoth_error *err);
void quoth_imported_clear(quoth_imported *imported);

/* The model file's bytes, in `image` (64-byte aligned, [*size], from malloc). */
quoth_status quoth_imported_write(quoth_imported *imported, char **image, size_t *size,
                                  quoth_error *err);

#endif
