/* archive.h - a zip file of a few files, the same bytes each time. */
#ifndef QUOTH_DEPLOY_ARCHIVE_H
#define QUOTH_DEPLOY_ARCHIVE_H

#include "base/memory.h"

typedef struct quoth_archive_entry {
  const char *name;
  quoth_bytes data;
  bool is_executable; /* mode 0755, else 0644 */
} quoth_archive_entry;

/* The zip file's bytes, in *out ([*size], from malloc): the entries in their order, deflated as
 * small as it gets, with Unix modes and the date 1980-01-01. */
quoth_status quoth_archive_make(const quoth_archive_entry *entries, size_t n_entries, char **out,
                                size_t *size, quoth_error *err);

#endif
