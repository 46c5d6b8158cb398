/* number.h - numbers as text, whatever the locale. */
#ifndef QUOTH_BASE_NUMBER_H
#define QUOTH_BASE_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

enum { QUOTH_NUMBER_SIZE = 32 }; /* room for any number below, its NUL included */

/* The shortest decimal text of at most 17 significant digits that reads back as
 * exactly `value`: "0.1", "1e-07", "3.0" (a whole number keeps ".0"). Not finite:
 * "nan", "inf", "-inf". Returns its length. */
size_t quoth_number_shortest(double value, char text[static QUOTH_NUMBER_SIZE]);

/* Exactly 17 significant digits, as printf's %.17g. Returns its length. */
size_t quoth_number_17(double value, char text[static QUOTH_NUMBER_SIZE]);

#endif
