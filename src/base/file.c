#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { STREAM_BUFFER_SIZE = 1 << 16 };

struct quoth_output {
  int fd;
  bool is_standard;
  char *path, *temporary; /* temporary: NULL when `path` is written directly */
  quoth_buffer pending;
};

static quoth_status fail_errno(quoth_error *err, const char *path, const char *what) {
  return quoth_fail_at(err, QUOTH_ERR_IO, path, 0, "%s: %s", what, strerror(errno));
}

/* ---- Reading --------------------------------------------------------------- */

/* Moves the bytes to where they are aligned as a mapping would be. */
static quoth_status own_aligned(quoth_buffer *buffer, quoth_file *out, quoth_error *err) {
  char *data = quoth_new_aligned(buffer->size, 1, err);
  if (data) {
    memcpy(data, buffer->data, buffer->size);
    *out = (quoth_file){.data = data, .size = buffer->size};
  }
  quoth_buffer_clear(buffer);
  return data ? QUOTH_OK : QUOTH_ERR_NOMEM;
}

static quoth_status read_stream(int fd, const char *path, quoth_file *out, quoth_error *err) {
  quoth_buffer buffer = {0};
  for (;;) {
    char *data =
        quoth_grow(buffer.data, &buffer.capacity, buffer.size + STREAM_BUFFER_SIZE, 1, err);
    if (!data) {
      quoth_buffer_clear(&buffer);
      return QUOTH_ERR_NOMEM;
    }
    buffer.data = data;
    ssize_t n = read(fd, buffer.data + buffer.size, buffer.capacity - buffer.size);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      quoth_buffer_clear(&buffer);
      return fail_errno(err, path, "cannot read");
    }
    if (n == 0) break;
    buffer.size += (size_t)n;
  }
  return own_aligned(&buffer, out, err);
}

static quoth_status map_file(int fd, size_t size, const char *path, quoth_file *out,
                             quoth_error *err) {
  if (size == 0) {
    *out = (quoth_file){.data = ""};
    out->is_mapped = true;
    return QUOTH_OK;
  }
  void *data = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
  if (data == MAP_FAILED) return fail_errno(err, path, "cannot map");
  *out = (quoth_file){.data = data, .size = size, .is_mapped = true};
  return QUOTH_OK;
}

quoth_status quoth_file_open(const char *path, quoth_file *out, quoth_error *err) {
  *out = (quoth_file){.data = "", .is_mapped = true};
  if (strcmp(path, "-") == 0) return read_stream(STDIN_FILENO, "standard input", out, err);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return fail_errno(err, path, "cannot open");
  struct stat info;
  quoth_status status;
  if (fstat(fd, &info) != 0)
    status = fail_errno(err, path, "cannot examine");
  else if (S_ISDIR(info.st_mode))
    status = quoth_fail_at(err, QUOTH_ERR_IO, path, 0, "is a directory; give a file");
  else if (S_ISREG(info.st_mode))
    status = map_file(fd, (size_t)info.st_size, path, out, err);
  else
    status = read_stream(fd, path, out, err);
  close(fd);
  return status;
}

void quoth_file_close(quoth_file *file) {
  if (!file->is_mapped)
    free((char *)(uintptr_t)file->data);
  else if (file->size)
    munmap((void *)(uintptr_t)file->data, file->size);
  *file = (quoth_file){.data = "", .is_mapped = true};
}

void quoth_file_rest(const quoth_file *file) {
  if (file->is_mapped && file->size)
    madvise((void *)(uintptr_t)file->data, file->size, MADV_DONTNEED);
}

/* ---- Writing --------------------------------------------------------------- */

/* ".NAME.XXXXXX" in the directory of `path`, for mkostemp. */
static char *temporary_template(const char *path, quoth_error *err) {
  const char *slash = strrchr(path, '/');
  size_t directory = slash ? (size_t)(slash - path) + 1 : 0;
  quoth_buffer name = {0};
  if (quoth_buffer_append(&name, path, directory, err) ||
      quoth_buffer_printf(&name, err, ".%s.XXXXXX", path + directory)) {
    quoth_buffer_clear(&name);
    return NULL;
  }
  return name.data; /* printf left a NUL behind the text */
}

/* A file that mkostemp made is private; give it the mode that open() would have. */
static void set_default_mode(int fd) {
  mode_t mask = umask(0);
  umask(mask);
  fchmod(fd, 0666 & ~mask);
}

static quoth_status open_temporary(quoth_output *output, quoth_error *err) {
  output->temporary = temporary_template(output->path, err);
  if (!output->temporary) return QUOTH_ERR_NOMEM;
  output->fd = mkostemp(output->temporary, O_CLOEXEC);
  if (output->fd < 0) {
    free(output->temporary);
    output->temporary = NULL;
    return fail_errno(err, output->path, "cannot write here");
  }
  set_default_mode(output->fd);
  return QUOTH_OK;
}

static quoth_status open_target(quoth_output *output, quoth_error *err) {
  struct stat info;
  if (strcmp(output->path, "-") == 0) {
    output->fd = STDOUT_FILENO;
    output->is_standard = true;
    return QUOTH_OK;
  }
  if (stat(output->path, &info) != 0 || S_ISREG(info.st_mode)) return open_temporary(output, err);
  if (S_ISDIR(info.st_mode))
    return quoth_fail_at(err, QUOTH_ERR_IO, output->path, 0, "is a directory; give a file name");
  output->fd = open(output->path, O_WRONLY | O_CLOEXEC);
  return output->fd < 0 ? fail_errno(err, output->path, "cannot write here") : QUOTH_OK;
}

static void output_free(quoth_output *output) {
  quoth_buffer_clear(&output->pending);
  free(output->temporary);
  free(output->path);
  free(output);
}

quoth_status quoth_output_open(const char *path, quoth_output **out, quoth_error *err) {
  *out = NULL;
  quoth_output *output = quoth_new_array(1, sizeof *output, err);
  if (!output) return QUOTH_ERR_NOMEM;
  output->fd = -1;
  output->path = strdup(path);
  quoth_status status = output->path ? open_target(output, err) : quoth_fail_nomem(err, 1);
  if (status) {
    output_free(output);
    return status;
  }
  *out = output;
  return QUOTH_OK;
}

static const char *output_name(const quoth_output *output) {
  return output->is_standard ? "standard output" : output->path;
}

static quoth_status write_all(quoth_output *output, const char *data, size_t size,
                              quoth_error *err) {
  while (size > 0) {
    ssize_t n = write(output->fd, data, size);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail_errno(err, output_name(output), "cannot write");
    data += n;
    size -= (size_t)n;
  }
  return QUOTH_OK;
}

static quoth_status flush_pending(quoth_output *output, quoth_error *err) {
  quoth_status status = write_all(output, output->pending.data, output->pending.size, err);
  output->pending.size = 0;
  return status;
}

quoth_status quoth_output_write(quoth_output *output, const void *data, size_t size,
                                quoth_error *err) {
  if (output->pending.size + size > STREAM_BUFFER_SIZE) {
    quoth_status status = flush_pending(output, err);
    if (status) return status;
    if (size >= STREAM_BUFFER_SIZE) return write_all(output, data, size, err);
  }
  return quoth_buffer_append(&output->pending, data, size, err);
}

/* Closes the descriptor, which is where some file systems report a full disk. */
static quoth_status close_output(quoth_output *output, quoth_error *err) {
  if (output->is_standard || output->fd < 0) return QUOTH_OK;
  int fd = output->fd;
  output->fd = -1;
  return close(fd) == 0 ? QUOTH_OK : fail_errno(err, output->path, "cannot write");
}

quoth_status quoth_output_commit(quoth_output *output, quoth_error *err) {
  quoth_status status = flush_pending(output, err);
  if (!status) status = close_output(output, err);
  if (!status && output->temporary) {
    if (rename(output->temporary, output->path) != 0)
      status = fail_errno(err, output->path, "cannot rename to this name");
    else {
      free(output->temporary);
      output->temporary = NULL;
    }
  }
  quoth_output_abandon(output);
  return status;
}

void quoth_output_abandon(quoth_output *output) {
  if (!output) return;
  close_output(output, NULL);
  if (output->temporary) unlink(output->temporary);
  output_free(output);
}

quoth_status quoth_file_write(const char *path, const void *data, size_t size, quoth_error *err) {
  quoth_output *output;
  quoth_status status = quoth_output_open(path, &output, err);
  if (status) return status;
  status = quoth_output_write(output, data, size, err);
  if (status) {
    quoth_output_abandon(output);
    return status;
  }
  return quoth_output_commit(output, err);
}
