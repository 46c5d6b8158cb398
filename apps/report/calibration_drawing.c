/* After A. Niculescu-Mizil and R. Caruana, "Predicting good probabilities with supervised
 * learning", 2005: bars are the bins of the same width, points those of as many rows each. */
#include "report/calibration_drawing.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "report/palette.h"
#include "report/plot.h"
#include "report/text.h"

enum { MAX_TITLE_COLUMNS = 80, N_TICKS = 5 };

static const double margin = 24, title_size = 16, small_size = 10.5;
static const double side = 380, histogram_height = 80, plot_gap = 28;
static const double left_band = 60, below_band = 40, legend_band = 28;
static const double point_radius = 3;

typedef struct reliability_drawing {
  quoth_drawing base;
  quoth_letters letters;
  const quoth_metrics *metrics;
  quoth_buffer title, subtitle;
  quoth_plot diagram, histogram;
} reliability_drawing;

/* ---- Layout ---------------------------------------------------------------- */

static quoth_status make_texts(reliability_drawing *it, const quoth_report *report,
                               quoth_error *err) {
  quoth_writer writer = {.out = &it->title, .err = err};
  quoth_put_label(&writer, quoth_bytes_of(report->title ? report->title : "Calibration"),
                  MAX_TITLE_COLUMNS);
  quoth_put_end(&writer);
  writer.out = &it->subtitle;
  quoth_put(&writer, "Calibration on ");
  quoth_put_count(&writer, it->metrics->n_rows);
  quoth_put_format(&writer, " %s rows; expected calibration error %.4f",
                   quoth_report_rows_name(report), it->metrics->calibration_error);
  quoth_put_end(&writer);
  return writer.status;
}

static double largest_share(const quoth_metrics *metrics) {
  uint64_t largest = 1;
  for (size_t b = 0; b < QUOTH_CALIBRATION_BINS; b++)
    if (metrics->uniform_bins[b].n_rows > largest) largest = metrics->uniform_bins[b].n_rows;
  return (double)largest / fmax((double)metrics->n_rows, 1);
}

static void place_all(reliability_drawing *it) {
  double left = margin + left_band;
  double top = margin + 1.4 * title_size + 1.5 * small_size + legend_band;
  const quoth_axis probability = {"probability of the most probable class", 0, 1, false};
  it->diagram = (quoth_plot){left, top, side, side, {NULL, 0, 1, false}, {"accuracy", 0, 1, false}};
  top += side + plot_gap;
  it->histogram =
      (quoth_plot){left,        top,
                   side,        histogram_height,
                   probability, {"share of rows", 0, largest_share(it->metrics), false}};
  it->base.width = ceil(left + side + margin + small_size);
  it->base.height = ceil(top + histogram_height + below_band + margin);
}

/* ---- Painting -------------------------------------------------------------- */

/* A bar of each bin with rows, `height_of` high. */
static void paint_bars(const quoth_plot *plot, const quoth_metrics *metrics, cairo_t *cairo,
                       double (*height_of)(const quoth_metrics *, const quoth_calibration_bin *)) {
  for (size_t b = 0; b < QUOTH_CALIBRATION_BINS; b++) {
    const quoth_calibration_bin *bin = &metrics->uniform_bins[b];
    double left = quoth_plot_x(plot, (double)b / QUOTH_CALIBRATION_BINS);
    double right = quoth_plot_x(plot, (double)(b + 1) / QUOTH_CALIBRATION_BINS);
    double y = quoth_plot_y(plot, height_of(metrics, bin));
    quoth_cairo.rectangle(cairo, left + 0.5, y, right - left - 1, plot->top + plot->height - y);
  }
  quoth_set_colour(cairo, quoth_ramp[1]);
  quoth_cairo.fill(cairo);
}

static double accuracy_of(const quoth_metrics *metrics, const quoth_calibration_bin *bin) {
  (void)metrics;
  return bin->share;
}

static double share_of_rows(const quoth_metrics *metrics, const quoth_calibration_bin *bin) {
  return bin->n_rows ? (double)bin->n_rows / (double)metrics->n_rows : 0;
}

/* Where every probability would be right. */
static void paint_diagonal(const quoth_plot *plot, cairo_t *cairo) {
  quoth_cairo.move_to(cairo, plot->left, plot->top + plot->height);
  quoth_cairo.rel_line_to(cairo, plot->width, -plot->height);
  quoth_cairo.set_line_width(cairo, 1);
  quoth_cairo.set_dash(cairo, (const double[]){4, 3}, 2, 0);
  quoth_set_colour(cairo, quoth_faint_ink);
  quoth_cairo.stroke(cairo);
  quoth_cairo.set_dash(cairo, NULL, 0, 0);
}

static void paint_curve(const quoth_plot *plot, const quoth_metrics *metrics, cairo_t *cairo) {
  quoth_set_colour(cairo, quoth_accent);
  quoth_cairo.set_line_width(cairo, 1.5);
  for (int is_points = 0; is_points < 2; is_points++) {
    for (size_t b = 0; b < QUOTH_CALIBRATION_BINS; b++) {
      const quoth_calibration_bin *bin = &metrics->quantile_bins[b];
      if (bin->n_rows == 0) continue;
      double x = quoth_plot_x(plot, bin->mean_probability), y = quoth_plot_y(plot, bin->share);
      if (is_points) {
        quoth_cairo.new_sub_path(cairo);
        quoth_cairo.arc(cairo, x, y, point_radius, 0, 2 * M_PI);
      } else {
        quoth_cairo.line_to(cairo, x, y);
      }
    }
    if (is_points)
      quoth_cairo.fill(cairo);
    else
      quoth_cairo.stroke(cairo);
  }
}

/* Swatch and text; returns where the next one may begin. */
static double paint_key(const reliability_drawing *it, cairo_t *cairo, double x,
                        quoth_colour swatch, const char *text) {
  double y = it->diagram.top - legend_band / 2;
  quoth_cairo.rectangle(cairo, x, y - 4, 14, 8);
  quoth_set_colour(cairo, swatch);
  quoth_cairo.fill(cairo);
  quoth_set_colour(cairo, quoth_faint_ink);
  quoth_letters_set(&it->letters, text, small_size, false, HUGE_VAL);
  quoth_letters_show(&it->letters, cairo, x + 20, y, 0, 0.5, 0);
  return x + 20 + quoth_letters_extent(&it->letters).width + 18;
}

static void paint_ticks(const reliability_drawing *it, cairo_t *cairo) {
  for (int i = 0; i <= N_TICKS; i++) {
    char text[16];
    double value = (double)i / N_TICKS;
    snprintf(text, sizeof text, "%.1f", value);
    quoth_plot_paint_x_tick(&it->diagram, &it->letters, cairo, value, text);
    quoth_plot_paint_y_tick(&it->diagram, &it->letters, cairo, value, text);
    quoth_plot_paint_x_tick(&it->histogram, &it->letters, cairo, value, text);
  }
  char text[16];
  snprintf(text, sizeof text, "%.0f %%", 100 * it->histogram.y.high);
  quoth_plot_paint_y_tick(&it->histogram, &it->letters, cairo, it->histogram.y.high, text);
  quoth_plot_paint_y_tick(&it->histogram, &it->letters, cairo, 0, "0 %");
}

static void paint(const quoth_drawing *base, cairo_t *cairo) {
  const reliability_drawing *it = (const reliability_drawing *)base;
  const quoth_heading heading = {it->title.data, it->subtitle.data, title_size, small_size, margin};
  quoth_heading_paint(&heading, base, &it->letters, cairo);
  paint_ticks(it, cairo);
  paint_bars(&it->diagram, it->metrics, cairo, accuracy_of);
  paint_bars(&it->histogram, it->metrics, cairo, share_of_rows);
  quoth_plot_paint_frame(&it->diagram, &it->letters, cairo);
  quoth_plot_paint_frame(&it->histogram, &it->letters, cairo);
  paint_diagonal(&it->diagram, cairo);
  paint_curve(&it->diagram, it->metrics, cairo);
  double x = paint_key(it, cairo, it->diagram.left, quoth_ramp[1], "bins of the same width");
  paint_key(it, cairo, x, quoth_accent, "bins of as many rows each");
}

/* ---- The drawing ----------------------------------------------------------- */

static void drawing_free(quoth_drawing *base) {
  reliability_drawing *it = (reliability_drawing *)base;
  quoth_buffer_clear(&it->title);
  quoth_buffer_clear(&it->subtitle);
  quoth_letters_clear(&it->letters);
  free(it);
}

quoth_status quoth_calibration_drawing_new(const quoth_report *report, quoth_drawing **out,
                                           quoth_error *err) {
  *out = NULL;
  reliability_drawing *it = quoth_new_array(1, sizeof *it, err);
  if (!it) return QUOTH_ERR_NOMEM;
  it->base = (quoth_drawing){.paint = paint, .free = drawing_free};
  it->metrics = quoth_report_metrics(report);
  quoth_status status = quoth_letters_init(&it->letters, err);
  if (!status) status = make_texts(it, report, err);
  if (status) {
    drawing_free(&it->base);
    return status;
  }
  place_all(it);
  *out = &it->base;
  return QUOTH_OK;
}
