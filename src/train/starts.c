#include "train/starts.h"

#include <stdlib.h>
#include <string.h>

typedef struct quoth_start {
  char *path;
  double *numbers;
} start;

static void start_clear(start *entry) {
  free(entry->path);
  free(entry->numbers);
}

double *quoth_starts_get(quoth_starts *starts, const char *path, size_t n_columns,
                         quoth_error *err) {
  for (size_t i = 0; i < starts->n; i++)
    if (strcmp(starts->entries[i].path, path) == 0) return starts->entries[i].numbers;
  start *entries =
      quoth_grow(starts->entries, &starts->capacity, starts->n + 1, sizeof *entries, err);
  if (!entries) return NULL;
  starts->entries = entries;
  start made = {quoth_new_array(strlen(path) + 1, 1, err),
                quoth_new_array(starts->n_rows, n_columns * sizeof(double), err)};
  if (!made.path || !made.numbers) {
    start_clear(&made);
    return NULL;
  }
  memcpy(made.path, path, strlen(path));
  entries[starts->n++] = made;
  return made.numbers;
}

void quoth_starts_clear(quoth_starts *starts) {
  for (size_t i = 0; i < starts->n; i++) start_clear(&starts->entries[i]);
  free(starts->entries);
  *starts = (quoth_starts){0};
}
