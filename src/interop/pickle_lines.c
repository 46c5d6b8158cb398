/* Numbers and texts: lines of protocol 0, and the strings of Python 2. */
#include <math.h>
#include <string.h>

#include "base/json.h"
#include "base/utf8.h"
#include "interop/pickle_machine.h"

/* ---- Numbers --------------------------------------------------------------- */

/* Decimal digits behind an optional sign; false if there is something else or too many. */
static bool read_decimal(quoth_bytes line, int64_t *out) {
  bool is_negative = line.size && *line.data == '-';
  if (line.size == (size_t)is_negative) return false;
  *out = 0;
  for (size_t i = is_negative; i < line.size; i++) {
    int digit = line.data[i] - '0';
    if (digit < 0 || digit > 9 || __builtin_mul_overflow(*out, 10, out) ||
        __builtin_add_overflow(*out, is_negative ? -digit : digit, out))
      return false;
  }
  return true;
}

static bool is_decimal(quoth_bytes line) {
  size_t i = line.size && *line.data == '-';
  if (i == line.size) return false;
  for (; i < line.size; i++)
    if (line.data[i] < '0' || line.data[i] > '9') return false;
  return true;
}

quoth_status quoth_pickle_integer_line(quoth_pickle_machine *machine, quoth_bytes line,
                                       const quoth_value **out, quoth_error *err) {
  if (line.size && line.data[line.size - 1] == 'L') line.size--;
  quoth_value *value = quoth_pickle_value(machine, QUOTH_VALUE_INTEGER, err);
  if (!(*out = value)) return QUOTH_ERR_NOMEM;
  if (quoth_bytes_equal(line, "00") ||
      quoth_bytes_equal(line, "01")) { /* truth, before protocol 2 */
    value->kind = QUOTH_VALUE_BOOL;
    value->integer = line.data[1] - '0';
    return QUOTH_OK;
  }
  if (read_decimal(line, &value->integer)) return QUOTH_OK;
  value->kind = QUOTH_VALUE_BIG_INTEGER;
  value->bytes = line;
  return is_decimal(line) ? QUOTH_OK : quoth_pickle_fail(machine, err, "an integer is malformed");
}

quoth_status quoth_pickle_real_line(quoth_pickle_machine *machine, quoth_bytes line,
                                    const quoth_value **out, quoth_error *err) {
  quoth_value *value = quoth_pickle_value(machine, QUOTH_VALUE_REAL, err);
  if (!(*out = value)) return QUOTH_ERR_NOMEM;
  bool is_negative = quoth_bytes_equal(line, "-inf");
  if (is_negative || quoth_bytes_equal(line, "inf") || quoth_bytes_equal(line, "nan")) {
    value->real = quoth_bytes_equal(line, "nan") ? NAN : is_negative ? -INFINITY : INFINITY;
    return QUOTH_OK;
  }
  /* What Python writes of a finite number is JSON. */
  json_t *number;
  quoth_status status = quoth_json_parse(line, NULL, &number, NULL);
  if (status == QUOTH_ERR_NOMEM) return quoth_fail_nomem(err, line.size);
  bool is_number = !status && json_is_number(number);
  if (is_number) value->real = json_number_value(number);
  if (!status) json_decref(number);
  return is_number ? QUOTH_OK : quoth_pickle_fail(machine, err, "a number is malformed");
}

/* ---- Texts ----------------------------------------------------------------- */

quoth_status quoth_pickle_text(quoth_pickle_machine *machine, quoth_bytes bytes,
                               const quoth_value **out, quoth_error *err) {
  if (quoth_utf8_valid_prefix(bytes) < bytes.size)
    return quoth_pickle_fail(machine, err, "a text that is not UTF-8");
  quoth_value *value = quoth_pickle_value(machine, QUOTH_VALUE_TEXT, err);
  if (value) value->bytes = bytes;
  *out = value;
  return value ? QUOTH_OK : QUOTH_ERR_NOMEM;
}

quoth_status quoth_pickle_string(quoth_pickle_machine *machine, quoth_bytes bytes,
                                 const quoth_value **out, quoth_error *err) {
  bool is_ascii = true;
  for (size_t i = 0; i < bytes.size; i++) is_ascii = is_ascii && !(bytes.data[i] & 0x80);
  quoth_value *value =
      quoth_pickle_value(machine, is_ascii ? QUOTH_VALUE_TEXT : QUOTH_VALUE_BYTES, err);
  if (value) value->bytes = bytes;
  *out = value;
  return value ? QUOTH_OK : QUOTH_ERR_NOMEM;
}

/* `n` hexadecimal digits at `at`; false if they are not there. */
static bool read_hex(quoth_bytes line, size_t at, size_t n, uint32_t *out) {
  if (n > line.size - at) return false;
  *out = 0;
  for (size_t i = at; i < at + n; i++) {
    char c = line.data[i];
    int digit = c >= '0' && c <= '9'   ? c - '0'
                : c >= 'a' && c <= 'f' ? c - 'a' + 10
                : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                       : -1;
    if (digit < 0) return false;
    *out = *out << 4 | (uint32_t)digit;
  }
  return true;
}

/* What stands behind the backslash at `at` in Python 2's repr of a string; the size of the whole
 * escape, or 0. */
static size_t read_escape(quoth_bytes line, size_t at, char *out) {
  static const char letters[] = "\\'\"abfnrtv", meant[] = "\\'\"\a\b\f\n\r\t\v";
  uint32_t byte;
  if (at + 1 >= line.size) return 0;
  const char *letter = memchr(letters, line.data[at + 1], sizeof letters - 1);
  if (letter) {
    *out = meant[letter - letters];
    return 2;
  }
  if (line.data[at + 1] != 'x' || !read_hex(line, at + 2, 2, &byte)) return 0;
  *out = (char)byte;
  return 4;
}

quoth_status quoth_pickle_string_line(quoth_pickle_machine *machine, quoth_bytes line,
                                      const quoth_value **out, quoth_error *err) {
  bool is_quoted = line.size >= 2 && (*line.data == '\'' || *line.data == '"') &&
                   line.data[line.size - 1] == *line.data;
  if (!is_quoted) return quoth_pickle_fail(machine, err, "a string without quotes");
  quoth_bytes inner = {line.data + 1, line.size - 2};
  char *to = quoth_pickle_new(machine, inner.size, err);
  if (!to) return QUOTH_ERR_NOMEM;
  size_t n = 0;
  for (size_t at = 0, size = 1; at < inner.size; at += size, size = 1) {
    to[n] = inner.data[at];
    if (to[n] == '\\' && !(size = read_escape(inner, at, &to[n])))
      return quoth_pickle_fail(machine, err, "a string is badly escaped");
    n++;
  }
  return quoth_pickle_string(machine, (quoth_bytes){to, n}, out, err);
}

/* The code point at `at` of a line in Latin-1 with \uXXXX and \UXXXXXXXX; the size of it. Other
 * backslashes stand for themselves. */
static size_t read_code_point(quoth_bytes line, size_t at, uint32_t *out) {
  *out = (unsigned char)line.data[at];
  if (*out != '\\' || at + 1 >= line.size) return 1;
  char letter = line.data[at + 1];
  size_t n_digits = letter == 'u' ? 4 : letter == 'U' ? 8 : 0;
  if (!n_digits) return 1;
  return read_hex(line, at + 2, n_digits, out) ? n_digits + 2 : 0;
}

quoth_status quoth_pickle_unicode_line(quoth_pickle_machine *machine, quoth_bytes line,
                                       const quoth_value **out, quoth_error *err) {
  char *to = quoth_pickle_new(machine, line.size * 2 + 1, err);
  if (!to) return QUOTH_ERR_NOMEM;
  size_t n = 0;
  for (size_t at = 0, size; at < line.size; at += size) {
    uint32_t code_point;
    size = read_code_point(line, at, &code_point);
    if (!size || code_point > 0x10FFFF || (code_point >= 0xD800 && code_point <= 0xDFFF))
      return quoth_pickle_fail(machine, err, "a text is badly escaped");
    n += quoth_utf8_put(code_point, to + n);
  }
  return quoth_pickle_text(machine, (quoth_bytes){to, n}, out, err);
}
