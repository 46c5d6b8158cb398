/* width.h - one source of vector code, compiled for several widths of the processor's vectors,
 * and the choice among them when the program runs.
 *
 * A file of kernels, NAME.c, includes math/vector.h and ends with one table of functions whose
 * name is QUOTH_FOR_WIDTH(quoth_NAME). NAME_avx2.c and NAME_avx512.c define QUOTH_COMPILE_AVX2 or
 * QUOTH_COMPILE_AVX512 and include NAME.c. All widths give the same bits. */
#ifndef QUOTH_MATH_WIDTH_H
#define QUOTH_MATH_WIDTH_H

#include <stdbool.h>

typedef enum quoth_width {
  QUOTH_WIDTH_BASELINE, /* two doubles: SSE2, NEON; always there */
  QUOTH_WIDTH_AVX2,     /* four */
  QUOTH_WIDTH_AVX512,   /* eight */
  QUOTH_N_WIDTHS
} quoth_width;

/* Whether this processor has it. */
bool quoth_width_usable(quoth_width width);
quoth_width quoth_width_widest(void);

/* Declares the tables of a file of kernels; picks one of them. */
#define QUOTH_DECLARE_WIDTHS(type, name)                                                           \
  extern const type name##_baseline, name##_avx2, name##_avx512
#ifdef __x86_64__
#define QUOTH_PICK_WIDTH(name, width)                                                              \
  ((width) == QUOTH_WIDTH_AVX512 ? &name##_avx512                                                  \
   : (width) == QUOTH_WIDTH_AVX2 ? &name##_avx2                                                    \
                                 : &name##_baseline)
#else
#define QUOTH_PICK_WIDTH(name, width) ((void)(width), &name##_baseline)
#endif

#if defined(QUOTH_COMPILE_AVX512)
#define QUOTH_LANES 8
#define QUOTH_TARGET __attribute__((target("avx512f,avx512dq,avx512vl")))
#define QUOTH_FOR_WIDTH(name) name##_avx512
#elif defined(QUOTH_COMPILE_AVX2)
#define QUOTH_LANES 4
#define QUOTH_TARGET __attribute__((target("avx2")))
#define QUOTH_FOR_WIDTH(name) name##_avx2
#else
#define QUOTH_LANES 2
#define QUOTH_TARGET
#define QUOTH_FOR_WIDTH(name) name##_baseline
#endif

#endif
