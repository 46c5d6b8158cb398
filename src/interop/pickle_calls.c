/* Calls. Some that pickles of old protocols are full of only spell data; these become the data:
 * bytes as a text in Latin-1, sets as lists, empty objects. All others become records. */
#include <string.h>

#include "base/utf8.h"
#include "interop/pickle_machine.h"

/* ---- Whose functions ------------------------------------------------------- */

static bool is_in_package(quoth_bytes module, const char *package) {
  size_t size = strlen(package);
  return module.size >= size && memcmp(module.data, package, size) == 0 &&
         (module.size == size || module.data[size] == '.');
}

static bool is_builtin(const quoth_value *callee, const char *name) {
  return quoth_value_is_global(callee, "builtins", name) ||
         quoth_value_is_global(callee, "__builtin__", name);
}

/* Functions that files of scikit-learn call when they are opened. */
static bool is_familiar(const quoth_value *callee) {
  static const char *const packages[] = {"numpy", "scipy", "sklearn", "joblib", NULL};
  static const char *const builtins[] = {"set",   "frozenset", "bytes", "bytearray",
                                         "slice", "complex",   "range", NULL};
  for (const char *const *package = packages; *package; package++)
    if (is_in_package(callee->global->module, *package)) return true;
  for (const char *const *name = builtins; *name; name++)
    if (is_builtin(callee, *name)) return true;
  return quoth_value_is_global(callee, "_codecs", "encode") ||
         quoth_value_is_global(callee, "collections", "OrderedDict") ||
         quoth_value_is_global(callee, "collections", "defaultdict");
}

/* ---- Data in disguise ------------------------------------------------------ */

/* A text's code points, each below 256, as bytes. */
static quoth_status encode_latin1(quoth_pickle_machine *machine, quoth_bytes text,
                                  const quoth_value **out, quoth_error *err) {
  quoth_value *value = quoth_pickle_value(machine, QUOTH_VALUE_BYTES, err);
  char *to = quoth_pickle_new(machine, text.size, err);
  if (!value || !to) return QUOTH_ERR_NOMEM;
  size_t n = 0;
  for (size_t at = 0; at < text.size;) {
    uint32_t code_point = quoth_utf8_next(text, &at);
    if (code_point > 255) return quoth_pickle_fail(machine, err, "bytes above 255");
    to[n++] = (char)code_point;
  }
  value->bytes = (quoth_bytes){to, n};
  *out = value;
  return QUOTH_OK;
}

static bool is_latin1(const quoth_value *name) {
  return quoth_value_is_text(name, "latin1") || quoth_value_is_text(name, "latin-1");
}

/* bytes(), encode(text, "latin1"), bytearray(bytes), bytearray(text, "latin-1") */
static quoth_status make_bytes(quoth_pickle_machine *machine, const quoth_value *callee,
                               const quoth_value *args, const quoth_value **out, quoth_error *err) {
  const quoth_value *first = quoth_value_item(args, 0);
  size_t n = args->values.n;
  bool is_array = is_builtin(callee, "bytearray");
  if (n == 0 && (is_array || is_builtin(callee, "bytes"))) {
    *out = quoth_pickle_value(machine, QUOTH_VALUE_BYTES, err);
    return *out ? QUOTH_OK : QUOTH_ERR_NOMEM;
  }
  if (n == 1 && is_array && first->kind == QUOTH_VALUE_BYTES) *out = first;
  if (n == 2 && (is_array || quoth_value_is_global(callee, "_codecs", "encode")) &&
      first->kind == QUOTH_VALUE_TEXT && is_latin1(quoth_value_item(args, 1)))
    return encode_latin1(machine, first->bytes, out, err);
  return QUOTH_OK;
}

/* set(list), frozenset(list) */
static quoth_status make_set(quoth_pickle_machine *machine, const quoth_value *callee,
                             const quoth_value *args, const quoth_value **out, quoth_error *err) {
  const quoth_value *list = quoth_value_item(args, 0);
  if (args->values.n != 1 || list->kind != QUOTH_VALUE_LIST) return QUOTH_OK;
  if (!is_builtin(callee, "set") && !is_builtin(callee, "frozenset")) return QUOTH_OK;
  quoth_value *value = quoth_pickle_value(machine, QUOTH_VALUE_SET, err);
  if (!value) return QUOTH_ERR_NOMEM;
  value->values = (quoth_values){list->values.items, list->values.n, list->values.n};
  *out = value;
  return QUOTH_OK;
}

/* ---- Records --------------------------------------------------------------- */

static quoth_status record(quoth_pickle_machine *machine, const quoth_value *callee,
                           const quoth_value *args, bool is_object, const quoth_value **out,
                           quoth_error *err) {
  quoth_value *value = quoth_pickle_value(machine, QUOTH_VALUE_RECORD, err);
  if (!value) return QUOTH_ERR_NOMEM;
  value->record = quoth_pickle_new(machine, sizeof *value->record, err);
  if (!value->record) return QUOTH_ERR_NOMEM;
  *value->record = (quoth_record){.callee = callee, .args = args, .is_object = is_object};
  if (!is_object && !is_familiar(callee) && !machine->pickle->foreign_call)
    machine->pickle->foreign_call = callee->global;
  *out = value;
  return QUOTH_OK;
}

quoth_status quoth_pickle_call(quoth_pickle_machine *machine, const quoth_value *callee,
                               const quoth_value *args, bool is_object, const quoth_value **out,
                               quoth_error *err) {
  /* How protocols 0 and 1 make an empty object: _reconstructor(class, object, None). */
  const quoth_value *class = quoth_value_item(args, 0);
  if (class && class->kind == QUOTH_VALUE_GLOBAL &&
      (quoth_value_is_global(callee, "copy_reg", "_reconstructor") ||
       quoth_value_is_global(callee, "copyreg", "_reconstructor")))
    return record(machine, class, args, true, out, err);
  *out = NULL;
  quoth_status status = make_bytes(machine, callee, args, out, err);
  if (!status && !*out) status = make_set(machine, callee, args, out, err);
  return status || *out ? status : record(machine, callee, args, is_object, out, err);
}
