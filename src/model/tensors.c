/* The safetensors format: 8 bytes little-endian header size, a JSON object (padded with spaces),
 * the tensors' bytes one behind another without holes. */
#include "model/tensors.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "tensors are little-endian in place");

enum { ALIGNMENT = 64, PREFIX_SIZE = 8 };
static const uint64_t MAX_HEADER_SIZE = 100u << 20;

#define DIGEST_KEY "quoth.digest"
#define TENSOR_DIGEST_KEY "xxh3."
#define PAD_NAME "pad."
static const char NO_DIGEST[] = "00000000000000000000000000000000";

static const struct {
  const char *name;
  size_t size;
} dtypes[] = {
    [QUOTH_U8] = {"U8", 1},   [QUOTH_I32] = {"I32", 4}, [QUOTH_U32] = {"U32", 4},
    [QUOTH_U64] = {"U64", 8}, [QUOTH_F64] = {"F64", 8}, [QUOTH_F32] = {"F32", 4},
};
enum { N_DTYPES = sizeof dtypes / sizeof *dtypes };

void quoth_tensors_clear(quoth_tensors *tensors) {
  for (size_t i = 0; i < tensors->n_items; i++) {
    free(tensors->items[i].name);
    if (tensors->items[i].is_owned) free((void *)(uintptr_t)tensors->items[i].data);
  }
  free(tensors->items);
  json_decref(tensors->metadata);
  *tensors = (quoth_tensors){0};
}

/* Bytes of a shape; false if that overflows. */
static bool shape_size(quoth_dtype dtype, uint32_t rank, const uint64_t *shape, size_t *size) {
  *size = dtypes[dtype].size;
  for (uint32_t i = 0; i < rank; i++)
    if (__builtin_mul_overflow(*size, shape[i], size)) return false;
  return true;
}

static quoth_tensor *new_item(quoth_tensors *tensors, quoth_error *err) {
  quoth_tensor *items =
      quoth_grow(tensors->items, &tensors->capacity, tensors->n_items + 1, sizeof *items, err);
  if (!items) return NULL;
  tensors->items = items;
  items[tensors->n_items] = (quoth_tensor){0};
  return &items[tensors->n_items];
}

/* ---- Writing --------------------------------------------------------------- */

quoth_status quoth_tensors_add(quoth_tensors *tensors, const char *prefix, const char *name,
                               quoth_dtype dtype, uint64_t rows, uint64_t columns, void *data,
                               quoth_error *err) {
  if (!data) return quoth_fail(err, QUOTH_ERR_NOMEM, "out of memory for %s.%s", prefix, name);
  quoth_tensor *item = new_item(tensors, err);
  if (item && asprintf(&item->name, "%s.%s", prefix, name) < 0) {
    quoth_fail_nomem(err, strlen(name));
    item = NULL;
  }
  if (!item) {
    free(data);
    return QUOTH_ERR_NOMEM;
  }
  item->dtype = dtype;
  item->rank = columns ? 2 : 1;
  item->shape[0] = rows;
  item->shape[1] = columns;
  item->data = data;
  item->is_owned = true;
  tensors->n_items++;
  return shape_size(dtype, item->rank, item->shape, &item->size) ? QUOTH_OK
                                                                 : quoth_fail_nomem(err, SIZE_MAX);
}

quoth_status quoth_tensors_add_view(quoth_tensors *tensors, const quoth_tensor *tensor,
                                    quoth_error *err) {
  quoth_tensor *item = new_item(tensors, err);
  char *name = item ? strdup(tensor->name) : NULL;
  if (!name) return quoth_fail_nomem(err, strlen(tensor->name));
  *item = *tensor;
  item->name = name;
  item->is_owned = false;
  tensors->n_items++;
  return QUOTH_OK;
}

quoth_status quoth_tensors_set_metadata(quoth_tensors *tensors, const char *key, quoth_bytes value,
                                        quoth_error *err) {
  if (!tensors->metadata) tensors->metadata = json_object();
  json_t *text = json_stringn(value.data, value.size);
  if (json_object_set_new(tensors->metadata, key, text) != 0)
    return quoth_fail_nomem(err, value.size);
  return QUOTH_OK;
}

quoth_status quoth_tensors_set_json(quoth_tensors *tensors, const char *key, json_t *value,
                                    quoth_error *err) {
  if (!value) return quoth_fail_nomem(err, 1);
  quoth_buffer text = {0};
  quoth_status status = quoth_json_append(&text, value, 0, err);
  if (!status)
    status = quoth_tensors_set_metadata(tensors, key, (quoth_bytes){text.data, text.size}, err);
  quoth_buffer_clear(&text);
  json_decref(value);
  return status;
}

static bool is_digest(const char *key) {
  return strcmp(key, DIGEST_KEY) == 0 ||
         strncmp(key, TENSOR_DIGEST_KEY, sizeof TENSOR_DIGEST_KEY - 1) == 0;
}

quoth_status quoth_tensors_copy_metadata(quoth_tensors *tensors, const quoth_tensors *from,
                                         quoth_error *err) {
  quoth_status status = QUOTH_OK;
  const char *key;
  json_t *value;
  json_object_foreach(from->metadata, key, value) {
    quoth_bytes line = {json_string_value(value), json_string_length(value)};
    if (!is_digest(key) && !status) status = quoth_tensors_set_metadata(tensors, key, line, err);
  }
  return status;
}

static size_t padding_after(size_t size) { return (ALIGNMENT - size % ALIGNMENT) % ALIGNMENT; }

static int add_header_entry(json_t *header, const char *name, const quoth_tensor *tensor,
                            size_t begin) {
  json_t *shape = json_array();
  for (uint32_t i = 0; i < tensor->rank; i++)
    quoth_json_push(&shape, json_integer((json_int_t)tensor->shape[i]));
  return json_object_set_new(header, name,
                             json_pack("{s:s, s:o, s:[I,I]}", "dtype", dtypes[tensor->dtype].name,
                                       "shape", shape, "data_offsets", (json_int_t)begin,
                                       (json_int_t)(begin + tensor->size)));
}

/* The metadata as they go into the file: with every tensor's digest, and room for the header's. */
static json_t *make_metadata(const quoth_tensors *tensors) {
  json_t *metadata = json_object();
  /* Not json_copy, which does not notice when memory runs out. */
  int fault = tensors->metadata && json_object_update(metadata, tensors->metadata) != 0;
  for (size_t i = 0; i < tensors->n_items && !fault; i++) {
    const quoth_tensor *tensor = &tensors->items[i];
    char digest[QUOTH_DIGEST_SIZE], *key;
    quoth_digest(tensor->data, tensor->size, digest);
    fault = asprintf(&key, TENSOR_DIGEST_KEY "%s", tensor->name) < 0;
    if (fault) break;
    fault = json_object_set_new(metadata, key, json_string(digest));
    free(key);
  }
  fault |= json_object_set_new(metadata, DIGEST_KEY, json_string(NO_DIGEST));
  if (!fault) return metadata;
  json_decref(metadata);
  return NULL;
}

/* The header as JSON; *data_size is what the tensors and the padding between them take. */
static json_t *make_header(const quoth_tensors *tensors, size_t *data_size) {
  json_t *header = json_pack("{s:o}", "__metadata__", make_metadata(tensors));
  size_t at = 0, n_pads = 0;
  for (size_t i = 0; header && i < tensors->n_items; i++) {
    const quoth_tensor *tensor = &tensors->items[i];
    int fault = add_header_entry(header, tensor->name, tensor, at);
    at += tensor->size;
    size_t padding = padding_after(tensor->size);
    if (padding && i + 1 < tensors->n_items) {
      quoth_tensor pad = {.dtype = QUOTH_U8, .rank = 1, .shape = {padding}, .size = padding};
      char name[32];
      snprintf(name, sizeof name, PAD_NAME "%zu", n_pads++);
      fault |= add_header_entry(header, name, &pad, at);
      at += padding;
    }
    if (fault) {
      json_decref(header);
      header = NULL;
    }
  }
  *data_size = at;
  return header;
}

/* Where in the header's text the 32 digits of its own digest stand; SIZE_MAX if they don't. */
static size_t find_digest(quoth_bytes header) {
  static const char mark[] = "\"" DIGEST_KEY "\":\"";
  const char *found = memmem(header.data, header.size, mark, sizeof mark - 1);
  if (!found) return SIZE_MAX;
  size_t at = (size_t)(found - header.data) + sizeof mark - 1;
  return header.size - at < sizeof NO_DIGEST - 1 ? SIZE_MAX : at;
}

static void copy_tensors(const quoth_tensors *tensors, char *to) {
  for (size_t i = 0; i < tensors->n_items; i++) {
    const quoth_tensor *tensor = &tensors->items[i];
    if (tensor->size) memcpy(to, tensor->data, tensor->size);
    to += tensor->size;
    size_t padding = i + 1 < tensors->n_items ? padding_after(tensor->size) : 0;
    memset(to, 0, padding);
    to += padding;
  }
}

static quoth_status render_header(const quoth_tensors *tensors, quoth_buffer *text,
                                  size_t *data_size, quoth_error *err) {
  json_t *header = make_header(tensors, data_size);
  if (!header) return quoth_fail_nomem(err, 1);
  quoth_status status = quoth_json_append(text, header, 0, err);
  json_decref(header);
  size_t padding = padding_after(PREFIX_SIZE + text->size);
  static const char spaces[ALIGNMENT + 1] =
      "                                                                ";
  if (!status) status = quoth_buffer_append(text, spaces, padding, err);
  if (!status && text->size > MAX_HEADER_SIZE)
    status = quoth_fail(err, QUOTH_ERR_DATA, "the model's header would take %zu bytes", text->size);
  if (status) return status;
  char digest[QUOTH_DIGEST_SIZE];
  quoth_digest(text->data, text->size, digest);
  memcpy(text->data + find_digest((quoth_bytes){text->data, text->size}), digest,
         QUOTH_DIGEST_SIZE - 1);
  return QUOTH_OK;
}

quoth_status quoth_tensors_write(const quoth_tensors *tensors, char **image, size_t *size,
                                 quoth_error *err) {
  *image = NULL;
  quoth_buffer header = {0};
  size_t data_size = 0;
  quoth_status status = render_header(tensors, &header, &data_size, err);
  if (!status) {
    *size = PREFIX_SIZE + header.size + data_size;
    *image = quoth_new_unset(*size, 1, err);
    if (!*image) status = QUOTH_ERR_NOMEM;
  }
  if (!status) {
    uint64_t header_size = header.size;
    memcpy(*image, &header_size, PREFIX_SIZE);
    memcpy(*image + PREFIX_SIZE, header.data, header.size);
    copy_tensors(tensors, *image + PREFIX_SIZE + header.size);
  }
  quoth_buffer_clear(&header);
  return status;
}

/* ---- Reading --------------------------------------------------------------- */

static quoth_status fail_tensor(quoth_error *err, const char *name, const char *what) {
  return quoth_fail(err, QUOTH_ERR_FORMAT, "tensor %s: %s; the file is damaged", name, what);
}

static bool read_u64(const json_t *value, uint64_t *out) {
  if (!json_is_integer(value) || json_integer_value(value) < 0) return false;
  *out = (uint64_t)json_integer_value(value);
  return true;
}

static bool find_dtype(const char *name, quoth_dtype *out) {
  for (int i = 0; name && i < N_DTYPES; i++) {
    if (strcmp(dtypes[i].name, name) != 0) continue;
    *out = (quoth_dtype)i;
    return true;
  }
  return false;
}

/* Fills one item from its header entry; its data must begin at *at of `data`. */
static quoth_status read_entry(const char *name, const json_t *entry, quoth_bytes data, size_t *at,
                               quoth_tensor *item, quoth_error *err) {
  const json_t *shape = json_object_get(entry, "shape");
  const json_t *offsets = json_object_get(entry, "data_offsets");
  uint64_t begin, end;
  if (!find_dtype(json_string_value(json_object_get(entry, "dtype")), &item->dtype))
    return fail_tensor(err, name, "unknown dtype");
  if (!json_is_array(shape) || json_array_size(shape) > QUOTH_MAX_RANK)
    return fail_tensor(err, name, "its shape is not understood");
  item->rank = (uint32_t)json_array_size(shape);
  for (uint32_t i = 0; i < item->rank; i++)
    if (!read_u64(json_array_get(shape, i), &item->shape[i]))
      return fail_tensor(err, name, "its shape is not understood");
  if (json_array_size(offsets) != 2 || !read_u64(json_array_get(offsets, 0), &begin) ||
      !read_u64(json_array_get(offsets, 1), &end))
    return fail_tensor(err, name, "its data_offsets are not understood");
  if (begin != *at || end < begin)
    return fail_tensor(err, name, "its data_offsets are not in order");
  if (end > data.size)
    return quoth_fail(err, QUOTH_ERR_FORMAT, "truncated: tensor %s lacks its last %llu bytes", name,
                      (unsigned long long)(end - data.size));
  if (!shape_size(item->dtype, item->rank, item->shape, &item->size) || item->size != end - begin)
    return fail_tensor(err, name, "its shape and its size differ");
  item->data = data.data + begin;
  *at = end;
  item->name = strdup(name);
  return item->name ? QUOTH_OK : quoth_fail_nomem(err, strlen(name));
}

const char *quoth_dtype_name(quoth_dtype dtype) { return dtypes[dtype].name; }

bool quoth_tensor_is_padding(const quoth_tensor *tensor) {
  return strncmp(tensor->name, PAD_NAME, sizeof PAD_NAME - 1) == 0;
}

static quoth_status read_entries(json_t *header, quoth_bytes data, quoth_tensors *out,
                                 quoth_error *err) {
  size_t at = 0;
  const char *name;
  json_t *entry;
  json_object_foreach(header, name, entry) {
    if (strcmp(name, "__metadata__") == 0) continue;
    quoth_tensor *item = new_item(out, err);
    if (!item) return QUOTH_ERR_NOMEM;
    quoth_status status = read_entry(name, entry, data, &at, item, err);
    if (status) return status;
    out->n_items++;
    if (!quoth_tensor_is_padding(item) && (uintptr_t)item->data % ALIGNMENT)
      return fail_tensor(err, name, "its data are not aligned to 64 bytes");
  }
  if (at != data.size)
    return quoth_fail(err, QUOTH_ERR_FORMAT,
                      "the header describes %zu bytes of tensors, the file holds %zu; "
                      "it is truncated or damaged",
                      at, data.size);
  return QUOTH_OK;
}

static quoth_status read_metadata(json_t *header, quoth_tensors *out, quoth_error *err) {
  json_t *metadata = json_object_get(header, "__metadata__");
  if (!json_object_get(metadata, DIGEST_KEY))
    return quoth_fail(err, QUOTH_ERR_FORMAT, "a safetensors file, but not a quoth model");
  const char *key;
  json_t *value;
  json_object_foreach(metadata, key, value) {
    if (!json_is_string(value))
      return quoth_fail(err, QUOTH_ERR_FORMAT, "metadata %s is not a string", key);
  }
  out->metadata = json_incref(metadata);
  return QUOTH_OK;
}

static quoth_status verify_header(quoth_bytes header, quoth_error *err) {
  char *copy = quoth_new_array(header.size, 1, err), digest[QUOTH_DIGEST_SIZE];
  if (!copy) return QUOTH_ERR_NOMEM;
  memcpy(copy, header.data, header.size);
  size_t at = find_digest(header);
  bool is_same = false;
  if (at != SIZE_MAX) {
    memcpy(copy + at, NO_DIGEST, sizeof NO_DIGEST - 1);
    quoth_digest(copy, header.size, digest);
    is_same = memcmp(digest, header.data + at, sizeof NO_DIGEST - 1) == 0;
  }
  free(copy);
  return is_same ? QUOTH_OK
                 : quoth_fail(err, QUOTH_ERR_FORMAT,
                              "the header does not match its digest; the file was altered");
}

/* Before anything else is made of the header: later formats may have what this one lacks. */
static quoth_status check_format(const quoth_tensors *tensors, quoth_error *err) {
  const char *format = quoth_tensors_metadata(tensors, QUOTH_KEY_FORMAT);
  const char *version = quoth_tensors_metadata(tensors, QUOTH_KEY_VERSION);
  if (!format || strcmp(format, QUOTH_MODEL_FORMAT) == 0 ||
      strcmp(format, QUOTH_QUANTIZED_FORMAT) == 0)
    return QUOTH_OK;
  return quoth_fail(err, QUOTH_ERR_VERSION,
                    "a model of format %.20s, made by quoth %.40s; this is quoth %s, which reads "
                    "formats " QUOTH_MODEL_FORMAT " and " QUOTH_QUANTIZED_FORMAT,
                    format, version ? version : "of unknown version", quoth_version());
}

static quoth_status verify_tensor(const quoth_tensors *tensors, const quoth_tensor *tensor,
                                  quoth_error *err) {
  static const char zeros[ALIGNMENT];
  if (quoth_tensor_is_padding(tensor))
    return tensor->size < ALIGNMENT && memcmp(tensor->data, zeros, tensor->size) == 0
               ? QUOTH_OK
               : fail_tensor(err, tensor->name, "padding is not zero");
  char digest[QUOTH_DIGEST_SIZE], *key;
  if (asprintf(&key, TENSOR_DIGEST_KEY "%s", tensor->name) < 0)
    return quoth_fail_nomem(err, strlen(tensor->name));
  const char *expected = quoth_tensors_metadata(tensors, key);
  free(key);
  quoth_digest(tensor->data, tensor->size, digest);
  return expected && strcmp(expected, digest) == 0
             ? QUOTH_OK
             : quoth_fail(err, QUOTH_ERR_FORMAT,
                          "tensor %s does not match its digest; the file was altered",
                          tensor->name);
}

static quoth_status verify_tensors(const quoth_tensors *tensors, quoth_error *err) {
  quoth_status status = QUOTH_OK;
  for (size_t i = 0; i < tensors->n_items && !status; i++)
    status = verify_tensor(tensors, &tensors->items[i], err);
  return status;
}

/* Splits the image into its header's text and its tensors' bytes. */
static quoth_status split_image(quoth_bytes image, quoth_bytes *header, quoth_bytes *data,
                                quoth_error *err) {
  uint64_t header_size;
  if (image.size < PREFIX_SIZE + 2)
    return quoth_fail(err, QUOTH_ERR_FORMAT, "not a quoth model: only %zu bytes", image.size);
  memcpy(&header_size, image.data, PREFIX_SIZE);
  if (header_size > MAX_HEADER_SIZE || header_size < 2 || image.data[PREFIX_SIZE] != '{')
    return quoth_fail(err, QUOTH_ERR_FORMAT, "not a quoth model");
  if (header_size > image.size - PREFIX_SIZE)
    return quoth_fail(err, QUOTH_ERR_FORMAT, "truncated: the header alone should be %llu bytes",
                      (unsigned long long)header_size);
  *header = (quoth_bytes){image.data + PREFIX_SIZE, header_size};
  *data =
      (quoth_bytes){image.data + PREFIX_SIZE + header_size, image.size - PREFIX_SIZE - header_size};
  return QUOTH_OK;
}

quoth_status quoth_tensors_read(quoth_bytes image, bool verify, quoth_tensors *out,
                                quoth_error *err) {
  *out = (quoth_tensors){0};
  quoth_bytes header = {0}, data = {0};
  quoth_status status = split_image(image, &header, &data, err);
  if (status) return status;
  json_t *json;
  status = quoth_json_parse(header, NULL, &json, err);
  if (status == QUOTH_ERR_NOMEM) return status;
  if (status) return quoth_fail(err, QUOTH_ERR_FORMAT, "not a quoth model: its header is not JSON");
  status = json_is_object(json) ? read_metadata(json, out, err)
                                : quoth_fail(err, QUOTH_ERR_FORMAT, "not a quoth model");
  if (!status && verify) status = verify_header(header, err);
  if (!status) status = check_format(out, err);
  if (!status) status = read_entries(json, data, out, err);
  if (!status && verify) status = verify_tensors(out, err);
  json_decref(json);
  if (status) quoth_tensors_clear(out);
  return status;
}

const char *quoth_tensors_metadata(const quoth_tensors *tensors, const char *key) {
  return json_string_value(json_object_get(tensors->metadata, key));
}

const char *quoth_tensors_digest(const quoth_tensors *tensors) {
  const char *digest = quoth_tensors_metadata(tensors, DIGEST_KEY);
  return digest ? digest : "";
}

const quoth_tensor *quoth_tensors_find(const quoth_tensors *tensors, const char *prefix,
                                       const char *name) {
  size_t prefix_size = strlen(prefix);
  for (size_t i = 0; i < tensors->n_items; i++) {
    const char *full = tensors->items[i].name;
    if (strncmp(full, prefix, prefix_size) == 0 && full[prefix_size] == '.' &&
        strcmp(full + prefix_size + 1, name) == 0)
      return &tensors->items[i];
  }
  return NULL;
}

quoth_status quoth_tensors_get(const quoth_tensors *tensors, const char *prefix, const char *name,
                               quoth_dtype dtype, uint32_t rank, const quoth_tensor **out,
                               quoth_error *err) {
  *out = quoth_tensors_find(tensors, prefix, name);
  if (!*out) return quoth_fail(err, QUOTH_ERR_FORMAT, "tensor %s.%s is missing", prefix, name);
  if ((*out)->dtype != dtype || (*out)->rank != rank)
    return quoth_fail(err, QUOTH_ERR_FORMAT, "tensor %s.%s should be %s of rank %u", prefix, name,
                      dtypes[dtype].name, rank);
  return QUOTH_OK;
}
