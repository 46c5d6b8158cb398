/* sklearn_parts.h - a model while it is put together from scikit-learn's objects; one function
 * takes one class of these. */
#ifndef QUOTH_INTEROP_SKLEARN_PARTS_H
#define QUOTH_INTEROP_SKLEARN_PARTS_H

#include "interop/estimator.h"
#include "interop/sklearn.h"

typedef struct quoth_import {
  const quoth_import_options *options;
  size_t n_bytes; /* of all files, expanded */
  quoth_tensors tensors;
  json_t *pipeline;   /* stages of the spec */
  json_t *objects;    /* for the provenance: {"class", "version", "file"} of each */
  uint32_t n_columns; /* that the last stage puts out; 0 before the first */
  uint32_t *order;    /* [n_columns]: their number of our column; NULL if they are the same */
  size_t n_terms;
  uint32_t n_classes;
  quoth_estimator encoder, classifier; /* class NULL: none yet */
} quoth_import;

typedef quoth_status (*quoth_import_function)(quoth_import *import,
                                              const quoth_estimator *estimator, quoth_error *err);

/* Each adds a stage or two, and their tensors. */
quoth_status quoth_import_count_vectorizer(quoth_import *import, const quoth_estimator *estimator,
                                           quoth_error *err);
quoth_status quoth_import_hashing_vectorizer(quoth_import *import, const quoth_estimator *estimator,
                                             quoth_error *err);
quoth_status quoth_import_lda(quoth_import *import, const quoth_estimator *estimator,
                              quoth_error *err);
quoth_status quoth_import_forest(quoth_import *import, const quoth_estimator *estimator,
                                 quoth_error *err);
quoth_status quoth_import_decision_tree(quoth_import *import, const quoth_estimator *estimator,
                                        quoth_error *err);
quoth_status quoth_import_tfidf(quoth_import *import, const quoth_estimator *estimator,
                                quoth_error *err);
quoth_status quoth_import_tfidf_vectorizer(quoth_import *import, const quoth_estimator *estimator,
                                           quoth_error *err);
quoth_status quoth_import_multinomial_nb(quoth_import *import, const quoth_estimator *estimator,
                                         quoth_error *err);
quoth_status quoth_import_complement_nb(quoth_import *import, const quoth_estimator *estimator,
                                        quoth_error *err);
quoth_status quoth_import_bernoulli_nb(quoth_import *import, const quoth_estimator *estimator,
                                       quoth_error *err);
quoth_status quoth_import_logistic_regression(quoth_import *import,
                                              const quoth_estimator *estimator, quoth_error *err);
quoth_status quoth_import_union(quoth_import *import, const quoth_estimator *estimator,
                                quoth_error *err);
quoth_status quoth_import_columns(quoth_import *import, const quoth_estimator *estimator,
                                  quoth_error *err);
quoth_status quoth_import_sgd(quoth_import *import, const quoth_estimator *estimator,
                              quoth_error *err);
quoth_status quoth_import_linear_svc(quoth_import *import, const quoth_estimator *estimator,
                                     quoth_error *err);
quoth_status quoth_import_calibrated(quoth_import *import, const quoth_estimator *estimator,
                                     quoth_error *err);
/* A LogisticRegression of more than two classes by one-vs-rest, which is the import's classifier.
 */
quoth_status quoth_import_one_vs_rest(quoth_import *import, const quoth_estimator *estimator,
                                      quoth_error *err);

/* Takes an object of any of the classes, of a Pipeline its steps. sklearn.c */
quoth_status quoth_import_take(quoth_import *import, const quoth_value *value, const char *file,
                               quoth_error *err);

/* Adds a stage to the spec; takes `params`, of which NULL is an allocation that failed. */
quoth_status quoth_import_add_stage(quoth_import *import, const char *name,
                                    const quoth_stage_type *type, json_t *params, quoth_error *err);
/* Refuses a stage that has nothing to work on. */
quoth_status quoth_import_needs_input(const quoth_import *import, const quoth_estimator *estimator,
                                      quoth_error *err);
/* The classifier's number of classes, from classes_; a second classifier is an error. */
quoth_status quoth_import_set_classifier(quoth_import *import, const quoth_estimator *estimator,
                                         quoth_error *err);

/* The classes' names, in the classifier's order: a list of texts. sklearn_classes.c */
quoth_status quoth_import_classes(const quoth_import *import, json_t **out, quoth_error *err);

#endif
