#include "deploy/runtime_file.h"

#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const quoth_arch archs[] = {
#if defined(__aarch64__)
    {"arm64", "ARM_64", "arm64", EM_AARCH64, "make"},
    {"x86_64", "X86_64", "amd64", EM_X86_64, "make, on an x86-64 machine"},
#else
    {"x86_64", "X86_64", "amd64", EM_X86_64, "make"},
    {"arm64", "ARM_64", "arm64", EM_AARCH64, "make arm64"},
#endif
};

const quoth_arch *quoth_arch_find(const char *name) {
  if (!name) return &archs[0];
  for (size_t i = 0; i < sizeof archs / sizeof *archs; i++)
    if (strcmp(archs[i].name, name) == 0) return &archs[i];
  return NULL;
}

/* ---- Finding --------------------------------------------------------------- */

/* The folder of this program, without a slash at its end. */
static quoth_status find_own_folder(char *folder, size_t size, quoth_error *err) {
  ssize_t length = readlink("/proc/self/exe", folder, size - 1);
  if (length < 0)
    return quoth_fail(err, QUOTH_ERR_IO, "cannot read /proc/self/exe: %s; give --runtime FILE",
                      strerror(errno));
  folder[length] = '\0';
  char *slash = strrchr(folder, '/');
  if (slash) *slash = '\0';
  return QUOTH_OK;
}

quoth_status quoth_runtime_find(const quoth_arch *arch, char **path, quoth_error *err) {
  static const char *const places[] = {"", "/../lib/quoth"};
  char folder[4096];
  *path = NULL;
  quoth_status status = find_own_folder(folder, sizeof folder, err);
  for (size_t i = 0; i < sizeof places / sizeof *places && !status; i++) {
    if (asprintf(path, "%s%s/quothd-%s", folder, places[i], arch->name) < 0) {
      *path = NULL;
      return quoth_fail_nomem(err, strlen(folder));
    }
    if (access(*path, R_OK) == 0) return QUOTH_OK;
    free(*path);
    *path = NULL;
  }
  if (status) return status;
  return quoth_fail(err, QUOTH_ERR_IO,
                    "there is no quothd-%s in %s or %s/../lib/quoth; `%s` in quoth's sources "
                    "builds it, or give --runtime FILE",
                    arch->name, folder, folder, arch->command);
}

/* ---- Checking -------------------------------------------------------------- */

static quoth_status refuse(quoth_error *err, const char *path, const char *what) {
  return quoth_fail_at(err, QUOTH_ERR_DATA, path, 0, "%s; give a static quothd for Lambda", what);
}

static quoth_status check_machine(const Elf64_Ehdr *header, const char *path,
                                  const quoth_arch *arch, quoth_error *err) {
  if (header->e_machine == arch->elf_machine) return QUOTH_OK;
  for (size_t i = 0; i < sizeof archs / sizeof *archs; i++)
    if (archs[i].elf_machine == header->e_machine)
      return quoth_fail_at(err, QUOTH_ERR_DATA, path, 0,
                           "an executable for %s, not for %s; give --arch %s or another --runtime",
                           archs[i].name, arch->name, archs[i].name);
  return refuse(err, path, "an executable for a processor that Lambda does not have");
}

/* A loader is named by a segment of its own. */
static quoth_status check_segments(quoth_bytes file, const Elf64_Ehdr *header, const char *path,
                                   quoth_error *err) {
  size_t size = (size_t)header->e_phnum * sizeof(Elf64_Phdr);
  if (header->e_phentsize != sizeof(Elf64_Phdr) || size == 0 || header->e_phoff > file.size ||
      size > file.size - header->e_phoff)
    return refuse(err, path, "a damaged executable");
  for (size_t i = 0; i < header->e_phnum; i++) {
    Elf64_Phdr segment;
    memcpy(&segment, file.data + header->e_phoff + i * sizeof segment, sizeof segment);
    if (segment.p_type == PT_INTERP) return refuse(err, path, "it needs shared libraries");
  }
  return QUOTH_OK;
}

quoth_status quoth_runtime_check(quoth_bytes file, const char *path, const quoth_arch *arch,
                                 quoth_error *err) {
  Elf64_Ehdr header;
  if (file.size < sizeof header || memcmp(file.data, ELFMAG, SELFMAG) != 0)
    return refuse(err, path, "not an executable");
  memcpy(&header, file.data, sizeof header);
  if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_ident[EI_DATA] != ELFDATA2LSB)
    return refuse(err, path, "an executable for a processor that Lambda does not have");
  if (header.e_type != ET_EXEC && header.e_type != ET_DYN)
    return refuse(err, path, "not an executable");
  quoth_status status = check_machine(&header, path, arch, err);
  return status ? status : check_segments(file, &header, path, err);
}
