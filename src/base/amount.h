/* amount.h - a parameter that is a number, a share of something, or a word. */
#ifndef QUOTH_BASE_AMOUNT_H
#define QUOTH_BASE_AMOUNT_H

#include <stdint.h>

typedef struct quoth_amount {
  enum {
    QUOTH_AMOUNT_ALL,   /* null: no limit, or not given */
    QUOTH_AMOUNT_COUNT, /* a whole number */
    QUOTH_AMOUNT_SHARE, /* a real number: of the rows, the documents, the features */
    QUOTH_AMOUNT_SQRT,  /* "sqrt" */
    QUOTH_AMOUNT_LOG2   /* "log2" */
  } kind;
  double share;
  uint64_t count;
} quoth_amount;

#endif
