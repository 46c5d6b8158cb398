#include "math/width.h"

bool quoth_width_usable(quoth_width width) {
  if (width == QUOTH_WIDTH_BASELINE) return true;
#ifdef __x86_64__
  if (width == QUOTH_WIDTH_AVX2) return __builtin_cpu_supports("avx2");
  if (width == QUOTH_WIDTH_AVX512)
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vl");
#endif
  return false;
}

quoth_width quoth_width_widest(void) {
  quoth_width width = QUOTH_WIDTH_AVX512;
  while (!quoth_width_usable(width)) width--;
  return width;
}
