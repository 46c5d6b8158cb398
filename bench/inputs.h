/* inputs.h - made-up texts and what follows from them, the same on every machine. */
#ifndef QUOTH_BENCH_INPUTS_H
#define QUOTH_BENCH_INPUTS_H

#include "corpus/counting.h"

/* A CSV of `n_rows` short texts with labels of three classes: columns id, text, author. */
void input_csv(size_t n_rows, quoth_buffer *out);

/* The texts alone. They lie in the buffer of `csv`. */
typedef struct input_texts {
  quoth_buffer csv;
  quoth_bytes *texts; /* [n] */
  size_t n;
} input_texts;

void input_texts_init(input_texts *texts, size_t n);
void input_texts_clear(input_texts *texts);

/* The analyzer of the recipe topics-forest. */
extern const quoth_analyzer input_analyzer;
/* Their vocabulary and counts. */
void input_counting(const input_texts *texts, quoth_counting *out);

/* Rows of `n_features` shares like those of topics, most of them equal, and classes that lean on
 * them. `features` is [n][n_features]. */
void input_shares(size_t n, uint32_t n_features, uint32_t n_classes, float *features,
                  uint32_t *labels);

#endif
