#include "lambda/model_search.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"

static const char ending[] = ".quoth", preferred[] = "model.quoth";

enum { MAX_FOLDERS = 3 };

/* ---- One folder ------------------------------------------------------------ */

/* Hidden files are left alone: archives made on a Mac have a "._model.quoth" that is none. */
static int is_model(const struct dirent *entry) {
  size_t size = strlen(entry->d_name), ending_size = sizeof ending - 1;
  return entry->d_name[0] != '.' && entry->d_type != DT_DIR && size > ending_size &&
         strcmp(entry->d_name + size - ending_size, ending) == 0;
}

static quoth_status join(const char *folder, const char *name, char path[static PATH_MAX],
                         quoth_error *err) {
  if (snprintf(path, PATH_MAX, "%s/%s", folder, name) < PATH_MAX) return QUOTH_OK;
  return quoth_fail(err, QUOTH_ERR_IO, "the path of the model is longer than %d bytes", PATH_MAX);
}

static quoth_status complain_of_many(const char *folder, struct dirent *const *entries, int n,
                                     quoth_error *err) {
  quoth_buffer names = {0};
  quoth_status status = QUOTH_OK;
  for (int i = 0; i < n && !status; i++)
    status = quoth_buffer_printf(&names, err, "%s%s", i ? ", " : "", entries[i]->d_name);
  if (!status)
    status = quoth_fail(err, QUOTH_ERR_ARG,
                        "%s holds more than one model: call the one to be served %s or name it in "
                        "QUOTH_MODEL. There are %s",
                        folder, preferred, names.data);
  quoth_buffer_clear(&names);
  return status;
}

/* path[0] stays 0 where there is no model. A folder that cannot be read has none. */
static quoth_status look_in(const char *folder, char path[static PATH_MAX], quoth_error *err) {
  struct dirent **entries;
  int n = scandir(folder, &entries, is_model, alphasort), chosen = n == 1 ? 0 : -1;
  if (n < 0) return QUOTH_OK;
  for (int i = 0; i < n; i++)
    if (strcmp(entries[i]->d_name, preferred) == 0) chosen = i;
  quoth_status status = QUOTH_OK;
  if (chosen >= 0)
    status = join(folder, entries[chosen]->d_name, path, err);
  else if (n > 1)
    status = complain_of_many(folder, entries, n, err);
  for (int i = 0; i < n; i++) free(entries[i]);
  free(entries);
  return status;
}

/* ---- The folders ----------------------------------------------------------- */

typedef struct folders {
  char names[MAX_FOLDERS][PATH_MAX]; /* [n] */
  size_t n;
} folders;

/* They are often the same. */
static void add(folders *f, const char *name) {
  for (size_t i = 0; i < f->n; i++)
    if (strcmp(f->names[i], name) == 0) return;
  if (*name) snprintf(f->names[f->n++], PATH_MAX, "%s", name);
}

static void list_folders(folders *f) {
  char path[PATH_MAX];
  f->n = 0;
  ssize_t size = readlink("/proc/self/exe", path, sizeof path - 1);
  if (size > 0) {
    path[size] = '\0';
    *strrchr(path, '/') = '\0';
    add(f, path[0] ? path : "/");
  }
  const char *task_root = getenv("LAMBDA_TASK_ROOT");
  if (task_root) add(f, task_root);
  if (getcwd(path, sizeof path)) add(f, path);
}

static quoth_status complain_of_none(const folders *f, quoth_error *err) {
  quoth_buffer names = {0};
  quoth_status status = QUOTH_OK;
  for (size_t i = 0; i < f->n && !status; i++)
    status = quoth_buffer_printf(&names, err, "%s%s", i ? ", " : "", f->names[i]);
  if (!status)
    status = quoth_fail(err, QUOTH_ERR_IO,
                        "there is no model: put %s beside the executable or name it in "
                        "QUOTH_MODEL. Looked for *%s in %s",
                        preferred, ending, f->n ? names.data : "no folder");
  quoth_buffer_clear(&names);
  return status;
}

quoth_status quoth_lambda_find_model(char path[static PATH_MAX], quoth_error *err) {
  const char *given = getenv("QUOTH_MODEL");
  if (given && *given) {
    if (snprintf(path, PATH_MAX, "%s", given) < PATH_MAX) return QUOTH_OK;
    return quoth_fail(err, QUOTH_ERR_IO, "QUOTH_MODEL is longer than %d bytes", PATH_MAX);
  }
  folders f;
  list_folders(&f);
  path[0] = '\0';
  quoth_status status = QUOTH_OK;
  for (size_t i = 0; i < f.n && !status && !path[0]; i++) status = look_in(f.names[i], path, err);
  return status || path[0] ? status : complain_of_none(&f, err);
}
