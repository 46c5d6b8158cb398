/* Bytes as a model file. No input may crash, whether its digests are compared or trusted; what
 * opens predicts, and its probabilities are probabilities.
 *
 * Digests refuse nearly every change, and lengths and alignment many more; so each input is also
 * tried with its header padded to where tensors may begin, and trusted. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/describe.h"
#include "model/explain.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ALIGNMENT = 64, PREFIX_SIZE = 8 };

static void demand(bool condition) {
  if (!condition) abort();
}

static void *checked(void *block) {
  demand(block != NULL);
  return block;
}

/* ---- Use ------------------------------------------------------------------- */

static const char text[] = "The whale and the ship; storms by the Möwe, a barn and the field";

/* Whether numbers make sense is not checked when a model is opened: where weights are infinite, or
 * none, probabilities may be no numbers, all of them. */
static void check_probabilities(const double *probabilities, uint32_t n) {
  double sum = 0;
  uint32_t n_unknown = 0;
  for (uint32_t c = 0; c < n; c++) n_unknown += isnan(probabilities[c]) != 0;
  if (n_unknown > 0) {
    demand(n_unknown == n);
    return;
  }
  for (uint32_t c = 0; c < n; c++) {
    demand(probabilities[c] >= 0 && probabilities[c] <= 1 + 1e-9);
    sum += probabilities[c];
  }
  demand(sum > 1 - 1e-6 && sum < 1 + 1e-6);
}

static void predict(const quoth_model *model) {
  quoth_scratch *scratch;
  quoth_explanation explanation = {0};
  uint32_t n_classes = quoth_model_n_classes(model), n_features = quoth_model_n_features(model);
  double *probabilities = checked(calloc(n_classes, sizeof *probabilities));
  double *features = checked(calloc(n_features + 1, sizeof *features));
  demand(!quoth_scratch_new(model, &scratch, NULL));
  demand(!quoth_predict(model, scratch, text, sizeof text - 1, probabilities, NULL));
  check_probabilities(probabilities, n_classes);
  quoth_status transformed = quoth_transform(model, scratch, text, sizeof text - 1, features, NULL);
  demand(transformed == (n_features ? QUOTH_OK : QUOTH_ERR_ARG));
  demand(!quoth_explain(model, scratch, text, sizeof text - 1, probabilities, &explanation, NULL));
  quoth_explanation_clear(&explanation);
  quoth_scratch_free(scratch);
  free(features);
  free(probabilities);
}

static void try_model(const char *image, size_t size, unsigned flags) {
  quoth_model *model;
  quoth_error err = {0};
  if (quoth_model_open_memory(image, size, flags, &model, &err)) {
    demand(err.message[0] != '\0');
    return;
  }
  predict(model);
  /* A model whose numbers are not finite cannot be told as JSON. */
  json_decref(quoth_model_describe(model, NULL));
  quoth_model_free(model);
}

/* ---- Images ---------------------------------------------------------------- */

/* Aligned as models are, and ending where the block ends. */
static char *new_image(size_t size) {
  void *image;
  demand(posix_memalign(&image, ALIGNMENT, size ? size : 1) == 0);
  return image;
}

static void try_as_it_is(const uint8_t *data, size_t size) {
  char *image = new_image(size);
  if (size) memcpy(image, data, size);
  try_model(image, size, 0);
  try_model(image, size, QUOTH_TRUST_DIGESTS);
  free(image);
}

/* The header ends with the last brace before the tensors' bytes. */
static size_t header_length(const uint8_t *data, size_t size, uint64_t stated) {
  size_t length = stated < size - PREFIX_SIZE ? (size_t)stated : size - PREFIX_SIZE;
  while (length > 0 && data[PREFIX_SIZE + length - 1] != '}') length--;
  return length;
}

static void try_padded(const uint8_t *data, size_t size) {
  uint64_t stated;
  if (size < PREFIX_SIZE) return;
  memcpy(&stated, data, PREFIX_SIZE);
  size_t length = header_length(data, size, stated);
  size_t skipped = stated < size - PREFIX_SIZE ? (size_t)stated : size - PREFIX_SIZE;
  uint64_t padded = (PREFIX_SIZE + length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT - PREFIX_SIZE;
  size_t n_behind = size - PREFIX_SIZE - skipped;
  char *image = new_image(PREFIX_SIZE + padded + n_behind);
  memcpy(image, &padded, PREFIX_SIZE);
  memset(image + PREFIX_SIZE, ' ', padded);
  memcpy(image + PREFIX_SIZE, data + PREFIX_SIZE, length);
  if (n_behind) memcpy(image + PREFIX_SIZE + padded, data + PREFIX_SIZE + skipped, n_behind);
  try_model(image, PREFIX_SIZE + padded + n_behind, QUOTH_TRUST_DIGESTS);
  free(image);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  try_as_it_is(data, size);
  try_padded(data, size);
  return 0;
}
