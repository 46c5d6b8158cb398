/* runtime_file.h - the static executable that runs a model where nothing else is: quothd, built
 * for one of the processors that AWS Lambda has. */
#ifndef QUOTH_DEPLOY_RUNTIME_FILE_H
#define QUOTH_DEPLOY_RUNTIME_FILE_H

#include "base/memory.h"

typedef struct quoth_arch {
  const char *name; /* as Lambda says: "x86_64" */
  const char *cdk_name, *docker_name;
  uint16_t elf_machine; /* as the executable's header says */
  const char *command;  /* what builds its quothd in quoth's sources */
} quoth_arch;

/* The processor with this name, or NULL. A NULL name is that of this program. */
const quoth_arch *quoth_arch_find(const char *name);

/* The path of `quothd-ARCH`, from malloc: beside this program, or where `make install` puts it. */
quoth_status quoth_runtime_find(const quoth_arch *arch, char **path, quoth_error *err);

/* Refuses what is no executable for `arch`, and what needs a loader or a shared library, since an
 * empty container has neither. `path` names it in the message. */
quoth_status quoth_runtime_check(quoth_bytes file, const char *path, const quoth_arch *arch,
                                 quoth_error *err);

#endif
