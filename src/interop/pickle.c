#include "interop/pickle_machine.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Memory ---------------------------------------------------------------- */

/* A list of small numbers takes 28 bytes for each of its own, the files of scikit-learn fewer than
 * 8. */
enum { BLOCK_SIZE = 1 << 16, BYTES_PER_BYTE = 64 };
static const size_t most_bytes = (size_t)16 << 30;

struct quoth_pickle_block {
  quoth_pickle_block *next;
  _Alignas(16) char bytes[];
};

static size_t limit_for(size_t size) {
  size_t more = 1 << 20;
  return size < (most_bytes - more) / BYTES_PER_BYTE ? size * BYTES_PER_BYTE + more : most_bytes;
}

void *quoth_pickle_new(quoth_pickle_machine *machine, size_t size, quoth_error *err) {
  quoth_pickle *pickle = machine->pickle;
  if (size > SIZE_MAX / 2 || size > pickle->n_left) {
    quoth_fail(err, QUOTH_ERR_NOMEM,
               "byte %zu: it takes more memory than a file of its size should", machine->opcode_at);
    return NULL;
  }
  size = (size + 15) / 16 * 16;
  if (!pickle->blocks || size > pickle->block_size - pickle->n_used) {
    size_t block_size = size > BLOCK_SIZE ? size : BLOCK_SIZE;
    quoth_pickle_block *block = quoth_new_array(1, sizeof *block + block_size, err);
    if (!block) return NULL;
    *block = (quoth_pickle_block){.next = pickle->blocks};
    pickle->blocks = block;
    pickle->block_size = block_size;
    pickle->n_used = 0;
  }
  void *memory = pickle->blocks->bytes + pickle->n_used;
  pickle->n_used += size;
  pickle->n_left -= size < pickle->n_left ? size : pickle->n_left;
  return memory;
}

quoth_value *quoth_pickle_value(quoth_pickle_machine *machine, quoth_value_kind kind,
                                quoth_error *err) {
  quoth_value *value = quoth_pickle_new(machine, sizeof *value, err);
  if (value) value->kind = kind;
  return value;
}

void quoth_pickle_free(quoth_pickle *pickle) {
  if (!pickle) return;
  for (quoth_pickle_block *block = pickle->blocks, *next; block; block = next) {
    next = block->next;
    free(block);
  }
  free(pickle);
}

/* ---- Bytes ----------------------------------------------------------------- */

quoth_status quoth_pickle_fail(const quoth_pickle_machine *machine, quoth_error *err,
                               const char *format, ...) {
  char what[256];
  va_list args;
  va_start(args, format);
  vsnprintf(what, sizeof what, format, args);
  va_end(args);
  return quoth_fail(err, QUOTH_ERR_FORMAT, "not a pickle that can be read: byte %zu: %s",
                    machine->opcode_at, what);
}

quoth_status quoth_pickle_take(quoth_pickle_machine *machine, uint64_t size, quoth_bytes *out,
                               quoth_error *err) {
  size_t left = machine->data.size - machine->at;
  *out = (quoth_bytes){"", 0};
  if (size > left)
    return quoth_pickle_fail(machine, err, "%llu bytes should follow, there are %zu",
                             (unsigned long long)size, left);
  *out = (quoth_bytes){machine->data.data + machine->at, (size_t)size};
  machine->at += (size_t)size;
  return QUOTH_OK;
}

static quoth_status take_number(quoth_pickle_machine *machine, size_t size, uint64_t *out,
                                quoth_error *err) {
  quoth_bytes bytes;
  quoth_status status = quoth_pickle_take(machine, size, &bytes, err);
  *out = 0;
  for (size_t i = 0; !status && i < size; i++)
    *out |= (uint64_t)(unsigned char)bytes.data[i] << (8 * i);
  return status;
}

static quoth_status take_line(quoth_pickle_machine *machine, quoth_bytes *out, quoth_error *err) {
  const char *begin = machine->data.data + machine->at;
  const char *end = memchr(begin, '\n', machine->data.size - machine->at);
  if (!end) return quoth_pickle_fail(machine, err, "its line has no end");
  *out = (quoth_bytes){begin, (size_t)(end - begin)};
  machine->at += out->size + 1;
  return QUOTH_OK;
}

static quoth_status take_operand(quoth_pickle_machine *machine, const quoth_pickle_opcode *opcode,
                                 quoth_pickle_operand *out, quoth_error *err) {
  static const unsigned char number_sizes[] = {
      [QUOTH_OPERAND_U1] = 1,     [QUOTH_OPERAND_U2] = 2,     [QUOTH_OPERAND_U4] = 4,
      [QUOTH_OPERAND_U8] = 8,     [QUOTH_OPERAND_BYTES1] = 1, [QUOTH_OPERAND_BYTES4] = 4,
      [QUOTH_OPERAND_BYTES8] = 8, [QUOTH_OPERAND_LINE] = 0,   [QUOTH_OPERAND_LINES] = 0};
  *out = (quoth_pickle_operand){0};
  quoth_status status = take_number(machine, number_sizes[opcode->operand], &out->number, err);
  if (status) return status;
  switch (opcode->operand) {
  case QUOTH_OPERAND_BYTES1:
  case QUOTH_OPERAND_BYTES4:
  case QUOTH_OPERAND_BYTES8:
    return quoth_pickle_take(machine, out->number, &out->bytes, err);
  case QUOTH_OPERAND_LINES:
    status = take_line(machine, &out->bytes, err);
    return status ? status : take_line(machine, &out->more, err);
  case QUOTH_OPERAND_LINE:
    return take_line(machine, &out->bytes, err);
  default:
    return QUOTH_OK;
  }
}

/* ---- Running --------------------------------------------------------------- */

static quoth_status step(quoth_pickle_machine *machine, quoth_error *err) {
  machine->opcode_at = machine->at;
  quoth_bytes byte;
  quoth_status status = quoth_pickle_take(machine, 1, &byte, err);
  if (status) return status;
  unsigned char code = (unsigned char)*byte.data;
  const quoth_pickle_opcode *opcode = &quoth_pickle_opcodes[code];
  if (!opcode->name) return quoth_pickle_fail(machine, err, "0x%02x is no opcode", code);
  if (!opcode->run)
    return quoth_pickle_fail(machine, err, "%s, which no file of scikit-learn has", opcode->name);
  quoth_pickle_operand operand;
  status = take_operand(machine, opcode, &operand, err);
  return status ? status : opcode->run(machine, &operand, err);
}

quoth_status quoth_pickle_run(quoth_pickle_machine *machine, const quoth_value **root,
                              quoth_error *err) {
  quoth_status status = QUOTH_OK;
  while (!status && !machine->is_done) status = step(machine, err);
  if (!status && (machine->n_stack != 1 || machine->n_marks != 0))
    status = quoth_pickle_fail(machine, err, "it should end with one object, and has %zu",
                               machine->n_stack);
  if (!status) *root = machine->stack[0];
  free(machine->stack);
  free(machine->marks);
  free(machine->memo);
  return status;
}

static quoth_status read(quoth_bytes data, quoth_pickle *pickle, quoth_error *err) {
  quoth_pickle_machine machine = {.pickle = pickle, .data = data};
  pickle->n_left = limit_for(data.size);
  quoth_status status = quoth_pickle_run(&machine, &pickle->root, err);
  if (!status && machine.at != data.size)
    status = quoth_pickle_fail(&machine, err,
                               "the object ends here, but %zu bytes follow; give one object a file",
                               data.size - machine.at);
  return status;
}

quoth_status quoth_pickle_read(quoth_bytes data, quoth_pickle **out, quoth_error *err) {
  *out = NULL;
  quoth_pickle *pickle = quoth_new_array(1, sizeof *pickle, err);
  if (!pickle) return QUOTH_ERR_NOMEM;
  quoth_status status = read(data, pickle, err);
  if (status)
    quoth_pickle_free(pickle);
  else
    *out = pickle;
  return status;
}

const quoth_value *quoth_pickle_root(const quoth_pickle *pickle) { return pickle->root; }

const quoth_global *quoth_pickle_foreign_call(const quoth_pickle *pickle) {
  return pickle->foreign_call;
}
