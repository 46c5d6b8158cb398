#include "base/utf8.h"

#include <string.h>

static const uint64_t HIGH_BITS = 0x8080808080808080;

/* First byte at or behind `at` that is not ASCII, or text.size. */
static size_t skip_ascii(quoth_bytes text, size_t at) {
  uint64_t eight;
  while (text.size - at >= sizeof eight) {
    memcpy(&eight, text.data + at, sizeof eight);
    if (eight & HIGH_BITS) break;
    at += sizeof eight;
  }
  while (at < text.size && (unsigned char)text.data[at] < 0x80) at++;
  return at;
}

size_t quoth_utf8_valid_prefix(quoth_bytes text) {
  size_t at = 0;
  while ((at = skip_ascii(text, at)) < text.size) {
    size_t start = at;
    if (quoth_utf8_next(text, &at) == QUOTH_UTF8_INVALID) return start;
  }
  return at;
}

void quoth_utf8_make_valid(char *text, size_t size) {
  for (size_t at = 0, start = 0; at < size; start = at) {
    if (quoth_utf8_next((quoth_bytes){text, size}, &at) != QUOTH_UTF8_INVALID) continue;
    text[start] = '?';
    at = start + 1;
  }
}

/* Unicode 15, table 3-7: the lead byte decides how many bytes follow and, for four leads, a
 * narrower range of the first of them; this is what keeps out overlong forms, surrogates
 * and all above U+10FFFF. */
uint32_t quoth_utf8_next(quoth_bytes text, size_t *at) {
  const unsigned char *bytes = (const unsigned char *)text.data + *at;
  size_t size = text.size - *at;
  unsigned lead = bytes[0];
  if (lead < 0x80) {
    *at += 1;
    return lead;
  }
  unsigned n_following = lead < 0xC2 || lead > 0xF4 ? 0 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
  unsigned low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  unsigned high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  uint32_t code_point = lead & (0x3Fu >> n_following);
  for (unsigned i = 1; i <= n_following; i++) {
    if (i >= size || bytes[i] < low || bytes[i] > high) {
      *at += i;
      return QUOTH_UTF8_INVALID;
    }
    code_point = code_point << 6 | (bytes[i] & 0x3Fu);
    low = 0x80;
    high = 0xBF;
  }
  *at += n_following + 1;
  return n_following ? code_point : QUOTH_UTF8_INVALID;
}

size_t quoth_utf8_put(uint32_t code_point, char out[static 4]) {
  if (code_point < 0x80) {
    out[0] = (char)code_point;
    return 1;
  }
  size_t size = code_point < 0x800 ? 2 : code_point < 0x10000 ? 3 : 4;
  static const unsigned char LEADS[] = {0, 0, 0xC0, 0xE0, 0xF0};
  for (size_t i = size - 1; i > 0; i--, code_point >>= 6)
    out[i] = (char)(0x80 | (code_point & 0x3F));
  out[0] = (char)(LEADS[size] | code_point);
  return size;
}

size_t quoth_utf8_length(quoth_bytes text) {
  size_t length = 0;
  for (size_t i = 0; i < text.size; i++) length += ((unsigned char)text.data[i] & 0xC0) != 0x80;
  return length;
}
