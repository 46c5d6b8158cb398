/* stage.h - one step of a pipeline: how it is stored, loaded and applied.
 *
 * A pipeline is a list of stages; what one puts out the next takes in. Each type of stage is one
 * file and one row in the table of stage.c.
 *
 * Fitting (train/fit.h) writes tensors; loading makes a stage that is a view of tensors. Training,
 * evaluation and prediction all apply stages that were loaded, so there is one way to apply a
 * model. */
#ifndef QUOTH_MODEL_STAGE_H
#define QUOTH_MODEL_STAGE_H

#include "base/strings.h"
#include "base/thread_pool.h"
#include "math/sparse.h"
#include "model/param.h"
#include "model/tensors.h"
#include "text/analyzer.h"

typedef enum quoth_data_kind {
  QUOTH_DATA_TEXTS,         /* UTF-8 */
  QUOTH_DATA_COUNTS,        /* term counts */
  QUOTH_DATA_WEIGHTS,       /* weighted terms */
  QUOTH_DATA_FEATURES,      /* dense numbers */
  QUOTH_DATA_PROBABILITIES, /* of each class; the end of a pipeline */
  QUOTH_N_DATA_KINDS
} quoth_data_kind;

/* A kind as a bit of a set. */
#define QUOTH_KIND(kind) (1u << (kind))

/* One document on its way: what stages have made of it so far. Borrowed pointers, valid until
 * the same scratch is used again. */
typedef struct quoth_document {
  quoth_bytes text;
  const uint32_t *columns, *counts; /* [n_entries], columns ascending */
  const double *weights;            /* [n_entries], of the same columns */
  size_t n_entries;
  const double *dense; /* [n_outputs] of the stage that made it */
  /* Beside probabilities, from classifiers that have them: [n_outputs] numbers of which these are
   * the softmax or another increasing function; -inf for a class that can't be. Else NULL. */
  const double *scores;
  /* How many of the text's terms the stages that read it knew, each counting its own. */
  size_t n_known;
} quoth_document;

/* Many documents in the form of one kind. The matrices are owned, the texts' bytes borrowed. */
typedef struct quoth_batch {
  quoth_data_kind kind;
  size_t n_rows;
  uint32_t n_columns;
  const quoth_bytes *texts; /* [n_rows] */
  quoth_bytes *owned_texts; /* the same, or NULL if it is borrowed */
  const uint32_t *numbers;  /* [n_rows] of the texts among those that they were selected from, at
                               first; NULL: all of these */
  uint32_t *owned_numbers;  /* the same, or NULL if it is borrowed */
  quoth_sparse sparse;      /* [n_rows][n_columns]: counts, weights */
  double *dense;            /* [n_rows][n_columns] */
  size_t n_unknown;         /* rows of texts of which no term was known on the way here */
} quoth_batch;              /* start from {0} */

void quoth_batch_clear(quoth_batch *batch);
/* Row `row` as a document. */
quoth_document quoth_batch_row(const quoth_batch *batch, size_t row);
/* Rows `rows` ([n]) in that order, copied but for the bytes of texts. */
quoth_status quoth_batch_select(const quoth_batch *batch, const uint32_t *rows, size_t n,
                                quoth_batch *out, quoth_error *err);

typedef struct quoth_stage_type quoth_stage_type;

typedef struct quoth_stage quoth_stage;

/* Stages in a row; pipeline.h has what can be done with them. */
typedef struct quoth_pipeline {
  quoth_stage *stages; /* [n_stages] */
  size_t n_stages;
} quoth_pipeline; /* start from {0} */

/* A stage ready to be applied. Immutable; shared by threads. */
struct quoth_stage {
  const quoth_stage_type *type;
  const char *name;        /* its path in the spec and the prefix of its tensors */
  uint32_t n_inputs;       /* columns taken in; 0 for texts */
  uint32_t n_outputs;      /* columns put out */
  quoth_pipeline *members; /* [n_members] which take in what the stage takes in */
  size_t n_members;
  void *state; /* the type's own */
};

/* One tensor that applying a stage needs. */
typedef struct quoth_applied_tensor {
  const char *name;
  /* F64 to F32, where load takes either and answers then differ by rounding alone; else NULL. */
  float (*narrow)(double value);
} quoth_applied_tensor;

struct quoth_stage_type {
  const char *name;  /* in specs: "count_vectorizer" */
  const char *label; /* of progress and timings: "vectorize" */
  unsigned inputs;   /* kinds, each as QUOTH_KIND(kind) */
  quoth_data_kind output;
  unsigned member_outputs; /* kinds that its members may put out; 0 for a type without members */
  bool is_supervised;      /* features that are learnt from labels */
  quoth_param_table params;

  /* The tensors that apply needs, some of them with some parameters only; a NULL name ends them.
   * What else is there is for people to look at: load does without. */
  const quoth_applied_tensor *applied;

  /* Sets n_inputs, n_outputs and state from the tensors, which outlive the stage, and from the
   * members, which are loaded. Every number that could lead apply astray is checked here. */
  quoth_status (*load)(quoth_stage *stage, const quoth_tensors *tensors, const void *params,
                       quoth_error *err);
  void (*unload)(quoth_stage *stage);

  /* Working memory of one thread for `apply`. */
  quoth_status (*scratch_new)(const quoth_stage *stage, void **scratch, quoth_error *err);
  void (*scratch_free)(void *scratch);

  /* Fills the part of `document` that belongs to `output` from the part that belongs to
   * `input`. */
  quoth_status (*apply)(const quoth_stage *stage, void *scratch, quoth_document *document,
                        quoth_error *err);

  /* The same for up to QUOTH_DOCUMENTS_TOGETHER documents, each with a scratch of its own. NULL if
   * it would take as long as one after another. */
  quoth_status (*apply_together)(const quoth_stage *stage, void *const *scratches,
                                 quoth_document *documents, size_t n, quoth_error *err);
};

enum { QUOTH_DOCUMENTS_TOGETHER = 8 };

/* One file each: stage_NAME.c. */
extern const quoth_stage_type quoth_count_vectorizer, quoth_hashing_vectorizer, quoth_tfidf_stage,
    quoth_lda_stage, quoth_forest_stage, quoth_multinomial_nb_stage, quoth_complement_nb_stage,
    quoth_logistic_regression_stage, quoth_linear_svc_stage, quoth_nb_svm_stage,
    quoth_ngram_lm_stage, quoth_feature_union_stage, quoth_stacking_stage,
    quoth_conditional_logit_stage;
/* The terms of a loaded quoth_count_vectorizer; NULL if it has their hashes only. */
const quoth_strings *quoth_count_vectorizer_vocabulary(const quoth_stage *stage);
/* A term's column, or QUOTH_STRING_NONE. */
uint32_t quoth_count_vectorizer_find(const quoth_stage *stage, quoth_bytes term);
/* How it reads texts. */
const quoth_analyzer *quoth_count_vectorizer_analyzer(const quoth_stage *stage);
const quoth_analyzer *quoth_hashing_vectorizer_analyzer(const quoth_stage *stage);
/* How a quoth_ngram_lm_stage reads texts. */
const quoth_analyzer *quoth_ngram_lm_analyzer(const quoth_stage *stage);
/* Its language models. */
typedef struct quoth_ngram_lm quoth_ngram_lm;
const quoth_ngram_lm *quoth_ngram_lm_models(const quoth_stage *stage);

/* All types, NULL-ended. */
extern const quoth_stage_type *const quoth_stage_types[];
/* The type with this name, or NULL. */
const quoth_stage_type *quoth_stage_type_find(const char *name);

#endif
