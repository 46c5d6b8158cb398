#include "base/murmur.h"

static uint32_t rotate(uint32_t x, int n) { return x << n | x >> (32 - n); }

static uint32_t scramble(uint32_t block) { return rotate(block * 0xcc9e2d51, 15) * 0x1b873593; }

/* Up to four bytes, the first lowest. */
static uint32_t read_block(const unsigned char *data, size_t n) {
  uint32_t block = 0;
  for (size_t i = 0; i < n; i++) block |= (uint32_t)data[i] << 8 * i;
  return block;
}

uint32_t quoth_murmur3_32(quoth_bytes bytes, uint32_t seed) {
  const unsigned char *data = (const unsigned char *)bytes.data;
  uint32_t hash = seed;
  size_t at = 0;
  for (; bytes.size - at >= 4; at += 4)
    hash = rotate(hash ^ scramble(read_block(data + at, 4)), 13) * 5 + 0xe6546b64;
  hash ^= scramble(read_block(data + at, bytes.size - at));
  hash ^= (uint32_t)bytes.size;
  hash = (hash ^ hash >> 16) * 0x85ebca6b;
  hash = (hash ^ hash >> 13) * 0xc2b2ae35;
  return hash ^ hash >> 16;
}
