/* picture.h - a drawing as a file: .png, .svg or .pdf, chosen by the name. The same drawing, fonts
 * and libraries give the same bytes. */
#ifndef QUOTH_REPORT_PICTURE_H
#define QUOTH_REPORT_PICTURE_H

#include "base/memory.h"
#include "report/drawing.h"

typedef enum quoth_picture_format {
  QUOTH_PICTURE_PNG,
  QUOTH_PICTURE_SVG,
  QUOTH_PICTURE_PDF
} quoth_picture_format;

/* From the extension of `path`, in any case. Another one is an error that names the three; check
 * before long work. */
quoth_status quoth_picture_format_of(const char *path, quoth_picture_format *out, quoth_error *err);

/* Into memory, or into a file that appears whole. */
quoth_status quoth_picture_append(quoth_buffer *out, const quoth_drawing *drawing,
                                  quoth_picture_format format, quoth_error *err);
quoth_status quoth_picture_write(const char *path, const quoth_drawing *drawing, quoth_error *err);

#endif
