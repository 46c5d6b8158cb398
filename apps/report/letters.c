#include "report/letters.h"

#include "report/palette.h"

/* Without any font, Pango draws a box for each character. */
static bool has_font(PangoFontMap *fonts, PangoContext *context) {
  PangoFontDescription *sans = pango_font_description_from_string("sans 12");
  PangoFont *font = pango_font_map_load_font(fonts, context, sans);
  pango_font_description_free(sans);
  if (font) g_object_unref(font);
  return font != NULL;
}

quoth_status quoth_letters_init(quoth_letters *letters, quoth_error *err) {
  letters->fonts = pango_cairo_font_map_new();
  PangoContext *context = pango_font_map_create_context(letters->fonts);
  pango_context_set_round_glyph_positions(context, FALSE);
  pango_context_set_language(context, pango_language_from_string("en"));
  pango_cairo_context_set_resolution(context, 72);
  cairo_font_options_t *options = cairo_font_options_create();
  cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
  cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
  pango_cairo_context_set_font_options(context, options);
  cairo_font_options_destroy(options);
  letters->layout = pango_layout_new(context);
  g_object_unref(context); /* the layout keeps it */
  pango_layout_set_single_paragraph_mode(letters->layout, TRUE);
  pango_layout_set_ellipsize(letters->layout, PANGO_ELLIPSIZE_END);
  if (has_font(letters->fonts, context)) return QUOTH_OK;
  return quoth_fail(err, QUOTH_ERR_ARG,
                    "no fonts are installed to draw with; install some, such as Debian's "
                    "fonts-dejavu-core");
}

void quoth_letters_clear(quoth_letters *letters) {
  if (letters->layout) g_object_unref(letters->layout);
  if (letters->fonts) g_object_unref(letters->fonts);
  *letters = (quoth_letters){0};
}

void quoth_letters_set(const quoth_letters *letters, const char *text, double size, bool is_bold,
                       double max_width) {
  PangoFontDescription *font = pango_font_description_new();
  pango_font_description_set_family_static(font, "sans");
  pango_font_description_set_absolute_size(font, size * PANGO_SCALE);
  if (is_bold) pango_font_description_set_weight(font, PANGO_WEIGHT_BOLD);
  pango_layout_set_font_description(letters->layout, font);
  pango_font_description_free(font);
  pango_layout_set_text(letters->layout, text, -1);
  pango_layout_set_width(letters->layout, -1);
  PangoRectangle rectangle;
  pango_layout_get_extents(letters->layout, NULL, &rectangle);
  if (rectangle.width > max_width * PANGO_SCALE)
    pango_layout_set_width(letters->layout, (int)(max_width * PANGO_SCALE));
}

quoth_extent quoth_letters_extent(const quoth_letters *letters) {
  PangoRectangle rectangle;
  pango_layout_get_extents(letters->layout, NULL, &rectangle);
  return (quoth_extent){(double)rectangle.x / PANGO_SCALE, (double)rectangle.width / PANGO_SCALE,
                        (double)rectangle.height / PANGO_SCALE};
}

void quoth_letters_show(const quoth_letters *letters, cairo_t *cairo, double x, double y,
                        double share_x, double share_y, double angle) {
  quoth_extent box = quoth_letters_extent(letters);
  cairo_save(cairo);
  cairo_translate(cairo, x, y);
  cairo_rotate(cairo, -angle);
  cairo_move_to(cairo, -box.x - share_x * box.width, -share_y * box.height);
  pango_cairo_show_layout(cairo, letters->layout);
  cairo_restore(cairo);
}

void quoth_heading_paint(const quoth_heading *heading, const quoth_drawing *drawing,
                         const quoth_letters *letters, cairo_t *cairo) {
  double margin = heading->margin, width = drawing->width - 2 * margin;
  quoth_set_colour(cairo, quoth_white);
  cairo_rectangle(cairo, 0, 0, drawing->width, drawing->height);
  cairo_fill(cairo);
  quoth_set_colour(cairo, quoth_ink);
  quoth_letters_set(letters, heading->title, heading->title_size, true, width);
  quoth_letters_show(letters, cairo, margin, margin, 0, 0, 0);
  quoth_set_colour(cairo, quoth_faint_ink);
  quoth_letters_set(letters, heading->subtitle, heading->small_size, false, width);
  quoth_letters_show(letters, cairo, margin, margin + 1.4 * heading->title_size, 0, 0, 0);
}
