#include "report/picture.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/file.h"
#include "report/graphics.h"
#include "report/text.h"

/* PNG: pixels for each point, less for a large picture. */
static const double png_scale = 2, png_max_side = 5200;

quoth_status quoth_picture_format_of(const char *path, quoth_picture_format *out,
                                     quoth_error *err) {
  static const char *const extensions[] = {
      [QUOTH_PICTURE_PNG] = ".png", [QUOTH_PICTURE_SVG] = ".svg", [QUOTH_PICTURE_PDF] = ".pdf"};
  size_t size = strlen(path);
  for (int format = QUOTH_PICTURE_PNG; format <= QUOTH_PICTURE_PDF; format++)
    if (size >= 4 && strcasecmp(path + size - 4, extensions[format]) == 0) {
      *out = (quoth_picture_format)format;
      return QUOTH_OK;
    }
  return quoth_fail_at(err, QUOTH_ERR_ARG, path, 0,
                       "a picture's name must end in .png, .svg or .pdf");
}

static cairo_status_t append_bytes(void *closure, const unsigned char *data, unsigned size) {
  quoth_writer *writer = closure;
  writer->status = quoth_buffer_append(writer->out, data, size, writer->err);
  return writer->status ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

/* PDF wants a date: SOURCE_DATE_EPOCH if it is set, else the epoch itself. */
static void set_pdf_metadata(cairo_surface_t *surface) {
  const char *epoch = getenv("SOURCE_DATE_EPOCH");
  time_t seconds = epoch ? (time_t)strtoll(epoch, NULL, 10) : 0;
  struct tm parts;
  char date[40] = "1970-01-01T00:00:00Z";
  if (gmtime_r(&seconds, &parts)) strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%SZ", &parts);
  quoth_cairo.pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, date);
}

static cairo_surface_t *new_surface(quoth_writer *writer, quoth_picture_format format, double width,
                                    double height) {
  cairo_surface_t *surface;
  double scale = fmin(png_scale, fmax(png_max_side / fmax(width, height), 1));
  switch (format) {
  case QUOTH_PICTURE_SVG:
    surface = quoth_cairo.svg_surface_create_for_stream(append_bytes, writer, width, height);
    quoth_cairo.svg_surface_set_document_unit(surface, CAIRO_SVG_UNIT_PX);
    return surface;
  case QUOTH_PICTURE_PDF:
    surface = quoth_cairo.pdf_surface_create_for_stream(append_bytes, writer, width, height);
    set_pdf_metadata(surface);
    return surface;
  case QUOTH_PICTURE_PNG:
    break;
  }
  surface = quoth_cairo.image_surface_create(CAIRO_FORMAT_RGB24, (int)ceil(width * scale),
                                             (int)ceil(height * scale));
  quoth_cairo.surface_set_device_scale(surface, scale, scale);
  return surface;
}

/* cairo numbers the surfaces of a process, and names an SVG's only group by that number, to which
 * nothing refers. Without it a drawing's bytes don't depend on what was drawn before. */
static void drop_surface_id(quoth_buffer *svg) {
  static const char id[] = " id=\"surface";
  char *start = memmem(svg->data, svg->size, id, sizeof id - 1);
  if (!start) return;
  char *end = start + sizeof id - 1, *stop = svg->data + svg->size;
  while (end < stop && *end != '>') end++;
  memmove(start, end, (size_t)(stop - end));
  svg->size -= (size_t)(end - start);
}

quoth_status quoth_picture_append(quoth_buffer *out, const quoth_drawing *drawing,
                                  quoth_picture_format format, quoth_error *err) {
  quoth_status status = quoth_graphics_load(err);
  if (status) return status;
  quoth_writer writer = {.out = out, .err = err};
  cairo_surface_t *surface = new_surface(&writer, format, drawing->width, drawing->height);
  cairo_t *cairo = quoth_cairo.create(surface);
  drawing->paint(drawing, cairo);
  cairo_status_t failure = quoth_cairo.status(cairo);
  quoth_cairo.destroy(cairo);
  if (!failure && format == QUOTH_PICTURE_PNG)
    failure = quoth_cairo.surface_write_to_png_stream(surface, append_bytes, &writer);
  quoth_cairo.surface_finish(surface);
  if (!failure) failure = quoth_cairo.surface_status(surface);
  quoth_cairo.surface_destroy(surface);
  if (!failure && format == QUOTH_PICTURE_SVG) drop_surface_id(out);
  if (writer.status || !failure) return writer.status;
  if (failure == CAIRO_STATUS_NO_MEMORY) return quoth_fail_nomem(err, 0);
  return quoth_fail(err, QUOTH_ERR_IO, "the picture cannot be drawn: %s",
                    quoth_cairo.status_to_string(failure));
}

quoth_status quoth_picture_write(const char *path, const quoth_drawing *drawing, quoth_error *err) {
  quoth_picture_format format = QUOTH_PICTURE_PNG;
  quoth_buffer bytes = {0};
  quoth_status status = quoth_picture_format_of(path, &format, err);
  if (!status) status = quoth_picture_append(&bytes, drawing, format, err);
  if (!status) status = quoth_file_write(path, bytes.data, bytes.size, err);
  quoth_buffer_clear(&bytes);
  return status;
}
