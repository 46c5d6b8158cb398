#include "testing.h"

#include <stdlib.h>
#include <string.h>

#include "data/csv.h"

static quoth_bytes bytes(const char *text) { return (quoth_bytes){text, strlen(text)}; }

static void assert_field(quoth_bytes field, const char *expected) {
  assert_int_equal(field.size, strlen(expected));
  assert_memory_equal(field.data, expected, field.size);
}

static quoth_csv *open_csv(quoth_bytes data) {
  quoth_csv *csv = NULL;
  assert_done(quoth_csv_new(data, "test.csv", &csv, err));
  return csv;
}

static const quoth_bytes *next(quoth_csv *csv, uint64_t expected_line) {
  const quoth_bytes *fields;
  uint64_t line;
  assert_done(quoth_csv_next(csv, &fields, &line, err));
  assert_non_null(fields);
  assert_int_equal(line, expected_line);
  return fields;
}

static void assert_end(quoth_csv *csv) {
  const quoth_bytes *fields;
  uint64_t line;
  for (int i = 0; i < 2; i++) {
    assert_done(quoth_csv_next(csv, &fields, &line, err));
    assert_null(fields);
  }
  quoth_csv_free(csv);
}

static void test_reads_fields(void **state) {
  (void)state;
  quoth_csv *csv = open_csv(bytes("id,text\n1,\"a \"\"b\"\", c\"\r\n2,d\"e\r,\n"));
  assert_int_equal(quoth_csv_n_columns(csv), 2);
  assert_field(quoth_csv_column(csv, 0), "id");
  assert_field(quoth_csv_column(csv, 1), "text");
  const quoth_bytes *fields = next(csv, 2);
  assert_field(fields[0], "1");
  assert_field(fields[1], "a \"b\", c");
  fields = next(csv, 3);
  assert_field(fields[0], "2");
  assert_field(fields[1], "d\"e");
  fields = next(csv, 4);
  assert_field(fields[0], "");
  assert_field(fields[1], "");
  assert_end(csv);
}

static void test_counts_lines_inside_quotes(void **state) {
  (void)state;
  quoth_csv *csv = open_csv(bytes("\n\"a\r\nb\"\n\n\"1\n\n\r\r\n2\"\r\n3"));
  assert_int_equal(quoth_csv_header_line(csv), 2);
  assert_field(quoth_csv_column(csv, 0), "a\r\nb");
  assert_field(next(csv, 5)[0], "1\n\n\r\r\n2");
  assert_field(next(csv, 10)[0], "3");
  assert_end(csv);
}

/* Three decoded fields in one record; their buffer moves meanwhile. */
static void test_decodes_long_fields_with_quotes(void **state) {
  (void)state;
  enum { N_PAIRS = 2000 };
  quoth_buffer data = {0};
  assert_done(quoth_buffer_printf(&data, err, "a,b,c\n"));
  for (int field = 0; field < 3; field++) {
    assert_done(quoth_buffer_printf(&data, err, field ? ",\"" : "\""));
    for (int i = 0; i < N_PAIRS; i++)
      assert_done(quoth_buffer_printf(&data, err, "%c\"\"", 'x' + field));
    assert_done(quoth_buffer_printf(&data, err, "\""));
  }
  quoth_csv *csv = open_csv((quoth_bytes){data.data, data.size});
  const quoth_bytes *fields = next(csv, 2);
  for (int field = 0; field < 3; field++) {
    assert_int_equal(fields[field].size, 2 * N_PAIRS);
    for (int i = 0; i < 2 * N_PAIRS; i++)
      assert_int_equal(fields[field].data[i], i % 2 ? '"' : 'x' + field);
  }
  assert_end(csv);
  quoth_buffer_clear(&data);
}

static void test_skips_byte_order_mark(void **state) {
  (void)state;
  quoth_csv *csv = open_csv(bytes("\xEF\xBB\xBF\"text\"\n\xEF\xBB\xBFx"));
  assert_field(quoth_csv_column(csv, 0), "text");
  assert_field(next(csv, 2)[0], "\xEF\xBB\xBFx");
  assert_end(csv);
}

static void test_plain_fields_lie_in_the_data(void **state) {
  (void)state;
  const char *data = "a,b\nx,\"y\"\n";
  quoth_csv *csv = open_csv(bytes(data));
  const quoth_bytes *fields = next(csv, 2);
  assert_ptr_equal(fields[0].data, data + 4);
  assert_ptr_equal(fields[1].data, data + 7);
  assert_end(csv);
}

static void test_refusals(void **state) {
  (void)state;
  static const struct {
    quoth_bytes data;
    uint64_t line;
    const char *message;
  } CASES[] = {
#define DATA(text) {text, sizeof text - 1}
      {DATA(""), 0, "the file is empty; its first line must name the columns"},
      {DATA(" \n\r\n\t"), 0, "the file is empty; its first line must name the columns"},
      {DATA("\xEF\xBB\xBF"), 0, "the file is empty; its first line must name the columns"},
      {DATA("\xFF\xFEt\0"), 0, "this is UTF-16; save it as UTF-8"},
      {DATA("\xFE\xFF\0t"), 0, "this is UTF-16; save it as UTF-8"},
      {DATA("a,b\n1,2\n3,4,5,6\n"), 3,
       "4 fields where the header has 2; quote a field that contains a comma"},
      {DATA("a,b\n\"1\n2\"\n"), 2,
       "1 field where the header has 2; give every column a field, even an empty one"},
      {DATA("a,b\n1,\"2\n3,4\n5\n"), 2, "column 2: the quote that opens here is never closed"},
      {DATA("\"a\nb"), 1, "column 1: the quote that opens here is never closed"},
      {DATA("a,b\n\"1\n1\",\"2\n"), 3, "column 2: the quote that opens here is never closed"},
      {DATA("a,b\n1,\"2\n3\"4\n"), 3,
       "column 2: text behind the closing quote of a field that opened on line 2; a quote inside "
       "quotes is written twice"},
      {DATA("a,b\n1,\"2\n\0\"\n"), 3, "column 2: a NUL byte; the file is damaged or not a text"},
      {DATA("a\0,b\n"), 1, "column 1: a NUL byte; the file is damaged or not a text"},
#undef DATA
  };
  for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
    quoth_error err = {0};
    quoth_csv *csv = NULL;
    quoth_status status = quoth_csv_new(CASES[i].data, "test.csv", &csv, &err);
    const quoth_bytes *fields = NULL;
    uint64_t line;
    while (!status && !(status = quoth_csv_next(csv, &fields, &line, &err)) && fields) {
    }
    quoth_csv_free(csv);
    assert_int_equal(status, QUOTH_ERR_DATA);
    assert_string_equal(err.message, CASES[i].message);
    assert_string_equal(err.file, "test.csv");
    assert_int_equal(err.line, CASES[i].line);
  }
}

static void test_hundred_megabytes_in_one_field(void **state) {
  (void)state;
  const size_t size = 100u << 20;
  char *data = malloc(size + 16);
  assert_non_null(data);
  memcpy(data, "text\n\"", 6);
  memset(data + 6, 'x', size);
  memset(data + 6 + size / 2, '"', 1000); /* 500 quotes */
  data[6 + size] = '"';
  quoth_csv *csv = open_csv((quoth_bytes){data, size + 7});
  assert_int_equal(next(csv, 2)[0].size, size - 500);
  assert_end(csv);
  free(data);
}

static void test_writes_fields(void **state) {
  (void)state;
  static const char *const CASES[][2] = {
      {"plain text", "plain text"},
      {"a,b", "\"a,b\""},
      {"say \"hi\"", "\"say \"\"hi\"\"\""},
      {"two\nlines", "\"two\nlines\""},
      {"cr\r", "\"cr\r\""},
      {"", "\"\""},
      {" \t", "\" \t\""},
      {"\xEF\xBB\xBFx", "\"\xEF\xBB\xBFx\""},
      {"\"", "\"\"\"\""},
      {"\xFE\xFFx", "\"\xFE\xFFx\""},
  };
  for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
    quoth_buffer buffer = {0};
    assert_done(quoth_csv_append_field(&buffer, bytes(CASES[i][0]), err));
    assert_field((quoth_bytes){buffer.data, buffer.size}, CASES[i][1]);
    quoth_buffer_clear(&buffer);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_reads_fields),
      cmocka_unit_test(test_counts_lines_inside_quotes),
      cmocka_unit_test(test_decodes_long_fields_with_quotes),
      cmocka_unit_test(test_skips_byte_order_mark),
      cmocka_unit_test(test_plain_fields_lie_in_the_data),
      cmocka_unit_test(test_refusals),
      cmocka_unit_test(test_hundred_megabytes_in_one_field),
      cmocka_unit_test(test_writes_fields),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
