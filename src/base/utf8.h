/* utf8.h - checking and decoding UTF-8 as the Unicode standard defines it (no surrogates, no
 * overlong forms, nothing above U+10FFFF). */
#ifndef QUOTH_BASE_UTF8_H
#define QUOTH_BASE_UTF8_H

#include "base/memory.h"

/* Offset of the first byte that is not part of a well-formed character; text.size if none. */
size_t quoth_utf8_valid_prefix(quoth_bytes text);

/* Puts '?' in the place of each byte that is not part of a well-formed character. */
void quoth_utf8_make_valid(char *text, size_t size);

/* Decodes the character at `text.data[*at]` (*at < text.size) and moves *at behind it. An
 * ill-formed sequence gives QUOTH_UTF8_INVALID and moves behind its maximal subpart (Unicode
 * 15, section 3.9), which is what Python's decoder replaces by one U+FFFD. */
#define QUOTH_UTF8_INVALID UINT32_MAX
uint32_t quoth_utf8_next(quoth_bytes text, size_t *at);

/* Writes a code point (valid, not a surrogate); returns its size, 1 to 4. */
size_t quoth_utf8_put(uint32_t code_point, char out[static 4]);

/* Number of code points of a valid text. */
size_t quoth_utf8_length(quoth_bytes text);

#endif
