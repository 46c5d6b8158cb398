/* console.h - what the commands share in talking to people: errors, progress, Ctrl-C. */
#ifndef QUOTH_APP_CONSOLE_H
#define QUOTH_APP_CONSOLE_H

#include <jansson.h>

#include "base/memory.h"
#include "base/thread_pool.h"
#include "quoth.h"
#include "quoth/options.h"

/* Prints "quoth: FILE:LINE: message" on stderr and returns EXIT_FAILED; after Ctrl-C, ends the
 * program the way that the signal would have. */
int fail(const quoth_error *err);

/* Sees to it that Ctrl-C and SIGTERM stop the work at the next report of progress, so that
 * unfinished outputs are removed. To be called when the input is read: before that there are no
 * outputs, and a read that waits for a terminal or a pipe is best ended at once. */
void catch_interrupts(void);
bool is_interrupted(void);

/* Progress on stderr: a bar if it is a terminal, else nothing. Also looks for Ctrl-C. */
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
