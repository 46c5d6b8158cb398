#include "report/drawing.h"

#include <math.h>
#include <pango/pangocairo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

typedef struct colour {
  double red, green, blue;
} colour;

static const colour black = {0, 0, 0}, ink = {0.11, 0.13, 0.16}, faint_ink = {0.36, 0.39, 0.44};
static const colour white = {1, 1, 1}, frame_colour = {0.72, 0.75, 0.79};
/* Shares of 0, 1/4, ... 1; evenly darker. */
static const colour ramp[] = {{0.957, 0.965, 0.976},
                              {0.745, 0.839, 0.925},
                              {0.420, 0.655, 0.835},
                              {0.153, 0.431, 0.690},
                              {0.035, 0.188, 0.396}};
enum { N_STOPS = sizeof ramp / sizeof *ramp };

struct quoth_drawing {
  const quoth_report *report;
  const quoth_metrics *metrics;
  uint32_t n_classes;
  PangoFontMap *fonts;
  PangoLayout *layout;  /* set anew for each text */
  quoth_buffer *labels; /* [n_classes]: as they are drawn, NUL-ended */
  quoth_buffer title, subtitle;
  double cell, label_size, count_size;
  double title_size, small_size, bar_width, bar_height;
  double angle;     /* of the labels below, radians: 0, or rising to their cells */
  double left, top; /* upper left corner of the matrix */
  double below;     /* height of the band of labels below */
  double width, height;
};

/* ---- Texts ----------------------------------------------------------------- */

/* Sets the layout to one line, at most `max_width` wide (shortened with an ellipsis). */
static void set_text(const quoth_drawing *drawing, const char *text, double size, bool is_bold,
                     double max_width) {
  PangoFontDescription *font = pango_font_description_new();
  pango_font_description_set_family_static(font, "sans");
  pango_font_description_set_absolute_size(font, size * PANGO_SCALE);
  if (is_bold) pango_font_description_set_weight(font, PANGO_WEIGHT_BOLD);
  pango_layout_set_font_description(drawing->layout, font);
  pango_font_description_free(font);
  pango_layout_set_text(drawing->layout, text, -1);
  pango_layout_set_width(drawing->layout, -1);
  PangoRectangle rectangle;
  pango_layout_get_extents(drawing->layout, NULL, &rectangle);
  if (rectangle.width > max_width * PANGO_SCALE)
    pango_layout_set_width(drawing->layout, (int)(max_width * PANGO_SCALE));
}

typedef struct extent {
  double x, width, height; /* x: of the left edge, where the layout is drawn at 0 */
} extent;

static extent text_extent(const quoth_drawing *drawing) {
  PangoRectangle rectangle;
  pango_layout_get_extents(drawing->layout, NULL, &rectangle);
  return (extent){(double)rectangle.x / PANGO_SCALE, (double)rectangle.width / PANGO_SCALE,
                  (double)rectangle.height / PANGO_SCALE};
}

/* Draws the text that is set with the point (share_x, share_y) of its box, each 0..1, at x, y. */
static void show_text(const quoth_drawing *drawing, cairo_t *cairo, double x, double y,
                      double share_x, double share_y, double angle) {
  extent box = text_extent(drawing);
  cairo_save(cairo);
  cairo_translate(cairo, x, y);
  cairo_rotate(cairo, -angle);
  cairo_move_to(cairo, -box.x - share_x * box.width, -share_y * box.height);
  pango_cairo_show_layout(cairo, drawing->layout);
  cairo_restore(cairo);
}

static void set_label(const quoth_drawing *drawing, uint32_t c) {
  set_text(drawing, drawing->labels[c].data, drawing->label_size, false,
           max_label_ems * drawing->label_size);
}

static void set_count(const quoth_drawing *drawing, uint64_t count, double size) {
  char text[24];
  snprintf(text, sizeof text, "%llu", (unsigned long long)count);
  set_text(drawing, text, size, false, HUGE_VAL);
}

/* ---- Layout ---------------------------------------------------------------- */

/* Without any font, Pango draws a box for each character. */
static bool has_font(PangoFontMap *fonts, PangoContext *context) {
  PangoFontDescription *sans = pango_font_description_from_string("sans 12");
  PangoFont *font = pango_font_map_load_font(fonts, context, sans);
  pango_font_description_free(sans);
  if (font) g_object_unref(font);
  return font != NULL;
}

static quoth_status make_fonts(quoth_drawing *drawing, quoth_error *err) {
  drawing->fonts = pango_cairo_font_map_new();
  PangoContext *context = pango_font_map_create_context(drawing->fonts);
  pango_context_set_round_glyph_positions(context, FALSE);
  pango_context_set_language(context, pango_language_from_string("en"));
  pango_cairo_context_set_resolution(context, 72);
  cairo_font_options_t *options = cairo_font_options_create();
  cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
  cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
  pango_cairo_context_set_font_options(context, options);
  cairo_font_options_destroy(options);
  drawing->layout = pango_layout_new(context);
  g_object_unref(context); /* the layout keeps it */
  pango_layout_set_single_paragraph_mode(drawing->layout, TRUE);
  pango_layout_set_ellipsize(drawing->layout, PANGO_ELLIPSIZE_END);
  if (has_font(drawing->fonts, context)) return QUOTH_OK;
  return quoth_fail(err, QUOTH_ERR_ARG,
                    "no fonts are installed to draw with; install some, such as Debian's "
                    "fonts-dejavu-core");
}

static quoth_status make_texts(quoth_drawing *drawing, quoth_error *err) {
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
static void size_cells(quoth_drawing *drawing) {
  uint32_t n = drawing->n_classes;
  set_count(drawing, largest_count(drawing->metrics), 1);
  double count_ems = text_extent(drawing).width;
  double needed = fmin(count_ems * min_count_size + cell_padding, max_side / n);
  double cell = floor(fmax(fmax(fmin(usual_side / n, max_cell), needed), min_cell));
  double count_size = fmin(fmin((cell - cell_padding) / count_ems, 0.6 * cell), max_count_size);
  drawing->cell = cell;
  drawing->count_size = fmax(count_size, min_count_size);
  drawing->label_size = fmax(fmin(0.75 * cell, max_label_size), min_label_size);
}

/* What stands around a large matrix is large, too. */
static void size_surroundings(quoth_drawing *drawing) {
  double side = drawing->n_classes * drawing->cell, growth = fmax(side / large_side, 1);
  drawing->title_size = growth * usual_title_size;
  drawing->small_size = growth * usual_small_size;
  drawing->bar_width = 1.4 * drawing->small_size;
  drawing->bar_height = fmin(side, growth * max_bar_height);
}

/* Labels below the matrix: level if all fit their cells, else at 45 degrees if the cells are wide
 * enough for that, else upright. Returns how far they reach beyond the matrix on the left. */
static double place_labels_below(quoth_drawing *drawing, double widest, double line_height) {
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
    reach = fmax(reach, text_extent(drawing).width * cos(drawing->angle) - c * drawing->cell -
                            drawing->cell / 2);
  }
  return reach;
}

static void place_all(quoth_drawing *drawing) {
  size_cells(drawing);
  size_surroundings(drawing);
  double widest = 0;
  for (uint32_t c = 0; c < drawing->n_classes; c++) {
    set_label(drawing, c);
    widest = fmax(widest, text_extent(drawing).width);
  }
  double line_height = 1.2 * drawing->label_size;
  double reach = place_labels_below(drawing, widest, line_height);
  double axis_title = 2 * drawing->small_size;
  double side = drawing->n_classes * drawing->cell;
  drawing->left = ceil(margin + fmax(axis_title + widest + gap, reach));
  drawing->top = ceil(margin + 1.4 * drawing->title_size + 1.5 * drawing->small_size + 2 * gap);
  double bar = 3 * gap + drawing->bar_width + 6 * drawing->small_size;
  drawing->width = ceil(fmax(drawing->left + side + bar + margin, min_width));
  drawing->height = ceil(drawing->top + side + gap + drawing->below + axis_title + margin);
}

quoth_status quoth_drawing_new(const quoth_report *report, quoth_drawing **out, quoth_error *err) {
  *out = NULL;
  if (report->n_classes == 0 || report->n_classes > QUOTH_DRAWING_MAX_CLASSES)
    return quoth_fail(err, QUOTH_ERR_ARG, "a picture shows 1 to %d classes; there are %u",
                      QUOTH_DRAWING_MAX_CLASSES, report->n_classes);
  quoth_drawing *drawing = quoth_new_array(1, sizeof *drawing, err);
  if (!drawing) return QUOTH_ERR_NOMEM;
  drawing->report = report;
  drawing->metrics = quoth_report_metrics(report);
  drawing->n_classes = report->n_classes;
  quoth_status status = make_fonts(drawing, err);
  if (!status) status = make_texts(drawing, err);
  if (status) {
    quoth_drawing_free(drawing);
    return status;
  }
  place_all(drawing);
  *out = drawing;
  return QUOTH_OK;
}

void quoth_drawing_free(quoth_drawing *drawing) {
  if (!drawing) return;
  for (uint32_t c = 0; drawing->labels && c < drawing->n_classes; c++)
    quoth_buffer_clear(&drawing->labels[c]);
  free(drawing->labels);
  quoth_buffer_clear(&drawing->title);
  quoth_buffer_clear(&drawing->subtitle);
  if (drawing->layout) g_object_unref(drawing->layout);
  if (drawing->fonts) g_object_unref(drawing->fonts);
  free(drawing);
}

double quoth_drawing_width(const quoth_drawing *drawing) { return drawing->width; }
double quoth_drawing_height(const quoth_drawing *drawing) { return drawing->height; }

/* ---- Painting -------------------------------------------------------------- */

static void set_colour(cairo_t *cairo, colour new) {
  cairo_set_source_rgb(cairo, new.red, new.green, new.blue);
}

static colour shade(double share) {
  double at = share * (N_STOPS - 1);
  int i = at >= N_STOPS - 1 ? N_STOPS - 2 : (int)at;
  double t = at - i;
  return (colour){ramp[i].red + t * (ramp[i + 1].red - ramp[i].red),
                  ramp[i].green + t * (ramp[i + 1].green - ramp[i].green),
                  ramp[i].blue + t * (ramp[i + 1].blue - ramp[i].blue)};
}

/* At this share black and white are as far from the shade: 4.57 : 1, by WCAG's measure. */
static colour ink_on(double share) { return share < 0.7 ? black : white; }

static uint64_t count_at(const quoth_drawing *drawing, uint32_t truth, uint32_t guess) {
  return drawing->metrics->confusion[(size_t)truth * drawing->n_classes + guess];
}

static double share_at(const quoth_drawing *drawing, uint32_t truth, uint32_t guess) {
  uint64_t support = drawing->metrics->per_class[truth].support;
  return support ? (double)count_at(drawing, truth, guess) / (double)support : 0;
}

/* The square of a cell, less the line between cells. */
static void add_cell(const quoth_drawing *drawing, cairo_t *cairo, uint32_t truth, uint32_t guess) {
  double line = drawing->cell >= 16 ? 1 : 0.5;
  cairo_rectangle(cairo, drawing->left + guess * drawing->cell,
                  drawing->top + truth * drawing->cell, drawing->cell - line, drawing->cell - line);
}

/* All cells of a shade in one path: with 200 classes an SVG is half the size. */
static void paint_cells(const quoth_drawing *drawing, cairo_t *cairo) {
  for (int level = 0; level < N_SHADES; level++) {
    for (uint32_t truth = 0; truth < drawing->n_classes; truth++)
      for (uint32_t guess = 0; guess < drawing->n_classes; guess++)
        if ((int)(share_at(drawing, truth, guess) * (N_SHADES - 1) + 0.5) == level)
          add_cell(drawing, cairo, truth, guess);
    if (!cairo_has_current_point(cairo)) continue;
    set_colour(cairo, shade((double)level / (N_SHADES - 1)));
    cairo_fill(cairo);
  }
}

static void paint_count(const quoth_drawing *drawing, cairo_t *cairo, uint32_t truth,
                        uint32_t guess) {
  uint64_t count = count_at(drawing, truth, guess);
  if (count == 0 && drawing->n_classes > MAX_CLASSES_WITH_ZEROS) return;
  double share = share_at(drawing, truth, guess);
  double x = drawing->left + (guess + 0.5) * drawing->cell;
  double y = drawing->top + (truth + 0.5) * drawing->cell;
  set_colour(cairo, count ? ink_on(share) : faint_ink);
  set_count(drawing, count, drawing->count_size);
  if (text_extent(drawing).width > drawing->cell - 1) return;
  bool has_share = drawing->cell >= cell_with_share;
  show_text(drawing, cairo, x, y, 0.5, has_share ? 0.85 : 0.5, 0);
  if (!has_share) return;
  char text[16];
  snprintf(text, sizeof text, "%.1f %%", 100 * share);
  set_text(drawing, text, 0.7 * drawing->count_size, false, drawing->cell);
  show_text(drawing, cairo, x, y, 0.5, -0.35, 0);
}

static void paint_matrix(const quoth_drawing *drawing, cairo_t *cairo) {
  paint_cells(drawing, cairo);
  for (uint32_t truth = 0; truth < drawing->n_classes; truth++)
    for (uint32_t guess = 0; guess < drawing->n_classes; guess++)
      paint_count(drawing, cairo, truth, guess);
}

static void paint_labels(const quoth_drawing *drawing, cairo_t *cairo) {
  double side = drawing->n_classes * drawing->cell;
  double bottom = drawing->top + side + gap;
  set_colour(cairo, ink);
  for (uint32_t c = 0; c < drawing->n_classes; c++) {
    double middle = (c + 0.5) * drawing->cell;
    set_label(drawing, c);
    show_text(drawing, cairo, drawing->left - gap, drawing->top + middle, 1, 0.5, 0);
    if (drawing->angle == 0)
      show_text(drawing, cairo, drawing->left + middle, bottom, 0.5, 0, 0);
    else
      show_text(drawing, cairo, drawing->left + middle, bottom, 1, 0.5, drawing->angle);
  }
  set_colour(cairo, faint_ink);
  set_text(drawing, "true label", drawing->small_size, false, HUGE_VAL);
  show_text(drawing, cairo, margin, drawing->top + side / 2, 0.5, 0, M_PI / 2);
  set_text(drawing, "predicted label", drawing->small_size, false, HUGE_VAL);
  show_text(drawing, cairo, drawing->left + side / 2, drawing->height - margin, 0.5, 1, 0);
}

static void paint_bar(const quoth_drawing *drawing, cairo_t *cairo) {
  double side = drawing->n_classes * drawing->cell;
  double height = drawing->bar_height;
  double x = drawing->left + side + 3 * gap, y = drawing->top;
  cairo_pattern_t *gradient = cairo_pattern_create_linear(0, y + height, 0, y);
  for (int i = 0; i < N_STOPS; i++)
    cairo_pattern_add_color_stop_rgb(gradient, (double)i / (N_STOPS - 1), ramp[i].red,
                                     ramp[i].green, ramp[i].blue);
  cairo_rectangle(cairo, x, y, drawing->bar_width, height);
  cairo_set_source(cairo, gradient);
  cairo_fill_preserve(cairo);
  cairo_pattern_destroy(gradient);
  cairo_set_line_width(cairo, 0.75);
  set_colour(cairo, frame_colour);
  cairo_stroke(cairo);
  set_colour(cairo, faint_ink);
  for (int i = 0; i < N_STOPS; i++) {
    char text[16];
    snprintf(text, sizeof text, "%d %%", 100 * i / (N_STOPS - 1));
    set_text(drawing, text, drawing->small_size, false, HUGE_VAL);
    show_text(drawing, cairo, x + drawing->bar_width + 4,
              y + height * (1 - (double)i / (N_STOPS - 1)), 0, 0.5, 0);
  }
  set_text(drawing, "share of the true label's rows", drawing->small_size, false, height);
  show_text(drawing, cairo, x + drawing->bar_width + 5 * drawing->small_size, y + height / 2, 0.5,
            0, M_PI / 2);
}

void quoth_drawing_paint(const quoth_drawing *drawing, cairo_t *cairo) {
  set_colour(cairo, white);
  cairo_rectangle(cairo, 0, 0, drawing->width, drawing->height);
  cairo_fill(cairo);
  set_colour(cairo, ink);
  set_text(drawing, drawing->title.data, drawing->title_size, true, drawing->width - 2 * margin);
  show_text(drawing, cairo, margin, margin, 0, 0, 0);
  set_colour(cairo, faint_ink);
  set_text(drawing, drawing->subtitle.data, drawing->small_size, false,
           drawing->width - 2 * margin);
  show_text(drawing, cairo, margin, margin + 1.4 * drawing->title_size, 0, 0, 0);
  paint_matrix(drawing, cairo);
  paint_labels(drawing, cairo);
  paint_bar(drawing, cairo);
}
