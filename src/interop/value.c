#include "interop/value.h"

/* ORDER quoth_value_kind */
static const char *const kind_names[] = {
    "None",     "a truth value", "an integer", "a large integer", "a number", "a text",
    "bytes",    "a tuple",       "a list",     "a set",           "a dict",   "a class or function",
    "an object"};

const char *quoth_value_kind_name(const quoth_value *value) { return kind_names[value->kind]; }

bool quoth_value_is_text(const quoth_value *value, const char *text) {
  return value && value->kind == QUOTH_VALUE_TEXT && quoth_bytes_equal(value->bytes, text);
}

bool quoth_value_is_global(const quoth_value *value, const char *module, const char *name) {
  return value && value->kind == QUOTH_VALUE_GLOBAL &&
         quoth_bytes_equal(value->global->name, name) &&
         (!module || quoth_bytes_equal(value->global->module, module));
}

bool quoth_value_is_made_by(const quoth_value *value, const char *module, const char *name) {
  return value && value->kind == QUOTH_VALUE_RECORD &&
         quoth_value_is_global(value->record->callee, module, name);
}

const quoth_value *quoth_value_item(const quoth_value *value, size_t i) {
  if (!value || (value->kind != QUOTH_VALUE_TUPLE && value->kind != QUOTH_VALUE_LIST)) return NULL;
  return i < value->values.n ? value->values.items[i] : NULL;
}

const quoth_value *quoth_value_get(const quoth_value *value, const char *key) {
  if (!value || value->kind != QUOTH_VALUE_DICT) return NULL;
  for (size_t i = value->values.n; i >= 2; i -= 2)
    if (quoth_value_is_text(value->values.items[i - 2], key)) return value->values.items[i - 1];
  return NULL;
}
