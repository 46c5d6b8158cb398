#include "cli/failure.h"

#include <inttypes.h>
#include <stdio.h>

/* A file's name on one line, whatever is in it. */
static void print_name(const char *name) {
  for (; *name; name++) fputc((unsigned char)*name < 0x20 || *name == 0x7f ? '?' : *name, stderr);
}

void print_failure(const char *program, const quoth_error *err) {
  fprintf(stderr, "%s: ", program);
  print_name(err->file);
  if (err->file[0]) fprintf(stderr, ":");
  if (err->line) fprintf(stderr, "%" PRIu64 ":", err->line);
  fprintf(stderr, "%s%s\n", err->file[0] || err->line ? " " : "", err->message);
}
