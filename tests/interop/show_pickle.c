/* show_pickle FILE: what a pickle holds, for comparison with what Python makes of it.
 *
 * show_pickle --damage FILE: reads every beginning of FILE and FILE with each of some thousand bits
 * turned, and looks at all that comes out; prints how many of them were read. */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "interop/decompress.h"
#include "interop/pickle.h"
#include "show_value.h"

/* Reads what may be compressed, and shows it. */
static quoth_status show_file(quoth_bytes data, FILE *out, quoth_error *err) {
  quoth_buffer expanded = {0};
  bool is_compressed;
  quoth_pickle *pickle = NULL;
  quoth_status status =
      quoth_decompress(data, quoth_decompressed_limit(data.size), &is_compressed, &expanded, err);
  if (!status && is_compressed) data = (quoth_bytes){expanded.data, expanded.size};
  if (!status) status = quoth_pickle_read(data, &pickle, err);
  if (!status) {
    show_value(quoth_pickle_root(pickle), out);
    const quoth_global *call = quoth_pickle_foreign_call(pickle);
    if (call)
      fprintf(out, "\nforeign %.*s.%.*s", (int)call->module.size, call->module.data,
              (int)call->name.size, call->name.data);
    fputc('\n', out);
  }
  quoth_pickle_free(pickle);
  quoth_buffer_clear(&expanded);
  return status;
}

/* In a block of its own, so that a byte too far is found. */
static bool try_copy(const char *data, size_t size, size_t turned_bit, FILE *out) {
  char *copy = malloc(size ? size : 1);
  quoth_error err = {0};
  if (!copy) abort();
  if (size) memcpy(copy, data, size);
  if (turned_bit < 8 * size) copy[turned_bit / 8] ^= (char)(1 << turned_bit % 8);
  quoth_status status = show_file((quoth_bytes){copy, size}, out, &err);
  if (status && !*err.message) abort();
  free(copy);
  return !status;
}

static void damage(quoth_bytes data) {
  enum { TURNS = 4000 };
  FILE *out = fopen("/dev/null", "w");
  size_t n_cut = 0, n_turned = 0, n_bits = 8 * data.size;
  if (!out) abort();
  size_t step = data.size > TURNS ? data.size / TURNS : 1;
  for (size_t size = 0; size < data.size; size += step)
    n_cut += try_copy(data.data, size, SIZE_MAX, out);
  /* A stride that is odd meets each of the eight bits. */
  for (size_t bit = 0, stride = (n_bits / TURNS) | 1; bit < n_bits; bit += stride)
    n_turned += try_copy(data.data, data.size, bit, out);
  fclose(out);
  printf("%zu cut %zu turned\n", n_cut, n_turned);
}

int main(int argc, char **argv) {
  bool is_damage = argc == 3 && strcmp(argv[1], "--damage") == 0;
  quoth_file file;
  quoth_error err = {0};
  if (argc != 2 + is_damage) return 2;
  quoth_status status = quoth_file_open(argv[1 + is_damage], &file, &err);
  if (!status && is_damage)
    damage((quoth_bytes){file.data, file.size});
  else if (!status)
    status = show_file((quoth_bytes){file.data, file.size}, stdout, &err);
  if (status)
    printf("error: %s\n", err.message);
  else
    quoth_file_close(&file);
  return status != QUOTH_OK;
}
