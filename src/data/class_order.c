#include "data/class_order.h"

#include <stdlib.h>
#include <string.h>

/* The largest exponent told apart; enough for every number that fits into memory. */
static const int64_t EXPONENT_LIMIT = INT64_MAX / 4;

/* A decimal number as sign * 0.DIGITS * 10^magnitude, DIGITS not starting with 0. No double:
 * any number of digits compares exactly, whatever the locale. */
typedef struct decimal {
  int sign; /* -1, 0 or 1 */
  int64_t magnitude;
  const char *digit, *end; /* digits, perhaps with one point between them */
} decimal;

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* "e-12" at *at; false if it is malformed. */
static bool read_exponent(const char **at, const char *end, int64_t *exponent) {
  const char *p = *at + 1;
  bool is_negative = p < end && *p == '-';
  if (p < end && (*p == '-' || *p == '+')) p++;
  if (p == end) return false;
  for (*exponent = 0; p < end && is_digit(*p); p++)
    if (*exponent < EXPONENT_LIMIT / 16) *exponent = *exponent * 10 + (*p - '0');
  if (is_negative) *exponent = -*exponent;
  *at = p;
  return p == end;
}

/* [+-]digits[.digits][e[+-]digits], with a digit on one side of the point. */
static bool read_decimal(quoth_bytes text, decimal *out) {
  const char *p = text.data, *end = p + text.size;
  *out = (decimal){.sign = 1};
  if (p < end && (*p == '-' || *p == '+')) out->sign = *p++ == '-' ? -1 : 1;
  const char *point = NULL;
  size_t n_digits = 0;
  int64_t exponent = 0;
  const char *start = p;
  for (; p < end && (is_digit(*p) || (*p == '.' && !point)); p++) {
    if (*p == '.') point = p;
    n_digits += *p != '.';
  }
  const char *digits_end = p;
  if (!n_digits) return false;
  if (p < end && (*p == 'e' || *p == 'E') && !read_exponent(&p, end, &exponent)) return false;
  if (p < end) return false;
  while (start < digits_end && (*start == '0' || *start == '.')) start++;
  if (start == digits_end) out->sign = 0;
  if (!point) point = digits_end;
  out->magnitude = exponent + (point - start) + (start > point);
  out->digit = start;
  out->end = digits_end;
  return true;
}

static char next_digit(decimal *number) {
  if (number->digit < number->end && *number->digit == '.') number->digit++;
  return number->digit < number->end ? *number->digit++ : '0';
}

static int compare_decimals(decimal a, decimal b) {
  if (a.sign != b.sign) return a.sign < b.sign ? -1 : 1;
  if (a.sign == 0) return 0;
  if (a.magnitude != b.magnitude) return a.magnitude < b.magnitude ? -a.sign : a.sign;
  while (a.digit < a.end || b.digit < b.end) {
    char digit_a = next_digit(&a), digit_b = next_digit(&b);
    if (digit_a != digit_b) return digit_a < digit_b ? -a.sign : a.sign;
  }
  return 0;
}

static int compare_bytes(const void *a, const void *b) {
  quoth_bytes x = ((const quoth_class *)a)->name, y = ((const quoth_class *)b)->name;
  int order = memcmp(x.data, y.data, x.size < y.size ? x.size : y.size);
  return order ? order : (x.size > y.size) - (x.size < y.size);
}

static int compare_values(const void *a, const void *b) {
  decimal x, y;
  read_decimal(((const quoth_class *)a)->name, &x);
  read_decimal(((const quoth_class *)b)->name, &y);
  int order = compare_decimals(x, y);
  return order ? order : compare_bytes(a, b);
}

void quoth_class_order(quoth_class *classes, size_t n_classes) {
  bool all_numbers = true;
  decimal ignored;
  for (size_t i = 0; i < n_classes && all_numbers; i++)
    all_numbers = read_decimal(classes[i].name, &ignored);
  qsort(classes, n_classes, sizeof *classes, all_numbers ? compare_values : compare_bytes);
}
