#include "testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/digest.h"
#include "data/dataset.h"

static const quoth_dataset_options LABELLED = {.labels = QUOTH_LABELS_REQUIRED};

static void assert_bytes(quoth_bytes text, const char *expected) {
  if (text.size != strlen(expected) || memcmp(text.data, expected, text.size))
    fail_msg("\"%.*s\", not \"%s\"", (int)text.size, text.data, expected);
}

static quoth_dataset parse(const char *text, const quoth_dataset_options *options) {
  quoth_dataset dataset;
  assert_done(
      quoth_dataset_parse((quoth_bytes){text, strlen(text)}, "test.csv", options, &dataset, err));
  return dataset;
}

static void check_refused(quoth_bytes data, const quoth_dataset_options *options, uint64_t line,
                          const char *message) {
  quoth_dataset dataset;
  quoth_error err = {0};
  quoth_status status = quoth_dataset_parse(data, "test.csv", options, &dataset, &err);
  assert_int_equal(status, QUOTH_ERR_DATA);
  assert_string_equal(err.message, message);
  assert_string_equal(err.file, "test.csv");
  assert_int_equal(err.line, line);
  assert_int_equal(dataset.n_rows, 0);
  quoth_dataset_clear(&dataset);
}

static void test_reads_columns(void **state) {
  (void)state;
  const char *text = "id,text,author\n7,\"Nevermore, \"\"it\"\" said.\",EAP\n8,plain,MWS\n9,,EAP\n";
  quoth_dataset dataset = parse(text, &LABELLED);
  assert_int_equal(dataset.n_rows, 3);
  assert_bytes(dataset.id_name, "id");
  assert_bytes(dataset.text_name, "text");
  assert_bytes(dataset.label_name, "author");
  assert_bytes(dataset.texts[0], "Nevermore, \"it\" said.");
  assert_bytes(dataset.texts[1], "plain");
  assert_bytes(dataset.texts[2], "");
  assert_bytes(dataset.ids[2], "9");
  assert_int_equal(dataset.n_classes, 2);
  assert_bytes(dataset.classes[0], "EAP");
  assert_bytes(dataset.classes[1], "MWS");
  assert_int_equal(dataset.labels[0], 0);
  assert_int_equal(dataset.labels[1], 1);
  assert_int_equal(dataset.labels[2], 0);
  assert_int_equal(dataset.class_counts[0], 2);
  assert_int_equal(dataset.class_counts[1], 1);
  quoth_dataset_clear(&dataset);
}

static void test_texts_are_borrowed(void **state) {
  (void)state;
  const char *text = "text\nx\n\"y\"\n";
  quoth_dataset dataset = parse(text, &(quoth_dataset_options){0});
  assert_ptr_equal(dataset.texts[0].data, text + 5);
  assert_ptr_equal(dataset.texts[1].data, text + 8);
  assert_ptr_equal(dataset.text_name.data, text);
  assert_null(dataset.ids);
  assert_int_equal(dataset.label_name.size, 0);
  assert_int_equal(dataset.n_classes, 0);
  quoth_dataset_clear(&dataset);
}

static void test_words_for_missing_stay_text(void **state) {
  (void)state;
  quoth_dataset dataset = parse("text,label\nNA,null\nnan,NaN\n\"\",None\n", &LABELLED);
  assert_bytes(dataset.texts[0], "NA");
  assert_bytes(dataset.texts[1], "nan");
  assert_bytes(dataset.texts[2], "");
  assert_bytes(dataset.classes[0], "NaN");
  assert_bytes(dataset.classes[1], "None");
  assert_bytes(dataset.classes[2], "null");
  quoth_dataset_clear(&dataset);
}

static void test_numbers_are_ordered_by_value(void **state) {
  (void)state;
  quoth_dataset dataset = parse("text,label\na,10\nb,9\nc,-1\nd,10\n", &LABELLED);
  assert_bytes(dataset.classes[0], "-1");
  assert_bytes(dataset.classes[1], "9");
  assert_bytes(dataset.classes[2], "10");
  assert_int_equal(dataset.labels[0], 2);
  assert_int_equal(dataset.labels[3], 2);
  assert_int_equal(dataset.class_counts[2], 2);
  quoth_dataset_clear(&dataset);
}

static void test_no_rows(void **state) {
  (void)state;
  quoth_dataset dataset = parse("id,text,label", &LABELLED);
  assert_int_equal(dataset.n_rows, 0);
  assert_int_equal(dataset.n_classes, 0);
  assert_non_null(dataset.texts);
  assert_non_null(dataset.ids);
  quoth_dataset_clear(&dataset);
}

static void test_refusals(void **state) {
  (void)state;
#define DATA(text) ((quoth_bytes){text, sizeof text - 1})
  check_refused(DATA("text,label\nx,y\nz,\n"), &LABELLED, 3,
                "column 2 (label): the label is empty; give one or drop the row");
  check_refused(DATA("text,label\n\"\nx\",y\nz\n"), &LABELLED, 4,
                "1 field where the header has 2; give every column a field, even an empty one");
  check_refused(DATA("text,label\nx,y\n\"a\nb\xE9\",z\n"), &LABELLED, 3,
                "column 1 (text): byte 0xE9 is not UTF-8; save the file as UTF-8, or give "
                "--encoding-errors replace or ignore");
  check_refused(DATA("text,label\nx,\xF0\x9F\n"), &LABELLED, 2,
                "column 2 (label): byte 0xF0 is not UTF-8; save the file as UTF-8, or give "
                "--encoding-errors replace or ignore");
  check_refused(DATA("id,text,label\n\xC0,x,y\n"), &LABELLED, 2,
                "column 1 (id): byte 0xC0 is not UTF-8; save the file as UTF-8, or give "
                "--encoding-errors replace or ignore");
  check_refused(DATA("\ntext,label,caf\xE9\nx,y,z\n"), &LABELLED, 2,
                "column 3: byte 0xE9 is not UTF-8; save the file as UTF-8, or give "
                "--encoding-errors replace or ignore");
}

/* A column that nobody asked for may hold anything. */
static void test_other_columns_are_not_checked(void **state) {
  (void)state;
  quoth_dataset dataset = parse("text,label,x\na,b,\xFF\n", &LABELLED);
  assert_int_equal(dataset.n_rows, 1);
  quoth_dataset_clear(&dataset);
}

static void test_encoding_errors(void **state) {
  (void)state;
  const char *text = "id,text,lab\xFFl\n\xFF,a\xE2\x82z\xFF,\xC3\n1,b,\xC3\xA9\xC3\n";
  quoth_dataset_options options = {.labels = QUOTH_LABELS_REQUIRED,
                                   .encoding_errors = QUOTH_ENCODING_REPLACE,
                                   .label_column = "lab\xEF\xBF\xBDl"};
  quoth_dataset dataset = parse(text, &options);
  assert_bytes(dataset.label_name, "lab\xEF\xBF\xBDl");
  assert_bytes(dataset.ids[0], "\xEF\xBF\xBD");
  assert_bytes(dataset.texts[0], "a\xEF\xBF\xBDz\xEF\xBF\xBD");
  assert_bytes(dataset.texts[1], "b");
  assert_bytes(dataset.classes[0], "\xC3\xA9\xEF\xBF\xBD");
  assert_bytes(dataset.classes[1], "\xEF\xBF\xBD");
  quoth_dataset_clear(&dataset);
  options.encoding_errors = QUOTH_ENCODING_IGNORE;
  options.label_column = "labl";
  check_refused((quoth_bytes){text, strlen(text)}, &options, 2,
                "column 3 (labl): the label is empty; give one or drop the row");
  options.labels = QUOTH_LABELS_NONE;
  dataset = parse(text, &options);
  assert_bytes(dataset.ids[0], "");
  assert_bytes(dataset.texts[0], "az");
  quoth_dataset_clear(&dataset);
}

/* Copies of more than a block's size, between small ones. */
static void test_large_repaired_fields(void **state) {
  (void)state;
  enum { SIZE = 1 << 20 };
  char *data = malloc(SIZE + 64);
  assert_non_null(data);
  size_t size = (size_t)sprintf(data, "text\n\"a\"\"\"\n\"\"\"");
  memset(data + size, 'b', SIZE);
  size += SIZE;
  size += (size_t)sprintf(data + size, "\"\n\"c\"\"\"\n");
  quoth_dataset dataset;
  assert_done(quoth_dataset_parse((quoth_bytes){data, size}, "test.csv",
                                  &(quoth_dataset_options){0}, &dataset, err));
  assert_bytes(dataset.texts[0], "a\"");
  assert_int_equal(dataset.texts[1].size, SIZE + 1);
  assert_int_equal(dataset.texts[1].data[0], '"');
  assert_int_equal(dataset.texts[1].data[SIZE], 'b');
  assert_bytes(dataset.texts[2], "c\"");
  quoth_dataset_clear(&dataset);
  free(data);
}

static void test_reads_a_file(void **state) {
  (void)state;
  char path[] = "/tmp/quoth-test-XXXXXX";
  close(mkstemp(path));
  const char *text = "text\nabc";
  assert_done(quoth_file_write(path, text, strlen(text), err));
  quoth_dataset dataset;
  quoth_error err = {0};
  const quoth_dataset_options options = {0};
  assert_int_equal(quoth_dataset_read(path, &options, &dataset, &err), QUOTH_OK);
  assert_bytes(dataset.texts[0], "abc");
  char digest[QUOTH_DIGEST_SIZE];
  quoth_digest(text, strlen(text), digest);
  assert_string_equal(dataset.digest, digest);
  quoth_dataset_clear(&dataset);
  assert_int_equal(quoth_dataset_read(path, &LABELLED, &dataset, &err), QUOTH_ERR_DATA);
  assert_string_equal(err.file, path);
  unlink(path);
  assert_int_equal(quoth_dataset_read(path, &options, &dataset, &err), QUOTH_ERR_IO);
  quoth_dataset_clear(&dataset);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_reads_columns),
      cmocka_unit_test(test_texts_are_borrowed),
      cmocka_unit_test(test_words_for_missing_stay_text),
      cmocka_unit_test(test_numbers_are_ordered_by_value),
      cmocka_unit_test(test_no_rows),
      cmocka_unit_test(test_refusals),
      cmocka_unit_test(test_other_columns_are_not_checked),
      cmocka_unit_test(test_encoding_errors),
      cmocka_unit_test(test_large_repaired_fields),
      cmocka_unit_test(test_reads_a_file),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
