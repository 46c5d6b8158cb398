/* graphics.h - Cairo and Pango, loaded when the first picture is drawn. They come with X11,
 * fontconfig and two dozen more shared libraries, which would double the time that every command
 * takes to start, and which a server need not have.
 *
 * Their functions are called through tables: cairo_fill(c) is quoth_cairo.fill(c). */
#ifndef QUOTH_REPORT_GRAPHICS_H
#define QUOTH_REPORT_GRAPHICS_H

#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <pango/pangocairo.h>

#include "base/error.h"

/* All that is called, without cairo_. */
#define QUOTH_CAIRO_FUNCTIONS(X)                                                                   \
  X(arc)                                                                                           \
  X(create)                                                                                        \
  X(destroy)                                                                                       \
  X(fill)                                                                                          \
  X(fill_preserve)                                                                                 \
  X(font_options_create)                                                                           \
  X(font_options_destroy)                                                                          \
  X(font_options_set_antialias)                                                                    \
  X(font_options_set_hint_metrics)                                                                 \
  X(font_options_set_hint_style)                                                                   \
  X(has_current_point)                                                                             \
  X(image_surface_create)                                                                          \
  X(line_to)                                                                                       \
  X(move_to)                                                                                       \
  X(new_sub_path)                                                                                  \
  X(pattern_add_color_stop_rgb)                                                                    \
  X(pattern_create_linear)                                                                         \
  X(pattern_destroy)                                                                               \
  X(pdf_surface_create_for_stream)                                                                 \
  X(pdf_surface_set_metadata)                                                                      \
  X(rectangle)                                                                                     \
  X(rel_line_to)                                                                                   \
  X(restore)                                                                                       \
  X(rotate)                                                                                        \
  X(save)                                                                                          \
  X(set_dash)                                                                                      \
  X(set_line_width)                                                                                \
  X(set_source)                                                                                    \
  X(set_source_rgb)                                                                                \
  X(status)                                                                                        \
  X(status_to_string)                                                                              \
  X(stroke)                                                                                        \
  X(surface_destroy)                                                                               \
  X(surface_finish)                                                                                \
  X(surface_set_device_scale)                                                                      \
  X(surface_status)                                                                                \
  X(surface_write_to_png_stream)                                                                   \
  X(svg_surface_create_for_stream)                                                                 \
  X(svg_surface_set_document_unit)                                                                 \
  X(translate)

/* Likewise, without pango_. */
#define QUOTH_PANGO_FUNCTIONS(X)                                                                   \
  X(cairo_context_set_font_options)                                                                \
  X(cairo_context_set_resolution)                                                                  \
  X(cairo_font_map_new)                                                                            \
  X(cairo_show_layout)                                                                             \
  X(context_set_language)                                                                          \
  X(context_set_round_glyph_positions)                                                             \
  X(font_description_free)                                                                         \
  X(font_description_from_string)                                                                  \
  X(font_description_new)                                                                          \
  X(font_description_set_absolute_size)                                                            \
  X(font_description_set_family_static)                                                            \
  X(font_description_set_weight)                                                                   \
  X(font_map_create_context)                                                                       \
  X(font_map_load_font)                                                                            \
  X(language_from_string)                                                                          \
  X(layout_get_extents)                                                                            \
  X(layout_new)                                                                                    \
  X(layout_set_ellipsize)                                                                          \
  X(layout_set_font_description)                                                                   \
  X(layout_set_single_paragraph_mode)                                                              \
  X(layout_set_text)                                                                               \
  X(layout_set_width)

#define QUOTH_CAIRO_MEMBER(name) typeof(cairo_##name) *name;
#define QUOTH_PANGO_MEMBER(name) typeof(pango_##name) *name;

typedef struct quoth_cairo_table {
  QUOTH_CAIRO_FUNCTIONS(QUOTH_CAIRO_MEMBER)
} quoth_cairo_table;

typedef struct quoth_pango_table {
  QUOTH_PANGO_FUNCTIONS(QUOTH_PANGO_MEMBER)
  typeof(g_object_unref) *object_unref; /* GObject's, for what Pango makes */
} quoth_pango_table;

/* Empty until loaded, and then never changed. */
extern quoth_cairo_table quoth_cairo;
extern quoth_pango_table quoth_pango;

/* Fills both tables; does nothing if they are. An error says what to install. What draws calls
 * this by itself; not for two threads at once. */
quoth_status quoth_graphics_load(quoth_error *err);

#endif
