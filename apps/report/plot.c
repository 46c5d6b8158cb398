#include "report/plot.h"

#include <math.h>

#include "report/palette.h"

static const double text_size = 10.5, tick_gap = 6, title_gap = 34;

/* 0 at the low end, 1 at the high one. */
static double share_of(const quoth_axis *axis, double value) {
  if (axis->is_logarithmic) return log(value / axis->low) / log(axis->high / axis->low);
  return (value - axis->low) / (axis->high - axis->low);
}

double quoth_plot_x(const quoth_plot *plot, double value) {
  return plot->left + plot->width * share_of(&plot->x, value);
}

double quoth_plot_y(const quoth_plot *plot, double value) {
  return plot->top + plot->height * (1 - share_of(&plot->y, value));
}

void quoth_plot_paint_frame(const quoth_plot *plot, const quoth_letters *letters, cairo_t *cairo) {
  double bottom = plot->top + plot->height;
  quoth_cairo.rectangle(cairo, plot->left, plot->top, plot->width, plot->height);
  quoth_cairo.set_line_width(cairo, 0.75);
  quoth_set_colour(cairo, quoth_frame_colour);
  quoth_cairo.stroke(cairo);
  quoth_set_colour(cairo, quoth_faint_ink);
  if (plot->x.title) {
    quoth_letters_set(letters, plot->x.title, text_size, false, HUGE_VAL);
    quoth_letters_show(letters, cairo, plot->left + plot->width / 2, bottom + title_gap, 0.5, 1, 0);
  }
  quoth_letters_set(letters, plot->y.title, text_size, false, HUGE_VAL);
  quoth_letters_show(letters, cairo, plot->left - title_gap - 2 * text_size,
                     plot->top + plot->height / 2, 0.5, 0, M_PI / 2);
}

static void paint_line(cairo_t *cairo, double x, double y, double dx, double dy) {
  quoth_cairo.move_to(cairo, x, y);
  quoth_cairo.rel_line_to(cairo, dx, dy);
  quoth_cairo.set_line_width(cairo, 0.5);
  quoth_set_colour(cairo, quoth_ramp[0]);
  quoth_cairo.stroke(cairo);
  quoth_set_colour(cairo, quoth_faint_ink);
}

void quoth_plot_paint_x_tick(const quoth_plot *plot, const quoth_letters *letters, cairo_t *cairo,
                             double value, const char *text) {
  double x = quoth_plot_x(plot, value), bottom = plot->top + plot->height;
  paint_line(cairo, x, plot->top, 0, plot->height);
  quoth_letters_set(letters, text, text_size, false, HUGE_VAL);
  quoth_letters_show(letters, cairo, x, bottom + tick_gap, 0.5, 0, 0);
}

void quoth_plot_paint_y_tick(const quoth_plot *plot, const quoth_letters *letters, cairo_t *cairo,
                             double value, const char *text) {
  double y = quoth_plot_y(plot, value);
  paint_line(cairo, plot->left, y, plot->width, 0);
  quoth_letters_set(letters, text, text_size, false, HUGE_VAL);
  quoth_letters_show(letters, cairo, plot->left - tick_gap, y, 1, 0.5, 0);
}
