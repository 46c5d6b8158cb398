/* drawing.h - a drawing of any kind, from which picture.h makes files.
 *
 * Lengths are in points of 1/72 inch; y grows downwards. */
#ifndef QUOTH_REPORT_DRAWING_H
#define QUOTH_REPORT_DRAWING_H

#include <cairo.h>

/* The first member of each kind's own struct. */
typedef struct quoth_drawing quoth_drawing;
struct quoth_drawing {
  double width, height;
  /* Draws with the upper left corner at the origin. Errors are the context's (cairo_status). */
  void (*paint)(const quoth_drawing *drawing, cairo_t *cairo);
  void (*free)(quoth_drawing *drawing);
};

static inline void quoth_drawing_free(quoth_drawing *drawing) {
  if (drawing) drawing->free(drawing);
}

#endif
