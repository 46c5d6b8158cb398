/* What the classes are called: the classifier has classes_, which are names, or the numbers that a
 * LabelEncoder has names for. */
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "interop/sklearn_parts.h"

static quoth_status open_classes(const quoth_estimator *estimator, quoth_array *out,
                                 quoth_error *err) {
  quoth_error fault = {0};
  const quoth_value *value = quoth_estimator_get(estimator, "classes_");
  if (!value)
    return quoth_estimator_fail(estimator, "classes_", err, "is not there: it was not fitted");
  if (quoth_numpy_array(value, out, &fault))
    return quoth_estimator_fail(estimator, "classes_", err, "can't be read: %s", fault.message);
  if (out->rank != 1)
    return quoth_estimator_fail(estimator, "classes_", err,
                                "has more than one dimension; quoth knows one label a text");
  return QUOTH_OK;
}

quoth_status quoth_import_set_classifier(quoth_import *import, const quoth_estimator *estimator,
                                         quoth_error *err) {
  enum { MOST_CLASSES = 1 << 20 };
  quoth_array classes;
  if (import->classifier.class)
    return quoth_fail_at(err, QUOTH_ERR_DATA, estimator->file, 0,
                         "a second classifier; quoth knows one");
  quoth_status status = open_classes(estimator, &classes, err);
  if (status) return status;
  if (classes.n_items < 2 || classes.n_items > MOST_CLASSES)
    return quoth_estimator_fail(estimator, "classes_", err,
                                "has %zu classes; quoth tells apart two or more", classes.n_items);
  import->classifier = *estimator;
  import->n_classes = (uint32_t)classes.n_items;
  return QUOTH_OK;
}

/* ---- Names ----------------------------------------------------------------- */

static json_t *name_of_number(double number, bool is_integer, int64_t integer) {
  char text[QUOTH_NUMBER_SIZE];
  if (is_integer) return json_sprintf("%lld", (long long)integer);
  quoth_number_shortest(number, text);
  return json_string(text);
}

static json_t *name_of_object(const quoth_value *value) {
  int64_t integer;
  double number;
  if (value->kind == QUOTH_VALUE_TEXT) return json_stringn(value->bytes.data, value->bytes.size);
  if (value->kind == QUOTH_VALUE_BOOL) return json_string(value->integer ? "True" : "False");
  if (value->kind != QUOTH_VALUE_REAL && quoth_value_integer(value, &integer))
    return name_of_number(0, true, integer);
  return quoth_value_real(value, &number) ? name_of_number(number, false, 0) : NULL;
}

static json_t *name_of_text(const quoth_array *classes, size_t i) {
  quoth_buffer text = {0};
  quoth_status status = quoth_array_append_text(classes, i, &text, NULL);
  json_t *name = status ? NULL : json_stringn(text.data ? text.data : "", text.size);
  quoth_buffer_clear(&text);
  return name;
}

/* Class `i` as Python's str() has it; NULL if it has no name. */
static json_t *name_of(const quoth_array *classes, size_t i) {
  int64_t integer;
  if (classes->dtype.kind == 'O') return name_of_object(classes->objects.items[i]);
  if (classes->dtype.kind == 'U') return name_of_text(classes, i);
  if (!quoth_array_is_number(classes)) return NULL;
  bool is_integer = classes->dtype.kind != 'f' && quoth_array_integer(classes, i, &integer);
  if (classes->dtype.kind == 'b') return json_string(integer ? "True" : "False");
  return name_of_number(quoth_array_real(classes, i), is_integer, is_integer ? integer : 0);
}

/* The name that the encoder has for the classifier's class `i`. */
static json_t *name_of_code(const quoth_array *codes, size_t i, const quoth_array *names) {
  int64_t code;
  if (!quoth_array_is_number(codes) || !quoth_array_integer(codes, i, &code)) return NULL;
  return code >= 0 && code < (int64_t)names->n_items ? name_of(names, (size_t)code) : NULL;
}

static bool has_text(const json_t *list, const char *text) {
  size_t n = json_array_size(list);
  return n > 0 && strcmp(json_string_value(json_array_get(list, n - 1)), text) == 0;
}

quoth_status quoth_import_classes(const quoth_import *import, json_t **out, quoth_error *err) {
  quoth_array classes, names;
  bool has_encoder = import->encoder.class != NULL;
  *out = NULL;
  quoth_status status = open_classes(&import->classifier, &classes, err);
  if (!status && has_encoder) status = open_classes(&import->encoder, &names, err);
  if (status) return status;
  json_t *list = json_array();
  for (size_t i = 0; i < classes.n_items && list && !status; i++) {
    json_t *name = has_encoder ? name_of_code(&classes, i, &names) : name_of(&classes, i);
    if (!name || has_text(list, json_string_value(name)))
      status = quoth_estimator_fail(has_encoder ? &import->encoder : &import->classifier,
                                    "classes_", err, "has no name of its own for class %zu", i);
    if (status)
      json_decref(name);
    else
      quoth_json_push(&list, name);
  }
  if (!list) return quoth_fail_nomem(err, 1);
  if (status)
    json_decref(list);
  else
    *out = list;
  return status;
}
