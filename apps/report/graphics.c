#include "report/graphics.h"

#include <dlfcn.h>
#include <string.h>

quoth_cairo_table quoth_cairo;
quoth_pango_table quoth_pango;

#define CAIRO_ROW(name) {"cairo_" #name, &quoth_cairo.name},
#define PANGO_ROW(name) {"pango_" #name, &quoth_pango.name},

static const struct {
  const char *name;
  void *place; /* of a pointer to the function */
} functions[] = {{"g_object_unref", &quoth_pango.object_unref},
                 QUOTH_CAIRO_FUNCTIONS(CAIRO_ROW) QUOTH_PANGO_FUNCTIONS(PANGO_ROW)};

quoth_status quoth_graphics_load(quoth_error *err) {
  static bool is_loaded;
  if (is_loaded) return QUOTH_OK;
  /* Its dependencies, cairo and GObject among them, are loaded with it, and searched with it. It
   * is never closed: fontconfig and GObject keep things until the process ends. */
  void *library = dlopen("libpangocairo-1.0.so.0", RTLD_NOW | RTLD_LOCAL);
  if (!library)
    return quoth_fail(err, QUOTH_ERR_ARG,
                      "pictures need Pango and cairo, which cannot be loaded (%s); install them, "
                      "such as Debian's libpangocairo-1.0-0",
                      dlerror());
  for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
    void *function = dlsym(library, functions[i].name);
    if (!function)
      return quoth_fail(err, QUOTH_ERR_ARG,
                        "pictures need the function %s, which the Pango or cairo installed here "
                        "lacks; install Pango 1.50 and cairo 1.16 or newer",
                        functions[i].name);
    memcpy(functions[i].place, &function, sizeof function);
  }
  is_loaded = true;
  return QUOTH_OK;
}
