/* drawing.h - the confusion matrix as a drawing: true labels down, predicted labels across,
 * counts in the cells, colours by the share of the true label's rows.
 *
 * Lengths are in points of 1/72 inch; y grows downwards. Pango lays the texts out: labels may mix
 * scripts and directions, and what no font has shows as a box. Hinting is off, so that all
 * formats and sizes look alike. */
#ifndef QUOTH_REPORT_DRAWING_H
#define QUOTH_REPORT_DRAWING_H

#include <cairo.h>

#include "report/summary.h"

enum { QUOTH_DRAWING_MAX_CLASSES = 500 };

typedef struct quoth_drawing quoth_drawing;

/* Lays out quoth_report_metrics(report), which must not be NULL; borrows `report`. Fails if there
 * are no classes or too many, or if no font is installed. */
quoth_status quoth_drawing_new(const quoth_report *report, quoth_drawing **out, quoth_error *err);
void quoth_drawing_free(quoth_drawing *drawing);

double quoth_drawing_width(const quoth_drawing *drawing);
double quoth_drawing_height(const quoth_drawing *drawing);

/* Draws with the upper left corner at the origin. Errors are the context's (cairo_status). */
void quoth_drawing_paint(const quoth_drawing *drawing, cairo_t *cairo);

#endif
