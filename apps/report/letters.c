#include "report/letters.h"

#include "report/palette.h"

/* Without any font, Pango draws a box for each character. */
static bool has_font(PangoFontMap *fonts, PangoContext *context) {
  PangoFontDescription *sans = quoth_pango.font_description_from_string("sans 12");
  PangoFont *font = quoth_pango.font_map_load_font(fonts, context, sans);
  quoth_pango.font_description_free(sans);
  if (font) quoth_pango.object_unref(font);
  return font != NULL;
}

quoth_status quoth_letters_init(quoth_letters *letters, quoth_error *err) {
  quoth_status status = quoth_graphics_load(err);
  if (status) return status;
  letters->fonts = quoth_pango.cairo_font_map_new();
  PangoContext *context = quoth_pango.font_map_create_context(letters->fonts);
  quoth_pango.context_set_round_glyph_positions(context, FALSE);
  quoth_pango.context_set_language(context, quoth_pango.language_from_string("en"));
  quoth_pango.cairo_context_set_resolution(context, 72);
  cairo_font_options_t *options = quoth_cairo.font_options_create();
  quoth_cairo.font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
  quoth_cairo.font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
  quoth_cairo.font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
  quoth_pango.cairo_context_set_font_options(context, options);
  quoth_cairo.font_options_destroy(options);
  letters->layout = quoth_pango.layout_new(context);
  quoth_pango.object_unref(context); /* the layout keeps it */
  quoth_pango.layout_set_single_paragraph_mode(letters->layout, TRUE);
  quoth_pango.layout_set_ellipsize(letters->layout, PANGO_ELLIPSIZE_END);
  if (has_font(letters->fonts, context)) return QUOTH_OK;
  return quoth_fail(err, QUOTH_ERR_ARG,
                    "no fonts are installed to draw with; install some, such as Debian's "
                    "fonts-dejavu-core");
}

void quoth_letters_clear(quoth_letters *letters) {
  if (letters->layout) quoth_pango.object_unref(letters->layout);
  if (letters->fonts) quoth_pango.object_unref(letters->fonts);
  *letters = (quoth_letters){0};
}

quoth_status quoth_letters_check(quoth_error *err) {
  quoth_letters letters = {0};
  quoth_status status = quoth_letters_init(&letters, err);
  quoth_letters_clear(&letters);
  return status;
}

void quoth_letters_set(const quoth_letters *letters, const char *text, double size, bool is_bold,
                       double max_width) {
  PangoFontDescription *font = quoth_pango.font_description_new();
  quoth_pango.font_description_set_family_static(font, "sans");
  quoth_pango.font_description_set_absolute_size(font, size * PANGO_SCALE);
  if (is_bold) quoth_pango.font_description_set_weight(font, PANGO_WEIGHT_BOLD);
  quoth_pango.layout_set_font_description(letters->layout, font);
  quoth_pango.font_description_free(font);
  quoth_pango.layout_set_text(letters->layout, text, -1);
  quoth_pango.layout_set_width(letters->layout, -1);
  PangoRectangle rectangle;
  quoth_pango.layout_get_extents(letters->layout, NULL, &rectangle);
  if (rectangle.width > max_width * PANGO_SCALE)
    quoth_pango.layout_set_width(letters->layout, (int)(max_width * PANGO_SCALE));
}

quoth_extent quoth_letters_extent(const quoth_letters *letters) {
  PangoRectangle rectangle;
  quoth_pango.layout_get_extents(letters->layout, NULL, &rectangle);
  return (quoth_extent){(double)rectangle.x / PANGO_SCALE, (double)rectangle.width / PANGO_SCALE,
                        (double)rectangle.height / PANGO_SCALE};
}

void quoth_letters_show(const quoth_letters *letters, cairo_t *cairo, double x, double y,
                        double share_x, double share_y, double angle) {
  quoth_extent box = quoth_letters_extent(letters);
  quoth_cairo.save(cairo);
  quoth_cairo.translate(cairo, x, y);
  quoth_cairo.rotate(cairo, -angle);
  quoth_cairo.move_to(cairo, -box.x - share_x * box.width, -share_y * box.height);
  quoth_pango.cairo_show_layout(cairo, letters->layout);
  quoth_cairo.restore(cairo);
}

void quoth_heading_paint(const quoth_heading *heading, const quoth_drawing *drawing,
                         const quoth_letters *letters, cairo_t *cairo) {
  double margin = heading->margin, width = drawing->width - 2 * margin;
  quoth_set_colour(cairo, quoth_white);
  quoth_cairo.rectangle(cairo, 0, 0, drawing->width, drawing->height);
  quoth_cairo.fill(cairo);
  quoth_set_colour(cairo, quoth_ink);
  quoth_letters_set(letters, heading->title, heading->title_size, true, width);
  quoth_letters_show(letters, cairo, margin, margin, 0, 0, 0);
  quoth_set_colour(cairo, quoth_faint_ink);
  quoth_letters_set(letters, heading->subtitle, heading->small_size, false, width);
  quoth_letters_show(letters, cairo, margin, margin + 1.4 * heading->title_size, 0, 0, 0);
}
