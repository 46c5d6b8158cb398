/* Bytes as a pickle, which may be compressed. No input may crash, or take much memory; what is read
 * can be looked at, arrays and all. */
#include <stdlib.h>
#include <string.h>

#include "interop/decompress.h"
#include "interop/pickle.h"
#include "interop/show_value.h"

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
  demand(expanded.capacity <= 2 * LIMIT);
  quoth_buffer_clear(&expanded);
  return 0;
}
