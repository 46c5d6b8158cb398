/* quoth export: a model as files for other programs. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "interop/python_export.h"
#include "quoth/commands.h"
#include "quoth/console.h"
#include "quoth/input.h"
#include "report/text.h"

typedef struct settings {
  const char *python;
  bool no_verify;
} settings;

static const option export_options[] = {
    {"python", 0, OPTION_TEXT, offsetof(settings, python), "DIR",
     "a new folder for arrays and a script that makes scikit-learn's objects of them", NULL},
    NO_VERIFY_OPTION(settings),
};

/* ---- The folder ------------------------------------------------------------ */

static quoth_status fail_folder(const char *folder, quoth_error *err) {
  bool is_there = errno == EEXIST || errno == ENOTEMPTY || errno == ENOTDIR;
  return quoth_fail_at(err, QUOTH_ERR_IO, folder, 0,
                       is_there ? "this is there already; name a new folder"
                                : "cannot make this folder: %s",
                       strerror(errno));
}

static quoth_status write_exported(const char *folder, const quoth_exported_file *file,
                                   quoth_error *err) {
  char *path;
  quoth_output *output;
  if (asprintf(&path, "%s/%s", folder, file->name) < 0)
    return quoth_fail_nomem(err, strlen(folder));
  quoth_status status = quoth_output_open(path, &output, err);
  free(path);
  if (status) return status;
  status = quoth_output_write(output, file->head.data, file->head.size, err);
  if (!status) status = quoth_output_write(output, file->rest.data, file->rest.size, err);
  if (!status) return quoth_output_commit(output, err);
  quoth_output_abandon(output);
  return status;
}

static void remove_folder(const char *folder, const quoth_exported *exported) {
  for (size_t i = 0; i < exported->n_files; i++) {
    char *path;
    if (asprintf(&path, "%s/%s", folder, exported->files[i].name) < 0) continue;
    unlink(path);
    free(path);
  }
  rmdir(folder);
}

/* ".NAME.XXXXXX" beside `folder`, for mkdtemp. */
static char *name_beside(const char *folder, quoth_error *err) {
  char *name;
  size_t end = strlen(folder);
  while (end > 1 && folder[end - 1] == '/') end--;
  size_t begin = end;
  while (begin > 0 && folder[begin - 1] != '/') begin--;
  if (asprintf(&name, "%.*s.%.*s.XXXXXX", (int)begin, folder, (int)(end - begin), folder + begin) >=
      0)
    return name;
  quoth_fail_nomem(err, end);
  return NULL;
}

/* As mkdir makes it: a folder of mkdtemp's is private. */
static void set_default_mode(const char *folder) {
  mode_t mask = umask(0);
  umask(mask);
  chmod(folder, 0777 & ~mask);
}

/* Fills a folder beside the one to be, which appears whole by its renaming, or not at all. An empty
 * one that is there is replaced. */
static quoth_status write_folder(const char *folder, const quoth_exported *exported,
                                 quoth_error *err) {
  char *beside = name_beside(folder, err);
  if (!beside) return QUOTH_ERR_NOMEM;
  if (!mkdtemp(beside)) {
    quoth_status status = fail_folder(folder, err);
    free(beside);
    return status;
  }
  set_default_mode(beside);
  quoth_error fault = {0};
  quoth_status status = QUOTH_OK;
  for (size_t i = 0; i < exported->n_files && !status; i++)
    status = write_exported(beside, &exported->files[i], &fault);
  if (status)
    quoth_fail_at(err, status, folder, 0, "%s", fault.message);
  else if (rename(beside, folder) != 0)
    status = fail_folder(folder, err);
  if (status) remove_folder(beside, exported);
  free(beside);
  return status;
}

/* ---- The command ----------------------------------------------------------- */

static quoth_status tell(const char *folder, const quoth_exported *exported, quoth_error *err) {
  quoth_buffer text = {0};
  quoth_writer out = {.out = &text, .err = err};
  quoth_put_label(&out, quoth_bytes_of(folder), SIZE_MAX);
  quoth_put_format(&out, ": %zu files\n", exported->n_files);
  quoth_status status = out.status ? out.status : print_bytes(text.data, text.size, err);
  quoth_buffer_clear(&text);
  return status;
}

static quoth_status export(const settings *s, const char *model_path, quoth_error *err) {
  quoth_model *model;
  quoth_exported exported = {0};
  quoth_status status =
      quoth_model_open(model_path, s->no_verify ? QUOTH_TRUST_DIGESTS : 0, &model, err);
  if (status) return status;
  quoth_error fault = {0};
  status = quoth_python_export(model, &exported, &fault);
  if (status)
    quoth_fail_at(err, status, model_path, 0, "%s", fault.message);
  else {
    hold_interrupts();
    status = write_folder(s->python, &exported, err);
    release_interrupts();
  }
  if (!status) status = tell(s->python, &exported, err);
  quoth_exported_clear(&exported);
  quoth_model_free(model);
  return status;
}

static int run_export(const void *settings_, const char *const *operands, size_t n_operands) {
  (void)n_operands;
  const settings *s = settings_;
  if (!s->python) return misused(&command_export, "say what to make: --python DIR");
  catch_interrupts();
  quoth_error err = {0};
  return export(s, operands[0], &err) ? fail(&err) : EXIT_DONE;
}

const command command_export = {
    .name = "export",
    .summary = "make scikit-learn's objects of a model",
    .usage = "MODEL --python DIR",
    .details = "Writes the model's arrays as .npy, model.json, and load_model.py, whose load()\n"
               "returns a fitted Pipeline. What scikit-learn has nothing like is refused.\n",
    .options = export_options,
    .n_options = sizeof export_options / sizeof *export_options,
    .settings_size = sizeof(settings),
    .min_operands = 1,
    .max_operands = 1,
    .run = run_export,
};
