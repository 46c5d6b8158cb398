/* letters.h - texts in drawings. Pango lays them out: they may mix scripts and directions, and what
 * no font has shows as a box. Hinting is off, so that all formats and sizes look alike. */
#ifndef QUOTH_REPORT_LETTERS_H
#define QUOTH_REPORT_LETTERS_H

#include "base/memory.h"
#include "report/drawing.h"
#include "report/graphics.h"

typedef struct quoth_letters {
  PangoFontMap *fonts;
  PangoLayout *layout; /* set anew for each text */
} quoth_letters;       /* start from {0} */

/* Fails if the graphics can't be loaded, or no font is installed. */
quoth_status quoth_letters_init(quoth_letters *letters, quoth_error *err);
void quoth_letters_clear(quoth_letters *letters);

/* Whether _init would fail; to be asked before long work that ends in a picture. */
quoth_status quoth_letters_check(quoth_error *err);

/* Sets one line, at most `max_width` wide (shortened with an ellipsis). */
void quoth_letters_set(const quoth_letters *letters, const char *text, double size, bool is_bold,
                       double max_width);

typedef struct quoth_extent {
  double x, width, height; /* x: of the left edge, where the text is drawn at 0 */
} quoth_extent;

/* Of the text that is set. */
quoth_extent quoth_letters_extent(const quoth_letters *letters);

/* Draws the text that is set with the point (share_x, share_y) of its box, each 0..1, at x, y. */
void quoth_letters_show(const quoth_letters *letters, cairo_t *cairo, double x, double y,
                        double share_x, double share_y, double angle);

typedef struct quoth_heading {
  const char *title, *subtitle;
  double title_size, small_size;
  double margin;
} quoth_heading;

/* White paper, and in its upper left corner the heading. */
void quoth_heading_paint(const quoth_heading *heading, const quoth_drawing *drawing,
                         const quoth_letters *letters, cairo_t *cairo);

#endif
