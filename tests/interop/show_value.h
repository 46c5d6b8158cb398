/* show_value.h - a value as a line of text, for tests.
 *
 * Lists, tuples, dicts and sets show their items in brackets, arrays their dtype, shape and items.
 * What lies too deep, or comes after very many others, is a dot. */
#ifndef QUOTH_TEST_SHOW_VALUE_H
#define QUOTH_TEST_SHOW_VALUE_H

#include <stdio.h>

#include "interop/value.h"

void show_value(const quoth_value *value, FILE *out);

#endif
