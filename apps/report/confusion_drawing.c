#include "report/confusion_drawing.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/letters.h"
#include "report/palette.h"
#include "report/text.h"

enum {
  MAX_LABEL_COLUMNS = 80, /* a longer label is cut before it is laid out */
  MAX_CLASSES_WITH_ZEROS = 20,
  N_SHADES = 256,
};

static const double margin = 24, gap = 8;
static const double usual_title_size = 16, usual_small_size = 10.5;
static const double min_label_size = 7, max_label_size = 12.5;
static const double min_count_size = 6.5, max_count_size = 15;
static const double max_label_ems = 17;
static const double min_cell = 9, max_cell = 130, cell_padding = 5;
static const double usual_side = 540; /* of a matrix whose cells are neither tiny nor huge */
static const double max_side = 3000;  /* to which a matrix grows so that counts fit */
static const double min_width = 460;
static const double large_side = 800; /* from which titles and colour bar grow with the matrix */
static const double max_bar_height = 400;
static const double cell_with_share = 62; /* a cell this large has room for its share */

typedef struct matrix_drawing {
  quoth_drawing base;
  const quoth_report *report;
  const quoth_metrics *metrics;
  uint32_t n_classes;
  quoth_letters letters;
  quoth_buffer *labels; /* [n_classes]: as they are drawn, NUL-ended */
  quoth_buffer title, subtitle;
  double cell, label_size, count_size;
  double title_size, small_size, bar_width, bar_height;
  double angle;     /* of the labels below, radians: 0, or rising to their cells */
  double left, top; /* upper left corner of the matrix */
  double below;     /* height of the band of labels below */
} matrix_drawing;

/* ---- Texts ----------------------------------------------------------------- */

static void set_label(const matrix_drawing *drawing, uint32_t c) {
  quoth_letters_set(&drawing->letters, drawing->labels[c].data, drawing->label_size, false,
                    max_label_ems * drawing->label_size);
}

static void set_count(const matrix_drawing *drawing, uint64_t count, double size) {
  char text[24];
  snprintf(text, sizeof text, "%llu", (unsigned long long)count);
  quoth_letters_set(&drawing->letters, text, size, false, HUGE_VAL);
}

/* ---- Layout ---------------------------------------------------------------- */

static quoth_status make_texts(matrix_drawing *drawing, quoth_error *err) {
  const quoth_report *report = drawing->report;
  drawing->labels = quoth_new_array(drawing->n_classes, sizeof *drawing->labels, err);
  if (!drawing->labels) return QUOTH_ERR_NOMEM;
  quoth_writer writer = {.err = err};
  for (uint32_t c = 0; c < drawing->n_classes; c++) {
    writer.out = &drawing->labels[c];
    quoth_put_label(&writer, report->class_names[c], MAX_LABEL_COLUMNS);
    quoth_put_end(&writer);
  }
  writer.out = &drawing->title;
  quoth_put_label(&writer, quoth_bytes_of(report->title ? report->title : "Confusion matrix"),
                  MAX_LABEL_COLUMNS);
  quoth_put_end(&writer);
  writer.out = &drawing->subtitle;
  quoth_put(&writer, "Confusion matrix of ");
  quoth_put_count(&writer, drawing->metrics->n_rows);
  quoth_put_format(&writer, " %s rows; accuracy %.1f %%", quoth_report_rows_name(report),
                   100 * drawing->metrics->accuracy);
  quoth_put_end(&writer);
  return writer.status;
}

static uint64_t largest_count(const quoth_metrics *metrics) {
  uint64_t largest = 0;
  for (size_t i = 0; i < (size_t)metrics->n_classes * metrics->n_classes; i++)
    if (metrics->confusion[i] > largest) largest = metrics->confusion[i];
  return largest;
}

/* Cells as large as a picture of usual size allows, larger if the counts need it, and whole, so
 * that their edges are sharp. */
static void size_cells(matrix_drawing *drawing) {
  uint32_t n = drawing->n_classes;
  set_count(drawing, largest_count(drawing->metrics), 1);
  double count_ems = quoth_letters_extent(&drawing->letters).width;
  double needed = fmin(count_ems * min_count_size + cell_padding, max_side / n);
  double cell = floor(fmax(fmax(fmin(usual_side / n, max_cell), needed), min_cell));
  double count_size = fmin(fmin((cell - cell_padding) / count_ems, 0.6 * cell), max_count_size);
  drawing->cell = cell;
  drawing->count_size = fmax(count_size, min_count_size);
  drawing->label_size = fmax(fmin(0.75 * cell, max_label_size), min_label_size);
}

/* What stands around a large matrix is large, too. */
static void size_surroundings(matrix_drawing *drawing) {
  double side = drawing->n_classes * drawing->cell, growth = fmax(side / large_side, 1);
  drawing->title_size = growth * usual_title_size;
  drawing->small_size = growth * usual_small_size;
  drawing->bar_width = 1.4 * drawing->small_size;
  drawing->bar_height = fmin(side, growth * max_bar_height);
}

/* Labels below the matrix: level if all fit their cells, else at 45 degrees if the cells are wide
 * enough for that, else upright. Returns how far they reach beyond the matrix on the left. */
static double place_labels_below(matrix_drawing *drawing, double widest, double line_height) {
  if (widest <= drawing->cell - gap)
    drawing->angle = 0;
  else
    drawing->angle = drawing->cell > 1.5 * line_height ? M_PI / 4 : M_PI / 2;
  double reach = 0;
  drawing->below = line_height;
  if (drawing->angle == 0) return reach;
  drawing->below = widest * sin(drawing->angle) + line_height * cos(drawing->angle);
  for (uint32_t c = 0; c < drawing->n_classes; c++) {
    set_label(drawing, c);
    reach = fmax(reach, quoth_letters_extent(&drawing->letters).width * cos(drawing->angle) -
                            c * drawing->cell - drawing->cell / 2);
  }
  return reach;
}

static void place_all(matrix_drawing *drawing) {
  size_cells(drawing);
  size_surroundings(drawing);
  double widest = 0;
  for (uint32_t c = 0; c < drawing->n_classes; c++) {
    set_label(drawing, c);
    widest = fmax(widest, quoth_letters_extent(&drawing->letters).width);
  }
  double line_height = 1.2 * drawing->label_size;
  double reach = place_labels_below(drawing, widest, line_height);
  double axis_title = 2 * drawing->small_size;
  double side = drawing->n_classes * drawing->cell;
  drawing->left = ceil(margin + fmax(axis_title + widest + gap, reach));
  drawing->top = ceil(margin + 1.4 * drawing->title_size + 1.5 * drawing->small_size + 2 * gap);
  double bar = 3 * gap + drawing->bar_width + 6 * drawing->small_size;
  drawing->base.width = ceil(fmax(drawing->left + side + bar + margin, min_width));
  drawing->base.height = ceil(drawing->top + side + gap + drawing->below + axis_title + margin);
}

/* ---- Painting -------------------------------------------------------------- */

static quoth_colour shade(double share) {
  double at = share * (QUOTH_N_STOPS - 1);
  int i = at >= QUOTH_N_STOPS - 1 ? QUOTH_N_STOPS - 2 : (int)at;
  double t = at - i;
  return (quoth_colour){quoth_ramp[i].red + t * (quoth_ramp[i + 1].red - quoth_ramp[i].red),
                        quoth_ramp[i].green + t * (quoth_ramp[i + 1].green - quoth_ramp[i].green),
                        quoth_ramp[i].blue + t * (quoth_ramp[i + 1].blue - quoth_ramp[i].blue)};
}

/* At this share quoth_black and quoth_white are as far from the shade: 4.57 : 1, by WCAG's measure.
 */
static quoth_colour ink_on(double share) { return share < 0.7 ? quoth_black : quoth_white; }

static uint64_t count_at(const matrix_drawing *drawing, uint32_t truth, uint32_t guess) {
  return drawing->metrics->confusion[(size_t)truth * drawing->n_classes + guess];
}

static double share_at(const matrix_drawing *drawing, uint32_t truth, uint32_t guess) {
  uint64_t support = drawing->metrics->per_class[truth].support;
  return support ? (double)count_at(drawing, truth, guess) / (double)support : 0;
}

/* The square of a cell, less the line between cells. */
static void add_cell(const matrix_drawing *drawing, cairo_t *cairo, uint32_t truth,
                     uint32_t guess) {
  double line = drawing->cell >= 16 ? 1 : 0.5;
  quoth_cairo.rectangle(cairo, drawing->left + guess * drawing->cell,
                        drawing->top + truth * drawing->cell, drawing->cell - line,
                        drawing->cell - line);
}

/* All cells of a shade in one path: with 200 classes an SVG is half the size. */
static void paint_cells(const matrix_drawing *drawing, cairo_t *cairo) {
  for (int level = 0; level < N_SHADES; level++) {
    for (uint32_t truth = 0; truth < drawing->n_classes; truth++)
      for (uint32_t guess = 0; guess < drawing->n_classes; guess++)
        if ((int)(share_at(drawing, truth, guess) * (N_SHADES - 1) + 0.5) == level)
          add_cell(drawing, cairo, truth, guess);
    if (!quoth_cairo.has_current_point(cairo)) continue;
    quoth_set_colour(cairo, shade((double)level / (N_SHADES - 1)));
    quoth_cairo.fill(cairo);
  }
}

static void paint_count(const matrix_drawing *drawing, cairo_t *cairo, uint32_t truth,
                        uint32_t guess) {
  uint64_t count = count_at(drawing, truth, guess);
  if (count == 0 && drawing->n_classes > MAX_CLASSES_WITH_ZEROS) return;
  double share = share_at(drawing, truth, guess);
  double x = drawing->left + (guess + 0.5) * drawing->cell;
  double y = drawing->top + (truth + 0.5) * drawing->cell;
  quoth_set_colour(cairo, count ? ink_on(share) : quoth_faint_ink);
  set_count(drawing, count, drawing->count_size);
  if (quoth_letters_extent(&drawing->letters).width > drawing->cell - 1) return;
  bool has_share = drawing->cell >= cell_with_share;
  quoth_letters_show(&drawing->letters, cairo, x, y, 0.5, has_share ? 0.85 : 0.5, 0);
  if (!has_share) return;
  char text[16];
  snprintf(text, sizeof text, "%.1f %%", 100 * share);
  quoth_letters_set(&drawing->letters, text, 0.7 * drawing->count_size, false, drawing->cell);
  quoth_letters_show(&drawing->letters, cairo, x, y, 0.5, -0.35, 0);
}

static void paint_matrix(const matrix_drawing *drawing, cairo_t *cairo) {
  paint_cells(drawing, cairo);
  for (uint32_t truth = 0; truth < drawing->n_classes; truth++)
    for (uint32_t guess = 0; guess < drawing->n_classes; guess++)
      paint_count(drawing, cairo, truth, guess);
}

static void paint_labels(const matrix_drawing *drawing, cairo_t *cairo) {
  double side = drawing->n_classes * drawing->cell;
  double bottom = drawing->top + side + gap;
  quoth_set_colour(cairo, quoth_ink);
  for (uint32_t c = 0; c < drawing->n_classes; c++) {
    double middle = (c + 0.5) * drawing->cell;
    set_label(drawing, c);
    quoth_letters_show(&drawing->letters, cairo, drawing->left - gap, drawing->top + middle, 1, 0.5,
                       0);
    if (drawing->angle == 0)
      quoth_letters_show(&drawing->letters, cairo, drawing->left + middle, bottom, 0.5, 0, 0);
    else
      quoth_letters_show(&drawing->letters, cairo, drawing->left + middle, bottom, 1, 0.5,
                         drawing->angle);
  }
  quoth_set_colour(cairo, quoth_faint_ink);
  quoth_letters_set(&drawing->letters, "true label", drawing->small_size, false, HUGE_VAL);
  quoth_letters_show(&drawing->letters, cairo, margin, drawing->top + side / 2, 0.5, 0, M_PI / 2);
  quoth_letters_set(&drawing->letters, "predicted label", drawing->small_size, false, HUGE_VAL);
  quoth_letters_show(&drawing->letters, cairo, drawing->left + side / 2,
                     drawing->base.height - margin, 0.5, 1, 0);
}

static void paint_bar(const matrix_drawing *drawing, cairo_t *cairo) {
  double side = drawing->n_classes * drawing->cell;
  double height = drawing->bar_height;
  double x = drawing->left + side + 3 * gap, y = drawing->top;
  cairo_pattern_t *gradient = quoth_cairo.pattern_create_linear(0, y + height, 0, y);
  for (int i = 0; i < QUOTH_N_STOPS; i++)
    quoth_cairo.pattern_add_color_stop_rgb(gradient, (double)i / (QUOTH_N_STOPS - 1),
                                           quoth_ramp[i].red, quoth_ramp[i].green,
                                           quoth_ramp[i].blue);
  quoth_cairo.rectangle(cairo, x, y, drawing->bar_width, height);
  quoth_cairo.set_source(cairo, gradient);
  quoth_cairo.fill_preserve(cairo);
  quoth_cairo.pattern_destroy(gradient);
  quoth_cairo.set_line_width(cairo, 0.75);
  quoth_set_colour(cairo, quoth_frame_colour);
  quoth_cairo.stroke(cairo);
  quoth_set_colour(cairo, quoth_faint_ink);
  for (int i = 0; i < QUOTH_N_STOPS; i++) {
    char text[16];
    snprintf(text, sizeof text, "%d %%", 100 * i / (QUOTH_N_STOPS - 1));
    quoth_letters_set(&drawing->letters, text, drawing->small_size, false, HUGE_VAL);
    quoth_letters_show(&drawing->letters, cairo, x + drawing->bar_width + 4,
                       y + height * (1 - (double)i / (QUOTH_N_STOPS - 1)), 0, 0.5, 0);
  }
  quoth_letters_set(&drawing->letters, "share of the true label's rows", drawing->small_size, false,
                    height);
  quoth_letters_show(&drawing->letters, cairo, x + drawing->bar_width + 5 * drawing->small_size,
                     y + height / 2, 0.5, 0, M_PI / 2);
}

static void paint(const quoth_drawing *base, cairo_t *cairo) {
  const matrix_drawing *drawing = (const matrix_drawing *)base;
  const quoth_heading heading = {drawing->title.data, drawing->subtitle.data, drawing->title_size,
                                 drawing->small_size, margin};
  quoth_heading_paint(&heading, base, &drawing->letters, cairo);
  paint_matrix(drawing, cairo);
  paint_labels(drawing, cairo);
  paint_bar(drawing, cairo);
}

/* ---- The drawing ----------------------------------------------------------- */

static void drawing_free(quoth_drawing *base) {
  matrix_drawing *drawing = (matrix_drawing *)base;
  for (uint32_t c = 0; drawing->labels && c < drawing->n_classes; c++)
    quoth_buffer_clear(&drawing->labels[c]);
  free(drawing->labels);
  quoth_buffer_clear(&drawing->title);
  quoth_buffer_clear(&drawing->subtitle);
  quoth_letters_clear(&drawing->letters);
  free(drawing);
}

quoth_status quoth_confusion_drawing_new(const quoth_report *report, quoth_drawing **out,
                                         quoth_error *err) {
  *out = NULL;
  if (report->n_classes == 0 || report->n_classes > QUOTH_DRAWING_MAX_CLASSES)
    return quoth_fail(err, QUOTH_ERR_ARG, "a picture shows 1 to %d classes; there are %u",
                      QUOTH_DRAWING_MAX_CLASSES, report->n_classes);
  matrix_drawing *drawing = quoth_new_array(1, sizeof *drawing, err);
  if (!drawing) return QUOTH_ERR_NOMEM;
  drawing->base = (quoth_drawing){.paint = paint, .free = drawing_free};
  drawing->report = report;
  drawing->metrics = quoth_report_metrics(report);
  drawing->n_classes = report->n_classes;
  quoth_status status = quoth_letters_init(&drawing->letters, err);
  if (!status) status = make_texts(drawing, err);
  if (status) {
    drawing_free(&drawing->base);
    return status;
  }
  place_all(drawing);
  *out = &drawing->base;
  return QUOTH_OK;
}
