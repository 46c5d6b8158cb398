#include "quoth/deployment.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "quoth/console.h"
#include "quoth/input.h"

/* Lambda's least, its step that we take, and what the runtime takes beside its files. */
enum { LEAST_MEMORY_MIB = 128, MEMORY_STEP_MIB = 64, MEMORY_MIB = 64 };

static const char name_characters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                      "0123456789._-";

static const char *base_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

/* The path of FOLDER/NAME or NAME beside the zip, from malloc. */
static char *path_beside(const char *zip, const char *folder, const char *name, quoth_error *err) {
  char *path;
  int size = asprintf(&path, "%.*s%s%s%s", (int)(base_name(zip) - zip), zip, folder ? folder : "",
                      folder ? "/" : "", name);
  if (size >= 0) return path;
  quoth_fail_nomem(err, strlen(zip));
  return NULL;
}

/* ---- Before ---------------------------------------------------------------- */

typedef struct check {
  const char *zip;
  const char *const *inputs; /* [2] */
  bool may_replace;
} check;

static quoth_status check_path(const check *c, const char *folder, const char *name,
                               quoth_error *err) {
  char *path = path_beside(c->zip, folder, name, err);
  if (!path) return QUOTH_ERR_NOMEM;
  struct stat info;
  quoth_status status = check_no_input(c->inputs, path, err);
  if (!status && !c->may_replace && lstat(path, &info) == 0)
    status =
        quoth_fail_at(err, QUOTH_ERR_ARG, path, 0, "this is there already; --force replaces it");
  free(path);
  return status;
}

static quoth_status check_name(const char *zip, const quoth_template *template, quoth_error *err) {
  const char *name = base_name(zip);
  if (name[strspn(name, name_characters)])
    return quoth_fail_at(err, QUOTH_ERR_ARG, zip, 0,
                         "with --template, the zip's name has letters, digits, dots, - and _ only");
  bool is_taken = template->is_unpacked && strcmp(name, QUOTH_UNPACKED_FOLDER) == 0;
  for (size_t i = 0; i < template->n_files; i++)
    is_taken = is_taken || strcmp(name, template->files[i].name) == 0;
  if (!is_taken) return QUOTH_OK;
  return quoth_fail_at(err, QUOTH_ERR_ARG, zip, 0,
                       "--template %s writes something else with this name; give the zip another",
                       template->name);
}

quoth_status deployment_check(const char *zip, const quoth_template *template,
                              const char *const inputs[2], bool may_replace, quoth_error *err) {
  const check c = {zip, inputs, may_replace};
  quoth_status status = check_name(zip, template, err);
  for (size_t i = 0; i < template->n_files && !status; i++)
    status = check_path(&c, NULL, template->files[i].name, err);
  if (status || !template->is_unpacked) return status;
  status = check_path(&c, NULL, QUOTH_UNPACKED_FOLDER, err);
  if (!status) status = check_path(&c, QUOTH_UNPACKED_FOLDER, QUOTH_RUNTIME_ENTRY, err);
  return status ? status : check_path(&c, QUOTH_UNPACKED_FOLDER, QUOTH_MODEL_ENTRY, err);
}

/* ---- After ----------------------------------------------------------------- */

/* What a function needs that maps all its files. */
static uint64_t memory_for(const quoth_archive_entry *entries, size_t n_entries) {
  uint64_t size = (uint64_t)MEMORY_MIB << 20, step = (uint64_t)MEMORY_STEP_MIB << 20;
  for (size_t i = 0; i < n_entries; i++) size += entries[i].data.size;
  uint64_t memory = (size + step - 1) / step * MEMORY_STEP_MIB;
  return memory > LEAST_MEMORY_MIB ? memory : LEAST_MEMORY_MIB;
}

static quoth_status write_text(const char *zip, const quoth_template_file *file,
                               const quoth_template_values *values, quoth_error *err) {
  quoth_buffer text = {0};
  char *path = path_beside(zip, NULL, file->name, err);
  quoth_status status =
      path ? quoth_template_render(file->text, values, &text, err) : QUOTH_ERR_NOMEM;
  if (!status) status = write_file(path, text.data, text.size, err);
  quoth_buffer_clear(&text);
  free(path);
  return status;
}

static quoth_status make_folder(const char *path, quoth_error *err) {
  if (mkdir(path, 0777) == 0 || errno == EEXIST) return QUOTH_OK;
  return quoth_fail_at(err, QUOTH_ERR_IO, path, 0, "cannot make this folder: %s", strerror(errno));
}

/* With the modes of the zip, whatever the umask: in the image, others than the owner run it. */
static quoth_status unpack(const char *zip, const quoth_archive_entry *entry, quoth_error *err) {
  char *path = path_beside(zip, QUOTH_UNPACKED_FOLDER, entry->name, err);
  if (!path) return QUOTH_ERR_NOMEM;
  quoth_status status = write_file(path, entry->data.data, entry->data.size, err);
  if (!status && chmod(path, entry->is_executable ? 0755 : 0644) != 0)
    status = quoth_fail_at(err, QUOTH_ERR_IO, path, 0, "cannot set the mode: %s", strerror(errno));
  free(path);
  return status;
}

static quoth_status unpack_all(const char *zip, const quoth_archive_entry *entries,
                               size_t n_entries, quoth_error *err) {
  char *folder = path_beside(zip, NULL, QUOTH_UNPACKED_FOLDER, err);
  quoth_status status = folder ? make_folder(folder, err) : QUOTH_ERR_NOMEM;
  free(folder);
  for (size_t i = 0; i < n_entries && !status; i++) status = unpack(zip, &entries[i], err);
  return status;
}

quoth_status deployment_write(const char *zip, const quoth_template *template,
                              const quoth_arch *arch, const quoth_archive_entry *entries,
                              size_t n_entries, quoth_error *err) {
  quoth_template_values values = {
      .zip = base_name(zip), .arch = arch, .memory_mib = memory_for(entries, n_entries)};
  quoth_status status = template->is_unpacked ? unpack_all(zip, entries, n_entries, err) : QUOTH_OK;
  for (size_t i = 0; i < template->n_files && !status; i++)
    status = write_text(zip, &template->files[i], &values, err);
  return status;
}
