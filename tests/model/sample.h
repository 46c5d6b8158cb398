/* sample.h - a small corpus and the model learnt from it, for tests of the model layer. */
#ifndef QUOTH_TEST_SAMPLE_H
#define QUOTH_TEST_SAMPLE_H

#include "testing.h"

#include "model/model.h"
#include "train/train.h"

/* Three classes, `n_rows` short texts of theirs; valid until quoth_buffer_clear(csv). */
void sample_dataset(size_t n_rows, quoth_buffer *csv, quoth_dataset *out);

/* The rows of a group of tests: their setup and teardown. */
enum { SAMPLE_ROWS = 90 };
typedef struct sample_rows {
  quoth_buffer csv;
  quoth_dataset dataset;
} sample_rows;
extern sample_rows sampled;
int sample_setup(void **state);
int sample_teardown(void **state);

/* topics-forest, made small: few topics, trees and passes. */
void sample_spec(quoth_spec *out);

quoth_pool *sample_pool(size_t threads);

/* The sample's model, opened from memory of its own. */
typedef struct sample_model {
  char *image; /* [size], 64-byte aligned */
  size_t size;
  quoth_model *model;
} sample_model;

/* Trains on `n_rows` rows. */
void sample_model_init(sample_model *sample, size_t n_rows);
void sample_model_clear(sample_model *sample);

/* The bytes, copied to a block that ends where they end, 64-byte aligned; for free(). A reader that
 * goes too far is caught by AddressSanitizer. */
char *exact_copy(const char *bytes, size_t size);

/* What to change in an image when it is written anew, with digests that fit. */
typedef struct sample_change {
  const char *tensor; /* its name, or NULL */
  size_t item_offset; /* bytes of the tensor's data from here on ... */
  const void *bytes;  /* ... become these [n_bytes] */
  size_t n_bytes;
  const char *metadata; /* this line of metadata, or NULL, ... */
  const char *value;    /* ... becomes this; NULL takes it away */
} sample_change;

/* Writes `image` anew with one change. */
void rewrite_image(const char *image, size_t size, const sample_change *change, char **out,
                   size_t *out_size);

#endif
