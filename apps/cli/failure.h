/* failure.h - how programs tell what went wrong. */
#ifndef QUOTH_CLI_FAILURE_H
#define QUOTH_CLI_FAILURE_H

#include "quoth.h"

/* Prints "PROGRAM: FILE:LINE: message" on stderr. */
void print_failure(const char *program, const quoth_error *err);

#endif
