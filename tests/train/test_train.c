#include "../model/sample.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { N_ROWS = 90, N_TRAIN = 45, N_CLASSES = 3 };

typedef struct fixture {
  quoth_buffer csv;
  quoth_dataset dataset;
  quoth_spec spec;
  quoth_training training; /* with one thread */
} fixture;

static fixture f;

static quoth_status train(size_t threads, const quoth_progress *progress, quoth_training *out,
                          quoth_error *err) {
  quoth_pool *pool = sample_pool(threads);
  quoth_status status = quoth_train(&f.spec, &f.dataset, pool, progress, out, err);
  quoth_pool_free(pool);
  return status;
}

static int setup(void **state) {
  (void)state;
  sample_dataset(N_ROWS, &f.csv, &f.dataset);
  sample_spec(&f.spec);
  assert_done(train(1, NULL, &f.training, err));
  return 0;
}

static int teardown(void **state) {
  (void)state;
  quoth_training_clear(&f.training);
  quoth_spec_clear(&f.spec);
  quoth_dataset_clear(&f.dataset);
  quoth_buffer_clear(&f.csv);
  return 0;
}

static void assert_same(const quoth_training *training) {
  assert_int_equal(training->image_size, f.training.image_size);
  assert_memory_equal(training->image, f.training.image, training->image_size);
}

static void test_threads(void **state) {
  (void)state;
  static const size_t threads[] = {1, 2, 3, 8};
  for (size_t i = 0; i < 4; i++) {
    quoth_training training;
    assert_done(train(threads[i], NULL, &training, err));
    assert_same(&training);
    quoth_training_clear(&training);
  }
}

static quoth_model *open_training(const quoth_training *training) {
  quoth_model *model;
  assert_done(quoth_model_open_memory(training->image, training->image_size, 0, &model, err));
  return model;
}

/* The spec in the file makes the same file. */
static void test_again_from_the_file(void **state) {
  (void)state;
  quoth_model *model = open_training(&f.training);
  quoth_pool *pool = sample_pool(2);
  quoth_training training;
  assert_done(quoth_train(&model->spec, &f.dataset, pool, NULL, &training, err));
  assert_same(&training);
  quoth_training_clear(&training);
  quoth_pool_free(pool);
  quoth_model_free(model);
}

/* ---- What training tells --------------------------------------------------- */

static void test_numbers(void **state) {
  (void)state;
  const quoth_training *t = &f.training;
  assert_int_equal(t->n_train, N_TRAIN);
  assert_int_equal(t->n_test, N_ROWS - N_TRAIN);
  assert_int_equal(t->train.n_rows, t->n_train);
  assert_int_equal(t->test.n_rows, t->n_test);
  assert_int_equal(t->n_stages, 3);
  static const char *const labels[] = {"vectorize", "lda", "forest"};
  for (size_t i = 0; i < 3; i++) {
    assert_string_equal(t->seconds[i].label, labels[i]);
    assert_true(t->seconds[i].seconds >= 0);
  }
}

/* What the model predicts for the rows is what was evaluated. */
static void test_evaluation(void **state) {
  (void)state;
  quoth_model *model = open_training(&f.training);
  quoth_scratch *scratch;
  assert_done(quoth_scratch_new(model, &scratch, err));
  quoth_evaluation params;
  quoth_split split;
  assert_done(quoth_spec_evaluation(&f.spec, &params, err));
  assert_done(quoth_split_rows(&params.split, N_ROWS, f.dataset.labels, N_CLASSES, &split, err));
  uint64_t confusion[N_CLASSES][N_CLASSES] = {0}, n_right = 0;
  for (size_t i = 0; i < split.n_test; i++) {
    quoth_bytes text = f.dataset.texts[split.test[i]];
    double probabilities[N_CLASSES];
    assert_done(quoth_predict(model, scratch, text.data, text.size, probabilities, err));
    uint32_t truth = f.dataset.labels[split.test[i]];
    uint32_t guess = quoth_most_probable(probabilities, N_CLASSES);
    confusion[truth][guess]++;
    n_right += truth == guess;
  }
  assert_memory_equal(f.training.test.confusion, confusion, sizeof confusion);
  assert_true(f.training.test.accuracy == (double)n_right / (double)split.n_test);
  quoth_split_clear(&split);
  quoth_scratch_free(scratch);
  quoth_model_free(model);
}

static json_int_t provenance(const quoth_model *model, const char *key) {
  return json_integer_value(json_object_get(model->provenance, key));
}

static void test_metadata(void **state) {
  (void)state;
  quoth_model *model = open_training(&f.training);
  assert_int_equal(provenance(model, "rows"), N_ROWS);
  assert_int_equal(provenance(model, "train_rows"), N_TRAIN);
  assert_int_equal(provenance(model, "vocabulary_size"), f.training.n_terms);
  assert_int_equal(provenance(model, "nnz"), f.training.n_entries);
  assert_string_equal(json_string_value(json_object_get(model->provenance, "data_xxh3")),
                      f.dataset.digest);
  assert_string_equal(json_string_value(json_object_get(model->provenance, "text_column")), "text");
  const json_t *counts = json_object_get(model->provenance, "class_counts");
  for (uint32_t c = 0; c < N_CLASSES; c++)
    assert_int_equal(json_integer_value(json_array_get(counts, c)), f.dataset.class_counts[c]);
  const json_t *test = json_object_get(model->metrics, "test");
  assert_true(json_real_value(json_object_get(test, "accuracy")) == f.training.test.accuracy);
  assert_true(json_real_value(json_object_get(test, "log_loss")) == f.training.test.log_loss);
  assert_int_equal(json_integer_value(json_object_get(test, "rows")), f.training.n_test);
  assert_string_equal(quoth_tensors_metadata(&model->tensors, QUOTH_KEY_VERSION), quoth_version());
  quoth_model_free(model);
}

/* One number of the file's content moves its digest. */
static void test_digest(void **state) {
  (void)state;
  quoth_model *model = open_training(&f.training);
  assert_done(quoth_spec_set(&f.spec, "forest.random_state=1", err));
  quoth_training other;
  assert_done(train(1, NULL, &other, err));
  assert_done(quoth_spec_set(&f.spec, "forest.random_state=0", err));
  quoth_model *other_model = open_training(&other);
  assert_string_not_equal(quoth_model_digest(model), quoth_model_digest(other_model));
  quoth_model_free(other_model);
  quoth_model_free(model);
  quoth_training_clear(&other);
}

/* ---- Metrics as JSON ------------------------------------------------------- */

static void test_metrics_json(void **state) {
  (void)state;
  quoth_class_metrics per_class[] = {{.5, 1, .75, 3, .875}, {0, 0, 0, 1, NAN}};
  uint64_t confusion[] = {3, 0, 1, 0};
  quoth_metrics metrics = {.n_rows = 4,
                           .n_classes = 2,
                           .accuracy = .75,
                           .log_loss = 1.5,
                           .per_class = per_class,
                           .brier_score = .375,
                           .top_2_accuracy = NAN,
                           .top_3_accuracy = NAN,
                           .calibration_error = .25,
                           .uniform_bins[3] = {3, .25, .5},
                           .quantile_bins[0] = {4, .5, .75},
                           .macro = {.25, .5, .375, 4, NAN},
                           .weighted = {.375, .75, .5625, 4, .5},
                           .confusion = confusion};
  const quoth_bytes classes[] = {{"a \"b\"", 5}, {"é", 2}};
  json_t *json = quoth_metrics_json(&metrics, classes);
  quoth_buffer text = {0};
  assert_done(quoth_json_append(&text, json, 0, err));
  assert_done(quoth_buffer_append(&text, "", 1, err));
  assert_string_equal(
      text.data,
      "{\"rows\":4,\"accuracy\":0.75,\"log_loss\":1.5,\"confusion_matrix\":[[3,0],[1,0]],"
      "\"per_class\":[{\"class\":\"a \\\"b\\\"\",\"precision\":0.5,\"recall\":1.0,\"f1\":0.75,"
      "\"support\":3,\"roc_auc\":0.875},"
      "{\"class\":\"é\",\"precision\":0.0,\"recall\":0.0,\"f1\":0.0,\"support\":1,"
      "\"roc_auc\":null}],"
      "\"macro\":{\"precision\":0.25,\"recall\":0.5,\"f1\":0.375,\"support\":4,\"roc_auc\":null},"
      "\"weighted\":{\"precision\":0.375,\"recall\":0.75,\"f1\":0.5625,\"support\":4,"
      "\"roc_auc\":0.5},"
      "\"brier_score\":0.375,\"top_2_accuracy\":null,\"top_3_accuracy\":null,"
      "\"calibration_error\":0.25,\"calibration_curve\":{"
      "\"uniform\":[{\"rows\":3,\"mean_probability\":0.25,\"accuracy\":0.5}],"
      "\"quantile\":[{\"rows\":4,\"mean_probability\":0.5,\"accuracy\":0.75}]}}");
  quoth_buffer_clear(&text);
  json_decref(json);
}

/* ---- Progress -------------------------------------------------------------- */

typedef struct watcher {
  size_t n_calls, stop_at, n_stages;
  char stage[32];
  uint64_t done;
} watcher;

static bool watch(void *context, const char *stage, uint64_t done, uint64_t total) {
  watcher *w = context;
  if (strcmp(w->stage, stage) != 0) {
    snprintf(w->stage, sizeof w->stage, "%s", stage);
    w->n_stages++;
    w->done = 0;
  }
  assert_true(done >= w->done && done <= total);
  w->done = done;
  return ++w->n_calls != w->stop_at;
}

/* Stopped at its first report, its second, and so on, training leaves nothing. */
static void check_stops(size_t threads) {
  for (size_t i = 1;; i++) {
    watcher w = {.stop_at = i};
    quoth_progress progress = {&w, watch};
    quoth_training training;
    quoth_error fault = {0};
    quoth_status status = train(threads, &progress, &training, &fault);
    if (w.n_calls < i) {
      assert_int_equal(status, QUOTH_OK);
      assert_same(&training);
      quoth_training_clear(&training);
      assert_int_equal(w.n_stages, 3);
      assert_true(i > 5);
      return;
    }
    assert_int_equal(w.n_calls, i);
    assert_int_equal(status, QUOTH_ERR_STOPPED);
    assert_int_equal(fault.status, QUOTH_ERR_STOPPED);
    assert_null(training.image);
    assert_null(training.seconds);
  }
}

static void test_stop(void **state) {
  (void)state;
  check_stops(1);
  check_stops(3);
}

/* ---- Data that cannot be learnt from --------------------------------------- */

static void refuse(const char *csv, const char *change, quoth_status status, const char *message) {
  quoth_dataset dataset;
  quoth_dataset_options options = {.labels = QUOTH_LABELS_REQUIRED};
  assert_done(
      quoth_dataset_parse((quoth_bytes){csv, strlen(csv)}, "small", &options, &dataset, err));
  quoth_spec spec;
  sample_spec(&spec);
  assert_done(quoth_spec_set(&spec, "vectorizer.min_df=1", err));
  if (change) assert_done(quoth_spec_set(&spec, change, err));
  quoth_pool *pool = sample_pool(1);
  quoth_training training;
  quoth_error fault = {0};
  quoth_status got = quoth_train(&spec, &dataset, pool, NULL, &training, &fault);
  if (got != status || !strstr(fault.message, message))
    fail_msg("%s%s: %s", csv, quoth_status_name(got), fault.message);
  assert_null(training.image);
  quoth_pool_free(pool);
  quoth_spec_clear(&spec);
  quoth_dataset_clear(&dataset);
}

static void test_refused(void **state) {
  (void)state;
  static const char four[] = "text,label\nbarn sheep,a\nsails waves,b\nbarn hay,a\nmast,b\n";
  refuse("text,label\n", NULL, QUOTH_ERR_DATA, "no rows behind the header");
  refuse("text,label\nbarn,a\nsails,a\n", NULL, QUOTH_ERR_DATA,
         "only one class, \"a\"; there is nothing to tell apart");
  refuse("text,label\na,a\nthe,b\n,a\n\"\",b\n", NULL, QUOTH_ERR_DATA, "empty vocabulary");
  refuse(four, "vectorizer.min_df=5", QUOTH_ERR_ARG, "no term can meet both");
  refuse(four, "vectorizer.min_df=3", QUOTH_ERR_DATA, "no terms remain");
  refuse(four, "evaluation.train_size=0.1", QUOTH_ERR_ARG, "of 4 rows none is left to train on");
  refuse(four, "evaluation.train_size=4", QUOTH_ERR_ARG, "train_size is 4 rows; there are 4");
  refuse("text,label\nbarn,a\nsails,b\nhay,a\n", "evaluation.stratify=true", QUOTH_ERR_DATA,
         "the least populated class has only 1 row");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_threads),  cmocka_unit_test(test_again_from_the_file),
      cmocka_unit_test(test_numbers),  cmocka_unit_test(test_evaluation),
      cmocka_unit_test(test_metadata), cmocka_unit_test(test_digest),
      cmocka_unit_test(test_stop),     cmocka_unit_test(test_metrics_json),
      cmocka_unit_test(test_refused),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
