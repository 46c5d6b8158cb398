#include "testing.h"

#include <stdio.h>
#include <string.h>

#include "data/columns.h"

enum { NONE = -1 };

/* "id,text,label" to a header; names point into `line`. */
static quoth_header header_of(char *line, quoth_bytes names[static 32]) {
  quoth_header header = {.names = names, .file = "test.csv", .line = 1};
  for (char *name; (name = strsep(&line, ","));)
    names[header.n_columns++] = (quoth_bytes){name, strlen(name)};
  return header;
}

static quoth_status find(const char *names, quoth_dataset_options options, quoth_columns *out,
                         quoth_error *err) {
  char line[256];
  quoth_bytes slices[32];
  snprintf(line, sizeof line, "%s", names);
  quoth_header header = header_of(line, slices);
  return quoth_columns_find(&header, &options, out, err);
}

static void check(const char *names, quoth_dataset_options options, int text, int label, int id) {
  quoth_columns columns;
  quoth_error err = {0};
  if (find(names, options, &columns, &err)) fail_msg("%s: %s", names, err.message);
  assert_int_equal(columns.text, text);
  assert_int_equal(columns.label, label == NONE ? QUOTH_COLUMN_NONE : (size_t)label);
  assert_int_equal(columns.id, id == NONE ? QUOTH_COLUMN_NONE : (size_t)id);
}

static void check_refused(const char *names, quoth_dataset_options options, const char *message) {
  quoth_columns columns;
  quoth_error err = {0};
  assert_int_not_equal(find(names, options, &columns, &err), QUOTH_OK);
  assert_string_equal(err.message, message);
  assert_string_equal(err.file, "test.csv");
  assert_int_equal(err.line, 1);
}

#define LABELLED(...) ((quoth_dataset_options){.labels = QUOTH_LABELS_REQUIRED, __VA_ARGS__})
#define UNLABELLED(...) ((quoth_dataset_options){.labels = QUOTH_LABELS_NONE, __VA_ARGS__})

static void test_default_names(void **state) {
  (void)state;
  check("id,text,author", LABELLED(), 1, 2, 0);
  check("label,text", LABELLED(), 1, 0, NONE);
  check("x,class,text,y", LABELLED(), 2, 1, NONE);
  check("text,category", LABELLED(), 0, 1, NONE);
  check("text,target,date", LABELLED(), 0, 1, NONE);
  check("text", UNLABELLED(), 0, NONE, NONE);
  check("text,label,author", UNLABELLED(), 0, NONE, NONE);
}

static void test_only_other_column_is_the_text(void **state) {
  (void)state;
  check("id,sentence,author", LABELLED(), 1, 2, 0);
  check("sentence,kind", LABELLED(.label_column = "kind"), 0, 1, NONE);
  check("id,sentence", UNLABELLED(), 1, NONE, 0);
  check("sentence,author", UNLABELLED(), 0, NONE, NONE);
  check("sentence,number", UNLABELLED(.id_column = "number"), 0, NONE, 1);
}

static void test_exact_name_comes_first(void **state) {
  (void)state;
  check("ID,Text,AUTHOR", LABELLED(), 1, 2, 0);
  check("Text,text,Label,label", LABELLED(), 1, 3, NONE);
  check("TEXT,Text,text,label", LABELLED(.text_column = "Text"), 1, 3, NONE);
  check("a,label", LABELLED(.text_column = "A"), 0, 1, NONE);
}

static void test_given_names(void **state) {
  (void)state;
  check("id,text,label,author", LABELLED(.label_column = "author"), 1, 3, 0);
  check("id,text,body,label", LABELLED(.text_column = "body", .id_column = "text"), 2, 3, 1);
  check("class,target", LABELLED(.text_column = "target"), 1, 0, NONE);
  check("id,label", LABELLED(.text_column = "id"), 0, 1, NONE);
}

static void test_missing_columns(void **state) {
  (void)state;
  check_refused("id,text,x", LABELLED(),
                "no column is named label, author, class, category or target; the columns are: "
                "id, text, x; give --label COL");
  check_refused("It was cold.,EAP", LABELLED(),
                "no column is named label, author, class, category or target; the columns are: "
                "It was cold., EAP; give --text COL and --label COL");
  check_refused("It was cold.", UNLABELLED(),
                "no column is named text; the column is: It was cold.; give --text COL");
  check_refused("a,b,label", LABELLED(),
                "no column is named text; the columns are: a, b, label; give --text COL");
  check_refused("text,label", LABELLED(.text_column = "body"),
                "no column is named body; the columns are: text, label; choose one with --text "
                "COL");
  check_refused("text,label", LABELLED(.label_column = "x"),
                "no column is named x; the columns are: text, label; choose one with --label COL");
  check_refused("text", UNLABELLED(.id_column = "key"),
                "no column is named key; the column is: text; choose one with --id COL");
  check_refused("id;text;label", UNLABELLED(),
                "no column is named text; the column is: id;text;label; separate columns with "
                "commas");
}

static void test_long_lists_are_cut(void **state) {
  (void)state;
  check_refused("a,b,c,d,e,f,g,h,i,j,k,l,m,n", UNLABELLED(),
                "no column is named text; the columns are: a, b, c, d, e, f, g, h, i, j, k, l, "
                "...; give --text COL");
  check_refused("123456789012345678901234567890123456789\xC3\xA9,b", UNLABELLED(),
                "no column is named text; the columns are: "
                "123456789012345678901234567890123456789, b; give --text COL");
}

static void test_ambiguous_columns(void **state) {
  (void)state;
  check_refused("text,label,Author", LABELLED(),
                "both label and author could be the label; choose one with --label COL");
  check_refused("text,label,text", LABELLED(), "columns 1 and 3 are both named text; rename one");
  check_refused("Text,TEXT,label", LABELLED(), "columns 1 and 2 are both named text; rename one");
  check_refused("text,x,x", LABELLED(.label_column = "x"),
                "columns 2 and 3 are both named x; rename one");
  check("text,label,x,x", LABELLED(), 0, 1, NONE);
  check_refused("a,b", LABELLED(.text_column = "a", .label_column = "a"),
                "the text and the label are the same column; choose two with --text COL and "
                "--label COL");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_default_names),
      cmocka_unit_test(test_only_other_column_is_the_text),
      cmocka_unit_test(test_exact_name_comes_first),
      cmocka_unit_test(test_given_names),
      cmocka_unit_test(test_missing_columns),
      cmocka_unit_test(test_long_lists_are_cut),
      cmocka_unit_test(test_ambiguous_columns),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
