#include "interop/numpy.h"

#include <math.h>
#include <string.h>

#include "base/utf8.h"

/* numpy 2 moved its insides. */
#define IS_MADE_BY_NUMPY(value, module, name)                                                      \
  (quoth_value_is_made_by(value, "numpy.core." module, name) ||                                    \
   quoth_value_is_made_by(value, "numpy._core." module, name))

static quoth_status fail(quoth_error *err, const char *what) {
  return quoth_fail(err, QUOTH_ERR_FORMAT, "%s", what);
}

/* ---- dtypes ---------------------------------------------------------------- */

/* "f8", "U12", "O8" */
static bool read_code(const quoth_value *code, quoth_dtype_numpy *out) {
  if (!code || code->kind != QUOTH_VALUE_TEXT || code->bytes.size < 1) return false;
  quoth_bytes text = code->bytes;
  *out = (quoth_dtype_numpy){.kind = *text.data};
  for (size_t i = 1; i < text.size; i++) {
    if (text.data[i] < '0' || text.data[i] > '9' || out->size > UINT32_MAX) return false;
    out->size = out->size * 10 + (size_t)(text.data[i] - '0');
  }
  if (out->kind == 'U') out->size *= 4;
  return true;
}

static bool is_sound(const quoth_dtype_numpy *dtype) {
  size_t size = dtype->size;
  switch (dtype->kind) {
  case 'b':
    return size == 1;
  case 'i':
  case 'u':
    return size == 1 || size == 2 || size == 4 || size == 8;
  case 'f':
    return size == 4 || size == 8;
  case 'V':
    return size > 0 && dtype->fields && dtype->fields->kind == QUOTH_VALUE_DICT;
  case 'O':
    return true;
  default:
    return (dtype->kind == 'U' || dtype->kind == 'S') && size > 0;
  }
}

quoth_status quoth_numpy_dtype(const quoth_value *value, quoth_dtype_numpy *out, quoth_error *err) {
  if (!quoth_value_is_made_by(value, "numpy", "dtype") ||
      !read_code(quoth_value_item(value->record->args, 0), out))
    return fail(err, "its dtype is malformed");
  /* (version, byte order, subarray, names, fields, item size, alignment, flags) */
  const quoth_value *state = value->record->state;
  out->is_big_endian = quoth_value_is_text(quoth_value_item(state, 1), ">");
  const quoth_value *fields = quoth_value_item(state, 4);
  if (fields && fields->kind == QUOTH_VALUE_DICT) out->fields = fields;
  if (is_sound(out)) return QUOTH_OK;
  quoth_bytes code = quoth_value_item(value->record->args, 0)->bytes;
  return quoth_fail(err, QUOTH_ERR_FORMAT, "its dtype is %.*s, which quoth does not read",
                    (int)(code.size < 20 ? code.size : 20), code.data);
}

/* ---- Arrays ---------------------------------------------------------------- */

static bool set_shape(const quoth_value *shape, quoth_array *out) {
  if (!shape || shape->kind != QUOTH_VALUE_TUPLE || shape->values.n > QUOTH_ARRAY_MAX_RANK)
    return false;
  out->rank = shape->values.n;
  out->n_items = 1;
  for (size_t i = 0; i < QUOTH_ARRAY_MAX_RANK; i++) {
    const quoth_value *extent = quoth_value_item(shape, i);
    out->shape[i] = 1;
    if (i >= out->rank) continue;
    if (extent->kind != QUOTH_VALUE_INTEGER || extent->integer < 0) return false;
    out->shape[i] = (uint64_t)extent->integer;
    if (__builtin_mul_overflow(out->n_items, out->shape[i], &out->n_items)) return false;
  }
  return true;
}

/* Dtype, shape and order of an array, into `out`. */
static quoth_status set_form(const quoth_value *dtype, const quoth_value *shape, bool is_fortran,
                             quoth_array *out, quoth_error *err) {
  quoth_status status = quoth_numpy_dtype(dtype, &out->dtype, err);
  if (status) return status;
  if (!set_shape(shape, out)) return fail(err, "its shape is malformed, or has over 3 dimensions");
  out->is_fortran = is_fortran && out->rank > 1;
  out->stride = out->dtype.size;
  return QUOTH_OK;
}

static quoth_status set_bytes(quoth_bytes bytes, quoth_array *out, quoth_error *err) {
  size_t size;
  if (__builtin_mul_overflow(out->n_items, out->stride, &size) || size != bytes.size)
    return fail(err, "its shape and its number of bytes differ");
  out->data = bytes.data;
  return QUOTH_OK;
}

static quoth_status set_objects(const quoth_value *list, quoth_array *out, quoth_error *err) {
  if (!list || list->kind != QUOTH_VALUE_LIST || list->values.n != out->n_items)
    return fail(err, "its shape and its number of objects differ");
  out->objects = list->values;
  return QUOTH_OK;
}

/* _reconstruct with the state (version, shape, dtype, is_fortran, bytes or list). */
static quoth_status read_reconstructed(const quoth_value *value, quoth_array *out,
                                       quoth_error *err) {
  const quoth_value *state = value->record->state, *order = quoth_value_item(state, 3),
                    *data = quoth_value_item(state, 4);
  if (!data || (order->kind != QUOTH_VALUE_BOOL && order->kind != QUOTH_VALUE_INTEGER))
    return fail(err, "the array's state is malformed");
  quoth_status status = set_form(quoth_value_item(state, 2), quoth_value_item(state, 1),
                                 order->integer != 0, out, err);
  if (status) return status;
  if (out->dtype.kind == 'O') return set_objects(data, out, err);
  /* Python 2's bytes are text if they are ASCII. */
  return data->kind == QUOTH_VALUE_BYTES || data->kind == QUOTH_VALUE_TEXT
             ? set_bytes(data->bytes, out, err)
             : fail(err, "the array's bytes are missing");
}

/* _frombuffer(bytes, dtype, shape, order), since protocol 5. */
static quoth_status read_buffer(const quoth_value *value, quoth_array *out, quoth_error *err) {
  const quoth_value *args = value->record->args, *data = quoth_value_item(args, 0);
  if (!data || data->kind != QUOTH_VALUE_BYTES) return fail(err, "the array's bytes are missing");
  quoth_status status = set_form(quoth_value_item(args, 1), quoth_value_item(args, 2),
                                 quoth_value_is_text(quoth_value_item(args, 3), "F"), out, err);
  if (!status && out->dtype.kind == 'O') status = fail(err, "an array of objects as bytes");
  return status ? status : set_bytes(data->bytes, out, err);
}

static quoth_status read_wrapper(const quoth_value *value, quoth_array *out, quoth_error *err) {
  const quoth_record *record = value->record;
  quoth_status status =
      set_form(quoth_value_get(record->state, "dtype"), quoth_value_get(record->state, "shape"),
               quoth_value_is_text(quoth_value_get(record->state, "order"), "F"), out, err);
  if (status) return status;
  if (out->dtype.kind != 'O') return set_bytes(record->payload, out, err);
  /* The array within is what counts. */
  return IS_MADE_BY_NUMPY(record->nested, "multiarray", "_reconstruct")
             ? read_reconstructed(record->nested, out, err)
             : fail(err, "the array's objects are missing");
}

quoth_status quoth_numpy_array(const quoth_value *value, quoth_array *out, quoth_error *err) {
  *out = (quoth_array){0};
  if (IS_MADE_BY_NUMPY(value, "multiarray", "_reconstruct"))
    return read_reconstructed(value, out, err);
  if (IS_MADE_BY_NUMPY(value, "numeric", "_frombuffer")) return read_buffer(value, out, err);
  if (quoth_value_is_made_by(value, "joblib.numpy_pickle", "NumpyArrayWrapper"))
    return read_wrapper(value, out, err);
  return quoth_fail(err, QUOTH_ERR_FORMAT, "an array should be there, not %s",
                    value ? quoth_value_kind_name(value) : "nothing");
}

quoth_status quoth_numpy_field(const quoth_array *array, const char *name, quoth_array *out,
                               quoth_error *err) {
  const quoth_value *field = quoth_value_get(array->dtype.fields, name);
  const quoth_value *offset = quoth_value_item(field, 1);
  if (array->dtype.kind != 'V' || !offset || offset->kind != QUOTH_VALUE_INTEGER)
    return quoth_fail(err, QUOTH_ERR_FORMAT, "its records have no field %s", name);
  *out = *array;
  quoth_status status = quoth_numpy_dtype(quoth_value_item(field, 0), &out->dtype, err);
  if (status) return status;
  if (strchr("OV", out->dtype.kind) || offset->integer < 0 ||
      (uint64_t)offset->integer > array->dtype.size ||
      out->dtype.size > array->dtype.size - (size_t)offset->integer)
    return quoth_fail(err, QUOTH_ERR_FORMAT, "the field %s is outside its record", name);
  if (out->n_items) out->data += offset->integer;
  return QUOTH_OK;
}

/* ---- Items ----------------------------------------------------------------- */

/* Where item `i` of C order lies, counted in items. */
static size_t place_of(const quoth_array *array, size_t i) {
  if (!array->is_fortran) return i;
  const uint64_t *shape = array->shape;
  size_t third = i % shape[2], second = i / shape[2] % shape[1], first = i / shape[2] / shape[1];
  return first + shape[0] * (second + shape[1] * third);
}

/* The bits of a number of up to 8 bytes. */
static uint64_t read_bits(const char *data, size_t size, bool is_big_endian) {
  uint64_t bits = 0;
  for (size_t i = 0; i < size; i++)
    bits = bits << 8 | (unsigned char)data[is_big_endian ? i : size - 1 - i];
  return bits;
}

static uint64_t bits_of(const quoth_array *array, size_t i) {
  return read_bits(array->data + place_of(array, i) * array->stride, array->dtype.size,
                   array->dtype.is_big_endian);
}

static int64_t extend_sign(uint64_t bits, size_t size) {
  int unused = 64 - 8 * (int)size;
  return (int64_t)(bits << unused) >> unused;
}

static double real_of(const quoth_dtype_numpy *dtype, uint64_t bits) {
  double real;
  float single;
  uint32_t half = (uint32_t)bits;
  if (dtype->kind == 'i') return (double)extend_sign(bits, dtype->size);
  if (dtype->kind != 'f') return (double)bits;
  memcpy(&real, &bits, sizeof real);
  memcpy(&single, &half, sizeof single);
  return dtype->size == sizeof real ? real : single;
}

static bool integer_of(const quoth_dtype_numpy *dtype, uint64_t bits, int64_t *out) {
  if (dtype->kind == 'f') {
    double real = real_of(dtype, bits);
    if (!(fabs(real) <= 0x1p53) || real != trunc(real)) return false;
    *out = (int64_t)real;
    return true;
  }
  *out = dtype->kind == 'i' ? extend_sign(bits, dtype->size) : (int64_t)bits;
  return dtype->kind == 'i' || *out >= 0;
}

bool quoth_array_is_number(const quoth_array *array) {
  return strchr("biuf", array->dtype.kind) != NULL;
}

double quoth_array_real(const quoth_array *array, size_t i) {
  return real_of(&array->dtype, bits_of(array, i));
}

bool quoth_array_integer(const quoth_array *array, size_t i, int64_t *out) {
  return integer_of(&array->dtype, bits_of(array, i), out);
}

quoth_status quoth_array_append_text(const quoth_array *array, size_t i, quoth_buffer *out,
                                     quoth_error *err) {
  const char *data = array->data + place_of(array, i) * array->stride;
  size_t n = array->dtype.size / 4; /* numpy fills up with NUL */
  while (n > 0 && read_bits(data + 4 * (n - 1), 4, false) == 0) n--;
  for (size_t k = 0; k < n; k++) {
    char bytes[4];
    uint32_t code_point = (uint32_t)read_bits(data + 4 * k, 4, array->dtype.is_big_endian);
    if (code_point > 0x10FFFF || (code_point >= 0xD800 && code_point <= 0xDFFF))
      return fail(err, "a text of it has characters that are none");
    quoth_status status = quoth_buffer_append(out, bytes, quoth_utf8_put(code_point, bytes), err);
    if (status) return status;
  }
  return QUOTH_OK;
}

/* ---- Scalars --------------------------------------------------------------- */

/* scalar(dtype, bytes) */
static bool read_scalar(const quoth_value *value, quoth_dtype_numpy *dtype, uint64_t *bits) {
  if (!IS_MADE_BY_NUMPY(value, "multiarray", "scalar")) return false;
  const quoth_value *bytes = quoth_value_item(value->record->args, 1);
  if (quoth_numpy_dtype(quoth_value_item(value->record->args, 0), dtype, NULL) || !bytes ||
      !strchr("biuf", dtype->kind) ||
      (bytes->kind != QUOTH_VALUE_BYTES && bytes->kind != QUOTH_VALUE_TEXT) ||
      bytes->bytes.size != dtype->size)
    return false;
  *bits = read_bits(bytes->bytes.data, dtype->size, dtype->is_big_endian);
  return true;
}

bool quoth_value_real(const quoth_value *value, double *out) {
  quoth_dtype_numpy dtype;
  uint64_t bits;
  if (!value) return false;
  if (value->kind == QUOTH_VALUE_REAL) *out = value->real;
  if (value->kind == QUOTH_VALUE_INTEGER) *out = (double)value->integer;
  if (value->kind == QUOTH_VALUE_REAL || value->kind == QUOTH_VALUE_INTEGER) return true;
  if (!read_scalar(value, &dtype, &bits)) return false;
  *out = real_of(&dtype, bits);
  return true;
}

bool quoth_value_integer(const quoth_value *value, int64_t *out) {
  quoth_dtype_numpy dtype;
  uint64_t bits;
  if (value && value->kind == QUOTH_VALUE_INTEGER) *out = value->integer;
  return value && (value->kind == QUOTH_VALUE_INTEGER ||
                   (read_scalar(value, &dtype, &bits) && integer_of(&dtype, bits, out)));
}
