#include "quoth/options.h"

#include <stdlib.h>
#include <string.h>

static const option help_option = {"help", 'h', OPTION_FLAG, 0, NULL, "show this text", NULL};

/* ---- Help ------------------------------------------------------------------ */

static void print_option(const option *o, FILE *out) {
  char left[64];
  int n = o->letter ? snprintf(left, sizeof left, "  -%c, --%s", o->letter, o->name)
                    : snprintf(left, sizeof left, "      --%s", o->name);
  if (o->argument) snprintf(left + n, sizeof left - (size_t)n, " %s", o->argument);
  if (strlen(left) > 27)
    fprintf(out, "%s\n%29s%s\n", left, "", o->help);
  else
    fprintf(out, "%-29s%s\n", left, o->help);
}

void print_command_help(const command *c, FILE *out) {
  fprintf(out, "quoth %s - %s\n\nusage: quoth %s %s\n\noptions:\n", c->name, c->summary, c->name,
          c->usage);
  for (size_t i = 0; i < c->n_options; i++) print_option(&c->options[i], out);
  print_option(&help_option, out);
  if (c->details) fprintf(out, "\n%s", c->details);
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

static bool complain(const parser *p, const char *what, const char *which) {
  fprintf(stderr, "quoth %s: %s%s\nusage: quoth %s %s\ntry: quoth %s --help\n", p->command->name,
          what, which, p->command->name, p->command->usage, p->command->name);
  return false;
}

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

static bool store_number(const parser *p, const option *o, const char *value, void *field) {
  char *end;
  unsigned long long number = strtoull(value, &end, 10);
  if (*value < '0' || *value > '9' || *end || number > UINT32_MAX)
    return complain(p, "a whole number from 0 to 4294967295 should follow --", o->name);
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
  if (o->choices && !is_choice(o->choices, value)) {
    fprintf(stderr, "quoth %s: --%s cannot be \"%s\"; choose from: %s\n", p->command->name, o->name,
            value, o->choices);
    return false;
  }
  switch (o->kind) {
  case OPTION_FLAG:
    *(bool *)field = true;
    return true;
  case OPTION_TEXT:
    *(const char **)field = value;
    return true;
  case OPTION_NUMBER:
    return store_number(p, o, value, field);
  case OPTION_LIST:
    return store_item(value, field);
  }
  return false;
}

/* `value` is what stood in the same word, or NULL. */
static bool take_option(parser *p, const option *o, const char *value) {
  if (o->kind == OPTION_FLAG)
    return value ? complain(p, "no value belongs to --", o->name) : store(p, o, NULL);
  if (!value && p->at < p->argc) value = p->argv[p->at++];
  if (!value) return complain(p, "a value is missing behind --", o->name);
  return store(p, o, value);
}

static bool take_long(parser *p, const char *word) {
  const char *equals = strchr(word, '=');
  size_t size = equals ? (size_t)(equals - word) : strlen(word);
  const option *o = find_option(p, word, size, 0);
  if (!o) return complain(p, "unknown option --", word);
  return take_option(p, o, equals ? equals + 1 : NULL);
}

static bool take_short(parser *p, const char *letters) {
  for (; *letters; letters++) {
    const option *o = find_option(p, NULL, 0, *letters);
    if (!o) return complain(p, "unknown option -", letters);
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
      is_good = word[1] == '-' ? take_long(p, word + 2) : take_short(p, word + 1);
    if (!is_good) return false;
  }
  if (p->wants_help) return true;
  if (p->n_operands < p->command->min_operands) return complain(p, "something is missing", "");
  if (p->n_operands > p->command->max_operands)
    return complain(p, "too much: ", p->operands[p->command->max_operands]);
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
