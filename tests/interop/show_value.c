#include "show_value.h"

#include <string.h>

#include "base/number.h"
#include "interop/numpy.h"

enum { MAX_DEPTH = 20, MAX_VALUES = 1 << 18 };

typedef struct shower {
  FILE *out;
  size_t n_left; /* values that may still be shown */
} shower;

static void show(shower *s, const quoth_value *value, int depth);

static void show_bytes(shower *s, quoth_bytes bytes) {
  for (size_t i = 0; i < bytes.size; i++) {
    unsigned char c = (unsigned char)bytes.data[i];
    if (c > ' ' && c < 0x7f && !strchr("()[]{}<>\\", c))
      fputc(c, s->out);
    else
      fprintf(s->out, "\\%02x", c);
  }
}

static void show_items(shower *s, const char *brackets, const quoth_values *values, int depth) {
  fputc(brackets[0], s->out);
  for (size_t i = 0; i < values->n; i++) {
    if (i) fputc(' ', s->out);
    show(s, values->items[i], depth + 1);
  }
  fputc(brackets[1], s->out);
}

static void show_real(shower *s, double real) {
  char text[QUOTH_NUMBER_SIZE];
  quoth_number_17(real, text);
  fputs(text, s->out);
}

static void show_array_item(shower *s, const quoth_array *array, size_t i, int depth) {
  int64_t integer;
  quoth_buffer text = {0};
  fputc(' ', s->out);
  if (array->dtype.kind == 'O') {
    show(s, array->objects.items[i], depth + 1);
  } else if (array->dtype.kind == 'U') {
    if (!quoth_array_append_text(array, i, &text, NULL))
      show_bytes(s, (quoth_bytes){text.data, text.size});
  } else if (array->dtype.kind == 'f') {
    show_real(s, quoth_array_real(array, i));
  } else if (quoth_array_is_number(array) && quoth_array_integer(array, i, &integer)) {
    fprintf(s->out, "%lld", (long long)integer);
  }
  quoth_buffer_clear(&text);
}

static void show_array(shower *s, const quoth_array *array, int depth) {
  fprintf(s->out, "array<%c%zu", array->dtype.kind, array->dtype.size);
  for (size_t i = 0; i < array->rank; i++)
    fprintf(s->out, ",%llu", (unsigned long long)array->shape[i]);
  for (size_t i = 0; i < array->n_items && s->n_left; i++, s->n_left--)
    show_array_item(s, array, i, depth);
  const quoth_value *fields = array->dtype.fields;
  for (size_t f = 0; fields && f + 1 < fields->values.n && s->n_left; f += 2, s->n_left--) {
    const quoth_value *key = fields->values.items[f];
    quoth_array field;
    char name[64];
    if (key->kind != QUOTH_VALUE_TEXT || key->bytes.size >= sizeof name) continue;
    memcpy(name, key->bytes.data, key->bytes.size);
    name[key->bytes.size] = '\0';
    if (quoth_numpy_field(array, name, &field, NULL)) continue;
    fprintf(s->out, " %s=", name);
    show_array(s, &field, depth + 1);
  }
  fputc('>', s->out);
}

static void show_record(shower *s, const quoth_value *value, int depth) {
  const quoth_record *record = value->record;
  quoth_array array;
  double real;
  if (quoth_value_real(value, &real)) {
    show_real(s, real);
  } else if (!quoth_numpy_array(value, &array, NULL)) {
    show_array(s, &array, depth);
  } else {
    show(s, record->callee, depth + 1);
    show(s, record->args, depth + 1);
    if (record->state) show(s, record->state, depth + 1);
    if (record->items.n) show_items(s, "[]", &record->items, depth);
  }
}

static void show(shower *s, const quoth_value *value, int depth) {
  if (depth > MAX_DEPTH || s->n_left == 0) {
    fputc('.', s->out);
    return;
  }
  s->n_left--;
  switch (value->kind) {
  case QUOTH_VALUE_NONE:
    fputs("None", s->out);
    break;
  case QUOTH_VALUE_BOOL:
    fputs(value->integer ? "True" : "False", s->out);
    break;
  case QUOTH_VALUE_INTEGER:
    fprintf(s->out, "%lld", (long long)value->integer);
    break;
  case QUOTH_VALUE_BIG_INTEGER:
    fputs("big", s->out);
    break;
  case QUOTH_VALUE_REAL:
    show_real(s, value->real);
    break;
  case QUOTH_VALUE_TEXT:
    fputc('\'', s->out);
    show_bytes(s, value->bytes);
    break;
  case QUOTH_VALUE_BYTES:
    fputc('"', s->out);
    show_bytes(s, value->bytes);
    break;
  case QUOTH_VALUE_TUPLE:
    show_items(s, "()", &value->values, depth);
    break;
  case QUOTH_VALUE_LIST:
    show_items(s, "[]", &value->values, depth);
    break;
  case QUOTH_VALUE_SET:
    show_items(s, "<>", &value->values, depth);
    break;
  case QUOTH_VALUE_DICT:
    show_items(s, "{}", &value->values, depth);
    break;
  case QUOTH_VALUE_GLOBAL:
    show_bytes(s, value->global->module);
    fputc('.', s->out);
    show_bytes(s, value->global->name);
    break;
  case QUOTH_VALUE_RECORD:
    show_record(s, value, depth);
    break;
  }
}

void show_value(const quoth_value *value, FILE *out) {
  shower s = {out, MAX_VALUES};
  show(&s, value, 0);
}
