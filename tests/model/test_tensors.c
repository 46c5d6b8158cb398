#include "testing.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "model/tensors.h"

enum { ALIGNMENT = 64, PREFIX_SIZE = 8 };

/* ---- Images ---------------------------------------------------------------- */

typedef struct image {
  char *data; /* 64-byte aligned; ends where the block ends, for AddressSanitizer */
  size_t size;
} image;

static image new_image(size_t size) {
  void *data;
  if (posix_memalign(&data, ALIGNMENT, size ? size : 1) != 0) abort();
  return (image){data, size};
}

static image copy_of(const char *data, size_t size) {
  image copy = new_image(size);
  if (size) memcpy(copy.data, data, size);
  return copy;
}

static void *numbers(size_t n, size_t item_size) {
  unsigned char *data = malloc(n * item_size + 1);
  assert_non_null(data);
  for (size_t i = 0; i < n * item_size; i++) data[i] = (unsigned char)(i * 37 + n);
  return data;
}

/* A file with a tensor of each type, an empty one, and metadata. */
static image small_file(void) {
  quoth_tensors tensors = {0};
  assert_done(quoth_tensors_add(&tensors, "a", "bytes", QUOTH_U8, 5, 0, numbers(5, 1), err));
  assert_done(quoth_tensors_add(&tensors, "a", "i32", QUOTH_I32, 3, 0, numbers(3, 4), err));
  assert_done(quoth_tensors_add(&tensors, "b", "u32", QUOTH_U32, 16, 0, numbers(16, 4), err));
  assert_done(quoth_tensors_add(&tensors, "b", "none", QUOTH_F64, 0, 0, numbers(0, 8), err));
  assert_done(quoth_tensors_add(&tensors, "b", "u64", QUOTH_U64, 2, 0, numbers(2, 8), err));
  assert_done(quoth_tensors_add(&tensors, "c", "f64", QUOTH_F64, 3, 2, numbers(6, 8), err));
  assert_done(quoth_tensors_add(&tensors, "c", "f32", QUOTH_F32, 5, 3, numbers(15, 4), err));
  assert_done(quoth_tensors_set_metadata(&tensors, "note", (quoth_bytes){"é \"1\"\n", 7}, err));
  char *data;
  size_t size;
  assert_done(quoth_tensors_write(&tensors, &data, &size, err));
  image file = copy_of(data, size);
  free(data);
  quoth_tensors_clear(&tensors);
  return file;
}

static uint64_t header_size(image file) {
  uint64_t size;
  memcpy(&size, file.data, sizeof size);
  return size;
}

/* Looks at every byte that the tensors point to. */
static unsigned touch(const quoth_tensors *tensors) {
  unsigned sum = 0;
  for (size_t i = 0; i < tensors->n_items; i++)
    for (size_t b = 0; b < tensors->items[i].size; b++)
      sum += ((const unsigned char *)tensors->items[i].data)[b];
  return sum;
}

static quoth_status try_read(image file, bool verify, quoth_error *err) {
  quoth_tensors tensors;
  quoth_status status =
      quoth_tensors_read((quoth_bytes){file.data, file.size}, verify, &tensors, err);
  if (!status) touch(&tensors);
  quoth_tensors_clear(&tensors);
  return status;
}

/* ---- Writing and reading --------------------------------------------------- */

static void check_tensor(const quoth_tensors *tensors, const char *prefix, const char *name,
                         quoth_dtype dtype, uint32_t rank, uint64_t rows, size_t item_size) {
  const quoth_tensor *tensor;
  assert_done(quoth_tensors_get(tensors, prefix, name, dtype, rank, &tensor, err));
  assert_int_equal(tensor->shape[0], rows);
  size_t n = (size_t)(rows * (rank == 2 ? tensor->shape[1] : 1));
  assert_int_equal(tensor->size, n * item_size);
  assert_int_equal((uintptr_t)tensor->data % ALIGNMENT, 0);
  void *expected = numbers(n, item_size);
  assert_memory_equal(tensor->data, expected, tensor->size);
  free(expected);
}

static void test_round_trip(void **state) {
  (void)state;
  image file = small_file();
  quoth_tensors tensors;
  assert_done(quoth_tensors_read((quoth_bytes){file.data, file.size}, true, &tensors, err));
  check_tensor(&tensors, "a", "bytes", QUOTH_U8, 1, 5, 1);
  check_tensor(&tensors, "a", "i32", QUOTH_I32, 1, 3, 4);
  check_tensor(&tensors, "b", "u32", QUOTH_U32, 1, 16, 4);
  check_tensor(&tensors, "b", "none", QUOTH_F64, 1, 0, 8);
  check_tensor(&tensors, "b", "u64", QUOTH_U64, 1, 2, 8);
  check_tensor(&tensors, "c", "f64", QUOTH_F64, 2, 3, 8);
  check_tensor(&tensors, "c", "f32", QUOTH_F32, 2, 5, 4);
  assert_string_equal(quoth_tensors_metadata(&tensors, "note"), "é \"1\"\n");
  assert_null(quoth_tensors_metadata(&tensors, "no such key"));
  assert_int_equal(strlen(quoth_tensors_digest(&tensors)), QUOTH_DIGEST_SIZE - 1);
  assert_string_equal(quoth_tensors_find(&tensors, "c", "f64")->name, "c.f64");
  assert_null(quoth_tensors_find(&tensors, "c", "f6"));
  assert_null(quoth_tensors_find(&tensors, "c.", "f64"));
  quoth_tensors_clear(&tensors);
  free(file.data);
}

static void test_same_bytes(void **state) {
  (void)state;
  image a = small_file(), b = small_file();
  assert_int_equal(a.size, b.size);
  assert_memory_equal(a.data, b.data, a.size);
  free(a.data);
  free(b.data);
}

/* The layout, as the safetensors format has it, found with jansson alone. */
static void test_layout(void **state) {
  (void)state;
  image file = small_file();
  size_t data_begin = PREFIX_SIZE + header_size(file);
  assert_int_equal(data_begin % ALIGNMENT, 0);
  json_t *header = json_loadb(file.data + PREFIX_SIZE, header_size(file), 0, NULL);
  assert_non_null(header);
  size_t at = 0;
  const char *name;
  json_t *entry;
  json_object_foreach(header, name, entry) {
    if (strcmp(name, "__metadata__") == 0) continue;
    json_int_t begin, end;
    const char *dtype;
    json_t *shape;
    assert_int_equal(json_unpack(entry, "{s:s, s:o, s:[I,I]!}", "dtype", &dtype, "shape", &shape,
                                 "data_offsets", &begin, &end),
                     0);
    assert_int_equal(begin, at);
    at = (size_t)end;
  }
  assert_int_equal(data_begin + at, file.size);
  json_decref(header);
  free(file.data);
}

static void test_wrong_type(void **state) {
  (void)state;
  image file = small_file();
  quoth_tensors tensors;
  const quoth_tensor *tensor;
  quoth_error fault = {0};
  assert_done(quoth_tensors_read((quoth_bytes){file.data, file.size}, true, &tensors, err));
  assert_int_equal(quoth_tensors_get(&tensors, "a", "i32", QUOTH_U32, 1, &tensor, &fault),
                   QUOTH_ERR_FORMAT);
  assert_string_equal(fault.message, "tensor a.i32 should be U32 of rank 1");
  assert_int_equal(quoth_tensors_get(&tensors, "c", "f64", QUOTH_F64, 1, &tensor, &fault),
                   QUOTH_ERR_FORMAT);
  assert_int_equal(quoth_tensors_get(&tensors, "d", "f64", QUOTH_F64, 1, &tensor, &fault),
                   QUOTH_ERR_FORMAT);
  assert_string_equal(fault.message, "tensor d.f64 is missing");
  quoth_tensors_clear(&tensors);
  free(file.data);
}

/* Failures on the way in: the data belong to the tensors in any case. */
static void test_add_refuses(void **state) {
  (void)state;
  quoth_tensors tensors = {0};
  quoth_error err = {0};
  assert_int_equal(quoth_tensors_add(&tensors, "a", "b", QUOTH_U8, 3, 0, NULL, &err),
                   QUOTH_ERR_NOMEM);
  assert_int_equal(quoth_tensors_add(&tensors, "a", "b", QUOTH_F64, UINT64_MAX, 2, malloc(1), &err),
                   QUOTH_ERR_NOMEM);
  quoth_tensors_clear(&tensors);
}

/* ---- Headers made by hand -------------------------------------------------- */

#define METADATA "\"__metadata__\":{\"quoth.digest\":\"0\"}"

/* A file of `header` padded with spaces, and `data_size` zero bytes. */
static image make_file(const char *header, size_t data_size) {
  size_t length = strlen(header);
  uint64_t size = (PREFIX_SIZE + length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT - PREFIX_SIZE;
  image file = new_image(PREFIX_SIZE + size + data_size);
  memset(file.data, 0, file.size);
  memcpy(file.data, &size, PREFIX_SIZE);
  memset(file.data + PREFIX_SIZE, ' ', size);
  memcpy(file.data + PREFIX_SIZE, header, length);
  return file;
}

static const struct {
  const char *header;
  size_t data_size;
  const char *message; /* NULL: fine */
} headers[] = {
    {"{" METADATA ",\"x\":{\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[0,16]}}", 16, NULL},
    {"{" METADATA ",\"x\":{\"dtype\":\"F64\",\"shape\":[],\"data_offsets\":[0,8]}}", 8, NULL},
    {"{\"x\":{\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[0,16]}}", 16,
     "a safetensors file, but not a quoth model"},
    {"{\"__metadata__\":[]}", 0, "a safetensors file, but not a quoth model"},
    {"{\"__metadata__\":{\"a\":\"b\"}}", 0, "a safetensors file, but not a quoth model"},
    {"{\"__metadata__\":{\"quoth.digest\":\"0\",\"a\":1}}", 0, "metadata a is not a string"},
    {"{" METADATA, 0, "not a quoth model: its header is not JSON"},
    {"{" METADATA "} x", 0, "not a quoth model: its header is not JSON"},
    {"{" METADATA "," METADATA "}", 0, "not a quoth model: its header is not JSON"},
    {"{\"__metadata__\":{\"\xff\":\"\"}}", 0, "not a quoth model: its header is not JSON"},
    {"[" METADATA "]", 0, "not a quoth model"},
    {"{" METADATA ",\"x\":3}", 0, "tensor x: unknown dtype; the file is damaged"},
    {"{" METADATA ",\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8, NULL},
    {"{" METADATA ",\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,16]}}", 16,
     "tensor x: its shape and its size differ; the file is damaged"},
    {"{" METADATA ",\"x\":{\"dtype\":\"BF16\",\"shape\":[2],\"data_offsets\":[0,4]}}", 4,
     "tensor x: unknown dtype; the file is damaged"},
    {"{" METADATA ",\"x\":{\"dtype\":8,\"shape\":[2],\"data_offsets\":[0,8]}}", 8,
     "tensor x: unknown dtype; the file is damaged"},
    {"{" METADATA ",\"x\":{\"dtype\":\"U8\",\"shape\":[1,1,1],\"data_offsets\":[0,1]}}", 1,
     "tensor x: its shape is not understood; the file is damaged"},
    {"{" METADATA ",\"x\":{\"dtype\":\"U8\",\"shape\":1,\"data_offsets\":[0,1]}}", 1,
     "tensor x: its shape is not understood; the file is damaged"},
    {"{" METADATA ",\"x\":{\"dtype\":\"U8\",\"shape\":[1.0],\"data_offsets\":[0,1]}}", 1,
     "tensor x: its shape is not understood; the file is damaged"},
    {"{" METADATA ",\"x\":{\"dtype\":\"U8\",\"shape\":[-1],\"data_offsets\":[0,1]}}", 1,
     "tensor x: its shape is not understood; the file is damaged"},
    {"{" METADATA ",\"x\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0]}}", 1,
     "tensor x: its data_offsets are not understood; the file is damaged"},
    {"{" METADATA ",\"x\":{\"dtype\":\"U8\",\"shape\":[1]}}", 1,
     "tensor x: its data_offsets are not understood; the file is damaged"},
    {"{" METADATA ",\"x\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,-1]}}", 1,
     "tensor x: its data_offsets are not understood; the file is damaged"},
    {"{" METADATA ",\"x\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[3,0]}}", 3,
     "tensor x: its data_offsets are not in order; the file is damaged"},
    /* A hole before, a hole between, an overlap. */
    {"{" METADATA ",\"x\":{\"dtype\":\"U8\",\"shape\":[64],\"data_offsets\":[64,128]}}", 128,
     "tensor x: its data_offsets are not in order; the file is damaged"},
    {"{" METADATA ",\"x\":{\"dtype\":\"U8\",\"shape\":[64],\"data_offsets\":[0,64]},"
     "\"y\":{\"dtype\":\"U8\",\"shape\":[64],\"data_offsets\":[128,192]}}",
     192, "tensor y: its data_offsets are not in order; the file is damaged"},
    {"{" METADATA ",\"x\":{\"dtype\":\"U8\",\"shape\":[64],\"data_offsets\":[0,64]},"
     "\"y\":{\"dtype\":\"U8\",\"shape\":[64],\"data_offsets\":[0,64]}}",
     64, "tensor y: its data_offsets are not in order; the file is damaged"},
    {"{" METADATA ",\"x\":{\"dtype\":\"U8\",\"shape\":[9],\"data_offsets\":[0,9]}}", 8,
     "truncated: tensor x lacks its last 1 bytes"},
    {"{" METADATA ",\"x\":{\"dtype\":\"U8\",\"shape\":[9],\"data_offsets\":[0,9]}}", 10,
     "the header describes 9 bytes of tensors, the file holds 10; it is truncated or damaged"},
    {"{" METADATA "}", 1,
     "the header describes 0 bytes of tensors, the file holds 1; it is truncated or damaged"},
    {"{" METADATA ",\"x\":{\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8,
     "tensor x: its shape and its size differ; the file is damaged"},
    {"{" METADATA ",\"x\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,16]}}", 16,
     "tensor x: its shape and its size differ; the file is damaged"},
    /* Sizes that wrap: 2^61 * 8, 2^32 * 2^32, 2^63 - 1. */
    {"{" METADATA
     ",\"x\":{\"dtype\":\"F64\",\"shape\":[2305843009213693952],\"data_offsets\":[0,0]}}",
     0, "tensor x: its shape and its size differ; the file is damaged"},
    {"{" METADATA
     ",\"x\":{\"dtype\":\"U8\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,0]}}",
     0, "tensor x: its shape and its size differ; the file is damaged"},
    {"{" METADATA ",\"x\":{\"dtype\":\"U8\",\"shape\":[9223372036854775807],"
     "\"data_offsets\":[0,9223372036854775807]}}",
     8, "truncated: tensor x lacks its last 9223372036854775799 bytes"},
    {"{" METADATA ",\"x\":{\"dtype\":\"U8\",\"shape\":[18446744073709551616],"
     "\"data_offsets\":[0,0]}}",
     0, "not a quoth model: its header is not JSON"},
    {"{" METADATA ",\"x\":{\"dtype\":\"U8\",\"shape\":[8],\"data_offsets\":[0,8]},"
     "\"y\":{\"dtype\":\"U8\",\"shape\":[8],\"data_offsets\":[8,16]}}",
     16, "tensor y: its data are not aligned to 64 bytes; the file is damaged"},
    {"{" METADATA ",\"x\":{\"dtype\":\"U8\",\"shape\":[8],\"data_offsets\":[0,8]},"
     "\"x\":{\"dtype\":\"U8\",\"shape\":[8],\"data_offsets\":[8,16]}}",
     16, "not a quoth model: its header is not JSON"},
};

static void test_headers(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
    image file = make_file(headers[i].header, headers[i].data_size);
    quoth_error err = {0};
    quoth_status status = try_read(file, false, &err);
    const char *expected = headers[i].message ? headers[i].message : "";
    if (status != (headers[i].message ? QUOTH_ERR_FORMAT : QUOTH_OK) ||
        strcmp(err.message, expected) != 0)
      fail_msg("%s\n%s: %s", headers[i].header, quoth_status_name(status), err.message);
    /* None of them has digests. */
    assert_int_equal(try_read(file, true, &err), QUOTH_ERR_FORMAT);
    free(file.data);
  }
}

/* Before anything else is made of the file. */
static void test_other_format(void **state) {
  (void)state;
  image file = make_file("{\"__metadata__\":{\"quoth.digest\":\"0\",\"quoth.format\":\"3\","
                         "\"quoth.version\":\"9.0\"},\"x\":{\"dtype\":\"BF16\"}}",
                         3);
  quoth_error err = {0};
  assert_int_equal(try_read(file, false, &err), QUOTH_ERR_VERSION);
  assert_string_equal(err.message,
                      "a model of format 3, made by quoth 9.0; this is quoth " QUOTH_VERSION_STRING
                      ", which reads formats 1 and 2");
  assert_int_equal(try_read(file, true, &err), QUOTH_ERR_FORMAT);
  free(file.data);
}

static void test_header_sizes(void **state) {
  (void)state;
  static const struct {
    uint64_t size;
    const char *message;
  } cases[] = {
      {0, "not a quoth model"},
      {1, "not a quoth model"},
      {UINT64_MAX, "not a quoth model"},
      {(uint64_t)1 << 40, "not a quoth model"},
      {100 << 20, "truncated: the header alone should be 104857600 bytes"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    image file = make_file("{" METADATA "}", 0);
    memcpy(file.data, &cases[i].size, sizeof cases[i].size);
    quoth_error err = {0};
    assert_int_equal(try_read(file, false, &err), QUOTH_ERR_FORMAT);
    assert_string_equal(err.message, cases[i].message);
    free(file.data);
  }
}

/* ---- Digests --------------------------------------------------------------- */

static void test_digests(void **state) {
  (void)state;
  image file = small_file();
  quoth_error err = {0};
  file.data[file.size - 1] ^= 1;
  assert_int_equal(try_read(file, true, &err), QUOTH_ERR_FORMAT);
  assert_string_equal(err.message, "tensor c.f32 does not match its digest; the file was altered");
  assert_int_equal(try_read(file, false, &err), QUOTH_OK);
  file.data[file.size - 1] ^= 1;

  char *note = memmem(file.data, file.size, "note", 4);
  assert_non_null(note);
  note[0] = 'N';
  assert_int_equal(try_read(file, true, &err), QUOTH_ERR_FORMAT);
  assert_string_equal(err.message, "the header does not match its digest; the file was altered");
  note[0] = 'n';

  /* The first padding begins 5 bytes behind the header. */
  file.data[PREFIX_SIZE + header_size(file) + 5] = 1;
  assert_int_equal(try_read(file, true, &err), QUOTH_ERR_FORMAT);
  assert_string_equal(err.message, "tensor pad.0: padding is not zero; the file is damaged");
  free(file.data);
}

static void test_every_truncation(void **state) {
  (void)state;
  image file = small_file();
  for (size_t size = 0; size < file.size; size++) {
    image cut = copy_of(file.data, size);
    for (int verify = 0; verify < 2; verify++)
      assert_int_equal(try_read(cut, verify, NULL), QUOTH_ERR_FORMAT);
    free(cut.data);
  }
  free(file.data);
}

static void test_every_bit(void **state) {
  (void)state;
  image file = small_file();
  for (size_t bit = 0; bit < 8 * file.size; bit++) {
    file.data[bit / 8] ^= (char)(1 << bit % 8);
    if (try_read(file, true, NULL) != QUOTH_ERR_FORMAT) fail_msg("bit %zu goes unnoticed", bit);
    try_read(file, false, NULL);
    file.data[bit / 8] ^= (char)(1 << bit % 8);
  }
  assert_int_equal(try_read(file, true, NULL), QUOTH_OK);
  free(file.data);
}

static void test_something_behind(void **state) {
  (void)state;
  image file = small_file();
  image longer = new_image(file.size + 1);
  memcpy(longer.data, file.data, file.size);
  longer.data[file.size] = 0;
  assert_int_equal(try_read(longer, true, NULL), QUOTH_ERR_FORMAT);
  free(longer.data);
  free(file.data);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_round_trip),   cmocka_unit_test(test_same_bytes),
      cmocka_unit_test(test_layout),       cmocka_unit_test(test_wrong_type),
      cmocka_unit_test(test_add_refuses),  cmocka_unit_test(test_headers),
      cmocka_unit_test(test_other_format), cmocka_unit_test(test_header_sizes),
      cmocka_unit_test(test_digests),      cmocka_unit_test(test_every_truncation),
      cmocka_unit_test(test_every_bit),    cmocka_unit_test(test_something_behind),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
