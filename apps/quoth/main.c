/* quoth: the workbench. One file a command, cmd_NAME.c. */
#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <string.h>

#include "quoth.h"
#include "quoth/commands.h"

const command *const commands[] = {
    &command_train,   &command_eval,      &command_compare,    &command_tune,
    &command_predict, &command_transform, &command_explain,    &command_topics,
    &command_inspect, &command_import,    &command_export,     &command_serve,
    &command_package, &command_quantize,  &command_completion, NULL,
};

static void print_help(FILE *out) {
  fprintf(out, "quoth - learns to classify texts from a CSV file\n\n"
               "usage: quoth COMMAND ... | quoth --version | quoth --help\n\ncommands:\n");
  for (const command *const *c = commands; *c; c++)
    fprintf(out, "  %-12s %s\n", (*c)->name, (*c)->summary);
  fprintf(out, "\nquoth COMMAND --help says more. Example:\n"
               "  quoth train data.csv -o model.quoth\n"
               "  quoth predict model.quoth \"a text to label\"\n");
}

static const command *find_command(const char *name) {
  for (const command *const *c = commands; *c; c++)
    if (strcmp((*c)->name, name) == 0) return *c;
  return NULL;
}

static int complain_unknown(const char *name) {
  fprintf(stderr, "quoth: there is no command \"%s\"\ntry: quoth --help\n", name);
  return EXIT_USAGE;
}

static int help_with(const char *name) {
  const command *c = find_command(name);
  if (!c) return complain_unknown(name);
  print_command_help(c, stdout);
  return EXIT_DONE;
}

static int run(int argc, const char *const *argv) {
  const char *first = argc > 1 ? argv[1] : NULL;
  if (!first) {
    print_help(stderr);
    return EXIT_USAGE;
  }
  if (strcmp(first, "--version") == 0) {
    printf("quoth %s\n", quoth_version());
    return EXIT_DONE;
  }
  if (strcmp(first, "help") == 0 && argc > 2) return help_with(argv[2]);
  if (strcmp(first, "--help") == 0 || strcmp(first, "-h") == 0 || strcmp(first, "help") == 0) {
    print_help(stdout);
    return EXIT_DONE;
  }
  const command *c = find_command(first);
  return c ? command_main(c, argc - 2, argv + 2) : complain_unknown(first);
}

/* A full disk may show only when the last of the output is written. */
static int finish(int status) {
  if (fflush(stdout) == 0 && !ferror(stdout)) return status;
  if (status != EXIT_DONE) return status; /* an error was told */
  fprintf(stderr, "quoth: standard output: cannot write: %s\n", strerror(errno));
  return EXIT_FAILED;
}

/* Memory that is freed is kept for what comes next: to give it back and get other pages, zeroed,
 * took a fifth of the time of learning from counts. */
static void keep_freed_memory(void) {
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 64 << 20);
  mallopt(M_TOP_PAD, 4 << 20);
}

int main(int argc, char **argv) {
  keep_freed_memory();
  return finish(run(argc, (const char *const *)argv));
}
