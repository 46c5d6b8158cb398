/* forest_kernels.c for processors with AVX2. */
#ifdef __x86_64__
#define QUOTH_COMPILE_AVX2
#include "learn/forest_kernels.c"
#endif
