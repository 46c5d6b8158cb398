/* logarithm.h - the natural logarithm, correctly rounded in all but about one case in 10^5, the
 * same bits on every machine. glibc's misses the last bit in up to one case in 700 (arguments
 * near 1), so where scikit-learn's random draws and entropies hang on that bit the two differ
 * that rarely. For many logarithms at once, where the last bit does not matter, see
 * math/functions.h. */
#ifndef QUOTH_BASE_LOGARITHM_H
#define QUOTH_BASE_LOGARITHM_H

/* log(0) is -inf, log of a negative number NaN. */
double quoth_log(double x);

#endif
