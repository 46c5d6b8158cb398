#include "base/base64.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

quoth_status quoth_base64_encode(quoth_buffer *out, quoth_bytes data, quoth_error *err) {
  size_t n_groups = data.size / 3 + (data.size % 3 != 0), size;
  if (__builtin_mul_overflow(n_groups, 4, &size)) return quoth_fail_nomem(err, data.size);
  quoth_status status = quoth_buffer_reserve(out, size, err);
  if (status) return status;
  char *to = out->data + out->size;
  for (size_t i = 0; i < data.size; i += 3, to += 4) {
    size_t n = data.size - i < 3 ? data.size - i : 3;
    uint32_t bits = 0;
    for (size_t k = 0; k < 3; k++) bits = bits << 8 | (k < n ? (unsigned char)data.data[i + k] : 0);
    for (size_t k = 0; k < 4; k++) to[k] = k <= n ? alphabet[bits >> (18 - 6 * k) & 63] : '=';
  }
  out->size += size;
  return QUOTH_OK;
}

/* 0 to 63, or -1. */
static int digit(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* Decodes the group of four at `from`, of which the last `n_padding` are "=", into `to`. Returns
 * the index of a character that does not fit, or 4. */
static size_t decode_group(const char *from, size_t n_padding, char *to) {
  uint32_t bits = 0;
  for (size_t k = 0; k < 4; k++) {
    int d = k < 4 - n_padding ? digit(from[k]) : 0;
    if (d < 0) return k;
    bits = bits << 6 | (uint32_t)d;
  }
  if (n_padding && bits & ((1u << 8 * n_padding) - 1)) return 3 - n_padding;
  for (size_t k = 0; k < 3 - n_padding; k++) to[k] = (char)(bits >> (16 - 8 * k));
  return 4;
}

quoth_status quoth_base64_decode(quoth_buffer *out, quoth_bytes text, quoth_error *err) {
  if (text.size % 4)
    return quoth_fail(err, QUOTH_ERR_DATA,
                      "not base64: %zu characters, where groups of four are needed", text.size);
  size_t n_padding = 0;
  while (n_padding < 2 && n_padding < text.size && text.data[text.size - 1 - n_padding] == '=')
    n_padding++;
  size_t size = text.size / 4 * 3 - n_padding;
  quoth_status status = quoth_buffer_reserve(out, size, err);
  if (status) return status;
  char *to = out->data + out->size;
  for (size_t i = 0; i < text.size; i += 4, to += 3) {
    size_t wrong = decode_group(text.data + i, i + 4 == text.size ? n_padding : 0, to);
    if (wrong < 4)
      return quoth_fail(err, QUOTH_ERR_DATA, "not base64: byte 0x%02x at offset %zu",
                        (unsigned char)text.data[i + wrong], i + wrong);
  }
  out->size += size;
  return QUOTH_OK;
}
