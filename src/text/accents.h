/* accents.h - characters without their accents, as scikit-learn's strip_accents has it: NFKD, and
 * then without the characters that combine with others. */
#ifndef QUOTH_TEXT_ACCENTS_H
#define QUOTH_TEXT_ACCENTS_H

#include <stdint.h>

typedef enum quoth_strip_accents {
  QUOTH_STRIP_ACCENTS_NONE,
  QUOTH_STRIP_ACCENTS_ASCII,  /* what is not ASCII after NFKD is dropped */
  QUOTH_STRIP_ACCENTS_UNICODE /* what combines after NFKD is dropped */
} quoth_strip_accents;

enum { QUOTH_ACCENTS_MAX = 18 }; /* most code points that remain of one */

/* Writes what remains of `code_point`; returns how many code points that is, perhaps 0. A number
 * that is no code point stays. */
unsigned quoth_strip_accents_of(quoth_strip_accents how, uint32_t code_point,
                                uint32_t out[static QUOTH_ACCENTS_MAX]);

#endif
