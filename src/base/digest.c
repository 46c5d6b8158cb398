#include "base/digest.h"

#include <inttypes.h>
#include <stdio.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

void quoth_digest(const void *data, size_t size, char hex[static QUOTH_DIGEST_SIZE]) {
  XXH128_hash_t hash = XXH3_128bits(data, size);
  snprintf(hex, QUOTH_DIGEST_SIZE, "%016" PRIx64 "%016" PRIx64, (uint64_t)hash.high64,
           (uint64_t)hash.low64);
}

uint64_t quoth_hash(const void *data, size_t size) { return XXH3_64bits(data, size); }
