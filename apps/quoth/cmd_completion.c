/* quoth completion: what a shell needs to complete quoth's command lines, made from the option
 * tables. */
#include <string.h>

#include "quoth/commands.h"

static void print_words(const command *c) {
  for (size_t i = 0; i < c->n_options; i++) printf(" --%s", c->options[i].name);
  printf(" --help");
}

static void print_bash(void) {
  printf("_quoth() {\n"
         "  local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}\n"
         "  local words=\n"
         "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
         "    words='--help --version");
  for (const command *const *c = commands; *c; c++) printf(" %s", (*c)->name);
  printf("'\n  else\n    case ${COMP_WORDS[1]} in\n");
  for (const command *const *c = commands; *c; c++) {
    printf("    %s) words='", (*c)->name);
    print_words(*c);
    printf("' ;;\n");
  }
  printf("    esac\n    case ${COMP_WORDS[1]}:$previous in\n");
  for (const command *const *c = commands; *c; c++)
    for (size_t i = 0; i < (*c)->n_options; i++)
      if ((*c)->options[i].choices)
        printf("    %s:--%s) COMPREPLY=($(compgen -W '%s' -- \"$word\")); return ;;\n", (*c)->name,
               (*c)->options[i].name, (*c)->options[i].choices);
  printf("    esac\n  fi\n"
         "  case $word in\n"
         "  -*) COMPREPLY=($(compgen -W \"$words\" -- \"$word\")) ;;\n"
         "  *) if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
         "       COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
         "     else mapfile -t COMPREPLY < <(compgen -f -- \"$word\"); fi ;;\n"
         "  esac\n"
         "}\n"
         "complete -o filenames -F _quoth quoth\n");
}

/* Inside single quotes, with a backslash before what `special` lists. */
static void print_quoted(const char *text, const char *special) {
  for (; *text; text++) {
    if (*text == '\'')
      printf("'\\''"); /* ends the quotes, and begins new ones */
    else if (strchr(special, *text))
      printf("\\%c", *text);
    else
      putchar(*text);
  }
}

static const char zsh_special[] = "[]:\\", fish_special[] = "\\";

static void print_zsh(void) {
  printf(
      "#compdef quoth\n_quoth() {\n  local -a list\n  if (( CURRENT == 2 )); then\n    list=(\n");
  for (const command *const *c = commands; *c; c++) {
    printf("      '%s:", (*c)->name);
    print_quoted((*c)->summary, zsh_special);
    printf("'\n");
  }
  printf("    )\n    _describe command list\n    return\n  fi\n  case $words[2] in\n");
  for (const command *const *c = commands; *c; c++) {
    printf("  %s) _arguments '--help[show help]'", (*c)->name);
    for (size_t i = 0; i < (*c)->n_options; i++) {
      const option *o = &(*c)->options[i];
      if (o->letter)
        printf(" \\\n    '(-%c --%s)'{-%c,--%s}'[", o->letter, o->name, o->letter, o->name);
      else
        printf(" \\\n    '%s--%s[", o->kind == OPTION_LIST ? "*" : "", o->name);
      print_quoted(o->help, zsh_special);
      printf("]");
      if (o->choices)
        printf(":%s:(%s)", o->argument, o->choices);
      else if (o->argument)
        printf(":%s:_files", o->argument);
      printf("'");
    }
    printf(" '*:file:_files' ;;\n");
  }
  /* Read by `source`, the script names the function; as a file in $fpath, it is the function. */
  printf("  esac\n}\n"
         "if [[ ${funcstack[1]} == _quoth ]]; then _quoth \"$@\"; else compdef _quoth quoth; fi\n");
}

static void print_fish(void) {
  printf("complete -c quoth -n __fish_use_subcommand -l version -d 'show the version'\n");
  for (const command *const *c = commands; *c; c++) {
    printf("complete -c quoth -f -n __fish_use_subcommand -a %s -d '", (*c)->name);
    print_quoted((*c)->summary, fish_special);
    printf("'\n");
    for (size_t i = 0; i < (*c)->n_options; i++) {
      const option *o = &(*c)->options[i];
      printf("complete -c quoth -n '__fish_seen_subcommand_from %s' -l %s", (*c)->name, o->name);
      if (o->letter) printf(" -s %c", o->letter);
      if (o->argument) printf(" -r");
      if (o->choices) printf(" -f -a '%s'", o->choices);
      printf(" -d '");
      print_quoted(o->help, fish_special);
      printf("'\n");
    }
  }
}

static int run_completion(const void *settings, const char *const *operands, size_t n_operands) {
  (void)settings;
  (void)n_operands;
  if (strcmp(operands[0], "bash") == 0)
    print_bash();
  else if (strcmp(operands[0], "zsh") == 0)
    print_zsh();
  else if (strcmp(operands[0], "fish") == 0)
    print_fish();
  else
    return misused(&command_completion, "there is none for \"%s\"; choose bash, zsh or fish",
                   operands[0]);
  return EXIT_DONE;
}

const command command_completion = {
    .name = "completion",
    .summary = "print a script that completes quoth's command lines",
    .usage = "bash | zsh | fish",
    .details = "For this session of bash or zsh:  source <(quoth completion bash)\n"
               "For fish:                         quoth completion fish | source\n",
    .settings_size = 1,
    .min_operands = 1,
    .max_operands = 1,
    .run = run_completion,
};
