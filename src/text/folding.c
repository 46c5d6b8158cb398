#include "text/folding.h"

unsigned quoth_fold_next(const quoth_folding *folding, quoth_bytes text, size_t *at,
                         uint32_t out[static QUOTH_FOLDING_MAX]) {
  uint32_t cased[2];
  unsigned n_cased = 1, n = 0;
  if (folding->lowercase)
    n_cased = quoth_unicode_lower_next(text, at, cased);
  else
    cased[0] = quoth_utf8_next(text, at);
  if (cased[0] == QUOTH_UTF8_INVALID) cased[0] = QUOTH_REPLACEMENT;
  for (unsigned i = 0; i < n_cased; i++)
    n += quoth_strip_accents_of(folding->strip_accents, cased[i], out + n);
  return n;
}
