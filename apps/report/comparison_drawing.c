#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "report/comparison.h"
#include "report/palette.h"
#include "report/plot.h"
#include "report/text.h"

static const double margin = 24, title_size = 16, small_size = 10.5, name_size = 12;
static const double plot_width = 480, plot_height = 320;
static const double left_band = 64, below_band = 40, name_band = 120, gap = 18;
static const double point_radius = 5;

typedef struct scatter_drawing {
  quoth_drawing base;
  quoth_letters letters;
  const quoth_comparison *comparison;
  quoth_buffer title, subtitle;
  quoth_plot plot;
  double y_step; /* between lines across */
} scatter_drawing;

/* ---- Layout ---------------------------------------------------------------- */

static double microseconds(const quoth_contender *it) { return fmax(1e6 * it->text_seconds, 0.1); }

/* From a power of ten to another. */
static quoth_axis time_axis(const quoth_comparison *comparison) {
  double low = HUGE_VAL, high = 0;
  for (size_t i = 0; i < comparison->n_contenders; i++) {
    low = fmin(low, microseconds(&comparison->contenders[i]));
    high = fmax(high, microseconds(&comparison->contenders[i]));
  }
  return (quoth_axis){"microseconds per text, on one thread", pow(10, floor(log10(low / 1.5))),
                      pow(10, ceil(log10(high * 1.5))), true};
}

/* The first of 0.002, 0.005, 0.01 ... 0.2 that makes at most six lines. */
static double step_for(double range) {
  static const double steps[] = {0.002, 0.005, 0.01, 0.02, 0.05, 0.1};
  for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
    if (range / steps[i] <= 6) return steps[i];
  return 0.2;
}

static quoth_axis accuracy_axis(const quoth_comparison *comparison, double *step) {
  double low = 1, high = 0;
  for (size_t i = 0; i < comparison->n_contenders; i++) {
    const quoth_contender *it = &comparison->contenders[i];
    low = fmin(low, it->accuracy - it->accuracy_std);
    high = fmax(high, it->accuracy + it->accuracy_std);
  }
  *step = step_for(fmax(high - low, 0.01));
  return (quoth_axis){"accuracy", fmax(*step * floor(low / *step - 0.2), 0),
                      fmin(*step * ceil(high / *step + 0.2), 1), false};
}

static void place_all(scatter_drawing *it) {
  double left = margin + left_band;
  double top = margin + 1.4 * title_size + 1.5 * small_size + gap;
  it->plot = (quoth_plot){left,
                          top,
                          plot_width,
                          plot_height,
                          time_axis(it->comparison),
                          accuracy_axis(it->comparison, &it->y_step)};
  it->base.width = ceil(left + plot_width + gap + name_band + margin);
  it->base.height = ceil(top + plot_height + below_band + margin);
}

static quoth_status make_texts(scatter_drawing *it, quoth_error *err) {
  enum { MAX_TITLE_COLUMNS = 80 };
  const quoth_comparison *comparison = it->comparison;
  quoth_writer writer = {.out = &it->title, .err = err};
  quoth_put_label(&writer, quoth_bytes_of(comparison->data_name), MAX_TITLE_COLUMNS);
  quoth_put_end(&writer);
  writer.out = &it->subtitle;
  quoth_put_count(&writer, comparison->n_rows);
  quoth_put_format(&writer, " rows, %u classes; %u folds, bars are one standard deviation",
                   comparison->n_classes, comparison->n_folds);
  quoth_put_end(&writer);
  return writer.status;
}

/* ---- Painting -------------------------------------------------------------- */

static void paint_ticks(const scatter_drawing *it, cairo_t *cairo) {
  char text[24];
  const quoth_axis *x = &it->plot.x, *y = &it->plot.y;
  double latency = x->low;
  while (latency <= 1.001 * x->high) {
    snprintf(text, sizeof text, "%.*f", latency < 1, latency);
    quoth_plot_paint_x_tick(&it->plot, &it->letters, cairo, latency, text);
    latency *= 10;
  }
  int n_steps = (int)((y->high - y->low) / it->y_step + 0.001);
  for (int i = 0; i <= n_steps; i++) {
    double value = y->low + i * it->y_step;
    snprintf(text, sizeof text, "%.*f", it->y_step < 0.01 ? 3 : 2, value);
    quoth_plot_paint_y_tick(&it->plot, &it->letters, cairo, value, text);
  }
}

static void paint_contender(const scatter_drawing *it, const quoth_contender *contender,
                            cairo_t *cairo) {
  double x = quoth_plot_x(&it->plot, microseconds(contender));
  double y = quoth_plot_y(&it->plot, contender->accuracy);
  quoth_set_colour(cairo, quoth_ramp[2]);
  quoth_cairo.set_line_width(cairo, 1.5);
  quoth_cairo.move_to(cairo, x,
                      quoth_plot_y(&it->plot, contender->accuracy - contender->accuracy_std));
  quoth_cairo.line_to(cairo, x,
                      quoth_plot_y(&it->plot, contender->accuracy + contender->accuracy_std));
  quoth_cairo.stroke(cairo);
  quoth_set_colour(cairo, quoth_ramp[3]);
  quoth_cairo.arc(cairo, x, y, point_radius, 0, 2 * M_PI);
  quoth_cairo.fill(cairo);
}

/* Names stand beside the frame, each as high as its point, but none upon another; a line leads to
 * the point. Contenders come from the top down. */
static void paint_names(const scatter_drawing *it, cairo_t *cairo) {
  double line = 1.4 * name_size, bottom = it->plot.top + it->plot.height;
  double left = it->plot.left + it->plot.width, next = it->plot.top;
  size_t n = it->comparison->n_contenders;
  for (size_t i = 0; i < n; i++) {
    const quoth_contender *contender = &it->comparison->contenders[i];
    double y = quoth_plot_y(&it->plot, contender->accuracy);
    double name_y = fmin(fmax(y, next), bottom - (double)(n - 1 - i) * line);
    next = name_y + line;
    quoth_cairo.move_to(cairo, quoth_plot_x(&it->plot, microseconds(contender)), y);
    quoth_cairo.line_to(cairo, left + gap, name_y);
    quoth_cairo.set_line_width(cairo, 0.5);
    quoth_set_colour(cairo, quoth_frame_colour);
    quoth_cairo.stroke(cairo);
    quoth_set_colour(cairo, quoth_ink);
    quoth_letters_set(&it->letters, contender->name, name_size, false, name_band);
    quoth_letters_show(&it->letters, cairo, left + gap + 4, name_y, 0, 0.5, 0);
  }
}

static void paint(const quoth_drawing *base, cairo_t *cairo) {
  const scatter_drawing *it = (const scatter_drawing *)base;
  const quoth_heading heading = {it->title.data, it->subtitle.data, title_size, small_size, margin};
  quoth_heading_paint(&heading, base, &it->letters, cairo);
  paint_ticks(it, cairo);
  quoth_plot_paint_frame(&it->plot, &it->letters, cairo);
  paint_names(it, cairo);
  for (size_t i = 0; i < it->comparison->n_contenders; i++)
    paint_contender(it, &it->comparison->contenders[i], cairo);
}

/* ---- The drawing ----------------------------------------------------------- */

static void drawing_free(quoth_drawing *base) {
  scatter_drawing *it = (scatter_drawing *)base;
  quoth_buffer_clear(&it->title);
  quoth_buffer_clear(&it->subtitle);
  quoth_letters_clear(&it->letters);
  free(it);
}

quoth_status quoth_comparison_drawing_new(const quoth_comparison *comparison, quoth_drawing **out,
                                          quoth_error *err) {
  *out = NULL;
  scatter_drawing *it = quoth_new_array(1, sizeof *it, err);
  if (!it) return QUOTH_ERR_NOMEM;
  it->base = (quoth_drawing){.paint = paint, .free = drawing_free};
  it->comparison = comparison;
  quoth_status status = quoth_letters_init(&it->letters, err);
  if (!status) status = make_texts(it, err);
  if (status) {
    drawing_free(&it->base);
    return status;
  }
  place_all(it);
  *out = &it->base;
  return QUOTH_OK;
}
