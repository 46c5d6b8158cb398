/* templates.h - the files that deploy a function.zip, for those who use SAM, Terraform, the CDK or
 * containers. Their texts are in the folder templates. */
#ifndef QUOTH_DEPLOY_TEMPLATES_H
#define QUOTH_DEPLOY_TEMPLATES_H

#include "deploy/runtime_file.h"

/* The folder that has the zip's files as they are, for the templates that read these. */
#define QUOTH_UNPACKED_FOLDER "function"
/* The zip's files. */
#define QUOTH_RUNTIME_ENTRY "bootstrap"
#define QUOTH_MODEL_ENTRY "model.quoth"

typedef struct quoth_template_file {
  const char *name;
  quoth_bytes text; /* @zip@, @arch@ and the like stand for values */
} quoth_template_file;

enum { QUOTH_MAX_TEMPLATE_FILES = 2 };

typedef struct quoth_template {
  const char *name; /* "sam" */
  const char *next; /* the command that is next */
  bool is_unpacked; /* reads the folder rather than the zip */
  size_t n_files;
  quoth_template_file files[QUOTH_MAX_TEMPLATE_FILES];
} quoth_template;

/* The template with this name, or NULL. */
const quoth_template *quoth_template_find(const char *name);

typedef struct quoth_template_values {
  const char *zip; /* its name without folders: letters, digits and ._- */
  const quoth_arch *arch;
  uint64_t memory_mib;
} quoth_template_values;

/* Appends `text` with the values in their places. */
quoth_status quoth_template_render(quoth_bytes text, const quoth_template_values *values,
                                   quoth_buffer *out, quoth_error *err);

#endif
