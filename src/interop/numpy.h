/* numpy.h - numpy's arrays, scalars and dtypes, found in the records of a pickle. */
#ifndef QUOTH_INTEROP_NUMPY_H
#define QUOTH_INTEROP_NUMPY_H

#include "interop/value.h"

enum { QUOTH_ARRAY_MAX_RANK = 3 };

/* What an item is. */
typedef struct quoth_dtype_numpy {
  char kind;                 /* numpy's: b i u f, U text, S bytes, O object, V record */
  size_t size;               /* bytes of an item */
  bool is_big_endian;        /* of b i u f U */
  const quoth_value *fields; /* of V: a DICT from name to (dtype, offset) */
} quoth_dtype_numpy;

/* A view of an array. Items are numbered in C order, whatever their order in memory. */
typedef struct quoth_array {
  quoth_dtype_numpy dtype;
  size_t rank;
  uint64_t shape[QUOTH_ARRAY_MAX_RANK]; /* 1 behind `rank` */
  size_t n_items;
  bool is_fortran;  /* in memory the first index runs fastest */
  const char *data; /* NULL for objects */
  size_t stride;    /* bytes from one item to the next in memory */
  quoth_values objects;
} quoth_array;

/* A dtype's record. Unknown ones, dates, structures within structures are errors. */
quoth_status quoth_numpy_dtype(const quoth_value *value, quoth_dtype_numpy *out, quoth_error *err);

/* An array, as numpy pickles it or joblib does. Every length is checked here: items can then be
 * read without further checks. */
quoth_status quoth_numpy_array(const quoth_value *value, quoth_array *out, quoth_error *err);

/* The field `name` of an array of records, as an array. */
quoth_status quoth_numpy_field(const quoth_array *array, const char *name, quoth_array *out,
                               quoth_error *err);

/* Item `i` of numbers (dtype b i u f of up to 8 bytes, which `is_number` tells). */
bool quoth_array_is_number(const quoth_array *array);
double quoth_array_real(const quoth_array *array, size_t i);
/* False if it is no whole number of 64 bits. */
bool quoth_array_integer(const quoth_array *array, size_t i, int64_t *out);

/* Item `i` of dtype U as UTF-8, appended to `out`. */
quoth_status quoth_array_append_text(const quoth_array *array, size_t i, quoth_buffer *out,
                                     quoth_error *err);

/* A plain number or a numpy scalar; false if it is neither. */
bool quoth_value_real(const quoth_value *value, double *out);
bool quoth_value_integer(const quoth_value *value, int64_t *out);

#endif
