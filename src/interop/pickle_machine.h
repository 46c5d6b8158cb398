/* pickle_machine.h - the insides of pickle.h: the machine's memory, and what its opcodes do with
 * it. */
#ifndef QUOTH_INTEROP_PICKLE_MACHINE_H
#define QUOTH_INTEROP_PICKLE_MACHINE_H

#include "interop/pickle.h"

typedef struct quoth_pickle_block quoth_pickle_block;

struct quoth_pickle {
  quoth_pickle_block *blocks; /* all values; the newest first */
  size_t n_used, block_size;  /* bytes of the newest */
  size_t n_left;              /* bytes that may still be taken */
  const quoth_value *root;
  const quoth_global *foreign_call;
};

typedef struct quoth_pickle_machine {
  quoth_pickle *pickle;
  quoth_bytes data;
  size_t begin, at;          /* the pickle's first byte, the next one */
  size_t opcode_at;          /* the opcode at work, for messages */
  const quoth_value **stack; /* [n_stack] */
  size_t n_stack, stack_capacity;
  size_t *marks; /* [n_marks]: heights of the stack; what lies below the last is out of reach */
  size_t n_marks, marks_capacity;
  const quoth_value **memo; /* [n_memo]; NULL where nothing was put */
  size_t n_memo, memo_capacity;
  bool is_nested; /* a pickle within joblib's file: it has no arrays behind it */
  bool is_done;
} quoth_pickle_machine;

/* What stands behind an opcode. */
typedef struct quoth_pickle_operand {
  uint64_t number;
  quoth_bytes bytes, more; /* `more`: the second line of GLOBAL */
} quoth_pickle_operand;

typedef struct quoth_pickle_opcode {
  const char *name; /* NULL: there is none */
  enum {
    QUOTH_OPERAND_NONE,
    QUOTH_OPERAND_U1, /* little-endian numbers */
    QUOTH_OPERAND_U2,
    QUOTH_OPERAND_U4,
    QUOTH_OPERAND_U8,
    QUOTH_OPERAND_BYTES1, /* bytes behind their number */
    QUOTH_OPERAND_BYTES4,
    QUOTH_OPERAND_BYTES8,
    QUOTH_OPERAND_LINE, /* up to a line feed */
    QUOTH_OPERAND_LINES /* two of them */
  } operand;
  quoth_status (*run)(quoth_pickle_machine *machine, const quoth_pickle_operand *operand,
                      quoth_error *err);
} quoth_pickle_opcode;

extern const quoth_pickle_opcode quoth_pickle_opcodes[256];

/* Zeroed memory that lives as long as the pickle. */
void *quoth_pickle_new(quoth_pickle_machine *machine, size_t size, quoth_error *err);
quoth_value *quoth_pickle_value(quoth_pickle_machine *machine, quoth_value_kind kind,
                                quoth_error *err);
quoth_status quoth_pickle_fail(const quoth_pickle_machine *machine, quoth_error *err,
                               const char *format, ...) QUOTH_PRINTF(3, 4);

/* The next `size` bytes of the file. */
quoth_status quoth_pickle_take(quoth_pickle_machine *machine, uint64_t size, quoth_bytes *out,
                               quoth_error *err);

/* Runs the pickle that begins at machine->at up to its STOP; *root is what it leaves. */
quoth_status quoth_pickle_run(quoth_pickle_machine *machine, const quoth_value **root,
                              quoth_error *err);

/* A line of protocol 0 as a value: pickle_lines.c. */
quoth_status quoth_pickle_integer_line(quoth_pickle_machine *machine, quoth_bytes line,
                                       const quoth_value **out, quoth_error *err);
quoth_status quoth_pickle_real_line(quoth_pickle_machine *machine, quoth_bytes line,
                                    const quoth_value **out, quoth_error *err);
/* Python 2's string in quotes, and a text with \u escapes. */
quoth_status quoth_pickle_string_line(quoth_pickle_machine *machine, quoth_bytes line,
                                      const quoth_value **out, quoth_error *err);
quoth_status quoth_pickle_unicode_line(quoth_pickle_machine *machine, quoth_bytes line,
                                       const quoth_value **out, quoth_error *err);
/* TEXT, which must be UTF-8; or what Python 2 calls str. */
quoth_status quoth_pickle_text(quoth_pickle_machine *machine, quoth_bytes bytes,
                               const quoth_value **out, quoth_error *err);
quoth_status quoth_pickle_string(quoth_pickle_machine *machine, quoth_bytes bytes,
                                 const quoth_value **out, quoth_error *err);

/* A call, with those that only make data (bytes, sets, empty objects) made: pickle_calls.c. */
quoth_status quoth_pickle_call(quoth_pickle_machine *machine, const quoth_value *callee,
                               const quoth_value *args, bool is_object, const quoth_value **out,
                               quoth_error *err);

/* Takes what lies behind a NumpyArrayWrapper into its record: joblib.c. */
quoth_status quoth_joblib_read_payload(quoth_pickle_machine *machine, quoth_record *record,
                                       quoth_error *err);

#endif
