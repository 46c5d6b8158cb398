/* lda_check.h - whether topics can be learnt with these parameters from these counts; private to
 * lda_*.c. */
#ifndef QUOTH_LEARN_LDA_CHECK_H
#define QUOTH_LEARN_LDA_CHECK_H

#include "learn/lda.h"

quoth_status quoth_lda_check(const quoth_lda_params *params, const quoth_sparse *counts,
                             quoth_error *err);

#endif
