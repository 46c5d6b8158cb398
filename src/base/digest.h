/* digest.h - XXH3, 128 bits: tells changed bytes from unchanged ones. Not cryptographic:
 * it guards against accidents, not against somebody who wants a collision. */
#ifndef QUOTH_BASE_DIGEST_H
#define QUOTH_BASE_DIGEST_H

#include "base/memory.h"

enum { QUOTH_DIGEST_SIZE = 33 }; /* 32 hexadecimal digits (high half first) and a NUL */

void quoth_digest(const void *data, size_t size, char hex[static QUOTH_DIGEST_SIZE]);

/* XXH3, 64 bits: the same on every machine, for hash tables that are stored. */
uint64_t quoth_hash(const void *data, size_t size);

#endif
