/* decompress.h - the compressions that joblib.dump offers: zlib, gzip, bzip2, xz, lzma, lz4. */
#ifndef QUOTH_INTEROP_DECOMPRESS_H
#define QUOTH_INTEROP_DECOMPRESS_H

#include "base/memory.h"

/* What a compressed file of `size` bytes may grow to: far more than models do, far less than what
 * is made to fill a machine. */
size_t quoth_decompressed_limit(size_t size);

/* If `in` begins as one of the compressed formats does, *is_compressed becomes true and *out
 * (emptied first) takes what it holds; more than `limit` bytes are an error, and no more than
 * twice that is ever allocated. Otherwise *is_compressed becomes false. */
quoth_status quoth_decompress(quoth_bytes in, size_t limit, bool *is_compressed, quoth_buffer *out,
                              quoth_error *err);

#endif
