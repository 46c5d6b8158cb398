/* Opening a model from a file, apart from the rest so that the prediction core needs no files. */
#include <stdio.h>

#include "model/model.h"

quoth_status quoth_model_open(const char *path, unsigned flags, quoth_model **out,
                              quoth_error *err) {
  *out = NULL;
  quoth_file file;
  quoth_status status = quoth_file_open(path, &file, err);
  if (status) return status;
  status = quoth_model_open_memory(file.data, file.size, flags, out, err);
  if (status) {
    if (err) snprintf(err->file, sizeof err->file, "%s", path);
    quoth_file_close(&file);
    return status;
  }
  (*out)->file = file;
  return QUOTH_OK;
}
