/* value.h - what a pickle says, as inert data. A call that Python would make while opening the file
 * is a record of that call, and stays one.
 *
 * Values are shared and may hold themselves: whoever follows them needs a bound of its own. */
#ifndef QUOTH_INTEROP_VALUE_H
#define QUOTH_INTEROP_VALUE_H

#include "base/memory.h"

typedef enum quoth_value_kind {
  QUOTH_VALUE_NONE,
  QUOTH_VALUE_BOOL,
  QUOTH_VALUE_INTEGER,
  QUOTH_VALUE_BIG_INTEGER, /* more than 64 bits: bytes, little-endian or decimal */
  QUOTH_VALUE_REAL,
  QUOTH_VALUE_TEXT,  /* UTF-8; what Python 2 calls str is text if it is ASCII, else bytes */
  QUOTH_VALUE_BYTES, /* bytes and bytearray */
  QUOTH_VALUE_TUPLE,
  QUOTH_VALUE_LIST,
  QUOTH_VALUE_SET,
  QUOTH_VALUE_DICT,
  QUOTH_VALUE_GLOBAL, /* a class or a function, by name */
  QUOTH_VALUE_RECORD  /* what calling one would have made */
} quoth_value_kind;

typedef struct quoth_value quoth_value;

typedef struct quoth_values {
  const quoth_value **items; /* [n]; of a dict keys and values in turn */
  size_t n, capacity;
} quoth_values;

typedef struct quoth_global {
  quoth_bytes module, name;
} quoth_global;

typedef struct quoth_record {
  const quoth_value *callee; /* a GLOBAL */
  const quoth_value *args;   /* a TUPLE */
  const quoth_value *state;  /* what BUILD attached, or NULL */
  quoth_values items;        /* what was appended to it or set in it */
  bool is_object;            /* an empty object of class `callee`, not a function's result */
  /* Of joblib's NumpyArrayWrapper, what lies behind it in the file: */
  quoth_bytes payload;       /* the array's bytes */
  const quoth_value *nested; /* or, for an array of objects, a pickle of its own */
} quoth_record;

struct quoth_value {
  quoth_value_kind kind;
  union {
    int64_t integer; /* BOOL, INTEGER */
    double real;
    quoth_bytes bytes;   /* BIG_INTEGER, TEXT, BYTES */
    quoth_values values; /* TUPLE, LIST, SET, DICT */
    quoth_global *global;
    quoth_record *record;
  };
};

/* "None", "an integer", "a function or class", ... for messages. */
const char *quoth_value_kind_name(const quoth_value *value);

bool quoth_value_is_text(const quoth_value *value, const char *text);
/* Whether it names this class or function. Module NULL: of any. */
bool quoth_value_is_global(const quoth_value *value, const char *module, const char *name);
/* Whether it is what `module`.`name` would have made. */
bool quoth_value_is_made_by(const quoth_value *value, const char *module, const char *name);

/* Item `i` of a TUPLE or LIST, or NULL. */
const quoth_value *quoth_value_item(const quoth_value *value, size_t i);
/* What a DICT has under the text `key`, the last if there are several; or NULL. */
const quoth_value *quoth_value_get(const quoth_value *value, const char *key);

#endif
