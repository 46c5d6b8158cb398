#include "model/param.h"

#include <math.h>
#include <string.h>

#include "base/utf8.h"

/* ---- Readers --------------------------------------------------------------- */

static bool is_in_range(const quoth_param *param, double value) {
  if (!isfinite(value)) return false;
  if (param->min_is_open ? value <= param->min : value < param->min) return false;
  return param->max_is_open ? value < param->max : value <= param->max;
}

bool quoth_param_read_bool(const quoth_param *param, const json_t *value, void *field) {
  (void)param;
  if (!json_is_boolean(value)) return false;
  *(bool *)field = json_is_true(value);
  return true;
}

bool quoth_param_read_u32(const quoth_param *param, const json_t *value, void *field) {
  if (!json_is_integer(value)) return false;
  json_int_t number = json_integer_value(value);
  if (number < 0 || number > UINT32_MAX || !is_in_range(param, (double)number)) return false;
  *(uint32_t *)field = (uint32_t)number;
  return true;
}

bool quoth_param_read_u32_or_null(const quoth_param *param, const json_t *value, void *field) {
  if (!json_is_null(value)) return quoth_param_read_u32(param, value, field);
  *(uint32_t *)field = 0;
  return true;
}

bool quoth_param_read_range(const quoth_param *param, const json_t *value, void *field) {
  uint32_t range[2];
  if (json_array_size(value) != 2 ||
      !quoth_param_read_u32(param, json_array_get(value, 0), &range[0]) ||
      !quoth_param_read_u32(param, json_array_get(value, 1), &range[1]) || range[0] > range[1])
    return false;
  memcpy(field, range, sizeof range);
  return true;
}

bool quoth_param_read_double(const quoth_param *param, const json_t *value, void *field) {
  if (!json_is_number(value) || !is_in_range(param, json_number_value(value))) return false;
  *(double *)field = json_number_value(value);
  return true;
}

bool quoth_param_read_double_or_null(const quoth_param *param, const json_t *value, void *field) {
  if (!json_is_null(value)) return quoth_param_read_double(param, value, field);
  *(double *)field = NAN;
  return true;
}

/* The number of the word (or null) among param->choices, or -1. */
static int find_choice(const quoth_param *param, const json_t *value) {
  for (int i = 0; param->choices && param->choices[i]; i++) {
    bool is_null = strcmp(param->choices[i], "null") == 0;
    if (is_null ? json_is_null(value)
                : json_is_string(value) && strcmp(param->choices[i], json_string_value(value)) == 0)
      return i;
  }
  return -1;
}

bool quoth_param_read_choice(const quoth_param *param, const json_t *value, void *field) {
  int choice = find_choice(param, value);
  if (choice < 0) return false;
  memcpy(field, &choice, sizeof choice);
  return true;
}

bool quoth_param_read_amount(const quoth_param *param, const json_t *value, void *field) {
  quoth_amount amount = {0};
  if (json_is_integer(value)) {
    amount.kind = QUOTH_AMOUNT_COUNT;
    if (json_integer_value(value) < (json_int_t)param->min_count) return false;
    amount.count = (uint64_t)json_integer_value(value);
  } else if (json_is_real(value)) {
    amount.kind = QUOTH_AMOUNT_SHARE;
    amount.share = json_real_value(value);
    if (!is_in_range(param, amount.share)) return false;
  } else {
    int choice = find_choice(param, value);
    if (choice < 0) return false;
    const char *word = param->choices[choice];
    amount.kind = strcmp(word, "sqrt") == 0   ? QUOTH_AMOUNT_SQRT
                  : strcmp(word, "log2") == 0 ? QUOTH_AMOUNT_LOG2
                                              : QUOTH_AMOUNT_ALL;
  }
  memcpy(field, &amount, sizeof amount);
  return true;
}

/* ---- Tables ---------------------------------------------------------------- */

static const quoth_param *find(const quoth_param_table *table, const char *key) {
  for (size_t i = 0; i < table->n_params; i++)
    if (strcmp(table->params[i].name, key) == 0) return &table->params[i];
  return NULL;
}

json_t *quoth_params_standard(const quoth_param_table *table) {
  json_t *params = json_object();
  for (size_t i = 0; params && i < table->n_params; i++) {
    json_t *value = json_loads(table->params[i].standard, JSON_DECODE_ANY, NULL);
    if (json_object_set_new(params, table->params[i].name, value) != 0) {
      json_decref(params);
      params = NULL;
    }
  }
  return params;
}

bool quoth_params_drop_late(const quoth_param_table *table, json_t *params) {
  json_t *standard = quoth_params_standard(table);
  for (size_t i = 0; standard && i < table->n_params; i++) {
    const char *name = table->params[i].name;
    if (table->params[i].is_late &&
        json_equal(json_object_get(params, name), json_object_get(standard, name)))
      json_object_del(params, name);
  }
  json_decref(standard);
  return standard != NULL;
}

static quoth_status fail_unknown(const quoth_param_table *table, const char *where, const char *key,
                                 quoth_error *err) {
  quoth_buffer names = {0};
  for (size_t i = 0; i < table->n_params; i++)
    quoth_buffer_printf(&names, NULL, "%s%s", i ? ", " : "", table->params[i].name);
  quoth_fail(err, QUOTH_ERR_ARG, "unknown key %s.%s; %s has: %.*s", where, key, where,
             (int)names.size, names.data ? names.data : "");
  quoth_buffer_clear(&names);
  return QUOTH_ERR_ARG;
}

static quoth_status fail_value(const quoth_param *param, const char *where, const json_t *value,
                               quoth_error *err) {
  quoth_buffer text = {0};
  quoth_json_append(&text, value, 0, NULL);
  quoth_bytes shown = {text.data, text.size < 80 ? text.size : 80};
  quoth_fail(err, QUOTH_ERR_ARG, "%s.%s cannot be %.*s; allowed: %s", where, param->name,
             (int)quoth_utf8_valid_prefix(shown), text.data ? text.data : "", param->allowed);
  quoth_buffer_clear(&text);
  return QUOTH_ERR_ARG;
}

/* A field as wide as any reader writes. */
typedef union any_field {
  max_align_t alignment;
  unsigned char bytes[64];
} any_field;

quoth_status quoth_params_set(const quoth_param_table *table, json_t *params, const char *where,
                              const char *key, const json_t *value, quoth_error *err) {
  const quoth_param *param = find(table, key);
  if (!param) return fail_unknown(table, where, key, err);
  any_field field;
  if (!param->read(param, value, &field)) return fail_value(param, where, value, err);
  bool is_real =
      param->read == quoth_param_read_double || param->read == quoth_param_read_double_or_null;
  json_t *normal = is_real && json_is_integer(value) ? json_real(json_number_value(value))
                                                     : json_deep_copy(value);
  if (json_object_set_new(params, key, normal) != 0) return quoth_fail_nomem(err, 1);
  return QUOTH_OK;
}

quoth_status quoth_params_read(const quoth_param_table *table, const json_t *params,
                               const char *where, void *out, quoth_error *err) {
  memset(out, 0, table->struct_size);
  for (size_t i = 0; i < table->n_params; i++) {
    const quoth_param *param = &table->params[i];
    const json_t *value = json_object_get(params, param->name);
    if (!value) return quoth_fail(err, QUOTH_ERR_ARG, "the spec lacks %s.%s", where, param->name);
    if (!param->read(param, value, (char *)out + param->offset))
      return fail_value(param, where, value, err);
  }
  return QUOTH_OK;
}
