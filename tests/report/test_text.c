#include "testing.h"

#include <string.h>

#include "report/text.h"

/* Writes the label into a string that lives until the next call. */
static const char *shown(quoth_bytes label, size_t max_columns, size_t *columns) {
  static quoth_buffer buffer;
  quoth_buffer_clear(&buffer);
  quoth_writer writer = {.out = &buffer};
  *columns = quoth_put_label(&writer, label, max_columns);
  quoth_put_end(&writer);
  assert_int_equal(writer.status, QUOTH_OK);
  static char text[256];
  assert_true(buffer.size <= sizeof text);
  memcpy(text, buffer.data, buffer.size);
  quoth_buffer_clear(&buffer);
  return text;
}

static void check(const char *label, size_t max_columns, const char *expected,
                  size_t expected_columns) {
  size_t columns;
  assert_string_equal(shown(quoth_bytes_of(label), max_columns, &columns), expected);
  assert_int_equal(columns, expected_columns);
}

/* Widths as Unicode's East Asian Width and general categories have them. */
static void test_columns(void **state) {
  (void)state;
  assert_int_equal(quoth_label_columns(quoth_bytes_of("")), 0);
  assert_int_equal(quoth_label_columns(quoth_bytes_of("naïve")), 5);
  assert_int_equal(quoth_label_columns(quoth_bytes_of("e\xCC\x81tude")), 5);
  assert_int_equal(quoth_label_columns(quoth_bytes_of("悲劇")), 4);
  assert_int_equal(quoth_label_columns(quoth_bytes_of("ｱ")), 1);  /* halfwidth */
  assert_int_equal(quoth_label_columns(quoth_bytes_of("Ａ")), 2); /* fullwidth */
  assert_int_equal(quoth_label_columns(quoth_bytes_of("한국")), 4);
  assert_int_equal(quoth_label_columns(quoth_bytes_of("🦉")), 2);
  assert_int_equal(quoth_label_columns(quoth_bytes_of("قصة")), 3);
  assert_int_equal(quoth_label_columns(quoth_bytes_of("a\xE2\x80\x8D"
                                                      "b")),
                   2); /* a joiner */
}

static void test_shortening(void **state) {
  (void)state;
  check("comedy", 6, "comedy", 6);
  check("comedy", 5, "come…", 5);
  check("comedy", 1, "…", 1);
  check("悲劇作家", 8, "悲劇作家", 8);
  check("悲劇作家", 7, "悲劇作…", 7);
  check("悲劇作家", 6, "悲劇…", 5); /* half a character is not shown */
  check("e\xCC\x81tude", 5, "e\xCC\x81tude", 5);
  check("e\xCC\x81tude", 2, "e\xCC\x81…", 2); /* a mark stays with its letter */
  check("z\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x81z", 80,
        "z\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x81…", 2);
}

static void test_foreign_text_is_tamed(void **state) {
  (void)state;
  check("a\nb\tc\x1b[31m\x7f", 80, "a␊b␉c␛[31m␡", 11);
  check("\xC2\x9b"
        "31m",
        80,
        "\xEF\xBF\xBD"
        "31m",
        4); /* C1: CSI */
  check("\xE2\x80\xAE"
        "x",
        80, "\xEF\xBF\xBDx", 2);                                /* right-to-left override */
  check("a\xE2\x80\xA8z", 80, "a\xEF\xBF\xBDz", 3);             /* line separator */
  check("\xFFok\xE2\x82", 80, "\xEF\xBF\xBDok\xEF\xBF\xBD", 4); /* not UTF-8 */
  size_t columns;
  assert_string_equal(shown((quoth_bytes){"a\0b", 3}, 80, &columns), "a␀b");
}

static void test_cells(void **state) {
  (void)state;
  quoth_buffer buffer = {0};
  quoth_writer writer = {.out = &buffer};
  quoth_put_cell(&writer, quoth_bytes_of("ab"), 4, false);
  quoth_put(&writer, "|");
  quoth_put_cell(&writer, quoth_bytes_of("悲"), 4, true);
  quoth_put(&writer, "|");
  quoth_put_cell(&writer, quoth_bytes_of("悲劇作"), 4, true); /* 悲… takes 3 */
  quoth_put(&writer, "|");
  quoth_put_cell(&writer, quoth_bytes_of(NULL), 2, true);
  quoth_put(&writer, "|");
  quoth_put_end(&writer);
  assert_int_equal(writer.status, QUOTH_OK);
  assert_string_equal(buffer.data, "ab  |  悲| 悲…|  |");
  quoth_buffer_clear(&buffer);
}

static void test_counts(void **state) {
  (void)state;
  static const struct {
    uint64_t count;
    const char *text;
  } cases[] = {{0, "0"},
               {999, "999"},
               {1000, "1,000"},
               {212037, "212,037"},
               {1234567, "1,234,567"},
               {UINT64_MAX, "18,446,744,073,709,551,615"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    quoth_buffer buffer = {0};
    quoth_writer writer = {.out = &buffer};
    quoth_put_count(&writer, cases[i].count);
    quoth_put_end(&writer);
    assert_string_equal(buffer.data, cases[i].text);
    quoth_buffer_clear(&buffer);
  }
}

static void test_first_failure_stays(void **state) {
  (void)state;
  quoth_buffer buffer = {0};
  quoth_error err = {0};
  quoth_writer writer = {.out = &buffer, .err = &err};
  quoth_put(&writer, "kept");
  quoth_put_format(&writer, "%300d", 1);
  assert_int_equal(writer.status, QUOTH_ERR_ARG);
  quoth_put(&writer, "not written");
  quoth_put_label(&writer, quoth_bytes_of("nor this"), 80);
  assert_int_equal(buffer.size, 4);
  quoth_buffer_clear(&buffer);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_columns),
      cmocka_unit_test(test_shortening),
      cmocka_unit_test(test_foreign_text_is_tamed),
      cmocka_unit_test(test_cells),
      cmocka_unit_test(test_counts),
      cmocka_unit_test(test_first_failure_stays),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
