/* starts.h - where the searches for a minimum begin that are made again and again, for some of the
 * same rows: at what was found for these before. */
#ifndef QUOTH_TRAIN_STARTS_H
#define QUOTH_TRAIN_STARTS_H

#include "base/memory.h"

typedef struct quoth_starts {
  size_t n_rows;               /* in all */
  struct quoth_start *entries; /* [n], one for each stage; owned */
  size_t n, capacity;
} quoth_starts; /* start from {.n_rows} */

/* A number for each row and column of the stage at `path`: [n_columns][n_rows], zeros at first, to
 * be read and written. Borrowed; NULL with `err` set on failure. */
double *quoth_starts_get(quoth_starts *starts, const char *path, size_t n_columns,
                         quoth_error *err);
void quoth_starts_clear(quoth_starts *starts);

#endif
