/* python_export.h - a model as files of which Python makes scikit-learn's objects: arrays as .npy,
 * the spec and the classes as JSON, and the script that puts them together. */
#ifndef QUOTH_INTEROP_PYTHON_EXPORT_H
#define QUOTH_INTEROP_PYTHON_EXPORT_H

#include "model/model.h"

typedef struct quoth_exported_file {
  char *name;
  quoth_buffer head; /* the file's beginning */
  quoth_bytes rest;  /* what follows it: the model's, or static */
} quoth_exported_file;

typedef struct quoth_exported {
  quoth_exported_file *files; /* [n_files] */
  size_t n_files, capacity;
} quoth_exported; /* start from {0} */

/* The files, which are views of `model`. A stage that scikit-learn has nothing like is an error
 * that names it. */
quoth_status quoth_python_export(const quoth_model *model, quoth_exported *out, quoth_error *err);
void quoth_exported_clear(quoth_exported *exported);

#endif
