/* param.h - parameters by name: from JSON in a spec to the struct that a learner takes.
 *
 * Each kind of stage has a table of its parameters. The table is what the spec is checked
 * against, what messages and help texts are made from, and what fills the struct. */
#ifndef QUOTH_MODEL_PARAM_H
#define QUOTH_MODEL_PARAM_H

#include "base/amount.h"
#include "base/json.h"

typedef struct quoth_param quoth_param;

struct quoth_param {
  const char *name;     /* scikit-learn's */
  const char *allowed;  /* its values in words: "an integer from 1 up" */
  const char *help;     /* what it does, for the manual */
  const char *standard; /* its default, as JSON */
  size_t offset;        /* of its field in the struct of parameters */
  /* Stores `value` into the field. False if the value is not allowed. */
  bool (*read)(const quoth_param *param, const json_t *value, void *field);
  double min, max; /* for real numbers and shares, and for integers that stand alone */
  bool is_late; /* came after version 0.1.0: not written into a spec while at its default, so that
                   specs and files from before stay as they are */
  bool min_is_open, max_is_open; /* the bound itself is not allowed */
  uint64_t min_count;            /* for integers where a share is allowed too */
  const char *const *choices;    /* for words: [n] names of the enum's values 0, 1, ...; NULL-ended;
                                    "null" stands for JSON's null */
};

typedef struct quoth_param_table {
  const quoth_param *params;
  size_t n_params;
  size_t struct_size; /* of the struct that the offsets are in */
} quoth_param_table;

/* Readers for the usual kinds of field. */
bool quoth_param_read_bool(const quoth_param *param, const json_t *value, void *field); /* bool */
bool quoth_param_read_u32(const quoth_param *param, const json_t *value, void *field);
bool quoth_param_read_u32_or_null(const quoth_param *param, const json_t *value,
                                  void *field); /* null: 0 */
bool quoth_param_read_double(const quoth_param *param, const json_t *value, void *field);
bool quoth_param_read_double_or_null(const quoth_param *param, const json_t *value,
                                     void *field); /* null: NaN */
bool quoth_param_read_range(const quoth_param *param, const json_t *value,
                            void *field); /* [least, most]: uint32_t[2], ascending */
bool quoth_param_read_amount(const quoth_param *param, const json_t *value,
                             void *field); /* quoth_amount; words among null, sqrt, log2 */
bool quoth_param_read_choice(const quoth_param *param, const json_t *value,
                             void *field); /* an enum (int-sized) */

/* An object with every parameter at its default. NULL if out of memory. */
json_t *quoth_params_standard(const quoth_param_table *table);

/* Puts `value` in place of parameter `key` of `params`, normalised (a whole number where a real
 * one is meant becomes real). `where` ("lda") is the key's prefix in messages. An unknown key or
 * a value that is not allowed is an error that names the key and what would be. */
quoth_status quoth_params_set(const quoth_param_table *table, json_t *params, const char *where,
                              const char *key, const json_t *value, quoth_error *err);

/* Drops the late ones that are at their default. False if out of memory. */
bool quoth_params_drop_late(const quoth_param_table *table, json_t *params);

/* Fills the struct `out` ([struct_size]) from `params`, which must be complete and valid. */
quoth_status quoth_params_read(const quoth_param_table *table, const json_t *params,
                               const char *where, void *out, quoth_error *err);

#endif
