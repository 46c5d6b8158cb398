/* estimator.h - one of scikit-learn's objects in a pickle: its class and its attributes. */
#ifndef QUOTH_INTEROP_ESTIMATOR_H
#define QUOTH_INTEROP_ESTIMATOR_H

#include "interop/numpy.h"
#include "model/stage.h"

typedef struct quoth_estimator {
  const char *file;          /* where it comes from */
  const quoth_global *class; /* its module and name */
  const quoth_value *state;  /* a DICT of its attributes */
} quoth_estimator;

/* Anything but an object with attributes is an error. */
quoth_status quoth_estimator_open(const quoth_value *value, const char *file, quoth_estimator *out,
                                  quoth_error *err);
/* Whether its class is scikit-learn's, and not one made of it by somebody. */
bool quoth_estimator_is_sklearn(const quoth_estimator *estimator);

/* An attribute, or NULL. */
const quoth_value *quoth_estimator_get(const quoth_estimator *estimator, const char *name);

/* "FILE: CLASS.ATTRIBUTE ..."; the status is QUOTH_ERR_DATA. */
quoth_status quoth_estimator_fail(const quoth_estimator *estimator, const char *attribute,
                                  quoth_error *err, const char *format, ...) QUOTH_PRINTF(4, 5);

/* An attribute that is an array of doubles with this shape (columns 0: of one dimension), copied in
 * C order into memory from malloc. With `order` (of its last dimension: [i] is what comes to stand
 * at i) columns change places. */
quoth_status quoth_estimator_reals(const quoth_estimator *estimator, const char *attribute,
                                   uint64_t rows, uint64_t columns, const uint32_t *order,
                                   double **out, quoth_error *err);
/* The same, [rows][columns] of theirs as [columns][rows]. */
quoth_status quoth_estimator_transposed(const quoth_estimator *estimator, const char *attribute,
                                        uint64_t rows, uint64_t columns, const uint32_t *order,
                                        double **out, quoth_error *err);

/* How a parameter is taken over. Those that are not listed count for training only: they are
 * taken if quoth has the value, and are at their default otherwise. */
typedef struct quoth_needed {
  const char *name;
  json_t *(*translate)(const quoth_value *value); /* NULL: as it is; its result NULL: refused */
} quoth_needed;

/* The attributes that have the names of a stage's parameters, as an object of these. `needed` ends
 * with a NULL name. One that is needed and that quoth has not is an error. */
quoth_status quoth_estimator_params(const quoth_estimator *estimator, const quoth_stage_type *type,
                                    const quoth_needed *needed, json_t **out, quoth_error *err);

/* intercept_, [n]; it is the number 0.0 where none was fitted. */
quoth_status quoth_estimator_intercept(const quoth_estimator *estimator, uint32_t n, double **out,
                                       quoth_error *err);

#endif
