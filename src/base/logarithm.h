/* logarithm.h - the natural logarithm, correctly rounded in all but about one case in 10^4 or
 * fewer, on every machine. glibc's is so too, hence the two agree where scikit-learn's random
 * draws and entropies depend on the last bit. For many logarithms at once, where the last bit
 * does not matter, see math/functions.h. */
#ifndef QUOTH_BASE_LOGARITHM_H
#define QUOTH_BASE_LOGARITHM_H

/* log(0) is -inf, log of a negative number NaN. */
double quoth_log(double x);

#endif
