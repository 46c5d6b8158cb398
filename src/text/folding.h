/* folding.h - the characters of a text as terms are made of them: lower case, without accents. */
#ifndef QUOTH_TEXT_FOLDING_H
#define QUOTH_TEXT_FOLDING_H

#include "text/accents.h"
#include "text/unicode.h"

typedef struct quoth_folding {
  bool lowercase; /* Python's str.lower(); comes first */
  quoth_strip_accents strip_accents;
} quoth_folding;

enum { QUOTH_FOLDING_MAX = 2 * QUOTH_ACCENTS_MAX };

/* What stands in a text for what is not UTF-8, as in Python's decode(errors="replace"). */
#define QUOTH_REPLACEMENT 0xFFFD

/* Decodes the character at text.data[*at] (*at < text.size), moves *at behind it, and writes what
 * it is folded to; returns the number of code points, perhaps 0. An ill-formed part gives U+FFFD
 * before folding. The rest of `text` is context, as in quoth_unicode_lower_next. */
unsigned quoth_fold_next(const quoth_folding *folding, quoth_bytes text, size_t *at,
                         uint32_t out[static QUOTH_FOLDING_MAX]);

#endif
