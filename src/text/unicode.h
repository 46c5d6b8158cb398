/* unicode.h - what a tokeniser must know of a character, as Python 3.11 sees it. */
#ifndef QUOTH_TEXT_UNICODE_H
#define QUOTH_TEXT_UNICODE_H

#include "base/utf8.h"

/* The version that Python 3.11 follows; tools/make_unicode.py reads it here. Characters
 * added to Unicode later count as unassigned. */
#define QUOTH_UNICODE_VERSION "14.0.0"

/* What \w of Python's re matches: the underscore, letters, and all that has a numeric value.
 * Combining marks are not among them. Any number may be asked, QUOTH_UTF8_INVALID too. */
bool quoth_unicode_is_word(uint32_t code_point);

/* What \s of Python's re matches and str.split() splits at. */
bool quoth_unicode_is_space(uint32_t code_point);

/* Word characters, but no decimal digits, of scripts that don't put spaces between words (property
 * Script_Extensions): Han, Hiragana, Katakana, Thai, Lao, Khmer and Myanmar. */
bool quoth_unicode_is_unspaced(uint32_t code_point);

/* Combining marks (general category M). */
bool quoth_unicode_is_mark(uint32_t code_point);

/* Decodes the character at text.data[*at] (*at < text.size), moves *at behind it, and writes
 * its lower case as Python's str.lower() gives it: one code point, or two for U+0130.
 * Returns their number. The rest of `text` is the context that decides between the two lower
 * cases of U+03A3, capital sigma; lowering all of a text takes time linear in its size. An
 * ill-formed part gives QUOTH_UTF8_INVALID and is neither cased nor ignored as context. */
unsigned quoth_unicode_lower_next(quoth_bytes text, size_t *at, uint32_t lowered[static 2]);

#endif
