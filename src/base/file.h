/* file.h - whole files in, whole files out. Not part of the prediction core. */
#ifndef QUOTH_BASE_FILE_H
#define QUOTH_BASE_FILE_H

#include "base/memory.h"

/* The bytes of a file, or of a stream read to its end. */
typedef struct quoth_file {
  const char *data; /* never NULL; aligned to 64 bytes */
  size_t size;
  bool is_mapped; /* else on the heap */
} quoth_file;

/* Maps a regular file read-only; reads anything else (a pipe, /dev/stdin) to its end.
 * `path` "-" is standard input. */
quoth_status quoth_file_open(const char *path, quoth_file *out, quoth_error *err);
void quoth_file_close(quoth_file *file);
/* Gives a mapped file's memory back to the system until its bytes are read again. */
void quoth_file_rest(const quoth_file *file);

/* An output that appears whole or not at all: bytes go to a temporary file beside
 * `path`, which commit renames to it. A `path` that is there and is not a regular file
 * (a terminal, a pipe, /dev/full) is written directly, and "-" is standard output. */
typedef struct quoth_output quoth_output;

quoth_status quoth_output_open(const char *path, quoth_output **out, quoth_error *err);
quoth_status quoth_output_write(quoth_output *output, const void *data, size_t size,
                                quoth_error *err);
/* Flushes and renames, then frees `output` whatever the outcome. */
quoth_status quoth_output_commit(quoth_output *output, quoth_error *err);
/* Removes what was written and frees `output`. NULL is fine. */
void quoth_output_abandon(quoth_output *output);

/* Open, write, commit. */
quoth_status quoth_file_write(const char *path, const void *data, size_t size, quoth_error *err);

#endif
