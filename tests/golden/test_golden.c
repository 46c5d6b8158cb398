/* The golden values of tools/make_golden.py: what scikit-learn and NLTK make of corpus.csv, stage
 * by stage. QUOTH_GOLDEN is the folder that holds them. */
#include "testing.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "corpus/counting.h"
#include "data/split.h"
#include "learn/forest.h"
#include "model/model.h"
#include "model/slim.h"
#include "train/train.h"

/* ---- Reading --------------------------------------------------------------- */

typedef struct golden_path {
  char text[512];
} golden_path;

static golden_path path_of(const char *name) {
  golden_path path;
  snprintf(path.text, sizeof path.text, "%s/%s", getenv("QUOTH_GOLDEN"), name);
  return path;
}

static json_t *read_json(const char *name) {
  json_error_t fault;
  json_t *json = json_load_file(path_of(name).text, 0, &fault);
  if (!json) fail_msg("%s: %s", name, fault.text);
  return json;
}

static const json_t *get(const json_t *object, const char *key) {
  const json_t *value = json_object_get(object, key);
  if (!value) fail_msg("no %s", key);
  return value;
}

static uint64_t integer_at(const json_t *list, size_t i) {
  return (uint64_t)json_integer_value(json_array_get(list, i));
}

/* A number as Python's float.hex() writes it. */
static double number_at(const json_t *list, size_t i) {
  return strtod(json_string_value(json_array_get(list, i)), NULL);
}

static double tolerance_of(const json_t *golden, const char *quantity) {
  return json_number_value(json_array_get(get(get(golden, "tolerances"), quantity), 0));
}

static void assert_near(double value, double expected, double tolerance, const char *what) {
  if (!(fabs(value - expected) <= tolerance * fabs(expected)))
    fail_msg("%s: %.17g, not %.17g", what, value, expected);
}

static void assert_numbers(const double *values, size_t n, const json_t *expected, double tolerance,
                           const char *what) {
  assert_int_equal(n, json_array_size(expected));
  for (size_t i = 0; i < n; i++) assert_near(values[i], number_at(expected, i), tolerance, what);
}

/* ---- One case -------------------------------------------------------------- */

typedef struct golden_case {
  json_t *golden;
  quoth_spec spec;
  quoth_dataset dataset;
  quoth_pool *pool;
  quoth_training training;
  quoth_model *model;
  quoth_scratch *scratch;
} golden_case;

static void open_case(golden_case *c, const char *name) {
  c->golden = read_json(name);
  quoth_dataset_options options = {.labels = QUOTH_LABELS_REQUIRED};
  assert_done(quoth_dataset_read(path_of("corpus.csv").text, &options, &c->dataset, err));
  assert_done(quoth_spec_from_recipe("topics-forest", &c->spec, err));
  const json_t *changes = get(c->golden, "set");
  for (size_t i = 0; i < json_array_size(changes); i++)
    assert_done(quoth_spec_set(&c->spec, json_string_value(json_array_get(changes, i)), err));
  assert_done(quoth_pool_new(2, &c->pool, err));
  assert_done(quoth_train(&c->spec, &c->dataset, c->pool, NULL, &c->training, err));
  assert_done(
      quoth_model_open_memory(c->training.image, c->training.image_size, 0, &c->model, err));
  assert_done(quoth_scratch_new(c->model, &c->scratch, err));
}

static void close_case(golden_case *c) {
  quoth_scratch_free(c->scratch);
  quoth_model_free(c->model);
  quoth_training_clear(&c->training);
  quoth_pool_free(c->pool);
  quoth_dataset_clear(&c->dataset);
  quoth_spec_clear(&c->spec);
  json_decref(c->golden);
}

static void check_vocabulary(const golden_case *c, const quoth_strings *vocabulary) {
  const json_t *terms = get(c->golden, "vocabulary");
  assert_int_equal(vocabulary->n_strings, json_array_size(terms));
  for (uint32_t i = 0; i < vocabulary->n_strings; i++) {
    quoth_bytes term = quoth_strings_get(vocabulary, i);
    const json_t *expected = json_array_get(terms, i);
    assert_int_equal(term.size, json_string_length(expected));
    assert_memory_equal(term.data, json_string_value(expected), term.size);
  }
}

static void check_counts(const golden_case *c) {
  quoth_counting_params *params = quoth_stage_spec_params(quoth_spec_stage(&c->spec, 0), NULL);
  quoth_counting counting;
  assert_done(quoth_count_terms(params, c->dataset.texts, c->dataset.n_rows, c->pool, "", NULL,
                                &counting, err));
  check_vocabulary(c, &counting.vocabulary);
  const json_t *begin = get(c->golden, "row_begin"), *columns = get(c->golden, "columns"),
               *counts = get(c->golden, "counts");
  for (size_t row = 0; row <= c->dataset.n_rows; row++)
    assert_int_equal(counting.counts.row_begin[row], integer_at(begin, row));
  for (size_t i = 0; i < json_array_size(columns); i++) {
    assert_int_equal(counting.counts.columns[i], integer_at(columns, i));
    assert_int_equal(counting.counts.counts[i], integer_at(counts, i));
  }
  quoth_counting_clear(&counting);
  free(params);
}

static void check_rows(const uint32_t *rows, size_t n, const json_t *expected) {
  assert_int_equal(n, json_array_size(expected));
  for (size_t i = 0; i < n; i++) assert_int_equal(rows[i], integer_at(expected, i));
}

static void check_split(const golden_case *c) {
  quoth_evaluation params;
  quoth_split split;
  assert_done(quoth_spec_evaluation(&c->spec, &params, err));
  assert_done(quoth_split_rows(&params.split, c->dataset.n_rows, c->dataset.labels,
                               c->dataset.n_classes, &split, err));
  check_rows(split.train, split.n_train, get(c->golden, "train_rows"));
  check_rows(split.test, split.n_test, get(c->golden, "test_rows"));
  quoth_split_clear(&split);
}

static void check_probabilities(const golden_case *c, quoth_bytes text, const json_t *expected) {
  double numbers[64];
  assert_true(quoth_model_n_classes(c->model) <= 64);
  assert_done(quoth_predict(c->model, c->scratch, text.data, text.size, numbers, err));
  assert_numbers(numbers, quoth_model_n_classes(c->model), expected,
                 tolerance_of(c->golden, "probabilities"), "probability");
}

static void check_text(const golden_case *c, quoth_bytes text, const json_t *shares,
                       const json_t *probabilities) {
  double numbers[64];
  assert_true(quoth_model_n_features(c->model) <= 64);
  assert_done(quoth_transform(c->model, c->scratch, text.data, text.size, numbers, err));
  assert_numbers(numbers, quoth_model_n_features(c->model), shares,
                 tolerance_of(c->golden, "topic_shares"), "topic share");
  check_probabilities(c, text, probabilities);
}

static void check_texts(const golden_case *c) {
  const json_t *rows = get(c->golden, "rows"), *shares = get(c->golden, "topic_shares"),
               *probabilities = get(c->golden, "probabilities");
  for (size_t i = 0; i < json_array_size(rows); i++)
    check_text(c, c->dataset.texts[integer_at(rows, i)], json_array_get(shares, i),
               json_array_get(probabilities, i));
}

static void check_unseen(const golden_case *c, const json_t *texts) {
  const json_t *shares = get(c->golden, "unseen_topic_shares"),
               *probabilities = get(c->golden, "unseen_probabilities");
  for (size_t i = 0; i < json_array_size(texts); i++) {
    const json_t *text = json_array_get(texts, i);
    check_text(c, (quoth_bytes){json_string_value(text), json_string_length(text)},
               json_array_get(shares, i), json_array_get(probabilities, i));
  }
}

static const void *tensor(const golden_case *c, const char *name, quoth_dtype dtype) {
  const quoth_tensor *found;
  assert_done(quoth_tensors_get(&c->model->tensors, "forest", name, dtype, 1, &found, err));
  return found->data;
}

/* A node is [rows], or [rows, feature, threshold, number of the right child]. */
static void check_trees(const golden_case *c) {
  const json_t *trees = get(c->golden, "trees");
  const uint32_t *begin = tensor(c, "tree_begin", QUOTH_U32);
  const uint32_t *right = tensor(c, "right", QUOTH_U32);
  const uint32_t *samples = tensor(c, "n_node_samples", QUOTH_U32);
  const int32_t *feature = tensor(c, "feature", QUOTH_I32);
  const double *threshold = tensor(c, "threshold", QUOTH_F64);
  for (size_t t = 0; t < json_array_size(trees); t++) {
    const json_t *nodes = json_array_get(trees, t);
    assert_int_equal(begin[t + 1] - begin[t], json_array_size(nodes));
    for (size_t i = 0; i < json_array_size(nodes); i++) {
      const json_t *node = json_array_get(nodes, i);
      size_t at = begin[t] + i;
      assert_int_equal(samples[at], integer_at(node, 0));
      bool is_leaf = json_array_size(node) == 1;
      assert_int_equal(feature[at] < 0, is_leaf);
      if (is_leaf) continue;
      assert_int_equal(feature[at], integer_at(node, 1));
      assert_true(threshold[at] == number_at(node, 2));
      assert_int_equal(right[at], integer_at(node, 3));
    }
  }
}

static void check_class(const quoth_class_metrics *metrics, const json_t *expected,
                        double tolerance) {
  assert_near(metrics->precision, json_number_value(get(expected, "precision")), tolerance,
              "precision");
  assert_near(metrics->recall, json_number_value(get(expected, "recall")), tolerance, "recall");
  assert_near(metrics->f1, json_number_value(get(expected, "f1")), tolerance, "f1");
}

static void check_metrics(const golden_case *c, const char *side, const quoth_metrics *metrics) {
  const json_t *expected = get(get(c->golden, "metrics"), side);
  double tolerance = tolerance_of(c->golden, "metrics");
  assert_near(metrics->accuracy, json_number_value(get(expected, "accuracy")), 0, "accuracy");
  assert_near(metrics->log_loss, json_number_value(get(expected, "log_loss")), tolerance,
              "log loss");
  for (uint32_t i = 0; i < metrics->n_classes; i++) {
    const json_t *row = json_array_get(get(expected, "confusion_matrix"), i);
    for (uint32_t j = 0; j < metrics->n_classes; j++)
      assert_int_equal(metrics->confusion[i * metrics->n_classes + j], integer_at(row, j));
    const json_t *one = json_array_get(get(expected, "per_class"), i);
    check_class(&metrics->per_class[i], one, tolerance);
    assert_int_equal(metrics->per_class[i].support, json_integer_value(get(one, "support")));
  }
  check_class(&metrics->macro, get(expected, "macro"), tolerance);
  check_class(&metrics->weighted, get(expected, "weighted"), tolerance);
}

static void check_case(const char *name) {
  golden_case c = {0};
  open_case(&c, name);
  check_counts(&c);
  check_split(&c);
  check_texts(&c);
  check_unseen(&c, get(c.golden, "unseen"));
  check_trees(&c);
  check_metrics(&c, "train", &c.training.train);
  check_metrics(&c, "test", &c.training.test);
  close_case(&c);
}

static void test_article(void **state) {
  (void)state;
  check_case("article.json");
}

static void test_batch(void **state) {
  (void)state;
  check_case("batch.json");
}

static void test_deep(void **state) {
  (void)state;
  check_case("deep.json");
}

/* ---- Terms ----------------------------------------------------------------- */

typedef struct term_list {
  const json_t *expected;
  size_t n;
} term_list;

static quoth_status check_term(void *context, quoth_bytes term, quoth_error *err) {
  (void)err;
  term_list *list = context;
  const json_t *expected = json_array_get(list->expected, list->n++);
  if (json_string_length(expected) != term.size ||
      memcmp(json_string_value(expected), term.data, term.size) != 0)
    fail_msg("term %.*s, not %s", (int)term.size, term.data, json_string_value(expected));
  return QUOTH_OK;
}

static void test_terms(void **state) {
  (void)state;
  json_t *golden = read_json("terms.json");
  const json_t *texts = get(golden, "texts"), *analyzers = get(golden, "analyzers");
  quoth_analyzer_scratch scratch = {0};
  for (size_t i = 0; i < json_array_size(analyzers); i++) {
    const json_t *item = json_array_get(analyzers, i);
    quoth_analyzer analyzer = {.folding.lowercase = json_is_true(get(item, "lowercase")),
                               .ngrams = {1, 1},
                               .stop_words = json_is_null(get(item, "stop_words"))
                                                 ? QUOTH_STOP_WORDS_NONE
                                                 : QUOTH_STOP_WORDS_ENGLISH};
    assert_true(quoth_lemmatizer_from_name(json_string_value(get(item, "lemmatizer")),
                                           &analyzer.lemmatizer));
    for (size_t t = 0; t < json_array_size(texts); t++) {
      const json_t *text = json_array_get(texts, t);
      term_list list = {json_array_get(get(item, "terms"), t), 0};
      assert_done(quoth_analyze(&analyzer, &scratch,
                                (quoth_bytes){json_string_value(text), json_string_length(text)},
                                check_term, &list, err));
      assert_int_equal(list.n, json_array_size(list.expected));
    }
  }
  quoth_analyzer_scratch_clear(&scratch);
  json_decref(golden);
}

/* ---- Old files ------------------------------------------------------------- */

/* A file of format 1 loads and answers as it did when it was made. */
static void test_format_1(void **state) {
  (void)state;
  golden_case c = {.golden = read_json("format-1.json")};
  assert_done(quoth_model_open(path_of("format-1.quoth").text, 0, &c.model, err));
  assert_done(quoth_scratch_new(c.model, &c.scratch, err));
  assert_string_equal(quoth_model_class(c.model, 0), "garden");
  check_unseen(&c, get(c.golden, "texts"));
  close_case(&c);
}

/* A file of format 2 answers about as the model did that it was made of. */
static void test_format_2(void **state) {
  (void)state;
  golden_case c = {.golden = read_json("format-2.json")};
  const json_t *texts = get(c.golden, "texts"), *expected = get(c.golden, "unseen_probabilities");
  assert_done(quoth_model_open(path_of("format-2.quoth").text, 0, &c.model, err));
  assert_done(quoth_scratch_new(c.model, &c.scratch, err));
  for (size_t i = 0; i < json_array_size(texts); i++) {
    const json_t *text = json_array_get(texts, i);
    check_probabilities(&c, (quoth_bytes){json_string_value(text), json_string_length(text)},
                        json_array_get(expected, i));
  }
  close_case(&c);
}

/* What deployment keeps of the model of format 1 answers the same. */
static void test_slim(void **state) {
  (void)state;
  quoth_model *model;
  golden_case c = {.golden = read_json("format-1.json")};
  assert_done(quoth_model_open(path_of("format-1.quoth").text, 0, &model, err));
  assert_done(
      quoth_model_slim(model, QUOTH_FLOAT64, &c.training.image, &c.training.image_size, err));
  quoth_model_free(model);
  assert_done(quoth_model_open_memory(c.training.image, c.training.image_size, 0, &c.model, err));
  assert_done(quoth_scratch_new(c.model, &c.scratch, err));
  check_unseen(&c, get(c.golden, "texts"));
  close_case(&c);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_terms),    cmocka_unit_test(test_article),
      cmocka_unit_test(test_batch),    cmocka_unit_test(test_deep),
      cmocka_unit_test(test_format_1), cmocka_unit_test(test_slim),
      cmocka_unit_test(test_format_2),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
