#include "deploy/archive.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <zip.h>

enum {
  BEST_COMPRESSION = 9,
  DOS_TIME = 0,
  DOS_DATE = 1 << 5 | 1, /* 1980-01-01, the first that there is */
};

static quoth_status fail_zip(quoth_error *err, zip_error_t *fault) {
  quoth_status status = zip_error_code_zip(fault) == ZIP_ER_MEMORY ? QUOTH_ERR_NOMEM : QUOTH_ERR_IO;
  return quoth_fail(err, status, "cannot make the zip file: %s", zip_error_strerror(fault));
}

/* Sets all that the archive says of an entry. The DOS date itself is given, since a time would be
 * converted by the time zone. */
static bool add_entry(zip_t *zip, const quoth_archive_entry *entry) {
  zip_source_t *source = zip_source_buffer(zip, entry->data.data, entry->data.size, 0);
  if (!source) return false;
  zip_int64_t index = zip_file_add(zip, entry->name, source, ZIP_FL_ENC_UTF_8);
  if (index < 0) {
    zip_source_free(source);
    return false;
  }
  zip_uint64_t at = (zip_uint64_t)index;
  zip_uint32_t mode = S_IFREG | (entry->is_executable ? 0755 : 0644);
  return zip_set_file_compression(zip, at, ZIP_CM_DEFLATE, BEST_COMPRESSION) == 0 &&
         zip_file_set_dostime(zip, at, DOS_TIME, DOS_DATE, 0) == 0 &&
         zip_file_set_external_attributes(zip, at, 0, ZIP_OPSYS_UNIX, mode << 16) == 0;
}

/* Writes the archive into `target`, memory that grows. */
static quoth_status fill(zip_source_t *target, const quoth_archive_entry *entries, size_t n_entries,
                         quoth_error *err) {
  zip_error_t fault;
  zip_error_init(&fault);
  zip_source_keep(target); /* closing the archive lets go of it once */
  zip_t *zip = zip_open_from_source(target, ZIP_TRUNCATE, &fault);
  if (!zip) {
    zip_source_free(target);
    return fail_zip(err, &fault);
  }
  bool is_done = true;
  for (size_t i = 0; i < n_entries && is_done; i++) is_done = add_entry(zip, &entries[i]);
  if (is_done && zip_close(zip) == 0) return QUOTH_OK;
  quoth_status status = fail_zip(err, zip_get_error(zip));
  zip_discard(zip);
  return status;
}

static quoth_status read_back(zip_source_t *source, char **out, size_t *size, quoth_error *err) {
  zip_stat_t info;
  if (zip_source_stat(source, &info) != 0 || zip_source_open(source) != 0)
    return fail_zip(err, zip_source_error(source));
  *size = (size_t)info.size;
  *out = quoth_new_array(*size, 1, err);
  quoth_status status = *out ? QUOTH_OK : QUOTH_ERR_NOMEM;
  if (!status && zip_source_read(source, *out, *size) != (zip_int64_t)*size)
    status = fail_zip(err, zip_source_error(source));
  zip_source_close(source);
  return status;
}

quoth_status quoth_archive_make(const quoth_archive_entry *entries, size_t n_entries, char **out,
                                size_t *size, quoth_error *err) {
  zip_error_t fault;
  zip_error_init(&fault);
  *out = NULL;
  zip_source_t *target = zip_source_buffer_create(NULL, 0, 0, &fault);
  if (!target) return fail_zip(err, &fault);
  quoth_status status = fill(target, entries, n_entries, err);
  if (!status) status = read_back(target, out, size, err);
  zip_source_free(target);
  if (status) {
    free(*out);
    *out = NULL;
  }
  return status;
}
