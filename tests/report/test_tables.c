#include "testing.h"

#include <string.h>

#include "report/comparison.h"
#include "report/tables.h"
#include "samples.h"

enum { N_CLASSES = 3 };
static const quoth_bytes names[N_CLASSES] = {{"EAP", 3}, {"HPL", 3}, {"悲劇", 6}};
static const uint64_t confusion[] = {8, 2, 0, /* */ 1, 5, 4, /* */ 1, 1, 18};

static void check(quoth_status status, quoth_buffer *text, const char *expected) {
  assert_int_equal(status, QUOTH_OK);
  assert_int_equal(quoth_buffer_append(text, "", 1, NULL), QUOTH_OK);
  assert_string_equal(text->data, expected);
  quoth_buffer_clear(text);
}

/* scikit-learn's own text is compared in test_files.py; here a wide label is among them. */
static void test_classes(void **state) {
  (void)state;
  quoth_metrics metrics;
  sample_metrics(&metrics, confusion, N_CLASSES);
  quoth_buffer text = {0};
  check(quoth_table_append_classes(&text, names, &metrics, NULL), &text,
        "              precision    recall  f1-score   support\n"
        "\n"
        "         EAP     0.8000    0.8000    0.8000        10\n"
        "         HPL     0.6250    0.5000    0.5556        10\n"
        "        悲劇     0.8182    0.9000    0.8571        20\n"
        "\n"
        "    accuracy                         0.7750        40\n"
        "   macro avg     0.7477    0.7333    0.7376        40\n"
        "weighted avg     0.7653    0.7750    0.7675        40\n");
  sample_metrics_clear(&metrics);
}

static void test_confusion_matrix(void **state) {
  (void)state;
  quoth_metrics metrics;
  sample_metrics(&metrics, confusion, N_CLASSES);
  quoth_buffer text = {0};
  check(quoth_table_append_confusion(&text, names, &metrics, 80, NULL), &text,
        "      EAP  HPL  悲劇\n"
        " EAP    8    2     0\n"
        " HPL    1    5     4\n"
        "悲劇    1    1    18\n");
  /* 20 columns hold it all; 19 don't; 1 must do. */
  check(quoth_table_append_confusion(&text, names, &metrics, 20, NULL), &text,
        "      EAP  HPL  悲劇\n"
        " EAP    8    2     0\n"
        " HPL    1    5     4\n"
        "悲劇    1    1    18\n");
  check(quoth_table_append_confusion(&text, names, &metrics, 19, NULL), &text,
        "      EAP  HPL\n"
        " EAP    8    2\n"
        " HPL    1    5\n"
        "悲劇    1    1\n"
        "\n"
        "      悲劇\n"
        " EAP     0\n"
        " HPL     4\n"
        "悲劇    18\n");
  check(quoth_table_append_confusion(&text, names, &metrics, 1, NULL), &text,
        "      EAP\n"
        " EAP    8\n"
        " HPL    1\n"
        "悲劇    1\n"
        "\n"
        "      HPL\n"
        " EAP    2\n"
        " HPL    5\n"
        "悲劇    1\n"
        "\n"
        "      悲劇\n"
        " EAP     0\n"
        " HPL     4\n"
        "悲劇    18\n");
  sample_metrics_clear(&metrics);
}

static void test_numbers_are_never_cut(void **state) {
  (void)state;
  static const uint64_t large[] = {12345678901234567890u, 7, 0, 1};
  static const quoth_bytes two[] = {{"a", 1}, {"a label that is far too long", 28}};
  quoth_metrics metrics;
  sample_metrics(&metrics, large, 2);
  quoth_buffer text = {0};
  check(quoth_table_append_confusion(&text, two, &metrics, 80, NULL), &text,
        "                                             a  a label tha…\n"
        "                       a  12345678901234567890             7\n"
        "a label that is far too…                     0             1\n");
  sample_metrics_clear(&metrics);
}

static void test_many_classes_give_confusions(void **state) {
  (void)state;
  enum { N = QUOTH_TABLE_MAX_CLASSES + 1 };
  static uint64_t many[N * N];
  static quoth_bytes labels[N];
  for (uint32_t c = 0; c < N; c++) {
    labels[c] = (quoth_bytes){&"cba"[c % 3], 3 - c % 3};
    many[c * N + c] = 10;
  }
  many[4 * N + 2] = 30;
  many[1 * N + 0] = 5;
  many[0 * N + 1] = 5;
  quoth_metrics metrics;
  sample_metrics(&metrics, many, N);
  quoth_buffer text = {0};
  check(quoth_table_append_confusion(&text, labels, &metrics, 80, NULL), &text,
        "31 classes; the most frequent confusions:\n"
        "\n"
        "      rows    share  true       predicted\n"
        "        30   75.0 %  ba         a\n"
        "         5   33.3 %  cba        ba\n"
        "         5   33.3 %  ba         cba\n");
  sample_metrics_clear(&metrics);
}

static void test_confusions_keep_the_largest(void **state) {
  (void)state;
  static const uint64_t counts[] = {1, 4, 2, /* */ 4, 1, 9, /* */ 3, 4, 1};
  quoth_metrics metrics;
  sample_metrics(&metrics, counts, 3);
  quoth_confusion found[3];
  assert_int_equal(quoth_report_confusions(&metrics, found, 3), 3);
  static const uint32_t expected[][3] = {{1, 2, 9}, {0, 1, 4}, {1, 0, 4}};
  for (size_t i = 0; i < 3; i++) {
    assert_int_equal(found[i].truth, expected[i][0]);
    assert_int_equal(found[i].guess, expected[i][1]);
    assert_int_equal(found[i].count, expected[i][2]);
  }
  assert_true(found[0].share == 9.0 / 14);
  assert_int_equal(quoth_report_confusions(&metrics, found, 0), 0);
  sample_metrics_clear(&metrics);
}

static void test_topics(void **state) {
  (void)state;
  static const quoth_topic_word words[] = {
      {{"sea", 3}, 3}, {{"ship", 4}, 2}, {{"whale", 5}, 1}, {{"老人", 6}, 1}, {{"boat", 4}, 1}};
  static const quoth_topic topics[] = {{1.0, words, 5}, {0.0449, words + 3, 1}, {0, NULL, 0}};
  quoth_buffer text = {0};
  check(quoth_table_append_topics(&text, topics, 3, 80, NULL), &text,
        "topic    share  words\n"
        "    0  100.0 %  sea ship whale 老人 boat\n"
        "    1    4.5 %  老人\n"
        "    2    0.0 %  \n");
  check(quoth_table_append_topics(&text, topics, 1, 1, NULL), &text,
        "topic    share  words\n"
        "    0  100.0 %  sea ship whale 老人\n"
        "                boat\n");
}

static void test_whole_report(void **state) {
  (void)state;
  static const uint64_t counts[] = {1010, 10, 20};
  quoth_metrics metrics;
  sample_metrics(&metrics, confusion, N_CLASSES);
  quoth_report report = {.data_name = "tales\n.csv",
                         .n_rows = 1040,
                         .n_classes = N_CLASSES,
                         .class_names = names,
                         .class_counts = counts,
                         .vocabulary_size = 13781,
                         .nnz = 212037,
                         .train = &metrics};
  quoth_buffer text = {0};
  check(quoth_table_append_report(&text, &report, 30, NULL), &text,
        "tales␊.csv: 1,040 rows, 3 classes\n"
        "  EAP 1,010, HPL 10, 悲劇 20\n"
        "vocabulary: 13,781 terms, 212,037 counts other than 0\n"
        "\n"
        "            rows  accuracy  log loss  macro F1\n"
        "train         40    0.7750    1.2500    0.7376\n"
        "\n"
        "        ROC AUC  weighted     Brier       ECE     top 2\n"
        "train    0.8880    0.8910    0.3750    0.1149    0.8750\n"
        "\n"
        "Classes (train rows)\n"
        "\n"
        "              precision    recall  f1-score   support\n"
        "\n"
        "         EAP     0.8000    0.8000    0.8000        10\n"
        "         HPL     0.6250    0.5000    0.5556        10\n"
        "        悲劇     0.8182    0.9000    0.8571        20\n"
        "\n"
        "    accuracy                         0.7750        40\n"
        "   macro avg     0.7477    0.7333    0.7376        40\n"
        "weighted avg     0.7653    0.7750    0.7675        40\n"
        "\n"
        "Confusion matrix (train rows; true label down, predicted across)\n"
        "\n"
        "      EAP  HPL  悲劇\n"
        " EAP    8    2     0\n"
        " HPL    1    5     4\n"
        "悲劇    1    1    18\n");
  report.train = NULL;
  report.vocabulary_size = 0;
  check(quoth_table_append_report(&text, &report, 20, NULL), &text,
        "tales␊.csv: 1,040 rows, 3 classes\n"
        "  EAP 1,010, HPL 10,\n"
        "  悲劇 20\n");
  sample_metrics_clear(&metrics);
}

/* A class without rows leaves dashes, and a line that says so. */
static void test_missing_class(void **state) {
  (void)state;
  static const uint64_t some[] = {3, 1, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2};
  static const quoth_bytes four[] = {{"a", 1}, {"b", 1}, {"c\nd", 3}, {"e", 1}};
  quoth_metrics metrics;
  sample_metrics(&metrics, some, 4);
  quoth_report report = {.n_classes = 4, .class_names = four, .test = &metrics};
  quoth_buffer text = {0};
  assert_done(quoth_table_append_report(&text, &report, 80, err));
  assert_done(quoth_buffer_append(&text, "", 1, err));
  const char *start = strstr(text.data, "        ROC AUC");
  assert_non_null(start);
  *strstr(start, "\nClasses") = '\0';
  assert_string_equal(start, "        ROC AUC  weighted     Brier       ECE     top 2     top 3\n"
                             "test          -         -    0.3750    0.1377    0.8750    0.9375\n"
                             "- : ROC AUC needs rows of every class; no test row is c␊d\n");
  quoth_buffer_clear(&text);
  sample_metrics_clear(&metrics);
}

static void test_comparison(void **state) {
  (void)state;
  static const quoth_contender contenders[] = {
      {"bayes", .875, .0125, .75, .5, .0625, .125, 21.25e-6, 12345678},
      {"a\nname", .5, 0, .5, 1, 0, 100, .25, 999}};
  const quoth_comparison comparison = {"a\tb.csv", 1234, 3, 5, contenders, 2};
  quoth_buffer text = {0};
  check(quoth_comparison_append_table(&text, &comparison, NULL), &text,
        "a␉b.csv: 1,234 rows, 3 classes; 5 folds, stratified\n"
        "\n"
        "recipe  accuracy     std  macro F1  log loss     ECE  learn s  us/text     model\n"
        "bayes     0.8750  0.0125    0.7500    0.5000  0.0625     0.12     21.2   12.3 MB\n"
        "a␊name    0.5000  0.0000    0.5000    1.0000  0.0000   100.00  250000.0    1.0 kB\n");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_classes),
      cmocka_unit_test(test_confusion_matrix),
      cmocka_unit_test(test_numbers_are_never_cut),
      cmocka_unit_test(test_many_classes_give_confusions),
      cmocka_unit_test(test_confusions_keep_the_largest),
      cmocka_unit_test(test_topics),
      cmocka_unit_test(test_whole_report),
      cmocka_unit_test(test_missing_class),
      cmocka_unit_test(test_comparison),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
