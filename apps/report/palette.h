/* palette.h - the colours of drawings. */
#ifndef QUOTH_REPORT_PALETTE_H
#define QUOTH_REPORT_PALETTE_H

#include "report/graphics.h"

typedef struct quoth_colour {
  double red, green, blue;
} quoth_colour;

static const quoth_colour quoth_black = {0, 0, 0}, quoth_white = {1, 1, 1};
static const quoth_colour quoth_ink = {0.11, 0.13, 0.16}, quoth_faint_ink = {0.36, 0.39, 0.44};
static const quoth_colour quoth_frame_colour = {0.72, 0.75, 0.79};
/* Shares of 0, 1/4, ... 1; evenly darker. */
enum { QUOTH_N_STOPS = 5 };
static const quoth_colour quoth_ramp[QUOTH_N_STOPS] = {{0.957, 0.965, 0.976},
                                                       {0.745, 0.839, 0.925},
                                                       {0.420, 0.655, 0.835},
                                                       {0.153, 0.431, 0.690},
                                                       {0.035, 0.188, 0.396}};
/* Stands out from the ramp, also for those who don't tell red from green. */
static const quoth_colour quoth_accent = {0.800, 0.337, 0.039};

static inline void quoth_set_colour(cairo_t *cairo, quoth_colour colour) {
  quoth_cairo.set_source_rgb(cairo, colour.red, colour.green, colour.blue);
}

#endif
