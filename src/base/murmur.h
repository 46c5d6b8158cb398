/* murmur.h - MurmurHash3_x86_32 by Austin Appleby, who placed it in the public domain. It is what
 * scikit-learn's hashing vectorizers number terms with; for all else there is digest.h. */
#ifndef QUOTH_BASE_MURMUR_H
#define QUOTH_BASE_MURMUR_H

#include "base/memory.h"

uint32_t quoth_murmur3_32(quoth_bytes bytes, uint32_t seed);

#endif
