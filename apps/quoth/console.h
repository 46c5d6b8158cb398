/* console.h - what the commands share in talking to people: errors, progress, Ctrl-C. */
#ifndef QUOTH_APP_CONSOLE_H
#define QUOTH_APP_CONSOLE_H

#include <jansson.h>

#include "base/memory.h"
#include "base/thread_pool.h"
#include "cli/options.h"
#include "quoth.h"

/* Prints "quoth: FILE:LINE: message" on stderr and returns EXIT_FAILED. */
int fail(const quoth_error *err);

/* From now on Ctrl-C, SIGTERM and SIGHUP end the program with a word, but not between the other
 * two: there a first signal waits, so that an output is whole or not there. A second one does not
 * wait. Signals that are ignored, as nohup has them, stay so. */
void catch_interrupts(void);
void hold_interrupts(void);
void release_interrupts(void);
/* Whether one waits: work of some length may then stop, and clean up. */
bool is_interrupted(void);

/* Progress on stderr: a bar with rate and time left if it is a terminal, else nothing. */
const quoth_progress *console_progress(void);
/* Removes the bar, so that other text can be printed. */
void progress_end(void);

/* Columns of the terminal that is standard output; 80 if it is none. */
size_t console_width(void);

/* Prints `value` on stdout, indented, with a line break; takes the reference. */
quoth_status print_json(json_t *value, quoth_error *err);
/* Prints bytes on stdout; a full disk is an error. */
quoth_status print_bytes(const char *data, size_t size, quoth_error *err);

/* --threads N; all cores if it is not given. */
quoth_status open_pool(option_number threads, quoth_pool **out, quoth_error *err);

#endif
