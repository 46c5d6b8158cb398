/* quoth.h - learn to classify texts, and apply what was learnt.
 *
 * Text is UTF-8, given as (pointer, byte count); it need not end in NUL.
 *
 * Ownership  What a _new or _open function returns is the caller's and goes back
 *            through the matching _free; every _free takes NULL. Pointers that a
 *            getter returns are borrowed and live as long as their object.
 * Threads    A quoth_model never changes once made; threads may share it. Each
 *            thread that predicts needs a quoth_scratch of its own.
 * Errors     Functions that can fail return a quoth_status. The last argument, a
 *            quoth_error, may be NULL; otherwise it is filled when the status is
 *            not QUOTH_OK and left alone when it is.
 * Purity     The library keeps no mutable globals, ignores the locale, and never
 *            prints or exits. */
#ifndef QUOTH_H
#define QUOTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define QUOTH_VERSION_STRING "0.1.0"

/* "MAJOR.MINOR.PATCH" of the library that is linked. */
const char *quoth_version(void);

/* ---- Errors ---------------------------------------------------------------- */

/* Name, value, meaning. Values are stable: append, never renumber. */
#define QUOTH_STATUS_TABLE(X)                                                                      \
  X(OK, 0, "done")                                                                                 \
  X(ERR_NOMEM, 1, "out of memory")                                                                 \
  X(ERR_IO, 2, "reading or writing failed")                                                        \
  X(ERR_ARG, 3, "a parameter or an argument is not allowed")                                       \
  X(ERR_DATA, 4, "the training or input data cannot be used")                                      \
  X(ERR_FORMAT, 5, "not a quoth model, or truncated, or altered")                                  \
  X(ERR_VERSION, 6, "made by a version of quoth that this one does not know")                      \
  X(ERR_STOPPED, 7, "stopped by the caller")

typedef enum quoth_status {
#define QUOTH_STATUS_ENUM(name, value, text) QUOTH_##name = (value),
  QUOTH_STATUS_TABLE(QUOTH_STATUS_ENUM)
#undef QUOTH_STATUS_ENUM
} quoth_status;

/* "QUOTH_ERR_IO" and the like; never NULL. */
const char *quoth_status_name(quoth_status status);
/* One line in plain words; never NULL. */
const char *quoth_status_text(quoth_status status);

typedef struct quoth_error {
  quoth_status status;
  uint64_t line;     /* 1-based line of `file`; 0 if none */
  char file[256];    /* "" if the error has no file */
  char message[768]; /* what is wrong and what to do; one line, no newline */
} quoth_error;

/* ---- Long work ------------------------------------------------------------- */

/* Told of progress; may stop the work. `update` is called from the thread that
 * called the library, a few hundred times at most per stage. It returns false to
 * stop, upon which the function at work returns QUOTH_ERR_STOPPED. */
typedef struct quoth_progress {
  void *context;
  bool (*update)(void *context, const char *stage, uint64_t done, uint64_t total);
} quoth_progress;

/* ---- Models ---------------------------------------------------------------- */

typedef struct quoth_model quoth_model;
typedef struct quoth_scratch quoth_scratch;

/* How a model is opened: 0, or this. */
#define QUOTH_TRUST_DIGESTS 1u /* do not compare the file's digests with its bytes */

/* Maps the model file `path`. Its bytes are checked before first use: a file that is truncated,
 * altered or not a model is QUOTH_ERR_FORMAT; of a later format, QUOTH_ERR_VERSION. */
quoth_status quoth_model_open(const char *path, unsigned flags, quoth_model **out,
                              quoth_error *err);

/* The same from memory: `data` is 64-byte aligned and outlives the model. Uses no file, thread,
 * socket or locale. */
quoth_status quoth_model_open_memory(const void *data, size_t size, unsigned flags,
                                     quoth_model **out, quoth_error *err);
void quoth_model_free(quoth_model *model);

/* Classes ascend; names are UTF-8, NUL-ended. */
uint32_t quoth_model_n_classes(const quoth_model *model);
const char *quoth_model_class(const quoth_model *model, uint32_t class_index);
/* Dense features before the classifier, such as topic shares; 0 if there are none. */
uint32_t quoth_model_n_features(const quoth_model *model);
/* 32 hexadecimal digits that name the model's content. */
const char *quoth_model_digest(const quoth_model *model);

/* ---- Prediction ------------------------------------------------------------ */

/* Working memory of one thread, for one model. It grows to the longest text met; then predicting
 * allocates nothing. */
quoth_status quoth_scratch_new(const quoth_model *model, quoth_scratch **out, quoth_error *err);
void quoth_scratch_free(quoth_scratch *scratch);

/* The probability of each class, into [n_classes]. A text that is not UTF-8 is QUOTH_ERR_DATA. */
quoth_status quoth_predict(const quoth_model *model, quoth_scratch *scratch, const char *text,
                           size_t size, double *probabilities, quoth_error *err);

/* How many terms of the text that `scratch` was last used for the model knows: different terms of
 * its vocabularies, symbols of its language models. With 0 it has nothing to go by, and answers
 * with the classes' prior or, if it has topics, with what equal shares of them give. */
size_t quoth_known_terms(const quoth_scratch *scratch);

/* The features that the classifier sees, into [n_features]. */
quoth_status quoth_transform(const quoth_model *model, quoth_scratch *scratch, const char *text,
                             size_t size, double *features, quoth_error *err);

#ifdef __cplusplus
}
#endif
#endif
