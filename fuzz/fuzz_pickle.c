/* Bytes as a pickle, which may be compressed, and as scikit-learn's pipeline in one. No input may
 * crash, or take much memory; what is read can be looked at, arrays and all; what is taken for a
 * pipeline is a model that opens, or is refused as any model file. */
#include <stdlib.h>
#include <string.h>

#include "interop/decompress.h"
#include "interop/pickle.h"
#include "interop/show_value.h"
#include "interop/sklearn.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool condition) {
  if (!condition) abort();
}

static void read_pickle(quoth_bytes data) {
  quoth_pickle *pickle;
  quoth_error err = {0};
  if (quoth_pickle_read(data, &pickle, &err)) {
    demand(*err.message != '\0');
    return;
  }
  char *text;
  size_t size;
  FILE *out = open_memstream(&text, &size);
  demand(out != NULL);
  show_value(quoth_pickle_root(pickle), out);
  fclose(out);
  free(text);
  quoth_pickle_free(pickle);
}

static void import(quoth_bytes data) {
  quoth_import_source source = {"input", data};
  quoth_import_options options = {.lemmatizer = "wordnet"};
  quoth_imported imported;
  quoth_model *model;
  quoth_error err = {0};
  char *image;
  size_t size;
  if (quoth_sklearn_import(&source, 1, &options, &imported, &err)) {
    demand(*err.message != '\0');
    return;
  }
  demand(!quoth_imported_write(&imported, &image, &size, NULL));
  if (!quoth_model_open_memory(image, size, 0, &model, &err)) {
    static const char text[] = "one two, two three";
    quoth_scratch *scratch;
    double *probabilities = calloc(quoth_model_n_classes(model), sizeof *probabilities);
    demand(probabilities != NULL);
    demand(!quoth_scratch_new(model, &scratch, NULL));
    quoth_predict(model, scratch, text, sizeof text - 1, probabilities, NULL);
    quoth_scratch_free(scratch);
    quoth_model_free(model);
    free(probabilities);
  }
  free(image);
  quoth_imported_clear(&imported);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  enum { LIMIT = 1 << 20 };
  quoth_bytes input = {(const char *)data, size};
  quoth_buffer expanded = {0};
  bool is_compressed;
  quoth_error err = {0};
  if (quoth_decompress(input, LIMIT, &is_compressed, &expanded, &err))
    demand(*err.message != '\0');
  else
    read_pickle(is_compressed ? (quoth_bytes){expanded.data, expanded.size} : input);
  /* Expanding is tried above, with a lower limit. */
  if (!is_compressed) import(input);
  demand(expanded.capacity <= 2 * LIMIT);
  quoth_buffer_clear(&expanded);
  return 0;
}
