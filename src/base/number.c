#include "base/number.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* snprintf writes the decimal point of the process's locale; a document has '.'. */
static size_t print_general(double value, int precision, char text[static QUOTH_NUMBER_SIZE],
                            double *read_back) {
  int length = snprintf(text, QUOTH_NUMBER_SIZE, "%.*g", precision, value);
  if (read_back) *read_back = strtod(text, NULL);
  for (char *p = text; *p; p++)
    if (!strchr("+-0123456789einfa.", *p)) *p = '.';
  return (size_t)length;
}

size_t quoth_number_17(double value, char text[static QUOTH_NUMBER_SIZE]) {
  return print_general(value, 17, text, NULL);
}

size_t quoth_number_shortest(double value, char text[static QUOTH_NUMBER_SIZE]) {
  size_t length = 0;
  /* A normal double's shortest text, if under 16 digits, is what 15 digits print. */
  for (int precision = fabs(value) < DBL_MIN ? 1 : 15; precision <= 17; precision++) {
    double read_back;
    length = print_general(value, precision, text, &read_back);
    if (read_back == value) break;
  }
  if (isfinite(value) && !strpbrk(text, ".e")) {
    memcpy(text + length, ".0", 3);
    length += 2;
  }
  return length;
}
