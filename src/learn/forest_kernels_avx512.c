/* forest_kernels.c for processors with AVX-512. */
#ifdef __x86_64__
#define QUOTH_COMPILE_AVX512
#include "learn/forest_kernels.c"
#endif
