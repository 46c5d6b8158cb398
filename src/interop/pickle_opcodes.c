/* The opcodes, as Python's Lib/pickletools.py describes them. */
#include <stdlib.h>
#include <string.h>

#include "interop/pickle_machine.h"

#define OPCODE(name)                                                                               \
  static quoth_status name(quoth_pickle_machine *machine, const quoth_pickle_operand *operand,     \
                           quoth_error *err)

/* ---- The stack ------------------------------------------------------------- */

static size_t floor_of(const quoth_pickle_machine *machine) {
  return machine->n_marks ? machine->marks[machine->n_marks - 1] : 0;
}

static quoth_status push(quoth_pickle_machine *machine, const quoth_value *value,
                         quoth_error *err) {
  if (!value) return QUOTH_ERR_NOMEM;
  const quoth_value **stack = quoth_grow(machine->stack, &machine->stack_capacity,
                                         machine->n_stack + 1, sizeof *stack, err);
  if (!stack) return QUOTH_ERR_NOMEM;
  machine->stack = stack;
  stack[machine->n_stack++] = value;
  return QUOTH_OK;
}

/* Refuses to reach below the last mark. */
static quoth_status need(const quoth_pickle_machine *machine, size_t n, quoth_error *err) {
  return machine->n_stack - floor_of(machine) >= n
             ? QUOTH_OK
             : quoth_pickle_fail(machine, err, "the stack is empty");
}

static const quoth_value *top(const quoth_pickle_machine *machine) {
  return machine->stack[machine->n_stack - 1];
}

/* What lies above the last mark, which goes: *values is [*n], and off the stack. */
static quoth_status pop_mark(quoth_pickle_machine *machine, const quoth_value ***values, size_t *n,
                             quoth_error *err) {
  *values = NULL;
  *n = 0;
  if (machine->n_marks == 0) return quoth_pickle_fail(machine, err, "there is no mark");
  size_t height = machine->marks[--machine->n_marks];
  if (machine->stack) *values = machine->stack + height;
  *n = machine->n_stack - height;
  machine->n_stack = height;
  return QUOTH_OK;
}

OPCODE(mark) {
  (void)operand;
  size_t *marks = quoth_grow(machine->marks, &machine->marks_capacity, machine->n_marks + 1,
                             sizeof *marks, err);
  if (!marks) return QUOTH_ERR_NOMEM;
  machine->marks = marks;
  marks[machine->n_marks++] = machine->n_stack;
  return QUOTH_OK;
}

OPCODE(drop_marked) {
  (void)operand;
  const quoth_value **values;
  size_t n;
  return pop_mark(machine, &values, &n, err);
}

OPCODE(drop) {
  if (machine->n_stack == floor_of(machine)) return drop_marked(machine, operand, err);
  machine->n_stack--;
  return QUOTH_OK;
}

OPCODE(duplicate) {
  (void)operand;
  quoth_status status = need(machine, 1, err);
  return status ? status : push(machine, top(machine), err);
}

OPCODE(stop) {
  (void)operand;
  (void)err;
  machine->is_done = true;
  return QUOTH_OK;
}

OPCODE(ignore) {
  (void)machine;
  (void)operand;
  (void)err;
  return QUOTH_OK;
}

OPCODE(protocol) {
  return operand->number <= 5
             ? QUOTH_OK
             : quoth_pickle_fail(machine, err, "protocol %llu; 5 is the last that is known",
                                 (unsigned long long)operand->number);
}

/* ---- Plain values ---------------------------------------------------------- */

static const quoth_value none = {.kind = QUOTH_VALUE_NONE},
                         is_true = {.kind = QUOTH_VALUE_BOOL, .integer = 1},
                         is_false = {.kind = QUOTH_VALUE_BOOL, .integer = 0},
                         empty_tuple_value = {.kind = QUOTH_VALUE_TUPLE};

OPCODE(push_none) {
  (void)operand;
  return push(machine, &none, err);
}

OPCODE(push_true) {
  (void)operand;
  return push(machine, &is_true, err);
}

OPCODE(push_false) {
  (void)operand;
  return push(machine, &is_false, err);
}

static quoth_status push_integer(quoth_pickle_machine *machine, int64_t integer, quoth_error *err) {
  quoth_value *value = quoth_pickle_value(machine, QUOTH_VALUE_INTEGER, err);
  if (value) value->integer = integer;
  return push(machine, value, err);
}

OPCODE(unsigned_integer) { return push_integer(machine, (int64_t)operand->number, err); }

OPCODE(signed_integer) { return push_integer(machine, (int32_t)(uint32_t)operand->number, err); }

/* Two's complement, little-endian. */
OPCODE(long_integer) {
  quoth_bytes bytes = operand->bytes;
  if (bytes.size <= 8) {
    uint64_t bits = bytes.size && (bytes.data[bytes.size - 1] & 0x80) ? UINT64_MAX : 0;
    for (size_t i = bytes.size; i-- > 0;) bits = bits << 8 | (unsigned char)bytes.data[i];
    return push_integer(machine, (int64_t)bits, err);
  }
  quoth_value *value = quoth_pickle_value(machine, QUOTH_VALUE_BIG_INTEGER, err);
  if (value) value->bytes = bytes;
  return push(machine, value, err);
}

OPCODE(big_endian_real) {
  quoth_value *value = quoth_pickle_value(machine, QUOTH_VALUE_REAL, err);
  uint64_t bits = __builtin_bswap64(operand->number);
  if (value) memcpy(&value->real, &bits, sizeof bits);
  return push(machine, value, err);
}

OPCODE(bytes) {
  quoth_value *value = quoth_pickle_value(machine, QUOTH_VALUE_BYTES, err);
  if (value) value->bytes = operand->bytes;
  return push(machine, value, err);
}

/* Pushes what a reader of operands makes. */
#define PUSH_READ(name, reader)                                                                    \
  OPCODE(name) {                                                                                   \
    const quoth_value *value = NULL;                                                               \
    quoth_status status = reader(machine, operand->bytes, &value, err);                            \
    return status ? status : push(machine, value, err);                                            \
  }

PUSH_READ(text, quoth_pickle_text)
PUSH_READ(string, quoth_pickle_string)
PUSH_READ(integer_line, quoth_pickle_integer_line)
PUSH_READ(real_line, quoth_pickle_real_line)
PUSH_READ(string_line, quoth_pickle_string_line)
PUSH_READ(unicode_line, quoth_pickle_unicode_line)

/* ---- Collections ----------------------------------------------------------- */

static quoth_status append(quoth_pickle_machine *machine, quoth_values *to,
                           const quoth_value *const *items, size_t n, quoth_error *err) {
  if (n > to->capacity - to->n) {
    size_t capacity = to->n + n > 2 * to->capacity ? to->n + n : 2 * to->capacity;
    const quoth_value **grown = quoth_pickle_new(machine, capacity * sizeof *grown, err);
    if (!grown) return QUOTH_ERR_NOMEM;
    if (to->n) memcpy(grown, to->items, to->n * sizeof *grown);
    to->items = grown;
    to->capacity = capacity;
  }
  if (n) memcpy(to->items + to->n, items, n * sizeof *items);
  to->n += n;
  return QUOTH_OK;
}

/* Pushes a collection of `n` items, which the stack has just given up. */
static quoth_status push_collection(quoth_pickle_machine *machine, quoth_value_kind kind,
                                    const quoth_value *const *items, size_t n, quoth_error *err) {
  quoth_value *value = quoth_pickle_value(machine, kind, err);
  if (!value) return QUOTH_ERR_NOMEM;
  quoth_status status = append(machine, &value->values, items, n, err);
  return status ? status : push(machine, value, err);
}

static quoth_status push_marked(quoth_pickle_machine *machine, quoth_value_kind kind,
                                quoth_error *err) {
  const quoth_value **items;
  size_t n;
  quoth_status status = pop_mark(machine, &items, &n, err);
  if (!status && kind == QUOTH_VALUE_DICT && n % 2)
    status = quoth_pickle_fail(machine, err, "a key without a value");
  return status ? status : push_collection(machine, kind, items, n, err);
}

static quoth_status push_tuple(quoth_pickle_machine *machine, size_t n, quoth_error *err) {
  quoth_status status = need(machine, n, err);
  if (status) return status;
  machine->n_stack -= n;
  return push_collection(machine, QUOTH_VALUE_TUPLE, machine->stack + machine->n_stack, n, err);
}

OPCODE(empty_tuple) {
  (void)operand;
  return push(machine, &empty_tuple_value, err);
}

#define COLLECTION(name, call)                                                                     \
  OPCODE(name) {                                                                                   \
    (void)operand;                                                                                 \
    return call;                                                                                   \
  }

COLLECTION(empty_list, push_collection(machine, QUOTH_VALUE_LIST, NULL, 0, err))
COLLECTION(empty_dict, push_collection(machine, QUOTH_VALUE_DICT, NULL, 0, err))
COLLECTION(empty_set, push_collection(machine, QUOTH_VALUE_SET, NULL, 0, err))
COLLECTION(tuple, push_marked(machine, QUOTH_VALUE_TUPLE, err))
COLLECTION(list, push_marked(machine, QUOTH_VALUE_LIST, err))
COLLECTION(dict, push_marked(machine, QUOTH_VALUE_DICT, err))
COLLECTION(frozen_set, push_marked(machine, QUOTH_VALUE_SET, err))
COLLECTION(tuple1, push_tuple(machine, 1, err))
COLLECTION(tuple2, push_tuple(machine, 2, err))
COLLECTION(tuple3, push_tuple(machine, 3, err))

/* Adds to the collection, or the record, that is now on top of the stack. Collections are made by
 * this machine and writable; the stack's view of them is not. */
static quoth_status add_to_top(quoth_pickle_machine *machine, quoth_value_kind kind,
                               const quoth_value *const *items, size_t n, quoth_error *err) {
  quoth_status status = need(machine, 1, err);
  if (status) return status;
  quoth_value *to = (quoth_value *)(uintptr_t)top(machine);
  if (to->kind != kind && to->kind != QUOTH_VALUE_RECORD)
    return quoth_pickle_fail(machine, err, "nothing can be put into %s", quoth_value_kind_name(to));
  return append(machine, to->kind == kind ? &to->values : &to->record->items, items, n, err);
}

static quoth_status add_last(quoth_pickle_machine *machine, quoth_value_kind kind, size_t n,
                             quoth_error *err) {
  quoth_status status = need(machine, n + 1, err);
  if (status) return status;
  machine->n_stack -= n;
  return add_to_top(machine, kind, machine->stack + machine->n_stack, n, err);
}

static quoth_status add_marked(quoth_pickle_machine *machine, quoth_value_kind kind,
                               quoth_error *err) {
  const quoth_value **items;
  size_t n;
  quoth_status status = pop_mark(machine, &items, &n, err);
  if (!status && kind == QUOTH_VALUE_DICT && n % 2)
    status = quoth_pickle_fail(machine, err, "a key without a value");
  return status ? status : add_to_top(machine, kind, items, n, err);
}

COLLECTION(append_one, add_last(machine, QUOTH_VALUE_LIST, 1, err))
COLLECTION(append_marked, add_marked(machine, QUOTH_VALUE_LIST, err))
COLLECTION(set_one, add_last(machine, QUOTH_VALUE_DICT, 2, err))
COLLECTION(set_marked, add_marked(machine, QUOTH_VALUE_DICT, err))
COLLECTION(add_marked_to_set, add_marked(machine, QUOTH_VALUE_SET, err))

/* ---- The memo -------------------------------------------------------------- */

static quoth_status put(quoth_pickle_machine *machine, uint64_t i, quoth_error *err) {
  quoth_status status = need(machine, 1, err);
  if (status) return status;
  /* Python counts from 0 or 1 up, once for each put. */
  if (i > machine->at - machine->begin)
    return quoth_pickle_fail(machine, err, "the memo's number is too high");
  size_t n = machine->n_memo > i ? machine->n_memo : (size_t)i + 1;
  const quoth_value **memo =
      quoth_grow(machine->memo, &machine->memo_capacity, n, sizeof *memo, err);
  if (!memo) return QUOTH_ERR_NOMEM;
  machine->memo = memo;
  for (; machine->n_memo < n; machine->n_memo++) memo[machine->n_memo] = NULL;
  memo[i] = top(machine);
  return QUOTH_OK;
}

static quoth_status get(quoth_pickle_machine *machine, uint64_t i, quoth_error *err) {
  if (i >= machine->n_memo || !machine->memo[i])
    return quoth_pickle_fail(machine, err, "the memo has nothing under %llu",
                             (unsigned long long)i);
  return push(machine, machine->memo[i], err);
}

static quoth_status read_index(quoth_pickle_machine *machine, quoth_bytes line, uint64_t *out,
                               quoth_error *err) {
  const quoth_value *value;
  *out = 0;
  quoth_status status = quoth_pickle_integer_line(machine, line, &value, err);
  if (status) return status;
  if (value->kind != QUOTH_VALUE_INTEGER || value->integer < 0)
    return quoth_pickle_fail(machine, err, "the memo's number is malformed");
  *out = (uint64_t)value->integer;
  return QUOTH_OK;
}

OPCODE(put_number) { return put(machine, operand->number, err); }
OPCODE(get_number) { return get(machine, operand->number, err); }
OPCODE(memoize) {
  (void)operand;
  return put(machine, machine->n_memo, err);
}

OPCODE(put_line) {
  uint64_t i;
  quoth_status status = read_index(machine, operand->bytes, &i, err);
  return status ? status : put(machine, i, err);
}

OPCODE(get_line) {
  uint64_t i;
  quoth_status status = read_index(machine, operand->bytes, &i, err);
  return status ? status : get(machine, i, err);
}

/* ---- Classes, functions, calls --------------------------------------------- */

static quoth_status push_global(quoth_pickle_machine *machine, quoth_bytes module, quoth_bytes name,
                                quoth_error *err) {
  quoth_value *value = quoth_pickle_value(machine, QUOTH_VALUE_GLOBAL, err);
  if (!value) return QUOTH_ERR_NOMEM;
  value->global = quoth_pickle_new(machine, sizeof *value->global, err);
  if (!value->global) return QUOTH_ERR_NOMEM;
  *value->global = (quoth_global){module, name};
  return push(machine, value, err);
}

OPCODE(global) {
  const quoth_value *module, *name;
  quoth_status status = quoth_pickle_text(machine, operand->bytes, &module, err);
  if (!status) status = quoth_pickle_text(machine, operand->more, &name, err);
  return status ? status : push_global(machine, module->bytes, name->bytes, err);
}

OPCODE(stack_global) {
  (void)operand;
  quoth_status status = need(machine, 2, err);
  if (status) return status;
  const quoth_value *name = top(machine), *module = machine->stack[machine->n_stack - 2];
  if (name->kind != QUOTH_VALUE_TEXT || module->kind != QUOTH_VALUE_TEXT)
    return quoth_pickle_fail(machine, err, "a class's name should be a text");
  machine->n_stack -= 2;
  return push_global(machine, module->bytes, name->bytes, err);
}

static quoth_status call(quoth_pickle_machine *machine, size_t n_operands, bool is_object,
                         quoth_error *err) {
  quoth_status status = need(machine, n_operands, err);
  if (status) return status;
  machine->n_stack -= n_operands;
  const quoth_value *callee = machine->stack[machine->n_stack],
                    *args = machine->stack[machine->n_stack + 1], *result;
  if (callee->kind != QUOTH_VALUE_GLOBAL || args->kind != QUOTH_VALUE_TUPLE)
    return quoth_pickle_fail(machine, err, "it would call %s with %s",
                             quoth_value_kind_name(callee), quoth_value_kind_name(args));
  status = quoth_pickle_call(machine, callee, args, is_object, &result, err);
  return status ? status : push(machine, result, err);
}

COLLECTION(reduce, call(machine, 2, false, err))
COLLECTION(new_object, call(machine, 2, true, err))
COLLECTION(new_object_with_names, call(machine, 3, true, err))

OPCODE(build) {
  (void)operand;
  quoth_status status = need(machine, 2, err);
  if (status) return status;
  const quoth_value *state = machine->stack[--machine->n_stack], *to = top(machine);
  if (to->kind != QUOTH_VALUE_RECORD || to->record->state)
    return quoth_pickle_fail(machine, err, "%s can't be given a state", quoth_value_kind_name(to));
  to->record->state = state;
  if (!machine->is_nested && quoth_value_is_made_by(to, "joblib.numpy_pickle", "NumpyArrayWrapper"))
    return quoth_joblib_read_payload(machine, to->record, err);
  return QUOTH_OK;
}

/* ---- The table ------------------------------------------------------------- */

const quoth_pickle_opcode quoth_pickle_opcodes[256] = {
    [0x80] = {"PROTO", QUOTH_OPERAND_U1, protocol},
    [0x95] = {"FRAME", QUOTH_OPERAND_U8, ignore},
    ['.'] = {"STOP", QUOTH_OPERAND_NONE, stop},
    ['('] = {"MARK", QUOTH_OPERAND_NONE, mark},
    ['0'] = {"POP", QUOTH_OPERAND_NONE, drop},
    ['1'] = {"POP_MARK", QUOTH_OPERAND_NONE, drop_marked},
    ['2'] = {"DUP", QUOTH_OPERAND_NONE, duplicate},

    ['N'] = {"NONE", QUOTH_OPERAND_NONE, push_none},
    [0x88] = {"NEWTRUE", QUOTH_OPERAND_NONE, push_true},
    [0x89] = {"NEWFALSE", QUOTH_OPERAND_NONE, push_false},
    ['I'] = {"INT", QUOTH_OPERAND_LINE, integer_line},
    ['L'] = {"LONG", QUOTH_OPERAND_LINE, integer_line},
    ['J'] = {"BININT", QUOTH_OPERAND_U4, signed_integer},
    ['K'] = {"BININT1", QUOTH_OPERAND_U1, unsigned_integer},
    ['M'] = {"BININT2", QUOTH_OPERAND_U2, unsigned_integer},
    [0x8a] = {"LONG1", QUOTH_OPERAND_BYTES1, long_integer},
    [0x8b] = {"LONG4", QUOTH_OPERAND_BYTES4, long_integer},
    ['F'] = {"FLOAT", QUOTH_OPERAND_LINE, real_line},
    ['G'] = {"BINFLOAT", QUOTH_OPERAND_U8, big_endian_real},

    ['S'] = {"STRING", QUOTH_OPERAND_LINE, string_line},
    ['T'] = {"BINSTRING", QUOTH_OPERAND_BYTES4, string},
    ['U'] = {"SHORT_BINSTRING", QUOTH_OPERAND_BYTES1, string},
    ['V'] = {"UNICODE", QUOTH_OPERAND_LINE, unicode_line},
    [0x8c] = {"SHORT_BINUNICODE", QUOTH_OPERAND_BYTES1, text},
    ['X'] = {"BINUNICODE", QUOTH_OPERAND_BYTES4, text},
    [0x8d] = {"BINUNICODE8", QUOTH_OPERAND_BYTES8, text},
    ['C'] = {"SHORT_BINBYTES", QUOTH_OPERAND_BYTES1, bytes},
    ['B'] = {"BINBYTES", QUOTH_OPERAND_BYTES4, bytes},
    [0x8e] = {"BINBYTES8", QUOTH_OPERAND_BYTES8, bytes},
    [0x96] = {"BYTEARRAY8", QUOTH_OPERAND_BYTES8, bytes},

    [')'] = {"EMPTY_TUPLE", QUOTH_OPERAND_NONE, empty_tuple},
    ['t'] = {"TUPLE", QUOTH_OPERAND_NONE, tuple},
    [0x85] = {"TUPLE1", QUOTH_OPERAND_NONE, tuple1},
    [0x86] = {"TUPLE2", QUOTH_OPERAND_NONE, tuple2},
    [0x87] = {"TUPLE3", QUOTH_OPERAND_NONE, tuple3},
    [']'] = {"EMPTY_LIST", QUOTH_OPERAND_NONE, empty_list},
    ['l'] = {"LIST", QUOTH_OPERAND_NONE, list},
    ['a'] = {"APPEND", QUOTH_OPERAND_NONE, append_one},
    ['e'] = {"APPENDS", QUOTH_OPERAND_NONE, append_marked},
    ['}'] = {"EMPTY_DICT", QUOTH_OPERAND_NONE, empty_dict},
    ['d'] = {"DICT", QUOTH_OPERAND_NONE, dict},
    ['s'] = {"SETITEM", QUOTH_OPERAND_NONE, set_one},
    ['u'] = {"SETITEMS", QUOTH_OPERAND_NONE, set_marked},
    [0x8f] = {"EMPTY_SET", QUOTH_OPERAND_NONE, empty_set},
    [0x90] = {"ADDITEMS", QUOTH_OPERAND_NONE, add_marked_to_set},
    [0x91] = {"FROZENSET", QUOTH_OPERAND_NONE, frozen_set},

    ['p'] = {"PUT", QUOTH_OPERAND_LINE, put_line},
    ['q'] = {"BINPUT", QUOTH_OPERAND_U1, put_number},
    ['r'] = {"LONG_BINPUT", QUOTH_OPERAND_U4, put_number},
    [0x94] = {"MEMOIZE", QUOTH_OPERAND_NONE, memoize},
    ['g'] = {"GET", QUOTH_OPERAND_LINE, get_line},
    ['h'] = {"BINGET", QUOTH_OPERAND_U1, get_number},
    ['j'] = {"LONG_BINGET", QUOTH_OPERAND_U4, get_number},

    ['c'] = {"GLOBAL", QUOTH_OPERAND_LINES, global},
    [0x93] = {"STACK_GLOBAL", QUOTH_OPERAND_NONE, stack_global},
    ['R'] = {"REDUCE", QUOTH_OPERAND_NONE, reduce},
    [0x81] = {"NEWOBJ", QUOTH_OPERAND_NONE, new_object},
    [0x92] = {"NEWOBJ_EX", QUOTH_OPERAND_NONE, new_object_with_names},
    ['b'] = {"BUILD", QUOTH_OPERAND_NONE, build},

    /* Named, so that they can be refused by name. */
    ['P'] = {"PERSID", QUOTH_OPERAND_NONE, NULL},
    ['Q'] = {"BINPERSID", QUOTH_OPERAND_NONE, NULL},
    [0x82] = {"EXT1", QUOTH_OPERAND_NONE, NULL},
    [0x83] = {"EXT2", QUOTH_OPERAND_NONE, NULL},
    [0x84] = {"EXT4", QUOTH_OPERAND_NONE, NULL},
    ['i'] = {"INST", QUOTH_OPERAND_NONE, NULL},
    ['o'] = {"OBJ", QUOTH_OPERAND_NONE, NULL},
    [0x97] = {"NEXT_BUFFER", QUOTH_OPERAND_NONE, NULL},
    [0x98] = {"READONLY_BUFFER", QUOTH_OPERAND_NONE, NULL},
};
