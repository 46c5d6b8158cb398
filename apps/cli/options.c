#include "cli/options.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static const option help_option = {"help", 'h', OPTION_FLAG, 0, NULL, "show this text", NULL};

/* What stands before the command's name where it is typed. */
static const char *prefix(const command *c) { return c->is_program ? "" : "quoth "; }

/* ---- Help ------------------------------------------------------------------ */

enum { HELP_INDENT = 29, HELP_WIDTH = 80 };

/* Prints `text` from column HELP_INDENT on, broken between words. */
static void print_wrapped(const char *text, FILE *out) {
  size_t column = HELP_INDENT;
  for (const char *word = text; *word;) {
    size_t size = strcspn(word, " ");
    if (column > HELP_INDENT && column + 1 + size > HELP_WIDTH) {
      fprintf(out, "\n%*s", HELP_INDENT, "");
      column = HELP_INDENT;
    } else if (word > text) {
      fputc(' ', out);
      column++;
    }
    fwrite(word, 1, size, out);
    column += size;
    word += size;
    word += *word == ' ';
  }
  fputc('\n', out);
}

static void print_option(const option *o, FILE *out) {
  char left[64];
  int n = o->letter ? snprintf(left, sizeof left, "  -%c, --%s", o->letter, o->name)
                    : snprintf(left, sizeof left, "      --%s", o->name);
  if (o->argument) snprintf(left + n, sizeof left - (size_t)n, " %s", o->argument);
  if (strlen(left) > HELP_INDENT - 2)
    fprintf(out, "%s\n%*s", left, HELP_INDENT, "");
  else
    fprintf(out, "%-*s", HELP_INDENT, left);
  print_wrapped(o->help, out);
}

void print_command_help(const command *c, FILE *out) {
  fprintf(out, "%s%s - %s\n\nusage: %s%s %s\n\noptions:\n", prefix(c), c->name, c->summary,
          prefix(c), c->name, c->usage);
  for (size_t i = 0; i < c->n_options; i++) print_option(&c->options[i], out);
  print_option(&help_option, out);
  if (c->details) fprintf(out, "\n%s", c->details);
}

int misused(const command *c, const char *format, ...) {
  va_list args;
  va_start(args, format);
  fprintf(stderr, "%s%s: ", prefix(c), c->name);
  vfprintf(stderr, format, args);
  fprintf(stderr, "\nusage: %s%s %s\ntry: %s%s --help\n", prefix(c), c->name, c->usage, prefix(c),
          c->name);
  va_end(args);
  return EXIT_USAGE;
}

/* ---- Parsing --------------------------------------------------------------- */

typedef struct parser {
  const command *command;
  const char *const *argv;
  int argc, at;
  void *settings;
  const char **operands;
  size_t n_operands;
  bool wants_help;
} parser;

static const option *find_option(const parser *p, const char *name, size_t size, char letter) {
  for (size_t i = 0; i <= p->command->n_options; i++) {
    const option *o = i < p->command->n_options ? &p->command->options[i] : &help_option;
    if (letter ? o->letter == letter : strlen(o->name) == size && strncmp(o->name, name, size) == 0)
      return o;
  }
  return NULL;
}

static bool is_choice(const char *choices, const char *value) {
  size_t size = strlen(value);
  for (const char *at = choices; size && (at = strstr(at, value)); at += size)
    if ((at == choices || at[-1] == ' ') && (at[size] == ' ' || !at[size])) return true;
  return false;
}

static bool store_real(const parser *p, const option *o, const char *value, void *field) {
  char *end;
  double number = strtod(value, &end);
  if (((*value < '0' || *value > '9') && *value != '.') || *end || !isfinite(number))
    return !misused(p->command, "a number from 0 up should follow --%s", o->name);
  *(option_real *)field = (option_real){true, number};
  return true;
}

static bool store_number(const parser *p, const option *o, const char *value, void *field) {
  char *end;
  unsigned long long number = strtoull(value, &end, 10);
  if (*value < '0' || *value > '9' || *end || number > UINT32_MAX)
    return !misused(p->command, "a whole number from 0 to 4294967295 should follow --%s", o->name);
  *(option_number *)field = (option_number){true, (uint32_t)number};
  return true;
}

static bool store_item(const char *value, void *field) {
  option_list *list = field;
  const char **items = reallocarray(list->items, list->n_items + 1, sizeof *items);
  if (!items) abort();
  list->items = items;
  items[list->n_items++] = value;
  return true;
}

static bool store(parser *p, const option *o, const char *value) {
  void *field = (char *)p->settings + o->offset;
  if (o == &help_option) {
    p->wants_help = true;
    return true;
  }
  if (o->choices && !is_choice(o->choices, value))
    return !misused(p->command, "--%s cannot be \"%s\"; choose from: %s", o->name, value,
                    o->choices);
  switch (o->kind) {
  case OPTION_FLAG:
    *(bool *)field = true;
    return true;
  case OPTION_TEXT:
    *(const char **)field = value;
    return true;
  case OPTION_NUMBER:
    return store_number(p, o, value, field);
  case OPTION_REAL:
    return store_real(p, o, value, field);
  case OPTION_LIST:
    return store_item(value, field);
  }
  return false;
}

/* `value` is what stood in the same word, or NULL. */
static bool take_option(parser *p, const option *o, const char *value) {
  if (o->kind == OPTION_FLAG)
    return value ? !misused(p->command, "no value belongs to --%s", o->name) : store(p, o, NULL);
  if (!value && p->at < p->argc) value = p->argv[p->at++];
  if (!value) return !misused(p->command, "a value is missing behind --%s", o->name);
  return store(p, o, value);
}

static bool complain_unknown(const parser *p, const char *word) {
  return !misused(p->command, "unknown option %s; write -- before an argument that begins with -",
                  word);
}

static bool take_long(parser *p, const char *word) {
  const char *name = word + 2, *equals = strchr(name, '=');
  size_t size = equals ? (size_t)(equals - name) : strlen(name);
  const option *o = find_option(p, name, size, 0);
  if (!o) return complain_unknown(p, word);
  return take_option(p, o, equals ? equals + 1 : NULL);
}

/* One letter after another; the last may have its value behind it in the same word. */
static bool take_short(parser *p, const char *word) {
  for (const char *letters = word + 1; *letters; letters++) {
    const option *o = find_option(p, NULL, 0, *letters);
    if (!o) return complain_unknown(p, word);
    if (o->kind != OPTION_FLAG) return take_option(p, o, letters[1] ? letters + 1 : NULL);
    if (!take_option(p, o, NULL)) return false;
  }
  return true;
}

static bool parse(parser *p) {
  bool is_only_operands = false;
  while (p->at < p->argc) {
    const char *word = p->argv[p->at++];
    bool is_good = true;
    if (is_only_operands || word[0] != '-' || !word[1])
      p->operands[p->n_operands++] = word;
    else if (strcmp(word, "--") == 0)
      is_only_operands = true;
    else
      is_good = word[1] == '-' ? take_long(p, word) : take_short(p, word);
    if (!is_good) return false;
  }
  if (p->wants_help) return true;
  if (p->n_operands < p->command->min_operands)
    return !misused(p->command, "an argument is missing");
  if (p->n_operands > p->command->max_operands)
    return !misused(p->command, "one argument too many: %s", p->operands[p->command->max_operands]);
  return true;
}

static void free_lists(const parser *p) {
  for (size_t i = 0; i < p->command->n_options; i++)
    if (p->command->options[i].kind == OPTION_LIST)
      free(((option_list *)((char *)p->settings + p->command->options[i].offset))->items);
}

int command_main(const command *c, int argc, const char *const *argv) {
  parser p = {.command = c, .argc = argc, .argv = argv};
  p.settings = calloc(1, c->settings_size);
  p.operands = calloc((size_t)argc + 1, sizeof *p.operands);
  if (!p.settings || !p.operands) abort();
  int status = EXIT_USAGE;
  if (parse(&p)) {
    if (p.wants_help) {
      print_command_help(c, stdout);
      status = EXIT_DONE;
    } else {
      status = c->run(p.settings, p.operands, p.n_operands);
    }
  }
  free_lists(&p);
  free(p.operands);
  free(p.settings);
  return status;
}
