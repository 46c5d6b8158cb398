/* plot.h - a frame with two axes, for drawings of numbers against numbers. */
#ifndef QUOTH_REPORT_PLOT_H
#define QUOTH_REPORT_PLOT_H

#include "report/letters.h"

typedef struct quoth_axis {
  const char *title;
  double low, high; /* the frame's edges; low < high */
  bool is_logarithmic;
} quoth_axis;

typedef struct quoth_plot {
  double left, top, width, height; /* of the frame */
  quoth_axis x, y;                 /* y ascends upwards */
} quoth_plot;

/* Where a value is. */
double quoth_plot_x(const quoth_plot *plot, double value);
double quoth_plot_y(const quoth_plot *plot, double value);

/* The frame, and the axes' titles. */
void quoth_plot_paint_frame(const quoth_plot *plot, const quoth_letters *letters, cairo_t *cairo);
/* A line across the frame at a value, and the value beside it. */
void quoth_plot_paint_x_tick(const quoth_plot *plot, const quoth_letters *letters, cairo_t *cairo,
                             double value, const char *text);
void quoth_plot_paint_y_tick(const quoth_plot *plot, const quoth_letters *letters, cairo_t *cairo,
                             double value, const char *text);

#endif
