#include "interop/estimator.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

quoth_status quoth_estimator_open(const quoth_value *value, const char *file, quoth_estimator *out,
                                  quoth_error *err) {
  if (!value || value->kind != QUOTH_VALUE_RECORD)
    return quoth_fail_at(err, QUOTH_ERR_DATA, file, 0,
                         "it holds %s, where an object of scikit-learn should be",
                         value ? quoth_value_kind_name(value) : "nothing");
  const quoth_record *record = value->record;
  const quoth_global *class = record->callee->global;
  *out = (quoth_estimator){file, class, record->state};
  if (!record->is_object)
    return quoth_fail_at(err, QUOTH_ERR_DATA, file, 0,
                         "it would call %.*s.%.*s when opened; quoth calls nothing, and has not",
                         (int)class->module.size, class->module.data, (int)class->name.size,
                         class->name.data);
  if (!record->state || record->state->kind != QUOTH_VALUE_DICT)
    return quoth_fail_at(err, QUOTH_ERR_DATA, file, 0, "%.*s in it has no attributes",
                         (int)class->name.size, class->name.data);
  return QUOTH_OK;
}

bool quoth_estimator_is_sklearn(const quoth_estimator *estimator) {
  static const char package[] = "sklearn.";
  quoth_bytes module = estimator->class->module;
  return module.size >= sizeof package && memcmp(module.data, package, sizeof package - 1) == 0;
}

const quoth_value *quoth_estimator_get(const quoth_estimator *estimator, const char *name) {
  return quoth_value_get(estimator->state, name);
}

quoth_status quoth_estimator_fail(const quoth_estimator *estimator, const char *attribute,
                                  quoth_error *err, const char *format, ...) {
  char what[512];
  va_list args;
  va_start(args, format);
  vsnprintf(what, sizeof what, format, args);
  va_end(args);
  quoth_bytes name = estimator->class->name;
  return quoth_fail_at(err, QUOTH_ERR_DATA, estimator->file, 0, "%.*s.%s %s",
                       (int)(name.size < 80 ? name.size : 80), name.data, attribute, what);
}

/* ---- Arrays ---------------------------------------------------------------- */

static quoth_status open_reals(const quoth_estimator *estimator, const char *attribute,
                               uint64_t rows, uint64_t columns, quoth_array *array,
                               quoth_error *err) {
  quoth_error fault = {0};
  if (quoth_numpy_array(quoth_estimator_get(estimator, attribute), array, &fault))
    return quoth_estimator_fail(estimator, attribute, err, "can't be read: %s", fault.message);
  if (array->dtype.kind != 'f' || array->dtype.size != sizeof(double))
    return quoth_estimator_fail(estimator, attribute, err,
                                "has dtype %c%zu; quoth takes models of float64", array->dtype.kind,
                                array->dtype.size);
  if (array->rank != (columns ? 2 : 1) || array->shape[0] != rows ||
      (columns && array->shape[1] != columns))
    return quoth_estimator_fail(
        estimator, attribute, err, "has the shape (%llu, %llu), where the rest has (%llu, %llu)",
        (unsigned long long)array->shape[0], (unsigned long long)array->shape[1],
        (unsigned long long)rows, (unsigned long long)columns);
  return QUOTH_OK;
}

quoth_status quoth_estimator_reals(const quoth_estimator *estimator, const char *attribute,
                                   uint64_t rows, uint64_t columns, const uint32_t *order,
                                   double **out, quoth_error *err) {
  quoth_array array;
  *out = NULL;
  quoth_status status = open_reals(estimator, attribute, rows, columns, &array, err);
  if (status) return status;
  *out = quoth_new_array(array.n_items, sizeof **out, err);
  if (!*out) return QUOTH_ERR_NOMEM;
  size_t width = columns ? columns : rows;
  for (size_t i = 0; i < array.n_items; i++)
    (*out)[i] = quoth_array_real(&array, order ? i / width * width + order[i % width] : i);
  return QUOTH_OK;
}

quoth_status quoth_estimator_transposed(const quoth_estimator *estimator, const char *attribute,
                                        uint64_t rows, uint64_t columns, const uint32_t *order,
                                        double **out, quoth_error *err) {
  quoth_array array;
  *out = NULL;
  quoth_status status = open_reals(estimator, attribute, rows, columns, &array, err);
  if (status) return status;
  *out = quoth_new_array(array.n_items, sizeof **out, err);
  if (!*out) return QUOTH_ERR_NOMEM;
  for (size_t i = 0; i < array.n_items; i++) {
    size_t row = i % rows, column = i / rows;
    (*out)[i] = quoth_array_real(&array, row * columns + (order ? order[column] : column));
  }
  return QUOTH_OK;
}

/* ---- Parameters ------------------------------------------------------------ */

static json_t *list_to_json(const quoth_values *values) {
  json_t *list = json_array();
  for (size_t i = 0; i < values->n; i++) {
    int64_t integer;
    quoth_json_push(&list, quoth_value_integer(values->items[i], &integer)
                               ? json_integer((json_int_t)integer)
                               : NULL);
  }
  return list;
}

/* What JSON can say of a parameter: None, truth, numbers, texts, short lists of integers. */
static json_t *to_json(const quoth_value *value) {
  enum { MOST_ITEMS = 8 };
  int64_t integer;
  double real;
  if (value->kind == QUOTH_VALUE_NONE) return json_null();
  if (value->kind == QUOTH_VALUE_BOOL) return json_boolean(value->integer);
  if (value->kind == QUOTH_VALUE_TEXT) return json_stringn(value->bytes.data, value->bytes.size);
  if ((value->kind == QUOTH_VALUE_TUPLE || value->kind == QUOTH_VALUE_LIST) &&
      value->values.n <= MOST_ITEMS)
    return list_to_json(&value->values);
  if (quoth_value_integer(value, &integer)) return json_integer((json_int_t)integer);
  return quoth_value_real(value, &real) ? json_real(real) : NULL;
}

/* A value in words, for a message. */
static void describe(const quoth_value *value, char *text, size_t size) {
  enum { MOST = 100 };
  int64_t integer;
  double real;
  const quoth_global *global = value->kind == QUOTH_VALUE_GLOBAL   ? value->global
                               : value->kind == QUOTH_VALUE_RECORD ? value->record->callee->global
                                                                   : NULL;
  if (value->kind == QUOTH_VALUE_TEXT)
    snprintf(text, size, "'%.*s'", (int)(value->bytes.size < MOST ? value->bytes.size : MOST),
             value->bytes.data);
  else if (value->kind == QUOTH_VALUE_BOOL)
    snprintf(text, size, "%s", value->integer ? "True" : "False");
  else if (quoth_value_integer(value, &integer))
    snprintf(text, size, "%lld", (long long)integer);
  else if (quoth_value_real(value, &real))
    snprintf(text, size, "%.6g", real);
  else if (global)
    snprintf(text, size, "%s of %.*s.%.*s", quoth_value_kind_name(value),
             (int)(global->module.size < MOST ? global->module.size : MOST), global->module.data,
             (int)(global->name.size < MOST ? global->name.size : MOST), global->name.data);
  else
    snprintf(text, size, "%s", quoth_value_kind_name(value));
}

static const quoth_needed *find_needed(const quoth_needed *needed, const char *name) {
  for (; needed->name; needed++)
    if (strcmp(needed->name, name) == 0) return needed;
  return NULL;
}

/* Sets one parameter of `params`, if quoth has its value. */
static quoth_status take_param(const quoth_estimator *estimator, const quoth_stage_type *type,
                               const quoth_param *param, const quoth_needed *needed, json_t *params,
                               quoth_error *err) {
  const quoth_value *value = quoth_estimator_get(estimator, param->name);
  if (!value) return QUOTH_OK;
  json_t *json = needed && needed->translate ? needed->translate(value) : to_json(value);
  quoth_error fault = {0};
  quoth_status status =
      json ? quoth_params_set(&type->params, params, type->name, param->name, json, &fault)
           : QUOTH_ERR_ARG;
  json_decref(json);
  if (status == QUOTH_ERR_NOMEM) return quoth_fail_nomem(err, 1);
  if (!status || !needed) return QUOTH_OK;
  char words[256];
  describe(value, words, sizeof words);
  return quoth_estimator_fail(estimator, param->name, err, "is %s; quoth has %s", words,
                              param->allowed);
}

quoth_status quoth_estimator_params(const quoth_estimator *estimator, const quoth_stage_type *type,
                                    const quoth_needed *needed, json_t **out, quoth_error *err) {
  *out = quoth_params_standard(&type->params);
  if (!*out) return quoth_fail_nomem(err, 1);
  quoth_status status = QUOTH_OK;
  for (size_t i = 0; i < type->params.n_params && !status; i++) {
    const quoth_param *param = &type->params.params[i];
    status = take_param(estimator, type, param, find_needed(needed, param->name), *out, err);
  }
  if (!status) return QUOTH_OK;
  json_decref(*out);
  *out = NULL;
  return status;
}

quoth_status quoth_estimator_intercept(const quoth_estimator *estimator, uint32_t n, double **out,
                                       quoth_error *err) {
  double number;
  if (!quoth_value_real(quoth_estimator_get(estimator, "intercept_"), &number))
    return quoth_estimator_reals(estimator, "intercept_", n, 0, NULL, out, err);
  *out = quoth_new_array(n, sizeof **out, err);
  for (uint32_t k = 0; *out && k < n; k++) (*out)[k] = number;
  return *out ? QUOTH_OK : QUOTH_ERR_NOMEM;
}
