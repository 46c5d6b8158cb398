/* LatentDirichletAllocation. */
#include <stdlib.h>

#include "interop/sklearn_parts.h"

static const quoth_needed needed[] = {{"n_components", NULL},
                                      {"doc_topic_prior", NULL},
                                      {"mean_change_tol", NULL},
                                      {"max_doc_update_iter", NULL},
                                      {NULL, NULL}};

/* The file doesn't say how the topics share the training texts' words. A topic's weights in
 * components_ are the words counted for it, and its prior. */
static quoth_status add_shares(quoth_tensors *tensors, const double *components, size_t n_terms,
                               size_t n_topics, quoth_error *err) {
  double *shares = quoth_new_array(n_topics, sizeof *shares, err), sum = 0;
  for (size_t i = 0; shares && i < n_terms * n_topics; i++) {
    shares[i % n_topics] += components[i];
    sum += components[i];
  }
  for (size_t k = 0; shares && k < n_topics; k++) shares[k] /= sum;
  return quoth_tensors_add(tensors, "lda", "shares", QUOTH_F64, n_topics, 0, shares, err);
}

static quoth_status add_table(quoth_import *import, const quoth_estimator *estimator,
                              const char *attribute, const char *name, uint64_t n_topics,
                              double **table, quoth_error *err) {
  uint64_t n_terms = import->n_columns;
  quoth_status status = quoth_estimator_transposed(estimator, attribute, n_topics, n_terms,
                                                   import->order, table, err);
  return status ? status
                : quoth_tensors_add(&import->tensors, "lda", name, QUOTH_F64, n_terms, n_topics,
                                    *table, err);
}

quoth_status quoth_import_lda(quoth_import *import, const quoth_estimator *estimator,
                              quoth_error *err) {
  json_t *params = NULL;
  quoth_status status = quoth_import_needs_input(import, estimator, err);
  if (!status) status = quoth_estimator_params(estimator, &quoth_lda_stage, needed, &params, err);
  if (status) return status;
  uint64_t n_topics = (uint64_t)json_integer_value(json_object_get(params, "n_components"));
  uint32_t n_terms = import->n_columns;
  double *beta, *components;
  status = quoth_import_add_stage(import, "lda", &quoth_lda_stage, params, err);
  if (!status)
    status =
        add_table(import, estimator, "exp_dirichlet_component_", "exp_beta", n_topics, &beta, err);
  if (!status)
    status = add_table(import, estimator, "components_", "components", n_topics, &components, err);
  if (!status) status = add_shares(&import->tensors, components, n_terms, n_topics, err);
  import->n_columns = (uint32_t)n_topics;
  free(import->order);
  import->order = NULL;
  return status;
}
