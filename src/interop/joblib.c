/* joblib's files: an array is a small object in the pickle, and its bytes follow right behind the
 * opcode that completes this object. */
#include "interop/numpy.h"
#include "interop/pickle_machine.h"

/* Since joblib 1.2 the bytes are aligned: one byte says how many of filling follow it. */
static quoth_status skip_padding(quoth_pickle_machine *machine, const quoth_record *record,
                                 quoth_error *err) {
  const quoth_value *alignment = quoth_value_get(record->state, "numpy_array_alignment_bytes");
  if (!alignment || alignment->kind == QUOTH_VALUE_NONE) return QUOTH_OK;
  quoth_bytes length, filling;
  quoth_status status = quoth_pickle_take(machine, 1, &length, err);
  return status ? status : quoth_pickle_take(machine, (unsigned char)*length.data, &filling, err);
}

static quoth_status read_nested(quoth_pickle_machine *machine, const quoth_value **root,
                                quoth_error *err) {
  quoth_pickle_machine nested = {.pickle = machine->pickle,
                                 .data = machine->data,
                                 .begin = machine->at,
                                 .at = machine->at,
                                 .is_nested = true};
  quoth_status status = quoth_pickle_run(&nested, root, err);
  machine->at = nested.at;
  return status;
}

static bool multiply_shape(const quoth_value *shape, size_t *product) {
  if (!shape || shape->kind != QUOTH_VALUE_TUPLE) return false;
  for (size_t i = 0; i < shape->values.n; i++) {
    const quoth_value *extent = quoth_value_item(shape, i);
    if (extent->kind != QUOTH_VALUE_INTEGER || extent->integer < 0 ||
        __builtin_mul_overflow(*product, (uint64_t)extent->integer, product))
      return false;
  }
  return true;
}

quoth_status quoth_joblib_read_payload(quoth_pickle_machine *machine, quoth_record *record,
                                       quoth_error *err) {
  quoth_dtype_numpy dtype;
  quoth_error fault = {0};
  if (quoth_numpy_dtype(quoth_value_get(record->state, "dtype"), &dtype, &fault))
    return quoth_pickle_fail(machine, err, "an array: %s", fault.message);
  if (dtype.kind == 'O') return read_nested(machine, &record->nested, err);
  size_t size = dtype.size;
  if (!multiply_shape(quoth_value_get(record->state, "shape"), &size))
    return quoth_pickle_fail(machine, err, "an array's shape is malformed");
  quoth_status status = skip_padding(machine, record, err);
  return status ? status : quoth_pickle_take(machine, size, &record->payload, err);
}
