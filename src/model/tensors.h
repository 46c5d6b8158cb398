/* tensors.h - named arrays with a text header: an ordinary safetensors file, in memory.
 *
 * quoth's additions, all within the format (docs/MODEL_FORMAT.md): tensors begin at multiples
 * of 64 bytes; the metadata hold a digest of every tensor and one of the header itself. */
#ifndef QUOTH_MODEL_TENSORS_H
#define QUOTH_MODEL_TENSORS_H

#include "base/json.h"

typedef enum quoth_dtype {
  QUOTH_U8,
  QUOTH_I32,
  QUOTH_U32,
  QUOTH_U64,
  QUOTH_F64,
  QUOTH_F32
} quoth_dtype;

enum { QUOTH_MAX_RANK = 2 };

/* Metadata: the format of the file, and the version of quoth that wrote it. */
#define QUOTH_KEY_FORMAT "quoth.format"
#define QUOTH_KEY_VERSION "quoth.version"
#define QUOTH_MODEL_FORMAT "1"
#define QUOTH_QUANTIZED_FORMAT "2" /* the same with tensors that format 1 does not have */

typedef struct quoth_tensor {
  char *name;
  quoth_dtype dtype;
  uint32_t rank;
  uint64_t shape[QUOTH_MAX_RANK];
  const void *data; /* row-major, little-endian, 64-byte aligned when read */
  size_t size;      /* bytes */
  bool is_owned;    /* data goes back through free() */
} quoth_tensor;

typedef struct quoth_tensors {
  quoth_tensor *items; /* [n_items] */
  size_t n_items, capacity;
  json_t *metadata; /* object of strings; NULL if empty */
} quoth_tensors;    /* start from {0} */

void quoth_tensors_clear(quoth_tensors *tensors);

/* ---- Writing ---- */

/* Adds an array [rows] (columns 0) or [rows][columns] as PREFIX.NAME. Takes `data` over (from
 * malloc) also on failure; NULL data is taken as an allocation that failed. */
quoth_status quoth_tensors_add(quoth_tensors *tensors, const char *prefix, const char *name,
                               quoth_dtype dtype, uint64_t rows, uint64_t columns, void *data,
                               quoth_error *err);

/* Adds a tensor of another file under its own name; its data stay where they are. */
quoth_status quoth_tensors_add_view(quoth_tensors *tensors, const quoth_tensor *tensor,
                                    quoth_error *err);

/* Sets a line of metadata. */
quoth_status quoth_tensors_set_metadata(quoth_tensors *tensors, const char *key, quoth_bytes value,
                                        quoth_error *err);
/* The same with JSON on one line; takes the reference. NULL is taken as an allocation that
 * failed. */
quoth_status quoth_tensors_set_json(quoth_tensors *tensors, const char *key, json_t *value,
                                    quoth_error *err);
/* Sets all lines of `from` but its digests. */
quoth_status quoth_tensors_copy_metadata(quoth_tensors *tensors, const quoth_tensors *from,
                                         quoth_error *err);

/* The file's bytes, in `image` (64-byte aligned, [*size], from malloc). The same tensors and
 * metadata give the same bytes. */
quoth_status quoth_tensors_write(const quoth_tensors *tensors, char **image, size_t *size,
                                 quoth_error *err);

/* ---- Reading ---- */

/* Views `image`, which must outlive `out`. Every offset is checked: anything malformed,
 * truncated or overlapping is QUOTH_ERR_FORMAT. `verify` also compares all digests. A file that
 * says that it is of another format is QUOTH_ERR_VERSION, whatever its tensors look like. */
quoth_status quoth_tensors_read(quoth_bytes image, bool verify, quoth_tensors *out,
                                quoth_error *err);

/* Metadata line `key`, or NULL. */
const char *quoth_tensors_metadata(const quoth_tensors *tensors, const char *key);

/* The tensor PREFIX.NAME, which must be there with this type and rank. */
quoth_status quoth_tensors_get(const quoth_tensors *tensors, const char *prefix, const char *name,
                               quoth_dtype dtype, uint32_t rank, const quoth_tensor **out,
                               quoth_error *err);
/* The tensor PREFIX.NAME, or NULL. */
const quoth_tensor *quoth_tensors_find(const quoth_tensors *tensors, const char *prefix,
                                       const char *name);

/* "F64" and the like. */
const char *quoth_dtype_name(quoth_dtype dtype);
/* Whether it only fills the space up to the next multiple of 64 bytes. */
bool quoth_tensor_is_padding(const quoth_tensor *tensor);

/* The digest that names the file: of its header, which holds the digests of all else. "" if the
 * file has none. */
const char *quoth_tensors_digest(const quoth_tensors *tensors);

#endif
