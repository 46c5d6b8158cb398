/* LatentDirichletAllocation: term counts to topic shares. Tensors, V terms, K topics:
 *   exp_beta    F64 [V][K]  exp(E[log beta]): what inference multiplies with; F32 in a slim model
 *   components  F64 [V][K]  lambda, scikit-learn's components_ transposed
 *   shares      F64 [K]     each topic's share of the training corpus, in words */
#include <math.h>
#include <stddef.h>
#include <stdlib.h>

#include "learn/lda.h"
#include "model/stage.h"

static const char *const method_names[] = {"batch", "online", NULL}; /* ORDER quoth_lda_method */

#define FIELD(name) .offset = offsetof(quoth_lda_params, name)
#define INTEGER(least) .read = quoth_param_read_u32, .min = least, .max = INFINITY

static const quoth_param params[] = {
    {"n_components", "an integer from 1 to 65536", "number of topics", "10", FIELD(n_components),
     quoth_param_read_u32, .min = 1, .max = 65536},
    {"max_iter", "an integer from 0 to 4294967295", "passes over the documents", "10",
     FIELD(max_iter), INTEGER(0)},
    {"learning_method", "\"batch\" or \"online\"",
     "update after all documents, or after each batch_size of them", "\"batch\"",
     FIELD(learning_method), quoth_param_read_choice, .choices = method_names},
    {"learning_offset", "a number from 1 up", "damps the first online updates", "10.0",
     FIELD(learning_offset), quoth_param_read_double, .min = 1, .max = INFINITY},
    {"learning_decay", "a number from 0 to 1", "how fast later online updates lose weight", "0.7",
     FIELD(learning_decay), quoth_param_read_double, .min = 0, .max = 1},
    {"batch_size", "an integer from 1 to 4294967295", "documents in an online update", "128",
     FIELD(batch_size), INTEGER(1)},
    {"doc_topic_prior", "a number from 0 to 1, or null",
     "prior of a document's topics (alpha); null: 1 / n_components", "null", FIELD(doc_topic_prior),
     quoth_param_read_double_or_null, .min = 0, .max = 1},
    {"topic_word_prior", "a number from 0 to 1, or null",
     "prior of a topic's terms (eta); null: 1 / n_components", "null", FIELD(topic_word_prior),
     quoth_param_read_double_or_null, .min = 0, .max = 1},
    {"mean_change_tol", "a number from 0 up",
     "a document's topics are settled when they change by less on average", "0.001",
     FIELD(mean_change_tol), quoth_param_read_double, .min = 0, .max = INFINITY},
    /* Bounded, so that a model file cannot make a prediction last for ever. */
    {"max_doc_update_iter", "an integer from 1 to 100000",
     "most rounds to settle a document's topics", "100", FIELD(max_doc_update_iter),
     quoth_param_read_u32, .min = 1, .max = 1e5},
    {"random_state", "an integer from 0 to 4294967295", "seed of the random numbers", "0",
     FIELD(random_state), INTEGER(0)},
};

static quoth_status load(quoth_stage *stage, const quoth_tensors *tensors, const void *params_,
                         quoth_error *err) {
  const quoth_lda_params *fitted = params_;
  const quoth_tensor *beta = quoth_tensors_find(tensors, stage->name, "exp_beta");
  bool is_single = beta && beta->dtype == QUOTH_F32;
  quoth_status status = quoth_tensors_get(tensors, stage->name, "exp_beta",
                                          is_single ? QUOTH_F32 : QUOTH_F64, 2, &beta, err);
  if (status) return status;
  if (beta->shape[1] != fitted->n_components || beta->shape[0] == 0 || beta->shape[0] >= UINT32_MAX)
    return quoth_fail(err, QUOTH_ERR_FORMAT, "%s: %llu topics where the spec has %u", stage->name,
                      (unsigned long long)beta->shape[1], fitted->n_components);
  quoth_lda *lda = quoth_new_array(1, sizeof *lda, err);
  if (!lda) return QUOTH_ERR_NOMEM;
  *lda = (quoth_lda){.n_topics = (uint32_t)beta->shape[1],
                     .n_terms = (uint32_t)beta->shape[0],
                     .exp_beta = is_single ? NULL : beta->data,
                     .exp_beta_single = is_single ? beta->data : NULL,
                     .doc_topic_prior = isnan(fitted->doc_topic_prior) ? 1.0 / fitted->n_components
                                                                       : fitted->doc_topic_prior,
                     .mean_change_tol = fitted->mean_change_tol,
                     .max_doc_update_iter = fitted->max_doc_update_iter};
  stage->state = lda;
  stage->n_inputs = lda->n_terms;
  stage->n_outputs = lda->n_topics;
  return QUOTH_OK;
}

static void unload(quoth_stage *stage) { free(stage->state); }

typedef struct lda_memory {
  quoth_lda_scratch inference;
  double shares[]; /* [n_topics] */
} lda_memory;

static quoth_status scratch_new(const quoth_stage *stage, void **scratch, quoth_error *err) {
  *scratch = quoth_new_array(1, sizeof(lda_memory) + stage->n_outputs * sizeof(double), err);
  return *scratch ? QUOTH_OK : QUOTH_ERR_NOMEM;
}

static void scratch_free(void *scratch) {
  lda_memory *memory = scratch;
  if (!memory) return;
  quoth_lda_scratch_clear(&memory->inference);
  free(memory);
}

static quoth_status apply_together(const quoth_stage *stage, void *const *scratches,
                                   quoth_document *documents, size_t n, quoth_error *err) {
  quoth_lda_terms terms[QUOTH_DOCUMENTS_TOGETHER];
  quoth_lda_scratch *inferences[QUOTH_DOCUMENTS_TOGETHER];
  double *shares[QUOTH_DOCUMENTS_TOGETHER];
  _Static_assert((int)QUOTH_DOCUMENTS_TOGETHER <= (int)QUOTH_LDA_TOGETHER, "too many for LDA");
  for (size_t i = 0; i < n; i++) {
    lda_memory *memory = scratches[i];
    terms[i] = (quoth_lda_terms){documents[i].columns, documents[i].counts, documents[i].n_entries};
    inferences[i] = &memory->inference;
    shares[i] = memory->shares;
    documents[i].dense = memory->shares;
  }
  return quoth_lda_transform(stage->state, n, terms, inferences, shares, err);
}

static quoth_status apply(const quoth_stage *stage, void *scratch, quoth_document *document,
                          quoth_error *err) {
  return apply_together(stage, &scratch, document, 1, err);
}

/* An entry below 2^-76 becomes 0: inference divides by at least 2^-52 (scikit-learn's guard against
 * division by zero), so that it adds at most 2^-24 of a word to a topic, which is what rounding to
 * float32 may do to any entry. Most entries are that small, those of terms that a topic lacks, and
 * zeros compress to nothing. */
static float narrow_beta(double value) { return value < 0x1p-76 ? 0 : (float)value; }

static const quoth_applied_tensor applied[] = {{"exp_beta", narrow_beta}, {NULL, NULL}};

const quoth_stage_type quoth_lda_stage = {
    .name = "latent_dirichlet_allocation",
    .label = "lda",
    .inputs = QUOTH_KIND(QUOTH_DATA_COUNTS),
    .output = QUOTH_DATA_FEATURES,
    .params = {params, sizeof params / sizeof *params, sizeof(quoth_lda_params)},
    .applied = applied,
    .load = load,
    .unload = unload,
    .scratch_new = scratch_new,
    .scratch_free = scratch_free,
    .apply = apply,
    .apply_together = apply_together,
};
