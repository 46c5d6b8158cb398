/* deployment.h - the files that `quoth package --template` writes beside the zip. */
#ifndef QUOTH_APP_DEPLOYMENT_H
#define QUOTH_APP_DEPLOYMENT_H

#include "deploy/archive.h"
#include "deploy/templates.h"

/* Refuses, before long work, what cannot be written: files that are there, unless they may be
 * replaced, and `inputs` in any case; a zip whose name does not fit into all of the templates, or
 * is that of a file of theirs. */
quoth_status deployment_check(const char *zip, const quoth_template *template,
                              const char *const inputs[2], bool may_replace, quoth_error *err);

/* Writes the template's files beside the zip, and the zip's `entries` too if it reads them. */
quoth_status deployment_write(const char *zip, const quoth_template *template,
                              const quoth_arch *arch, const quoth_archive_entry *entries,
                              size_t n_entries, quoth_error *err);

#endif
