/* options.h - command lines: one table an option list, from which parsing, --help and shell
 * completion are all made. */
#ifndef QUOTH_CLI_OPTIONS_H
#define QUOTH_CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/error.h"

typedef enum option_kind {
  OPTION_FLAG,   /* bool */
  OPTION_TEXT,   /* const char *, borrowed from argv */
  OPTION_NUMBER, /* option_number: an integer from 0 to 4294967295 */
  OPTION_REAL,   /* option_real: a number from 0 up */
  OPTION_LIST    /* option_list: may be given again and again */
} option_kind;

typedef struct option_number {
  bool is_given;
  uint32_t value;
} option_number;

typedef struct option_real {
  bool is_given;
  double value;
} option_real;

typedef struct option_list {
  const char **items; /* [n_items], from malloc */
  size_t n_items;
} option_list;

typedef struct option {
  const char *name; /* "label", given as --label */
  char letter;      /* 'o', given as -o; 0 for none */
  option_kind kind;
  size_t offset;        /* of its field in the command's settings */
  const char *argument; /* "COL"; NULL for a flag */
  const char *help;     /* one line */
  const char *choices;  /* "strict replace ignore", for completion and checking; or NULL */
} option;

typedef struct command {
  const char *name;      /* "train" */
  bool is_program;       /* it is all of a program: "quothd", where others are "quoth train" */
  const char *summary;   /* one line, for `quoth --help` */
  const char *usage;     /* "DATA.csv -o MODEL [options]" */
  const char *details;   /* what else --help says: paragraphs, examples */
  const option *options; /* [n_options] */
  size_t n_options;
  size_t settings_size;
  size_t min_operands, max_operands;
  /* `settings` is [settings_size]. Returns an exit status. */
  int (*run)(const void *settings, const char *const *operands, size_t n_operands);
} command;

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

/* Parses argv[0..argc) (behind the command's name) and runs the command. Options and operands may
 * be mixed; "--" ends the options; "-" is an operand. Wrong usage is told on stderr. */
int command_main(const command *command, int argc, const char *const *argv);

void print_command_help(const command *command, FILE *out);

/* Says on stderr what is wrong with the command line, and where help is; returns EXIT_USAGE. */
int misused(const command *command, const char *format, ...) QUOTH_PRINTF(2, 3);

#endif
